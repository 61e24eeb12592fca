import { randomBytes } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { verifyAudit } from "#core/audit/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { Keyring, sealedUnder } from "#core/kernel/index.ts";
import { resealUnderNewestKey, sealedColumns } from "#server/index.ts";
import { buildMunicipality, buildPerson } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

let server: TestServer;
let tenantId: string;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database, { slug: "keys" });
  server.chonai.tenants.forget();
});
afterAll(() => server.stop());

const secretsOf = () =>
  server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(build.selectFrom("account").select(["id", "totp_secret"]).where("tenant_id", "=", tenantId)),
  );

test("a change of the key seals everything anew, once, and what is left is opened by the new key alone", async () => {
  const totp = { keyring: server.keyring, secret: "JBSWY3DPEHPK3PXP" };
  for (let made = 0; made < 3; made++) await buildPerson(server.database, tenantId, { totp });
  await buildPerson(server.database, tenantId);
  const root = randomBytes(32);
  const clock = { now: () => new Date() };

  await expect(
    resealUnderNewestKey(server.database, new Keyring(randomBytes(32)), clock, [tenantId]),
  ).rejects.toThrow(/no key/);

  const rotated = new Keyring(root, [server.testKey]);
  expect(await resealUnderNewestKey(server.database, rotated, clock, [tenantId])).toBe(4);
  expect(await resealUnderNewestKey(server.database, rotated, clock, [tenantId])).toBe(0);

  const alone = new Keyring(root);
  const sealed = (await secretsOf()).flatMap(({ id, totp_secret }) =>
    totp_secret ? [{ id, totp_secret }] : [],
  );
  expect(sealed).toHaveLength(3);
  for (const { id, totp_secret } of sealed) {
    expect(sealedUnder(totp_secret)).toBe(alone.id);
    expect(alone.open("totp", `${tenantId} ${id}`, totp_secret).toString()).toBe(totp.secret);
  }
});

test("the audit chain is verified under the key of each link, and says that the key was changed", async () => {
  await server.chonai.auditSealer.flush();
  const keys = [server.keyring].map((ring) => ({ id: ring.id, key: ring.derive("audit-chain") }));
  expect((await verifyAudit(server.database, tenantId, keys, [], new Date())).faults).toEqual([]);
  const changes = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select("payload")
        .where("tenant_id", "=", tenantId)
        .where("action", "=", "installation-key.changed"),
    ),
  );
  expect(changes).toHaveLength(1);
  expect(JSON.parse(changes[0]!.payload!)).toMatchObject({ facts: { before: server.keyring.id } });
});

test("no module seals something that a change of the key would forget", () => {
  const purposes = new Set([...sealedColumns.map((column) => column.purpose), "vapid"]);
  const sealing = globSync("{core,capabilities,packs,server}/**/*.ts", {
    exclude: (name) => name.endsWith(".test.ts"),
  })
    .flatMap((path) => [...readFileSync(path, "utf8").matchAll(/\.seal\(\s*"([\w-]+)"/g)])
    .map((match) => match[1]!);
  expect(sealing.length).toBeGreaterThan(2);
  expect(sealing.filter((purpose) => !purposes.has(purpose))).toEqual([]);
});
