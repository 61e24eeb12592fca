import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import { type Answer, ApiClient } from "#tests/support/api-client.ts";
import { asSuperuser } from "#tests/support/database.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  testPassword,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock("2026-11-21T01:00:00Z");
let server: TestServer;
let slug: string;
let tenantId: string;
let cities = 0;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  slug = `sign-in-${++cities}`;
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
});

type Zone = "lgwan" | "internet";

function signIn(
  loginId: string,
  more: Record<string, unknown> = {},
  zone: Zone = "lgwan",
): Promise<Answer<any>> {
  return server
    .anonymous(zone)
    .post("/api/v1/sessions", { tenant: slug, loginId, password: testPassword, ...more });
}

const outcome = (answer: Answer<any>) => [answer.status, answer.body.code];

async function staffWithApp(given: Parameters<typeof buildPerson>[2] = {}) {
  const secret = newTotpSecret();
  const person = await buildPerson(server.database, tenantId, {
    ...given,
    totp: { keyring: server.keyring, secret },
  });
  return { person, secret, code: (offset = 0) => totpAt(secret, new Date(clock.now().getTime() + offset)) };
}

const setAccount = (person: BuiltPerson, values: Record<string, unknown>) =>
  server.database.transaction(scopeOf(person.tenantId), (tx) =>
    tx.run(
      build
        .updateTable("account")
        .set(values)
        .where("tenant_id", "=", person.tenantId)
        .where("id", "=", person.id),
    ),
  );

