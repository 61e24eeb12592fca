import { afterAll, beforeAll, expect, test } from "vitest";
import { totpAt } from "#core/identity/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { Outside } from "#tests/support/outside.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let outside: Outside;
beforeAll(async () => {
  server = await startTestServer();
  outside = await Outside.open(server.testDatabase.superuser);
});
afterAll(async () => {
  await outside.close();
  await server.stop();
});

test("whoever reads the database, its audit record and its log of events finds no password, code or token", async () => {
  const slug = "quiet";
  const tenantId = await buildMunicipality(server.database, { slug });
  server.chonai.tenants.forget();
  const administrator = await server.as(
    await buildPerson(server.database, tenantId, { isAdministrator: true }),
  );
  const person = await buildPerson(server.database, tenantId);
  const secrets: string[] = [];
  const keep = (secret: string) => {
    secrets.push(secret);
    return secret;
  };

  const reset = await administrator.post(`/api/v1/accounts/${person.id}/password-reset`, { reason: "失念" });
  keep(reset.body.password);
  const chosen = keep("川の上の小さな図書館と古い橋");
  const changed = keep("山の下の大きな公民館と長い坂");
  const response = await fetch(`${server.url("lgwan")}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      tenant: slug,
      loginId: person.loginId,
      password: reset.body.password,
      newPassword: chosen,
    }),
  });
  const { token } = (await response.json()) as { token: string };
  keep(token.split(".").at(-1)!);
  for (const cookie of response.headers.getSetCookie()) keep(cookie.split(";")[0]!.split("=")[1]!);
  const client = new ApiClient(server.url("lgwan"), token);
  const put = await client.put("/api/v1/me/password", { password: chosen, newPassword: changed });
  expect(put.status).toBe(200);
  const proposed = await client.post("/api/v1/me/authenticator", { password: changed });
  keep(proposed.body.totpSecret);
  const totp = await totpAt(proposed.body.totpSecret, new Date());
  const confirmed = await client.put("/api/v1/me/authenticator", { totp });
  for (const code of confirmed.body.recoveryCodes) keep(code);
  // What is typed into the wrong field is often a password.
  const typed = keep("hidden-words-in-the-wrong-field");
  await fetch(`${server.url("lgwan")}/api/v1/sessions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ tenant: slug, loginId: typed, password: typed }),
  });
  const base64 = (text: string) => Buffer.from(text).toString("base64");
  const checked = await administrator.post("/api/v1/directory-imports", {
    sections: {
      name: "組織.csv",
      base64: base64("組織コード,名称,適用開始日\r\n010100,財政課,2005-04-01\r\n"),
    },
    people: {
      name: "職員.csv",
      base64: base64(
        "職員番号,氏名,カナ,所属コード,ログインID,アカウント区分\r\n000123,髙橋 花子,タカハシ ハナコ,010100,takahashi,在宅勤務職員\r\n",
      ),
    },
  });
  const { id } = checked.body;
  expect((await administrator.post(`/api/v1/directory-imports/${id}/run`, {})).status).toBe(200);
  const first = await administrator.post(`/api/v1/directory-imports/${id}/first-passwords`, {});
  for (const item of first.body.items) {
    keep(item.password);
    if (item.totpSecret) keep(item.totpSecret);
  }
  expect(secrets.length).toBeGreaterThan(17);
  expect(secrets.every((secret) => secret.length >= 12)).toBe(true);

  const tables = await outside.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname not in ('pg_catalog', 'information_schema')`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const [row] = await outside.query<{ text: string | null }>(
      `select string_agg(t::text, ' ') as text from ${name} t`,
    );
    const text = row?.text ?? "";
    for (const secret of secrets)
      if (text.includes(secret) || text.includes(Buffer.from(secret).toString("hex")))
        found.push(`${name}: ${secret}`);
  }
  expect(found).toEqual([]);
});
