import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { giveOfficeAtConsole } from "#core/identity/index.ts";
import { systemClock } from "#core/kernel/index.ts";
import { type Office, offices } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
beforeAll(async () => {
  server = await startTestServer({ rateFactor: 1000 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  tenantId = await buildMunicipality(server.database);
});

const person = (given: readonly Office[] = []) => buildPerson(server.database, tenantId, { offices: given });
const give = (by: ApiClient, to: { id: string }, office: Office) =>
  by.post(`/api/v1/accounts/${to.id}/offices`, { office, reason: "分担" });
const take = (by: ApiClient, from: { id: string }, office: Office) =>
  by.post(`/api/v1/accounts/${from.id}/offices/${office}/removal`, { reason: "異動" });
const overview = async (by: ApiClient) => (await by.get("/api/v1/offices")).body;
const consent = async (by: ApiClient, consents = true) => {
  const [proposal] = (await overview(by)).proposals;
  return by.post(`/api/v1/office-proposals/${proposal.id}/decision`, { consents, reason: "確認した" });
};
const officesOf = async (someone: BuiltPerson): Promise<string[]> => {
  const row = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(build.selectFrom("account").select("offices").where("id", "=", someone.id)),
  );
  return row!.offices.sort();
};
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body?.facts?.ruleId];

describe("giving an office", () => {
  test("is for the office of accounts, in the hall, to other staff who can sign in", async () => {
    const manager = await person(["accounts"]);
    const clerk = await person();
    const api = await server.as(manager);
    expect((await give(api, clerk, "rules")).body).toEqual({ state: "given" });
    expect(await officesOf(clerk)).toEqual(["rules"]);
    expect(refusal(await give(api, manager, "rules"))).toEqual([403, "office.not-oneself"]);
    expect(refusal(await give(await server.as(clerk), manager, "rules"))).toEqual([
      403,
      "office.accounts-only",
    ]);
    expect(refusal(await give(await server.as(manager, "internet"), clerk, "accounts"))).toEqual([
      403,
      "office.in-the-hall-only",
    ]);
    const desk = await buildPerson(server.database, tenantId, { kind: "section" });
    const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
    for (const other of [desk, guest])
      expect(refusal(await give(api, other, "rules"))).toEqual([403, "office.staff-only"]);
    expect((await give(api, { id: newId() }, "rules")).status).toBe(404);
    expect((await give(api, clerk, "rules")).status).toBe(409);
  });

  test("is felt at once by the person's open page and next request, and told to nobody else", async () => {
    const api = await server.as(await person(["accounts"]));
    const clerk = await person();
    const theirs = await server.as(clerk);
    const colleague = await (await server.as(await person())).stream();
    const stream = await theirs.stream();
    expect((await theirs.get("/api/v1/accounts")).status).toBe(403);
    await give(api, clerk, "accounts");
    expect((await theirs.get("/api/v1/accounts")).status).toBe(200);
    const told = await stream.until((frame) => frame.type === "offices.changed");
    expect(told).toMatchObject({ personId: clerk.id, offices: ["accounts"] });
    expect(colleague.events.filter(({ type }) => type === "offices.changed")).toEqual([]);
    colleague.close();
    stream.close();
  });

  test("of audit or records waits for another keeper: neither the proposer nor the recipient nor anybody else", async () => {
    const manager = await person(["accounts", "records"]);
    const [keeper, rules, clerk] = [await person(["audit"]), await person(["rules"]), await person()];
    const api = await server.as(manager);
    expect((await give(api, clerk, "records")).body).toEqual({ state: "proposed" });
    expect(await officesOf(clerk)).toEqual([]);
    const theirs = await server.as(clerk);
    expect((await theirs.get("/api/v1/me")).body.account.isAskedForOffice).toBe(true);
    expect(refusal(await consent(api))).toEqual([403, "office.not-own-proposal"]);
    expect(refusal(await consent(await server.as(rules)))).toEqual([403, "office.second-person"]);
    expect(refusal(await consent(theirs))).toEqual([403, "office.second-person"]);
    expect((await consent(await server.as(keeper))).status).toBe(204);
    expect(await officesOf(clerk)).toEqual(["records"]);
    expect((await overview(api)).proposals).toEqual([]);
  });

  test("is refused by the second person too, and can be proposed again", async () => {
    const api = await server.as(await person(["accounts"]));
    const keeper = await server.as(await person(["audit"]));
    const clerk = await person();
    await give(api, clerk, "audit");
    expect((await give(api, clerk, "audit")).status).toBe(409);
    expect((await consent(keeper, false)).status).toBe(204);
    expect(await officesOf(clerk)).toEqual([]);
    expect((await give(api, clerk, "audit")).body).toEqual({ state: "proposed" });
  });

  test("the first administrator hands the audit over to somebody who accepts it", async () => {
    const first = await person(offices);
    const successor = await person();
    const api = await server.as(first);
    expect((await overview(api)).warnings).toMatchObject([
      { kind: "meets", person: { id: first.id }, offices: ["audit", "rules", "records"] },
    ]);
    await give(api, successor, "audit");
    expect(refusal(await consent(api))).toEqual([403, "office.not-own-proposal"]);
    const theirs = await server.as(successor);
    expect((await consent(theirs)).status).toBe(204);
    expect((await take(api, first, "audit")).status).toBe(200);
    expect((await overview(api)).warnings).toEqual([]);
    // From now on nobody takes the audit over alone.
    expect(refusal(await give(api, await person(["rules"]), "audit"))).toEqual([403, "office.watches-other"]);
  });

  test("where nobody keeps audit or records any more, only the operator at the server gives them", async () => {
    const manager = await person(["accounts", "rules"]);
    const clerk = await person();
    const api = await server.as(manager);
    expect(refusal(await give(api, clerk, "audit"))).toEqual([403, "office.at-the-server"]);
    await giveOfficeAtConsole(server.database, systemClock, tenantId, clerk.loginId, "audit");
    expect(await officesOf(clerk)).toEqual(["audit"]);
    await expect(
      giveOfficeAtConsole(server.database, systemClock, tenantId, "nobody-at-all", "audit"),
    ).rejects.toThrow("not-found");
  });
});

