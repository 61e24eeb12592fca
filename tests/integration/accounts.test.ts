import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, forgetIdempotencyKeys, scopeOf } from "#core/db/index.ts";
import { forgetOldSignIns, newTotpSecret, resetPasswordAtConsole, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import {
  type BuiltPerson,
  buildMunicipality,
  buildPerson,
  buildSection,
  buildSession,
  testPassword,
} from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock(new Date());
const own = "山の上の小さな図書館と川下の橋";
let server: TestServer;
let tenantId: string;
let slug: string;
let cities = 0;
let administrator: BuiltPerson;
let admin: ApiClient;
let person: BuiltPerson;
let secret: string;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());
afterEach(() => clock.set(new Date()));
beforeEach(async () => {
  slug = `accounts-${++cities}`;
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  administrator = await buildPerson(server.database, tenantId, { isAdministrator: true });
  admin = await server.as(administrator);
  secret = newTotpSecret();
  person = await buildPerson(server.database, tenantId, {
    name: "佐藤 花子",
    kana: "さとう はなこ",
    totp: { keyring: server.keyring, secret },
  });
});

const signIn = (more: object = {}, zone: "lgwan" | "internet" = "lgwan") =>
  server
    .anonymous(zone)
    .post("/api/v1/sessions", { tenant: slug, loginId: person.loginId, password: testPassword, ...more });
const path = (rest = "") => `/api/v1/accounts/${person.id}${rest}`;
const validity = (more: object) =>
  admin.put(path("/validity"), {
    isStopped: false,
    startsAt: null,
    expiresAt: null,
    reason: "人事異動",
    ...more,
  });
const audited = async (action: string) => {
  const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select("payload")
        .where("tenant_id", "=", tenantId)
        .where("action", "=", action),
    ),
  );
  return rows.map(({ payload }) => JSON.parse(payload!));
};
const setAccount = (values: object) =>
  server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(build.updateTable("account").set(values).where("id", "=", person.id)),
  );

describe("who may", () => {
  test("an administrator in the hall only: not outside, not over oneself, not over another municipality", async () => {
    const outside = await server.as(administrator, "internet");
    const refused = await outside.get("/api/v1/accounts");
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "account.in-the-hall-only"]);
    const own = await admin.post(`/api/v1/accounts/${administrator.id}/password-reset`, { reason: "x" });
    expect([own.status, own.body.facts.ruleId]).toEqual([403, "account.not-oneself"]);
    const elsewhere = await buildMunicipality(server.database);
    const stranger = await buildPerson(server.database, elsewhere);
    for (const answer of [
      await admin.get(`/api/v1/accounts/${stranger.id}`),
      await admin.post(`/api/v1/accounts/${stranger.id}/password-reset`, { reason: "x" }),
      await admin.post(`/api/v1/accounts/${stranger.id}/end-sessions`, { reason: "x" }),
      await admin.get("/api/v1/accounts/not-an-id"),
    ])
      expect([answer.status, answer.body.code]).toEqual([404, "not-found"]);
    const guest = await server.as(
      await buildPerson(server.database, tenantId, { kind: "guest" }),
      "internet",
    );
    expect((await guest.get("/api/v1/accounts")).status).toBe(404);
    const clerk = await server.as(person);
    const clerks = await clerk.get("/api/v1/accounts");
    expect([clerks.status, clerks.body.facts.ruleId]).toEqual([403, "account.administrators-only"]);
  });

  test("nothing is done without a reason", async () => {
    for (const body of [{}, { reason: "" }, { reason: "   " }])
      expect((await admin.post(path("/password-reset"), body)).status).toBe(400);
  });
});

