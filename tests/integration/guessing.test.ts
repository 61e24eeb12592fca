import { afterAll, beforeAll, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

/** Time stands still unless a test moves it: nothing refills, however slow the machine is. */
const clock = fixedClock("2026-11-21T01:00:00Z");
const slug = "guessed";
let server: TestServer;
let tenantId: string;

beforeAll(async () => {
  server = await startTestServer({
    clock,
    rateFactor: 1,
    listeners: { trustedProxies: ["127.0.0.1/32"], sharedAddresses: ["203.0.113.9/32"] },
  });
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
});
afterAll(() => server.stop());

type Try = { address?: string; cookie?: string; password?: string; zone?: "lgwan" | "internet" } & Record<
  string,
  unknown
>;

async function tryOnce(loginId: string, given: Try = {}) {
  const { address = "198.51.100.1", cookie, password = "wrong", zone = "lgwan", ...more } = given;
  const response = await fetch(`${server.url(zone)}/api/v1/sessions`, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      "x-forwarded-for": address,
      "x-chonai-client": "web",
      ...(cookie && { cookie }),
    },
    body: JSON.stringify({ tenant: slug, loginId, password, ...more }),
  });
  const body = (await response.json()) as { code?: string; facts?: { seconds?: number }; detail?: string };
  return { status: response.status, body, cookies: response.headers.getSetCookie() };
}

const deviceCookie = (cookies: readonly string[]) =>
  cookies.find((cookie) => cookie.startsWith("chonai_lgwan_device="))!.split(";")[0]!;

async function tryOften(times: number, loginId: string, given: (index: number) => Try = () => ({})) {
  const statuses: number[] = [];
  for (let index = 0; index < times; index++) statuses.push((await tryOnce(loginId, given(index))).status);
  return statuses;
}

test("the wait doubles with every further wrong password, and a restart does not shorten it", async () => {
  const person = await buildPerson(server.database, tenantId);
  const address = "198.51.100.10";
  expect(await tryOften(6, person.loginId, () => ({ address }))).toEqual(Array(6).fill(401));
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    const refused = await tryOnce(person.loginId, { address });
    expect(refused.body.code).toBe("rate-limited");
    waits.push(refused.body.facts!.seconds!);
    clock.advance(waits.at(-1)! * 1000);
    expect((await tryOnce(person.loginId, { address })).status).toBe(401);
  }
  expect(waits).toEqual([2, 4, 8, 16]);
  await server.restart(async () => {});
  expect((await tryOnce(person.loginId, { address })).body.facts!.seconds).toBe(32);
  // Not even the right password gets through meanwhile: the answer would tell that it was right.
  expect((await tryOnce(person.loginId, { address, password: testPassword })).status).toBe(429);
});

test("a login id that does not exist waits exactly like one that does", async () => {
  const person = await buildPerson(server.database, tenantId);
  const seen = [];
  for (const loginId of [person.loginId, "nobody.at.all"]) {
    const answers = [];
    for (let i = 0; i < 8; i++)
      answers.push(await tryOnce(loginId, { address: `198.51.101.${loginId.length}` }));
    seen.push(answers.map(({ status, body }) => [status, body.code, body.facts?.seconds, body.detail]));
  }
  expect(seen[1]).toEqual(seen[0]);
});

test("many tries at the same moment are many", async () => {
  const person = await buildPerson(server.database, tenantId);
  const answers = await Promise.all(
    Array.from({ length: 30 }, () => tryOnce(person.loginId, { address: "198.51.102.1" })),
  );
  expect(answers.filter(({ status }) => status === 401)).toHaveLength(6);
});

test("an attacker elsewhere does not keep the owner's own device out, nor a new one for long", async () => {
  const person = await buildPerson(server.database, tenantId);
  const before = await tryOnce(person.loginId, { password: testPassword, address: "198.51.100.50" });
  expect(before.status).toBe(201);
  const cookie = deviceCookie(before.cookies);
  // From ever new addresses, so that only the login id itself is what they have in common.
  const storm = await tryOften(40, person.loginId, (index) => ({ address: `192.0.2.${index}` }));
  expect(storm.filter((status) => status === 401)).toHaveLength(21);
  expect((await tryOnce(person.loginId, { password: testPassword, cookie })).status).toBe(201);
  const elsewhere = await tryOnce(person.loginId, { password: testPassword, address: "198.51.100.51" });
  expect(elsewhere.status).toBe(429);
  expect(elsewhere.body.facts!.seconds).toBeLessThanOrEqual(30);
  // The other side counts apart: the terminal in the hall is not held up by the Internet, nor the other way round.
  const secret = newTotpSecret();
  const sealed = server.keyring.seal("totp", `${tenantId} ${person.id}`, Buffer.from(secret));
  await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(build.updateTable("account").set({ totp_secret: sealed }).where("id", "=", person.id)),
  );
  const outside = await tryOnce(person.loginId, {
    password: testPassword,
    zone: "internet",
    address: "198.51.100.52",
    totp: await totpAt(secret, clock.now()),
  });
  expect(outside.status).toBe(201);
});

