import { afterAll, beforeAll, expect, test } from "vitest";
import { buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { Outside } from "#tests/support/outside.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

const slug = "racing";
let server: TestServer;
let tenantId: string;
let outside: Outside;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  outside = await Outside.open(server.testDatabase.superuser);
});
afterAll(async () => {
  await outside.close();
  await server.stop();
});

const reason = "端末の紛失";
test.each([
  ["a reset password", "password-reset", { reason }],
  ["a stopped account", "validity", { isStopped: true, startsAt: null, expiresAt: null, reason }],
])(
  "%s ends the session of whoever signs in with the old password at the same moment",
  async (_, what, body) => {
    const administrator = await server.as(
      await buildPerson(server.database, tenantId, { isAdministrator: true }),
    );
    const person = await buildPerson(server.database, tenantId);
    const signIn = async (cookie?: string) => {
      const response = await fetch(`${server.url("lgwan")}/api/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-chonai-client": "web", ...(cookie && { cookie }) },
        body: JSON.stringify({ tenant: slug, loginId: person.loginId, password: testPassword }),
      });
      const cookies = response.headers.getSetCookie().map((each) => each.split(";")[0]!);
      return { status: response.status, cookies, device: cookies.find((each) => each.includes("_device=")) };
    };
    const { device } = await signIn();

    // The sign-in has found the password right and stops before its session is there.
    await outside.hold("select from device where account_id = $1", [person.id]);
    const signingIn = signIn(device);
    await until("the sign-in waits", async () => (await waitingStatements()) === 1);
    let isDone = false;
    const stopping = administrator
      .call(what === "validity" ? "PUT" : "POST", `/api/v1/accounts/${person.id}/${what}`, body)
      .finally(() => {
        isDone = true;
      });
    await until("the other is done or waits", async () => isDone || (await waitingStatements()) === 2);
    await outside.letGo();
    expect((await stopping).status).toBe(200);

    // Whoever is let in again later finds no session that outlived the stop.
    const free = { isStopped: false, startsAt: null, expiresAt: null, reason };
    expect((await administrator.put(`/api/v1/accounts/${person.id}/validity`, free)).status).toBe(200);
    const { cookies } = await signingIn;
    const me = await fetch(`${server.url("lgwan")}/api/v1/me`, { headers: { cookie: cookies.join("; ") } });
    expect(me.status).toBe(401);
  },
);

async function waitingStatements(): Promise<number> {
  const rows = await outside.query<{ count: number }>(
    `select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
  );
  return rows[0]!.count;
}