describe("password", () => {
  test("signs in on LGWAN without a code; the token speaks for the person until the session ends", async () => {
    const person = await buildPerson(server.database, tenantId);
    const answer = await signIn(person.loginId, { deviceName: "窓口の端末" });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      zone: "lgwan",
      account: { id: person.id },
      person: { id: person.id },
    });
    expect(answer.body.session.deviceName).toBe("窓口の端末");
    const me = await new ApiClient(server.url("lgwan"), answer.body.token).get("/api/v1/me");
    expect(me.body.account.id).toBe(person.id);
    // Full width and capitals are the same login id.
    expect((await signIn(person.loginId.toUpperCase())).status).toBe(201);
    expect((await signIn(` ${person.loginId} `)).status).toBe(201);
  });

  test("wrong, unknown, disabled, departed, expired and not yet begun get one and the same answer", async () => {
    const right = await buildPerson(server.database, tenantId);
    const [disabled, departed, expired, early] = [
      await buildPerson(server.database, tenantId),
      await buildPerson(server.database, tenantId),
      await buildPerson(server.database, tenantId, { expiresAt: new Date(clock.now().getTime() - 1) }),
      await buildPerson(server.database, tenantId),
    ];
    await setAccount(disabled, { disabled_at: clock.now() });
    await setAccount(early, { starts_at: new Date(clock.now().getTime() + 1000) });
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(build.updateTable("person").set({ left_at: clock.now() }).where("id", "=", departed.id)),
    );
    const other = await buildMunicipality(server.database);
    const elsewhere = await buildPerson(server.database, other);
    const answers = [
      await signIn(right.loginId, { password: "wrong" }),
      await signIn(right.loginId, { password: `${testPassword} ` }),
      await signIn("nobody"),
      await signIn("' or 1=1 --"),
      await signIn(disabled.loginId),
      await signIn(departed.loginId),
      await signIn(expired.loginId),
      await signIn(early.loginId),
      await signIn(elsewhere.loginId),
    ];
    const shapes = answers.map(({ status, body }) => ({ status, body: { ...body, requestId: "" } }));
    expect(shapes[0]).toMatchObject({ status: 401, body: { code: "sign-in-failed" } });
    for (const shape of shapes) expect(shape).toEqual(shapes[0]);
    for (const answer of answers) expect(answer.headers.get("set-cookie")).toBeNull();
    // The same from the Internet side, where a code would be the next step: it is not asked for before the password.
    expect(outcome(await signIn("nobody", {}, "internet"))).toEqual([401, "sign-in-failed"]);
    expect(outcome(await signIn(right.loginId, { password: "x" }, "internet"))).toEqual([
      401,
      "sign-in-failed",
    ]);
  });

  test("an unknown login id costs as much work as a known one", async () => {
    const person = await buildPerson(server.database, tenantId);
    const work = async (loginId: string) => {
      const before = process.cpuUsage();
      for (let i = 0; i < 5; i++) await signIn(loginId, { password: "wrong" });
      const { user, system } = process.cpuUsage(before);
      return user + system;
    };
    await work("warming-up");
    const known = [await work(person.loginId), await work(person.loginId), await work(person.loginId)];
    const unknown = [await work("nobody"), await work("nobody"), await work("nobody")];
    // Processor time, not the clock on the wall: hashing dominates it, and leaving it out would show tenfold.
    expect(Math.min(...unknown)).toBeGreaterThan(Math.min(...known) / 2);
  });

  test("a password that must be changed opens nothing, and is told only to who knows it", async () => {
    const person = await buildPerson(server.database, tenantId, { mustChangePassword: true });
    expect(outcome(await signIn(person.loginId))).toEqual([403, "password-change-required"]);
    expect(outcome(await signIn(person.loginId, { password: "x" }))).toEqual([401, "sign-in-failed"]);
  });

  test("guessing one account waits longer and longer, on each side and in every spelling", async () => {
    const strict = await startTestServer({ clock, rateFactor: 1 });
    try {
      const city = await buildMunicipality(strict.database, { slug: "strict" });
      strict.chonai.tenants.forget();
      const person = await buildPerson(strict.database, city);
      const guess = (loginId: string, zone: Zone) =>
        strict.anonymous(zone).post("/api/v1/sessions", { tenant: "strict", loginId, password: "x" });
      const answers = [];
      for (let i = 0; i < 32; i++)
        answers.push(
          await guess(
            i % 3 === 0 ? person.loginId.toUpperCase() : person.loginId,
            i % 2 === 0 ? "lgwan" : "internet",
          ),
        );
      expect(answers.slice(0, 12).every((answer) => answer.status === 401)).toBe(true);
      expect(answers.slice(12).every((answer) => answer.status === 429)).toBe(true);
      expect(outcome(answers[31]!)).toEqual([429, "rate-limited"]);
      expect(Number(answers[31]!.headers.get("retry-after"))).toBeGreaterThan(0);
      // Another account is not held up, and after a while nor is this one.
      const other = await buildPerson(strict.database, city);
      const sign = (one: BuiltPerson) =>
        strict
          .anonymous()
          .post("/api/v1/sessions", { tenant: "strict", loginId: one.loginId, password: testPassword });
      expect((await sign(other)).status).toBe(201);
      clock.advance(10_000);
      expect((await sign(person)).status).toBe(201);
    } finally {
      await strict.stop();
    }
  });

  test("the municipality must be named when there are several, and a wrong one is not found out by its people", async () => {
    const person = await buildPerson(server.database, tenantId);
    expect(outcome(await signIn(person.loginId, { tenant: undefined }))).toEqual([400, "tenant-required"]);
    expect(outcome(await signIn(person.loginId, { tenant: "no-such-city" }))).toEqual([
      400,
      "tenant-required",
    ]);
  });
});