test("a device's own budget is for its own account only, and ends too", async () => {
  const [owner, victim] = [
    await buildPerson(server.database, tenantId),
    await buildPerson(server.database, tenantId),
  ];
  const address = "198.51.103.1";
  const cookie = deviceCookie((await tryOnce(owner.loginId, { password: testPassword, address })).cookies);
  expect(await tryOften(8, victim.loginId, () => ({ cookie, address }))).toEqual([
    ...Array(6).fill(401),
    429,
    429,
  ]);
  expect(await tryOften(8, owner.loginId, () => ({ cookie, address }))).toEqual([
    ...Array(6).fill(401),
    429,
    429,
  ]);
});

test("a hall behind one address signs in together; one address elsewhere is held up when it tries many ids", async () => {
  const hall = "203.0.113.9";
  const inHall = await tryOften(130, "x", (index) => ({ address: hall, loginId: `hall-${index}` }));
  expect(inHall).toEqual(Array(130).fill(401));
  const elsewhere = await tryOften(130, "x", (index) => ({
    address: "192.0.2.200",
    loginId: `out-${index}`,
  }));
  expect(elsewhere.filter((status) => status === 401)).toHaveLength(101);
  // Of one IPv6 network everybody has more addresses than can be counted.
  const ipv6 = await tryOften(130, "x", (index) => ({
    address: `2001:db8:1:2::${index.toString(16)}`,
    loginId: `six-${index}`,
  }));
  expect(ipv6.filter((status) => status === 401)).toHaveLength(101);
});

test("whoever knows the password still cannot try codes for long", async () => {
  const secret = newTotpSecret();
  const person = await buildPerson(server.database, tenantId, { totp: { keyring: server.keyring, secret } });
  const address = "198.51.104.1";
  const guess = (index: number): Try => ({
    zone: "internet",
    address,
    password: testPassword,
    totp: String(100_000 + index),
  });
  expect(await tryOften(8, person.loginId, guess)).toEqual([...Array(6).fill(401), 429, 429]);
  const codes = (index: number): Try => ({
    zone: "internet",
    address,
    password: testPassword,
    recoveryCode: `aaaa-bbbb-cc${index}c`,
  });
  expect(await tryOften(2, person.loginId, codes)).toEqual([429, 429]);
});

test("refused sign-ins are in the audit record, a storm of them as few entries", async () => {
  const city = await buildMunicipality(server.database, { slug: "recorded" });
  server.chonai.tenants.forget();
  const person = await buildPerson(server.database, city);
  const entries = async () =>
    (
      await server.database.transaction(scopeOf(city), (tx) =>
        tx.all(
          build
            .selectFrom("audit_entry")
            .select(["payload", "subject_id"])
            .where("tenant_id", "=", city)
            .where("action", "=", "session.refused"),
        ),
      )
    ).map(({ payload, subject_id }) => ({ subject: subject_id, ...JSON.parse(payload!).facts }));
  const tenant = "recorded";
  await tryOnce(person.loginId, { tenant, address: "198.51.105.1" });
  expect(await entries()).toEqual([
    { subject: person.id, zone: "lgwan", address: "198.51.105.1", why: "password", count: 1 },
  ]);
  // What somebody typed into the wrong field is not kept.
  await tryOnce("my secret passphrase", { tenant, address: "198.51.105.1" });
  expect(JSON.stringify(await entries())).not.toContain("secret");
  for (let index = 0; index < 130; index++)
    await tryOnce(person.loginId, { tenant, address: `198.51.106.${index}` });
  expect((await entries()).length).toBeLessThanOrEqual(60);
  await server.restart(async () => {});
  const all = await entries();
  expect(all.length).toBeLessThanOrEqual(130);
  expect(all.reduce((sum, { count }) => sum + count, 0)).toBe(132);
});
