import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { Authenticator } from "#tests/support/authenticator.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock(new Date());
const minute = 60_000;
let server: TestServer;
let tenantId: string;
let slug: string;
let cities = 0;
let person: BuiltPerson;
let totpSecret: string;
let origin: string;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
  // Browsers know passkeys at names alone, and without https only on the device itself.
  origin = server.url("internet").replace("127.0.0.1", "localhost");
});
afterAll(() => server.stop());
beforeEach(async () => {
  slug = `passkeys-${++cities}`;
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  totpSecret = newTotpSecret();
  person = await buildPerson(server.database, tenantId, {
    totp: { keyring: server.keyring, secret: totpSecret },
  });
});

const outside = () => new ApiClient(origin, undefined);
const as = async (who: BuiltPerson) => new ApiClient(origin, (await server.as(who, "internet")).token);
const freshCode = () => {
  clock.advance(minute);
  return totpAt(totpSecret, clock.now());
};

async function register(device: Authenticator, client: ApiClient, from = origin) {
  const proposal = await client.post("/api/v1/me/passkeys/proposal", {
    password: testPassword,
    totp: await freshCode(),
  });
  expect(proposal.status).toBe(200);
  const credential = device.create(proposal.body, from);
  return client.post("/api/v1/me/passkeys", { name: "試験のスマートフォン", credential });
}

const challenge = async () => (await outside().post("/api/v1/passkey-challenges", { tenant: slug })).body;
const signIn = (passkey: unknown) => outside().post("/api/v1/passkey-sessions", { tenant: slug, passkey });
const outcome = async (answer: Promise<{ status: number; body: any }>) => {
  const { status, body } = await answer;
  return body?.code ?? status;
};

test("a passkey is registered with password and code, and signs in alone", async () => {
  const device = new Authenticator();
  const client = await as(person);
  expect((await client.post("/api/v1/me/passkeys/proposal", { password: testPassword })).body.code).toBe(
    "second-factor-required",
  );
  expect((await register(device, client)).status).toBe(201);
  const list = await client.get("/api/v1/me/passkeys");
  expect(list.body).toMatchObject({
    items: [{ name: "試験のスマートフォン", domain: "localhost", lastUsedAt: null }],
    isPossibleHere: true,
  });
  const answer = await signIn(device.get(await challenge(), origin));
  expect(answer).toMatchObject({ status: 201, body: { zone: "internet", account: { id: person.id } } });
  // A bare address has no passkeys.
  expect(
    (await server.anonymous("internet").post("/api/v1/passkey-challenges", { tenant: slug })).body.code,
  ).toBe("passkey-not-here");
});

test("an answer is good once, for its own page, its own purpose, in its time, and only when the holder was checked", async () => {
  const device = new Authenticator();
  await register(device, await as(person));
  const shown = device.get(await challenge(), origin);
  expect(await outcome(signIn(shown))).toBe(201);
  // The same bytes again, also at the same moment.
  expect(await outcome(signIn(shown))).toBe("passkey-refused");
  const twice = device.get(await challenge(), origin);
  expect((await Promise.all([outcome(signIn(twice)), outcome(signIn(twice))])).sort()).toEqual([
    201,
    "passkey-refused",
  ]);
  // A page that passes on what was meant for ours.
  expect(await outcome(signIn(device.get(await challenge(), "https://localhost.evil.example")))).toBe(
    "passkey-refused",
  );
  const elsewhere = { ...(await challenge()), rpId: "evil.example" };
  expect(await outcome(signIn(device.get(elsewhere, origin)))).toBe("passkey-refused");
  // Nobody was checked: good as a second factor, not alone.
  expect(await outcome(signIn(device.get(await challenge(), origin, { isVerified: false })))).toBe(
    "passkey-refused",
  );
  // A copy's counter stands still.
  expect(await outcome(signIn(device.get(await challenge(), origin, { counter: 1 })))).toBe(
    "passkey-refused",
  );
  device.counter = 10;
  const old = device.get(await challenge(), origin);
  clock.advance(6 * minute);
  expect(await outcome(signIn(old))).toBe("passkey-refused");
  const madeUp = { challenge: Buffer.alloc(56, 7).toString("base64url"), rpId: "localhost" };
  expect(await outcome(signIn(device.get(madeUp, origin)))).toBe("passkey-refused");
  // Of another municipality; and a device that nobody knows.
  const otherSlug = `passkeys-${++cities}`;
  await buildMunicipality(server.database, { slug: otherSlug });
  server.chonai.tenants.forget();
  const foreign = (await outside().post("/api/v1/passkey-challenges", { tenant: otherSlug })).body;
  expect(await outcome(signIn(device.get(foreign, origin)))).toBe("passkey-refused");
  expect(await outcome(signIn(new Authenticator().get(await challenge(), origin)))).toBe("passkey-refused");
  expect(await outcome(signIn(device.get(await challenge(), origin)))).toBe(201);
});