describe("the code of the authenticator app, on the Internet side", () => {
  test("is asked for after the password, and is right once", async () => {
    const { person, code } = await staffWithApp();
    expect(outcome(await signIn(person.loginId, {}, "internet"))).toEqual([401, "totp-required"]);
    const totp = await code();
    const first = await signIn(person.loginId, { totp }, "internet");
    expect(first.status).toBe(201);
    expect(first.body.zone).toBe("internet");
    const refused = await signIn(person.loginId, { totp }, "internet");
    expect(outcome(refused)).toEqual([401, "totp-failed"]);
    // A phone that is an hour off makes codes that are wrong: its owner is told where to look.
    expect(refused.body.detail).toContain("端末の時計が合っているか");
    clock.advance(30_000);
    expect((await signIn(person.loginId, { totp: await code() }, "internet")).status).toBe(201);
  });

  test("given ten times at the same moment opens one session", async () => {
    const { person, code } = await staffWithApp();
    const totp = await code();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => signIn(person.loginId, { totp }, "internet")),
    );
    expect(answers.filter((answer) => answer.status === 201)).toHaveLength(1);
    expect(answers.filter((answer) => answer.body.code === "totp-failed")).toHaveLength(9);
  });

  test("forgives one step of clock difference, not two, and never goes back behind a code that was used", async () => {
    for (const [offset, status] of [
      [-30_000, 201],
      [30_000, 201],
      [-60_000, 401],
      [60_000, 401],
      [-3_600_000, 401],
      [3_600_000, 401],
    ] as const) {
      const { person, code } = await staffWithApp();
      expect(
        (await signIn(person.loginId, { totp: await code(offset) }, "internet")).status,
        `${offset}`,
      ).toBe(status);
    }
    const { person, code } = await staffWithApp();
    expect((await signIn(person.loginId, { totp: await code(30_000) }, "internet")).status).toBe(201);
    for (const offset of [0, -30_000, 30_000])
      expect(outcome(await signIn(person.loginId, { totp: await code(offset) }, "internet"))).toEqual([
        401,
        "totp-failed",
      ]);
  });

  test("a server's clock that was an hour ahead and is set back locks out at most until it has caught up", async () => {
    const { person, code } = await staffWithApp();
    clock.advance(3_600_000);
    expect((await signIn(person.loginId, { totp: await code() }, "internet")).status).toBe(201);
    clock.advance(-3_600_000);
    expect(outcome(await signIn(person.loginId, { totp: await code() }, "internet"))).toEqual([
      401,
      "totp-failed",
    ]);
    clock.advance(3_600_000 + 30_000);
    expect((await signIn(person.loginId, { totp: await code() }, "internet")).status).toBe(201);
  });

  test("that is malformed is refused, without an app there is no way in, and the code alone opens nothing", async () => {
    const { person, code } = await staffWithApp();
    for (const totp of ["", "12345", "1234567", "abcdef", "１２３４５６", " 23456", null, 123456, ["123456"]])
      expect((await signIn(person.loginId, { totp }, "internet")).status, JSON.stringify(totp)).toBe(400);
    expect(outcome(await signIn(person.loginId, { totp: await code(), password: "x" }, "internet"))).toEqual([
      401,
      "sign-in-failed",
    ]);
    // A wrong password has not used the code up.
    expect((await signIn(person.loginId, { totp: await code() }, "internet")).status).toBe(201);
    const without = await buildPerson(server.database, tenantId);
    expect(outcome(await signIn(without.loginId, { totp: "123456" }, "internet"))).toEqual([
      403,
      "totp-not-set-up",
    ]);
  });

  test("a secret sealed for somebody else, or under another key, opens nothing", async () => {
    const { person, code } = await staffWithApp();
    const { person: other } = await staffWithApp();
    await asSuperuser(server.testDatabase.superuser, [
      `update account set totp_secret = (select totp_secret from account where id = '${person.id}') where id = '${other.id}'`,
    ]);
    const answer = await signIn(other.loginId, { totp: await code() }, "internet");
    expect(answer.status).not.toBe(201);
    expect(answer.headers.get("set-cookie")).toBeNull();
  });
});

describe("zones of an account", () => {
  test("a guest signs in on the Internet side and is refused on LGWAN", async () => {
    const { person, code } = await staffWithApp({ kind: "guest" });
    const refused = await signIn(person.loginId);
    expect(outcome(refused)).toEqual([403, "zone-not-allowed"]);
    expect(refused.body.detail).toContain("LGWAN");
    expect((await signIn(person.loginId, { totp: await code() }, "internet")).status).toBe(201);
  });

  test("a terminal of LGWAN alone is refused on the Internet side, after the password and before a code", async () => {
    const { person } = await staffWithApp({ zones: ["lgwan"] });
    expect(outcome(await signIn(person.loginId, {}, "internet"))).toEqual([403, "zone-not-allowed"]);
    expect(outcome(await signIn(person.loginId, { password: "x" }, "internet"))).toEqual([
      401,
      "sign-in-failed",
    ]);
    expect((await signIn(person.loginId)).status).toBe(201);
  });

  test("a zone that is taken from an account ends its sessions there", async () => {
    const { person, code } = await staffWithApp();
    const { token } = (await signIn(person.loginId, { totp: await code() }, "internet")).body;
    const client = new ApiClient(server.url("internet"), token);
    expect((await client.get("/api/v1/me")).status).toBe(200);
    await setAccount(person, { zones: ["lgwan"] });
    clock.advance(11_000);
    expect((await client.get("/api/v1/me")).status).toBe(401);
  });
});