describe("an office is taken away", () => {
  test("with the sessions of whoever held it, never from its last holder", async () => {
    const manager = await person(["accounts"]);
    const api = await server.as(manager);
    const [one, two] = [await person(["audit"]), await person(["audit"])];
    const theirs = await server.as(one);
    const stream = await theirs.stream();
    expect((await take(api, one, "audit")).body).toEqual({ ended: 1 });
    await stream.untilClosed();
    expect((await theirs.get("/api/v1/me")).status).toBe(401);
    expect(refusal(await take(api, two, "audit"))).toEqual([403, "office.last-holder"]);
    expect(refusal(await take(api, manager, "accounts"))).toEqual([403, "office.last-holder"]);
    expect((await take(api, two, "rules")).status).toBe(403);
  });
});

test("who manages accounts does not become an auditor by giving the auditor a new password", async () => {
  const api = await server.as(await person(["accounts", "rules"]));
  const auditor = await person(["audit"]);
  const path = `/api/v1/accounts/${auditor.id}`;
  expect(refusal(await api.post(`${path}/password-reset`, { reason: "忘れた" }))).toEqual([
    403,
    "office.separate-office",
  ]);
  expect(
    refusal(await api.post(`${path}/authenticator-removal`, { reason: "紛失", confirmedBy: "in-person" })),
  ).toEqual([403, "office.separate-office"]);
  expect(
    (await api.post(`/api/v1/accounts/${(await person(["rules"])).id}/password-reset`, { reason: "x" }))
      .status,
  ).toBe(200);
});

