import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const clock = fixedClock(new Date());
const own = "山の上の小さな図書館と川下の橋";
let server: TestServer;
let tenantId: string;
let slug: string;
let cities = 0;
let secret: string;
let person: BuiltPerson;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());
beforeEach(async () => {
  slug = `own-${++cities}`;
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  secret = newTotpSecret();
  person = await buildPerson(server.database, tenantId, { totp: { keyring: server.keyring, secret } });
});

const signIn = (more: object = {}, zone: "lgwan" | "internet" = "lgwan") =>
  server
    .anonymous(zone)
    .post("/api/v1/sessions", { tenant: slug, loginId: person.loginId, password: testPassword, ...more });
const code = () => totpAt(secret, clock.now());
const actions = async () =>
  (
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build.selectFrom("audit_entry").select("action").where("tenant_id", "=", tenantId).orderBy("id"),
      ),
    )
  ).map(({ action }) => action);

describe("the password", () => {
  test("is changed with the present one; every other session ends, this one stays", async () => {
    const here = await server.as(person);
    const other = await server.as(person, "internet");
    const stream = await other.stream();
    const wrong = await here.put("/api/v1/me/password", { password: "wrong", newPassword: own });
    expect([wrong.status, wrong.body.code]).toEqual([403, "password-wrong"]);
    for (const newPassword of ["short", `${slug}-2026-0401`, testPassword, "Reiwa8nendo2026"]) {
      const weak = await here.put("/api/v1/me/password", { password: testPassword, newPassword });
      expect([weak.status, weak.body.code], newPassword).toEqual([400, "password-too-weak"]);
    }
    expect((await other.get("/api/v1/me")).status).toBe(200);

    const changed = await here.put("/api/v1/me/password", { password: testPassword, newPassword: own });
    expect([changed.status, changed.body]).toEqual([200, { ended: 1 }]);
    await stream.untilClosed();
    expect((await other.get("/api/v1/me")).status).toBe(401);
    expect((await here.get("/api/v1/me")).status).toBe(200);
    expect((await signIn()).body.code).toBe("sign-in-failed");
    expect((await signIn({ password: own })).status).toBe(201);
    const security = await here.get("/api/v1/me/security");
    expect(security.body.passwordChangedAt).toBe(clock.now().toISOString());
    expect(await actions()).toContain("password.changed");
  });

  test("of two changes at the same moment one is kept", async () => {
    const [a, b] = [await server.as(person), await server.as(person)];
    const answers = await Promise.all(
      [a, b].map((client, index) =>
        client.put("/api/v1/me/password", { password: testPassword, newPassword: `${own}${index}番目` }),
      ),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
  });
});

describe("the second factor", () => {
  test("is replaced with password and present code; the new app counts from its first code, the old one no longer", async () => {
    const here = await server.as(person);
    const propose = (proof: object) =>
      here.post("/api/v1/me/authenticator", { password: testPassword, ...proof });
    expect((await propose({})).body.code).toBe("second-factor-required");
    expect((await propose({ totp: "000000" })).body.code).toBe("second-factor-wrong");
    expect((await propose({ totp: await code(), password: "wrong" })).body.code).toBe("password-wrong");
    const proposed = await propose({ totp: await code() });
    expect(proposed.status).toBe(200);
    clock.advance(30_000);
    // Proposed is not in force: the old app still signs in.
    expect((await signIn({ totp: await code() }, "internet")).status).toBe(201);
    const wrong = await here.put("/api/v1/me/authenticator", { totp: await code() });
    expect(wrong.body.code).toBe("second-factor-wrong");
    const fresh = await totpAt(proposed.body.totpSecret, clock.now());
    const confirmed = await here.put("/api/v1/me/authenticator", { totp: fresh });
    expect(confirmed.status).toBe(200);
    expect(new Set(confirmed.body.recoveryCodes).size).toBe(10);
    clock.advance(30_000);
    expect((await signIn({ totp: await code() }, "internet")).body.code).toBe("totp-failed");
    const next = await totpAt(proposed.body.totpSecret, clock.now());
    expect((await signIn({ totp: next }, "internet")).status).toBe(201);
    expect(await actions()).toContain("authenticator.registered");
  });

  test("a recovery code replaces the app once, however it is typed, also for two requests at the same moment", async () => {
    const here = await server.as(person);
    const made = await here.post("/api/v1/me/recovery-codes", { password: testPassword, totp: await code() });
    const codes: string[] = made.body.recoveryCodes;
    expect(codes).toHaveLength(10);
    for (const each of codes) expect(each).toMatch(/^[a-z2-9]{4}-[a-z2-9]{4}-[a-z2-9]{4}$/);
    expect((await here.get("/api/v1/me/security")).body.recoveryCodesLeft).toBe(10);

    expect(
      (await signIn({ recoveryCode: codes[0]!.toUpperCase().replaceAll("-", " ") }, "internet")).status,
    ).toBe(201);
    expect((await signIn({ recoveryCode: codes[0] }, "internet")).body.code).toBe("totp-failed");
    const both = await Promise.all([1, 2, 3].map(() => signIn({ recoveryCode: codes[1] }, "internet")));
    expect(both.filter(({ status }) => status === 201)).toHaveLength(1);
    expect((await here.get("/api/v1/me/security")).body.recoveryCodesLeft).toBe(8);
    // Another's codes are nothing here, and without the password a code is nothing at all.
    expect((await signIn({ recoveryCode: codes[2], password: "wrong" }, "internet")).body.code).toBe(
      "sign-in-failed",
    );
    // New ones with an old one; older ones are gone.
    const again = await here.post("/api/v1/me/recovery-codes", {
      password: testPassword,
      recoveryCode: codes[2],
    });
    expect(again.status).toBe(200);
    expect((await signIn({ recoveryCode: codes[3] }, "internet")).body.code).toBe("totp-failed");
    expect(await actions()).toContain("recovery-code.used");
    const stored = JSON.stringify(
      await server.database.transaction(scopeOf(tenantId), (tx) =>
        tx.all(build.selectFrom("recovery_code").selectAll().where("tenant_id", "=", tenantId)),
      ),
    );
    for (const each of again.body.recoveryCodes) expect(stored).not.toContain(each);
  });

  test("without an app yet it is registered in the hall, not from outside with a password alone", async () => {
    const plain = await buildPerson(server.database, tenantId);
    const outside = await server.as(plain, "internet");
    const refused = await outside.post("/api/v1/me/authenticator", { password: testPassword });
    expect([refused.status, refused.body.code]).toEqual([403, "totp-not-set-up"]);
    const inside = await server.as(plain);
    expect((await inside.get("/api/v1/me/security")).body.authenticator.isRegistered).toBe(false);
    const proposed = await inside.post("/api/v1/me/authenticator", { password: testPassword });
    const fresh = await totpAt(proposed.body.totpSecret, clock.now());
    expect((await inside.put("/api/v1/me/authenticator", { totp: fresh })).status).toBe(200);
    clock.advance(30_000);
    const totp = await totpAt(proposed.body.totpSecret, clock.now());
    person = plain;
    expect((await signIn({ totp }, "internet")).status).toBe(201);
  });

  test("where an administrator has opened it, the first sign-in from outside registers it and gives recovery codes", async () => {
    const plain = await buildPerson(server.database, tenantId, { mustChangePassword: true });
    person = plain;
    expect((await signIn({}, "internet")).body.code).toBe("totp-not-set-up");
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("account")
          .set({ totp_open_until: new Date(clock.now().getTime() + 3_600_000) })
          .where("id", "=", plain.id),
      ),
    );
    expect((await signIn({}, "internet")).body.code).toBe("password-change-required");
    const asked = await signIn({ newPassword: own }, "internet");
    expect([asked.status, asked.body.code]).toEqual([403, "totp-registration-required"]);
    // Asking again shows the same secret: a page that was reloaded does not make the scanned one worthless.
    expect((await signIn({ newPassword: own }, "internet")).body.facts).toEqual(asked.body.facts);
    const totp = await totpAt(asked.body.facts.totpSecret, clock.now());
    const done = await signIn({ newPassword: own, totp }, "internet");
    expect(done.status).toBe(201);
    expect(done.body.recoveryCodes).toHaveLength(10);
    const recoveryCode = done.body.recoveryCodes[0];
    expect((await signIn({ password: own, recoveryCode }, "internet")).status).toBe(201);
    // The door is closed behind it.
    expect((await signIn({ password: own }, "internet")).body.code).toBe("totp-required");
  });
});