test("accounts are found by name, kana, romaji, login id, section and state, page by page", async () => {
  const { id: sectionId } = await buildSection(server.database, tenantId, { name: "財政課" });
  const inSection = await buildPerson(server.database, tenantId, {
    sectionId,
    name: "鈴木 一郎",
    kana: "すずき いちろう",
  });
  const find = async (query: string) =>
    (await admin.get(`/api/v1/accounts?${query}`)).body.items.map((item: any) => item.person.id);
  for (const word of ["佐藤", "さとう", "sato", person.loginId.toUpperCase(), "ハナコ"])
    expect(await find(`q=${encodeURIComponent(word)}`), word).toContain(person.id);
  expect(await find(`q=${encodeURIComponent("財政")}`)).toEqual([inSection.id]);
  expect(await find(`q=${encodeURIComponent("いない人")}`)).toEqual([]);
  await setAccount({ expires_at: new Date(clock.now().getTime() - 1) });
  expect(await find("state=expired")).toEqual([person.id]);
  const seen: string[] = [];
  let next: string | null = "";
  while (next !== null) {
    const page: any = (await admin.get(`/api/v1/accounts?limit=1${next ? `&cursor=${next}` : ""}`)).body;
    seen.push(...page.items.map((item: any) => item.person.id));
    next = page.next;
  }
  expect(seen.sort()).toEqual([administrator.id, person.id, inSection.id].sort());
});

test("a handed-over password ends after three days, or when the municipality says so, from a day on", async () => {
  const reset = async () => (await admin.post(path("/password-reset"), { reason: "忘れた" })).body.password;
  const rules = (more: object) => admin.put("/api/v1/sign-in-rules", { reason: "見直し", ...more });
  const first = await reset();
  const far = { expiresAt: new Date(clock.now().getTime() + 300 * 3_600_000) };
  admin = Object.assign(server.anonymous(), {
    token: (await buildSession(server.database, administrator, far)).token,
  });
  clock.advance(72 * 3_600_000 - 1);
  expect((await signIn({ password: first })).body.code).toBe("password-change-required");
  clock.advance(1);
  const over = await signIn({ password: first, newPassword: own });
  expect([over.status, over.body.code]).toEqual([403, "one-time-password-over"]);
  // Somebody who only guesses learns nothing of it.
  expect((await signIn({ password: "x" })).body.code).toBe("sign-in-failed");
  expect((await rules({ oneTimePasswordHours: 0 })).status).toBe(400);
  const changed = await rules({ oneTimePasswordHours: 24 });
  expect(changed.body).toMatchObject({ oneTimePasswordHours: 24, versions: [{ oneTimePasswordHours: 24 }] });
  const later = await rules({ oneTimePasswordHours: 2, from: "2999-04-01" });
  expect([later.body.oneTimePasswordHours, later.body.versions.length]).toEqual([24, 2]);
  expect((await rules({ oneTimePasswordHours: 3, from: "2999-04-01" })).body.code).toBe("conflict");
  const second = await reset();
  clock.advance(24 * 3_600_000 - 1);
  expect((await signIn({ password: second, newPassword: own })).status).toBe(201);
  clock.advance(3_600_000);
  // One's own password has no end.
  expect((await signIn({ password: own })).status).toBe(201);
  // Who hands passwords over does not decide for how long they can be used.
  const accountsOnly = await buildPerson(server.database, tenantId, { offices: ["accounts"] });
  clock.set(new Date());
  const refused = await (await server.as(accountsOnly)).put("/api/v1/sign-in-rules", {
    oneTimePasswordHours: 336,
    reason: "楽をしたい",
  });
  expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "account.administrators-only"]);
});

test("a reset shows a password once, ends every session, and the password must be changed at the first sign-in", async () => {
  const theirs = await server.as(person, "internet");
  const stream = await theirs.stream();
  const reset = await admin.post(path("/password-reset"), { reason: "忘れたとの申し出。窓口で本人を確認" });
  expect(reset.status).toBe(200);
  expect(reset.body).toEqual({
    loginId: person.loginId,
    password: expect.stringMatching(/^[a-z2-9-]{19}$/),
    until: new Date(clock.now().getTime() + 72 * 3_600_000).toISOString(),
  });
  await stream.untilClosed();
  expect((await theirs.get("/api/v1/me")).status).toBe(401);
  expect((await signIn()).body.code).toBe("sign-in-failed");
  const { password } = reset.body;
  expect((await signIn({ password })).body.code).toBe("password-change-required");
  expect((await signIn({ password, newPassword: own })).status).toBe(201);
  expect((await signIn({ password })).body.code).toBe("sign-in-failed");
  const [entry] = await audited("password.reset");
  expect(entry).toMatchObject({
    actor: administrator.id,
    subject: person.id,
    rule: "account.administrator-manages",
    facts: { reason: "忘れたとの申し出。窓口で本人を確認", sessionsEnded: 1 },
  });
  expect(JSON.stringify(entry)).not.toContain(password);
  // Again makes another one: the first is worthless.
  const again = await admin.post(path("/password-reset"), { reason: "紙をなくした" });
  expect(again.body.password).not.toBe(password);
});