test("a municipality that is too small says so openly, and one of the keepers says it", async () => {
  const manager = await person(["accounts", "rules"]);
  const api = await server.as(manager);
  const keeper = await server.as(await person(["audit"]));
  expect(refusal(await api.put("/api/v1/office-separation", { because: "職員が 2人 しかいない" }))).toEqual([
    403,
    "office.second-person",
  ]);
  expect((await keeper.put("/api/v1/office-separation", { because: "職員が 2人 しかいない" })).status).toBe(
    204,
  );
  expect((await overview(api)).warnings).toContainEqual({
    kind: "declared-small",
    because: "職員が 2人 しかいない",
  });
  const other = await person(["rules"]);
  expect((await give(api, other, "audit")).body).toEqual({ state: "proposed" });
  await keeper.put("/api/v1/office-separation", { because: null });
  // What was proposed meanwhile is decided by what holds now.
  expect((await consent(keeper)).status).toBe(409);
});

test("strangers learn nothing of offices", async () => {
  await person(["accounts", "audit"]);
  const clerk = await server.as(await person());
  const guest = await server.as(await buildPerson(server.database, tenantId, { kind: "guest" }), "internet");
  const elsewhere = await server.as(
    await buildPerson(server.database, await buildMunicipality(server.database), { offices }),
  );
  expect((await clerk.get("/api/v1/offices")).status).toBe(403);
  expect((await guest.get("/api/v1/offices")).status).toBe(404);
  expect((await overview(elsewhere)).holders).toHaveLength(1);
});

test("whatever one person does alone, nobody but whom others trusted comes to keep the audit", async () => {
  // The attacker manages accounts and rules, has two accomplices on paper, and tries anything in any order.
  const deed = fc.record({
    by: fc.constantFrom(0, 1, 2),
    to: fc.constantFrom(0, 1, 2, 3),
    kind: fc.constantFrom("give", "take", "consent", "reset", "declare"),
    office: fc.constantFrom(...offices),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { minLength: 4, maxLength: 14 }), async (deeds) => {
      tenantId = await buildMunicipality(server.database);
      const puppets = [await person(["accounts", "rules"]), await person(), await person()];
      const auditor = await person(["audit"]);
      const everybody = [...puppets, auditor];
      for (const { by, to, kind, office } of deeds) {
        const api = await server.as(puppets[by]!);
        const target = everybody[to]!;
        if (kind === "give") await give(api, target, office);
        else if (kind === "take") await take(api, target, office);
        else if (kind === "declare") await api.put("/api/v1/office-separation", { because: "小さい" });
        else if (kind === "reset") {
          const answer = await api.post(`/api/v1/accounts/${target.id}/password-reset`, { reason: "x" });
          if (target === auditor) expect(answer.status).not.toBe(200);
        } else
          for (const proposal of (await overview(api)).proposals ?? [])
            await api.post(`/api/v1/office-proposals/${proposal.id}/decision`, {
              consents: true,
              reason: "x",
            });
      }
      expect(await officesOf(auditor)).toContain("audit");
      for (const puppet of puppets)
        expect(
          (await officesOf(puppet)).filter((office) => office === "audit" || office === "records"),
        ).toEqual([]);
    }),
    { numRuns: 25, seed: 20261121 },
  );
});

test("every change of an office stands in the audit record with who, what, whom and why", async () => {
  const api = await server.as(await person(["accounts"]));
  const keeper = await server.as(await person(["audit"]));
  const [clerk, other] = [await person(), await person()];
  await give(api, clerk, "rules");
  await give(api, other, "records");
  await consent(keeper);
  await give(api, clerk, "accounts");
  await take(api, clerk, "rules").then(async (first) => {
    expect(first.status).toBe(403);
    await give(api, other, "rules");
    await take(api, clerk, "rules");
  });
  const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select(["action", "subject_id", "payload"])
        .where("action", "like", "office%")
        .orderBy("id"),
    ),
  );
  expect(rows.map(({ action, payload }) => [action, JSON.parse(payload!).facts.office])).toEqual([
    ["office.given", "rules"],
    ["office.proposed", "records"],
    ["office.given", "records"],
    ["office.given", "accounts"],
    ["office.given", "rules"],
    ["office.taken", "rules"],
  ]);
});
