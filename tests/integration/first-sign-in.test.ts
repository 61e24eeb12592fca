import { afterAll, beforeAll, expect, test } from "vitest";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

test("the first sign-in chooses one's own password and signs in, in one step; weak ones change nothing", async () => {
  const slug = "first-city";
  const tenantId = await buildMunicipality(server.database, { slug });
  const secret = newTotpSecret();
  const person = await buildPerson(server.database, tenantId, {
    mustChangePassword: true,
    totp: { keyring: server.keyring, secret },
  });
  const base = { loginId: person.loginId, tenant: slug };
  const signIn = (zone: "lgwan" | "internet", more: object) =>
    server.anonymous(zone).post("/api/v1/sessions", { ...base, ...more });
  const own = "山の上の小さな図書館と川下の橋";

  const asked = await signIn("lgwan", { password: testPassword });
  expect([asked.status, asked.body.code]).toEqual([403, "password-change-required"]);
  for (const newPassword of [
    "短い",
    `${person.loginId}-and-more`,
    "ああああああああああああ",
    testPassword,
  ]) {
    const refused = await signIn("lgwan", { password: testPassword, newPassword });
    expect([refused.status, refused.body.code]).toEqual([400, "password-too-weak"]);
  }
  // Without the second factor nothing changes on the Internet side.
  const without = await signIn("internet", { password: testPassword, newPassword: own });
  expect([without.status, without.body.code]).toEqual([401, "totp-required"]);

  const totp = await totpAt(secret, new Date());
  const done = await signIn("internet", { password: testPassword, newPassword: own, totp });
  expect(done.status).toBe(201);
  expect((await signIn("lgwan", { password: testPassword })).body.code).toBe("sign-in-failed");
  expect((await signIn("lgwan", { password: own })).status).toBe(201);
});