describe("the account of a section", () => {
  async function section() {
    const { id: sectionId } = await buildSection(server.database, tenantId);
    const shared = await buildPerson(server.database, tenantId, {
      kind: "section",
      sectionId,
      name: "財政課",
    });
    const clerk = await buildPerson(server.database, tenantId, { sectionId, name: "係員 一" });
    const { id: otherSection } = await buildSection(server.database, tenantId);
    const stranger = await buildPerson(server.database, tenantId, { sectionId: otherSection });
    return { sectionId, shared, clerk, stranger };
  }

  test("asks who sits at it and names the staff of the section; who does is recorded with every message", async () => {
    const { shared, clerk, stranger } = await section();
    const asked = await signIn(shared.loginId);
    expect(outcome(asked)).toEqual([403, "operator-required"]);
    expect(asked.body.facts.operators).toMatchObject([{ id: clerk.id, name: clerk.name, isRecent: false }]);
    expect(asked.headers.get("set-cookie")).toBeNull();
    for (const operatorId of [stranger.id, shared.id, newId()])
      expect(outcome(await signIn(shared.loginId, { operatorId }))).toEqual([403, "operator-required"]);
    // The list is for who knows the password.
    const guessed = await signIn(shared.loginId, { password: "x" });
    expect(outcome(guessed)).toEqual([401, "sign-in-failed"]);
    expect(JSON.stringify(guessed.body)).not.toContain(clerk.id);

    const signedIn = await signIn(shared.loginId, { operatorId: clerk.id });
    expect(signedIn.status).toBe(201);
    expect(signedIn.body.operator).toMatchObject({ id: clerk.id });
    const client = new ApiClient(server.url("lgwan"), signedIn.body.token);
    const room = await client.createGroup([stranger.id]);
    expect((await client.send(room.id, "財政課より")).body).toMatchObject({
      senderId: shared.id,
      operatorId: clerk.id,
    });
  });

  test("does not ask where the municipality does not want it, but still checks who is named", async () => {
    const city = `sign-in-${++cities}`;
    tenantId = await buildMunicipality(server.database, { slug: city, operatorRequired: false });
    slug = city;
    server.chonai.tenants.forget();
    const { shared, clerk, stranger } = await section();
    const without = await signIn(shared.loginId);
    expect(without.status).toBe(201);
    expect(without.body.operator).toBeNull();
    expect((await signIn(shared.loginId, { operatorId: clerk.id })).body.operator.id).toBe(clerk.id);
    expect(outcome(await signIn(shared.loginId, { operatorId: stranger.id }))).toEqual([
      403,
      "operator-required",
    ]);
  });

  test("somebody who signs in as themselves cannot name another as the one at the keyboard", async () => {
    const { clerk, stranger } = await section();
    const answer = await signIn(stranger.loginId, { operatorId: clerk.id });
    expect(answer.status).toBe(201);
    expect(answer.body.operator).toBeNull();
  });
});

