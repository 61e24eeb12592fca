import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ConnectionSettings } from "#core/db/index.ts";
import { buildMunicipality, buildPerson, testPassword } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startTestServer();
  folder = mkdtempSync(join(tmpdir(), "chonai-reset-"));
  writeFileSync(join(folder, "key"), "ab".repeat(32));
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

/** The command as an operator runs it, beside the running program. */
function chonai(...args: string[]): Promise<{ code: number | null; text: string }> {
  const url = ({ user, password, host, port, database }: ConnectionSettings) =>
    `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const env = {
    ...process.env,
    DATABASE_URL: url(server.testDatabase.application),
    MIGRATION_DATABASE_URL: url(server.testDatabase.owner),
    CHONAI_DATA: join(folder, "data"),
    CHONAI_KEY_FILE: join(folder, "key"),
  };
  return new Promise((resolve) => {
    const main = new URL("../../cli/main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [main, "reset-password", ...args], { env });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        text += data;
      });
    child.on("close", (code) => resolve({ code, text }));
  });
}

test("the command gives the last administrator a way back in, while the program runs, and closes what was open", async () => {
  const tenantId = await buildMunicipality(server.database, { slug: "alone" });
  server.chonai.tenants.forget();
  const administrator = await buildPerson(server.database, tenantId, { isAdministrator: true });
  const stream = await (await server.as(administrator)).stream();

  const unknown = await chonai("nobody");
  expect([unknown.code, unknown.text]).toEqual([
    1,
    expect.stringContaining("「nobody」のアカウントはありません"),
  ]);
  expect((await chonai()).code).toBe(2);
  expect((await chonai(administrator.loginId, "--tenant", "elsewhere")).text).toContain("alone");

  const done = await chonai(administrator.loginId);
  expect(done.code, done.text).toBe(0);
  const password = /[a-z2-9]{4}(-[a-z2-9]{4}){3}/.exec(done.text)![0];
  expect(done.text).toMatch(/until 20\d\d-/);
  await stream.untilClosed();
  const signIn = (more: object) =>
    server.anonymous().post("/api/v1/sessions", { loginId: administrator.loginId, ...more });
  expect((await signIn({ password: testPassword })).body.code).toBe("sign-in-failed");
  expect((await signIn({ password })).body.code).toBe("password-change-required");
  expect((await signIn({ password, newPassword: "山の上の小さな図書館と川下の橋" })).status).toBe(201);
});