test("a passkey stands in the place of the code, after the right password alone", async () => {
  const device = new Authenticator();
  await register(device, await as(person));
  const password = (more: Record<string, unknown>) =>
    outside().post("/api/v1/sessions", {
      tenant: slug,
      loginId: person.loginId,
      password: testPassword,
      ...more,
    });
  const asked = await password({});
  expect(asked.body).toMatchObject({ code: "totp-required", facts: { hasApp: true } });
  const { passkey } = asked.body.facts;
  expect(passkey.allowCredentials.map(({ id }: { id: string }) => id)).toEqual([
    device.id.toString("base64url"),
  ]);
  // With a wrong password nobody learns of passkeys.
  expect((await password({ password: "wrong" })).body.facts.passkey).toBeUndefined();
  expect(await outcome(password({ passkey: device.get(await challenge(), origin) }))).toBe("passkey-refused");
  expect(await outcome(password({ passkey: device.get(passkey, origin, { isVerified: false }) }))).toBe(201);
  // The challenge of the second factor opens nothing alone.
  const again = (await password({})).body.facts.passkey;
  expect(await outcome(signIn(device.get(again, origin)))).toBe("passkey-refused");
  // Nor does that of one account serve another.
  const colleague = await buildPerson(server.database, tenantId, {
    totp: { keyring: server.keyring, secret: totpSecret },
  });
  const theirs = new Authenticator();
  await register(theirs, await as(colleague));
  const third = (await password({})).body.facts.passkey;
  expect(await outcome(password({ passkey: theirs.get(third, origin) }))).toBe("passkey-refused");
});

test("a proposal is this session's; what was registered for another page, or twice, is refused", async () => {
  const device = new Authenticator();
  const client = await as(person);
  expect(await outcome(register(device, client, "https://evil.example"))).toBe("passkey-refused");
  const proposal = await client.post("/api/v1/me/passkeys/proposal", {
    password: testPassword,
    totp: await freshCode(),
  });
  const body = { name: "鍵", credential: device.create(proposal.body, origin) };
  expect(await outcome((await as(person)).post("/api/v1/me/passkeys", body))).toBe("passkey-refused");
  expect(await outcome(client.post("/api/v1/me/passkeys", body))).toBe(201);
  expect(await outcome(client.post("/api/v1/me/passkeys", body))).toBe("passkey-refused");
  expect(await outcome(register(device, client))).toBe("passkey-refused");
});

test("a removed passkey no longer opens; somebody else's is unknown; an administrator takes them off with the app", async () => {
  const device = new Authenticator();
  const client = await as(person);
  const { id } = (await register(device, client)).body;
  const colleague = await as(await buildPerson(server.database, tenantId));
  const remove = (who: ApiClient, password = testPassword, which = id) =>
    outcome(who.post(`/api/v1/me/passkeys/${which}/removal`, { password }));
  expect(await remove(colleague)).toBe("not-found");
  expect(await remove(client, testPassword, newId())).toBe("not-found");
  expect(await remove(client, "wrong")).toBe("password-wrong");
  expect(await remove(client)).toBe(204);
  expect(await outcome(signIn(device.get(await challenge(), origin)))).toBe("passkey-refused");

  const second = new Authenticator();
  await register(second, client);
  const administrator = await server.as(
    await buildPerson(server.database, tenantId, { isAdministrator: true }),
  );
  const lost = { reason: "スマートフォンの紛失", confirmedBy: "in-person" };
  expect((await administrator.post(`/api/v1/accounts/${person.id}/authenticator-removal`, lost)).status).toBe(
    200,
  );
  expect(await outcome(signIn(second.get(await challenge(), origin)))).toBe("passkey-refused");
});

test("a passkey opens no account that is stopped, nor a side on which it may not be used", async () => {
  const device = new Authenticator();
  await register(device, await as(person));
  const administrator = await server.as(
    await buildPerson(server.database, tenantId, { isAdministrator: true }),
  );
  const stop = { isStopped: true, startsAt: null, expiresAt: null, reason: "休職" };
  expect((await administrator.put(`/api/v1/accounts/${person.id}/validity`, stop)).status).toBe(200);
  expect(await outcome(signIn(device.get(await challenge(), origin)))).toBe("passkey-refused");
});