describe("sessions", () => {
  const list = async (client: ApiClient) => (await client.get("/api/v1/me/sessions")).body.items as any[];

  test("are listed with this one marked; one or all others are ended, and their streams close", async () => {
    const signedIn = await signIn({ deviceName: "Edge（Windows）" });
    const [here, second, third] = [
      await server.as(person),
      await server.as(person),
      await server.as(person, "internet"),
    ];
    const [streamOfSecond, streamOfThird] = [await second.stream(), await third.stream()];
    const items = await list(here);
    expect(items).toHaveLength(4);
    expect(items.filter((item) => item.isCurrent)).toHaveLength(1);
    expect(items.find((item) => item.id === signedIn.body.session.id)).toMatchObject({
      deviceName: "Edge（Windows）",
      zone: "lgwan",
    });
    const [secondItem] = (await list(second)).filter((item) => item.isCurrent);
    expect((await here.delete(`/api/v1/me/sessions/${secondItem.id}`)).status).toBe(204);
    await streamOfSecond.untilClosed();
    expect((await second.get("/api/v1/me")).status).toBe(401);
    expect((await here.delete(`/api/v1/me/sessions/${secondItem.id}`)).status).toBe(404);

    const rest = await here.post("/api/v1/me/sessions/end-others", undefined);
    expect(rest.body).toEqual({ ended: 2 });
    await streamOfThird.untilClosed();
    expect(await list(here)).toHaveLength(1);
  });

  test("of somebody else are an unknown id", async () => {
    const here = await server.as(person);
    const [item] = await list(here);
    const curious = await server.as(await buildPerson(server.database, tenantId));
    const refused = await curious.delete(`/api/v1/me/sessions/${item.id}`);
    const unknown = await curious.delete(`/api/v1/me/sessions/${newId()}`);
    expect({ ...refused.body, requestId: "" }).toEqual({ ...unknown.body, requestId: "" });
    expect(refused.status).toBe(404);
    expect((await here.get("/api/v1/me")).status).toBe(200);
  });

  test("the same browser is the same device when it signs in again", async () => {
    const first = await signIn();
    const cookie = first.headers
      .getSetCookie()
      .find((each) => each.includes("_device="))!
      .split(";")[0]!;
    await server
      .anonymous()
      .post(
        "/api/v1/sessions",
        { tenant: slug, loginId: person.loginId, password: testPassword },
        { cookie, "x-chonai-client": "web" },
      );
    await signIn();
    const devices = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("device").select("id").where("account_id", "=", person.id)),
    );
    expect(devices).toHaveLength(2);
  });
});