test("the operator at the server helps the last administrator", async () => {
  const done = await resetPasswordAtConsole(
    server.database,
    clock,
    tenantId,
    ` ${administrator.loginId.toUpperCase()} `,
  );
  expect(done.ended).toHaveLength(1);
  person = administrator;
  expect((await signIn({ password: done.password, newPassword: own })).status).toBe(201);
  expect((await audited("password.reset"))[0]).toMatchObject({
    system: "console",
    subject: administrator.id,
  });
  await expect(resetPasswordAtConsole(server.database, clock, tenantId, "nobody")).rejects.toThrow(
    "not-found",
  );
});

test("a lost second factor is taken off with a reason; the next sign-in registers another, for three days", async () => {
  const remove = () =>
    admin.post(path("/authenticator-removal"), { reason: "スマートフォンの紛失", confirmedBy: "call-back" });
  const theirs = await server.as(person, "internet");
  const made = await theirs.post("/api/v1/me/recovery-codes", {
    password: testPassword,
    totp: await totpAt(secret, clock.now()),
  });
  expect((await remove()).body).toEqual({ ended: 1 });
  clock.advance(30_000);
  const old = await totpAt(secret, clock.now());
  expect((await signIn({ totp: old }, "internet")).body.code).toBe("totp-failed");
  expect((await signIn({ recoveryCode: made.body.recoveryCodes[0] }, "internet")).body.code).toBe(
    "totp-registration-required",
  );
  const asked = await signIn({}, "internet");
  const totp = await totpAt(asked.body.facts.totpSecret, clock.now());
  expect((await signIn({ totp }, "internet")).status).toBe(201);
  expect((await audited("authenticator.removed"))[0].facts).toMatchObject({ confirmedBy: "call-back" });

  await remove();
  const openUntil = new Date((await admin.get(path())).body.registrationOpenUntil).getTime();
  expect(openUntil - clock.now().getTime()).toBe(72 * 3_600_000);
  await setAccount({ totp_open_until: clock.now() });
  expect((await signIn({}, "internet")).body.code).toBe("totp-not-set-up");
});