describe("cookies and pages of others", () => {
  const cookieOf = (answer: Answer) => answer.headers.get("set-cookie")!.split(";")[0]!;

  async function write(zone: Zone, cookie: string, headers: Record<string, string>): Promise<number> {
    const response = await fetch(`${server.url(zone)}/api/v1/rooms`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie, "idempotency-key": newId(), ...headers },
      body: JSON.stringify({ kind: "group", name: "部屋", memberIds: [] }),
    });
    await response.arrayBuffer();
    return response.status;
  }
  const read = async (zone: Zone, cookie: string) =>
    (await fetch(`${server.url(zone)}/api/v1/me`, { headers: { cookie } })).status;

  test("the cookie is named by its zone, closed to scripts and other sites, and ends with the session", async () => {
    const { person, code } = await staffWithApp();
    const lgwan = await signIn(person.loginId);
    expect(lgwan.headers.getSetCookie()[0]).toMatch(
      /^chonai_lgwan=[\w-]{64}; Expires=[^;]+ GMT; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    const expires = /Expires=([^;]+)/.exec(lgwan.headers.get("set-cookie")!)![1]!;
    expect(new Date(expires).toISOString().slice(0, 19)).toBe(lgwan.body.session.expiresAt.slice(0, 19));
    const internet = await signIn(person.loginId, { totp: await code() }, "internet");
    expect(internet.headers.get("set-cookie")).toMatch(/^chonai_internet=/);

    const secure = await startTestServer({ clock, rateFactor: 1000, listeners: { secureCookies: true } });
    try {
      const city = await buildMunicipality(secure.database, { slug: "secure" });
      secure.chonai.tenants.forget();
      const one = await buildPerson(secure.database, city);
      const answer = await secure
        .anonymous()
        .post("/api/v1/sessions", { loginId: one.loginId, password: testPassword });
      expect(answer.headers.getSetCookie()[0]).toMatch(
        /^__Host-chonai_lgwan=[\w-]{64}; .*Path=\/; HttpOnly; SameSite=Strict; Secure$/,
      );
    } finally {
      await secure.stop();
    }
  });

  test("the cookie of one zone is nothing in the other, under either name", async () => {
    const { person, code } = await staffWithApp();
    const lgwan = cookieOf(await signIn(person.loginId));
    const internet = cookieOf(await signIn(person.loginId, { totp: await code() }, "internet"));
    expect(await read("lgwan", lgwan)).toBe(200);
    expect(await read("internet", internet)).toBe(200);
    expect(await read("internet", lgwan)).toBe(401);
    expect(await read("lgwan", internet)).toBe(401);
    expect(await read("internet", lgwan.replace("lgwan", "internet"))).toBe(401);
    expect(await read("lgwan", internet.replace("internet", "lgwan"))).toBe(401);
    // Both at once, as a browser sends them since ports share cookies.
    expect(await read("lgwan", `${lgwan}; ${internet}`)).toBe(200);
    expect(await read("internet", `${lgwan}; ${internet}`)).toBe(200);
  });

  test("a write with the cookie must come from our own page", async () => {
    const person = await buildPerson(server.database, tenantId);
    const cookie = cookieOf(await signIn(person.loginId));
    const own = server.url("lgwan");
    const statuses: [Record<string, string>, number][] = [
      [{ origin: own }, 201],
      [{ "x-chonai-client": "web" }, 201],
      [{}, 403],
      [{ origin: "http://evil.example" }, 403],
      [{ origin: "null" }, 403],
      [{ origin: server.url("internet") }, 403],
      [{ origin: `${own}.evil.example` }, 403],
      [{ origin: "http://evil.example", "x-chonai-client": "web" }, 403],
      [{ "sec-fetch-site": "cross-site", "x-chonai-client": "web" }, 403],
      // Another scheme than Bearer leaves the cookie to speak, so the page counts.
      [{ authorization: "Basic eDp5", origin: "http://evil.example" }, 403],
      [{ authorization: "x" }, 403],
    ];
    for (const [headers, status] of statuses)
      expect(await write("lgwan", cookie, headers), JSON.stringify(headers)).toBe(status);
  });

  test("signing in for somebody else's page is refused too", async () => {
    const person = await buildPerson(server.database, tenantId);
    const response = await fetch(`${server.url("lgwan")}/api/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json", origin: "http://evil.example" },
      body: JSON.stringify({ tenant: slug, loginId: person.loginId, password: testPassword }),
    });
    expect(response.status).toBe(403);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(((await response.json()) as { code: string }).code).toBe("origin-refused");
  });

  test("a bearer token beside another one's cookie is the one that counts", async () => {
    const [one, two] = [
      await buildPerson(server.database, tenantId),
      await buildPerson(server.database, tenantId),
    ];
    const cookie = cookieOf(await signIn(one.loginId));
    const { token } = (await signIn(two.loginId)).body;
    const response = await fetch(`${server.url("lgwan")}/api/v1/me`, {
      headers: { cookie, authorization: `Bearer ${token}` },
    });
    expect(((await response.json()) as { account: { id: string } }).account.id).toBe(two.id);
  });
});

describe("the end of a session", () => {
  test("signing out ends it for requests and streams, at once, and twice is no error", async () => {
    const person = await buildPerson(server.database, tenantId);
    const { token } = (await signIn(person.loginId)).body;
    const client = new ApiClient(server.url("lgwan"), token);
    const other = new ApiClient(server.url("lgwan"), (await signIn(person.loginId)).body.token);
    const stream = await client.stream();
    const out = await client.delete("/api/v1/sessions/current");
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toBe("chonai_lgwan=; Max-Age=0; Path=/; HttpOnly; SameSite=Strict");
    expect((await client.get("/api/v1/me")).status).toBe(401);
    expect((await stream.untilClosed()).code).toBe(4401);
    expect((await client.delete("/api/v1/sessions/current")).status).toBe(401);
    expect((await other.get("/api/v1/me")).status).toBe(200);
  });

  test("requests that race the sign-out leave nothing believed behind them", async () => {
    const person = await buildPerson(server.database, tenantId);
    for (let round = 0; round < 10; round++) {
      const { token } = (await signIn(person.loginId)).body;
      const client = new ApiClient(server.url("lgwan"), token);
      const racing = Array.from({ length: 8 }, () => client.get("/api/v1/me"));
      expect((await client.delete("/api/v1/sessions/current")).status).toBe(204);
      for (const answer of await Promise.all(racing)) expect([200, 401]).toContain(answer.status);
      expect((await client.get("/api/v1/me")).status).toBe(401);
    }
  });

  test("comes with its time: sixteen hours on LGWAN, fourteen days on the Internet side, or with the account", async () => {
    const { person, code } = await staffWithApp();
    const lgwan = new ApiClient(server.url("lgwan"), (await signIn(person.loginId)).body.token);
    const internet = new ApiClient(
      server.url("internet"),
      (await signIn(person.loginId, { totp: await code() }, "internet")).body.token,
    );
    const ending = await buildPerson(server.database, tenantId, {
      expiresAt: new Date(clock.now().getTime() + 3_600_000),
    });
    const short = new ApiClient(server.url("lgwan"), (await signIn(ending.loginId)).body.token);
    const statuses = async () =>
      Promise.all([lgwan, internet, short].map(async (client) => (await client.get("/api/v1/me")).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    clock.advance(3_600_000);
    expect(await statuses()).toEqual([200, 200, 401]);
    clock.advance(15 * 3_600_000);
    expect(await statuses()).toEqual([401, 200, 401]);
    clock.advance(14 * 24 * 3_600_000);
    expect(await statuses()).toEqual([401, 401, 401]);
  });

  test("an account that is disabled or a person who has left is out within ten seconds", async () => {
    for (const how of ["disabled", "left"]) {
      const person = await buildPerson(server.database, tenantId);
      const client = new ApiClient(server.url("lgwan"), (await signIn(person.loginId)).body.token);
      expect((await client.get("/api/v1/me")).status).toBe(200);
      if (how === "disabled") await setAccount(person, { disabled_at: clock.now() });
      else
        await server.database.transaction(scopeOf(tenantId), (tx) =>
          tx.run(build.updateTable("person").set({ left_at: clock.now() }).where("id", "=", person.id)),
        );
      clock.advance(10_000);
      expect((await client.get("/api/v1/me")).status, how).toBe(401);
    }
  });

  test("a clock that is set back does not lengthen what is believed of a session", async () => {
    const person = await buildPerson(server.database, tenantId);
    const client = new ApiClient(server.url("lgwan"), (await signIn(person.loginId)).body.token);
    expect((await client.get("/api/v1/me")).status).toBe(200);
    clock.advance(-3_600_000);
    await setAccount(person, { disabled_at: clock.now() });
    expect((await client.get("/api/v1/me")).status).toBe(401);
    clock.advance(3_600_000);
  });
});