describe("an account", () => {
  test("is stopped at once: no session, no stream, no sign-in; and used again", async () => {
    const theirs = await server.as(person);
    const stream = await theirs.stream();
    expect((await validity({ isStopped: true })).body).toEqual({ ended: 1 });
    await stream.untilClosed();
    expect((await theirs.get("/api/v1/me")).status).toBe(401);
    expect((await signIn()).body.code).toBe("sign-in-failed");
    expect((await admin.get(path())).body.state).toBe("stopped");
    expect((await validity({})).status).toBe(200);
    expect((await signIn()).status).toBe(201);
    expect(await audited("account.stopped")).toHaveLength(1);
  });

  test("ends at its time by itself: the stream closes then, without anybody asking", async () => {
    const theirs = await server.as(person);
    const stream = await theirs.stream();
    const expiresAt = new Date(clock.now().getTime() + 1000).toISOString();
    expect((await validity({ expiresAt })).body).toEqual({ ended: 0 });
    expect((await theirs.get("/api/v1/me")).status).toBe(200);
    expect(stream.closed).toBeUndefined();
    // The timer sleeps a real second and then asks the clock.
    clock.advance(1000);
    await stream.until((frame) => frame.type === "session.ended");
    await stream.untilClosed();
    expect((await theirs.get("/api/v1/me")).status).toBe(401);
    expect((await audited("session.ended"))[0]).toMatchObject({
      system: "account-ends",
      rule: "account.ended",
    });
    expect((await admin.get(path())).body.state).toBe("expired");
  });

  test("that begins later cannot be used before; an end before the beginning is refused", async () => {
    const later = new Date(clock.now().getTime() + 60_000).toISOString();
    await server.as(person);
    expect((await validity({ startsAt: later })).body).toEqual({ ended: 1 });
    expect((await signIn()).body.code).toBe("sign-in-failed");
    clock.advance(60_000);
    expect((await signIn()).status).toBe(201);
    const wrong = await validity({ startsAt: later, expiresAt: new Date(0).toISOString() });
    expect(wrong.status).toBe(400);
  });

  test("shows its sessions to the administrator, who ends one or, when a phone was stolen, all", async () => {
    const [one, two, three] = [
      await server.as(person),
      await server.as(person),
      await server.as(person, "internet"),
    ];
    const stream = await three.stream();
    const shown = await admin.get(path());
    expect(shown.body.sessions).toHaveLength(3);
    expect(shown.body.liveSessions).toBe(3);
    const first = (await one.get("/api/v1/me")).body.session.id;
    const end = (id: string) => admin.post(path(`/sessions/${id}/end`), { reason: "共用端末の消し忘れ" });
    expect((await end(first)).body).toEqual({ ended: 1 });
    expect((await one.get("/api/v1/me")).status).toBe(401);
    expect((await two.get("/api/v1/me")).status).toBe(200);
    expect((await end(first)).status).toBe(404);
    expect((await end(newId())).status).toBe(404);
    expect((await admin.post(path("/end-sessions"), { reason: "スマートフォンの盗難" })).body).toEqual({
      ended: 2,
    });
    await stream.untilClosed();
    expect((await two.get("/api/v1/me")).status).toBe(401);
    expect((await audited("session.ended")).at(-1).facts).toMatchObject({ reason: "スマートフォンの盗難" });
  });
});

test("what is old is removed after its retention, and nothing younger", async () => {
  const day = 86_400_000;
  const now = clock.now();
  const before = (days: number) => new Date(now.getTime() - days * day);
  const [young, old] = [
    await buildSession(server.database, person),
    await buildSession(server.database, person),
  ];
  await server.database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(
      build
        .updateTable("session")
        .set({ ended_at: before(89) })
        .where("id", "=", young.sessionId),
    );
    await tx.run(
      build
        .updateTable("session")
        .set({ ended_at: before(91) })
        .where("id", "=", old.sessionId),
    );
    await tx.run(
      build
        .updateTable("device")
        .set({ created_at: before(91) })
        .where("account_id", "=", person.id),
    );
    // What hangs on a session goes with it.
    await tx.run(
      build.insertInto("push_subscription").values({
        tenant_id: tenantId,
        id: newId(),
        account_id: person.id,
        device_id: old.deviceId,
        session_id: old.sessionId,
        endpoint: "https://push.example/1",
        endpoint_hash: Buffer.alloc(32),
        language: "ja",
        created_at: before(91),
      }),
    );
    for (const [key, days] of [
      ["young", 12],
      ["old", 15],
    ] as const)
      await tx.run(
        build.insertInto("idempotency_key").values({
          tenant_id: tenantId,
          account_id: person.id,
          key,
          route: "x",
          request_hash: Buffer.alloc(32),
          status: 201,
          response: "{}",
          created_at: before(days),
        }),
      );
  });
  await signIn({ password: "wrong" });
  expect(await forgetOldSignIns(server.database, tenantId, now)).toEqual({
    sessions: 1,
    devices: 1,
    guesses: 0,
  });
  expect(await forgetIdempotencyKeys(server.database, tenantId, now)).toBe(1);
  const tomorrow = new Date(now.getTime() + day + 1);
  expect((await forgetOldSignIns(server.database, tenantId, tomorrow)).guesses).toBe(3);
  expect(await forgetIdempotencyKeys(server.database, tenantId, tomorrow)).toBe(0);
});
