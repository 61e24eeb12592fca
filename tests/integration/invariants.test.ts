import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AuditSealer, disposalAction, recordAudit, verifyAudit } from "#core/audit/index.ts";
import { build, checkDatabaseRoles, Database, installationScope, scopeOf } from "#core/db/index.ts";
import { silentLogger, systemClock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import { asSuperuser, createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { until } from "#tests/support/until.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.open();
});
afterAll(() => testDatabase.drop());

describe("invariant 1, connection: the scope belongs to one transaction", () => {
  test("two municipalities interleaved on one connection see only their own", async () => {
    const single = new Database(testDatabase.application, { poolSize: 1 });
    const [a, b] = [await buildMunicipality(database), await buildMunicipality(database)];
    await buildSection(database, a, { name: "甲課" });
    await buildSection(database, b, { name: "乙課" });
    const names = (tenantId: string) =>
      single.transaction(scopeOf(tenantId), (tx) => tx.all(build.selectFrom("section").select("name")));
    for (let round = 0; round < 5; round++) {
      const [fromA, fromB] = await Promise.all([names(a), names(b)]);
      expect(fromA).toEqual([{ name: "甲課" }]);
      expect(fromB).toEqual([{ name: "乙課" }]);
    }
    await single.close();
  });

  test("without a municipality its tables are an error, not empty, before and after another's transaction", async () => {
    const single = new Database(testDatabase.application, { poolSize: 1 });
    const read = () =>
      single.transaction(installationScope, (tx) => tx.all(build.selectFrom("section").select("name")));
    await expect(read()).rejects.toThrow(/uuid/);
    const tenantId = await buildMunicipality(database);
    await single.transaction(scopeOf(tenantId), (tx) => tx.all(build.selectFrom("section").select("name")));
    await expect(read()).rejects.toThrow(/uuid/);
    await single.close();
  });

  test("a row of another municipality can be neither written nor moved there", async () => {
    const [a, b] = [await buildMunicipality(database), await buildMunicipality(database)];
    const insert = (tenantId: string) =>
      build.insertInto("section").values({
        tenant_id: tenantId,
        id: newId(),
        code: "1",
        name: "課",
        search_key: "課",
        valid_from: "2020-04-01",
      });
    await expect(database.transaction(scopeOf(a), (tx) => tx.run(insert(b)))).rejects.toThrow(
      /row-level security/,
    );
    await database.transaction(scopeOf(a), (tx) => tx.run(insert(a)));
    await expect(
      database.transaction(scopeOf(a), (tx) => tx.run(build.updateTable("section").set({ tenant_id: b }))),
    ).rejects.toThrow(/row-level security/);
    const touched = await database.transaction(scopeOf(b), (tx) =>
      tx.run(build.updateTable("section").set({ name: "書き換え" }).where("tenant_id", "=", a)),
    );
    expect(touched).toBe(0);
  });
});

describe("invariant 2, roles", () => {
  test("the application's role is bound by row-level security on every table of a municipality", async () => {
    expect(await checkDatabaseRoles(testDatabase.application)).toEqual([]);
  });

  test("a table without protection, and a role that is not bound, are found", async () => {
    await asSuperuser(testDatabase.superuser, ["create table loose (tenant_id uuid)"]);
    expect(await checkDatabaseRoles(testDatabase.application)).toEqual([
      "table loose is not protected by forced row-level security",
    ]);
    await asSuperuser(testDatabase.superuser, ["drop table loose"]);
    expect((await checkDatabaseRoles(testDatabase.owner)).join()).toContain("owns tables");
    expect((await checkDatabaseRoles(testDatabase.superuser)).join()).toContain("superuser");
  });

  test("the owner too is bound: without a municipality it reads nothing", async () => {
    const owner = new Database(testDatabase.owner, { poolSize: 1 });
    await expect(
      owner.transaction(installationScope, (tx) => tx.all(build.selectFrom("message").select("body"))),
    ).rejects.toThrow(/uuid/);
    await owner.close();
  });

  test("the application can add to the audit record and the log, never change what stands there", async () => {
    const tenantId = await buildMunicipality(database);
    for (const table of ["audit_entry", "audit_link"] as const) {
      await expect(
        database.transaction(scopeOf(tenantId), (tx) => tx.run(build.deleteFrom(table))),
      ).rejects.toThrow(/permission denied/);
    }
    await expect(
      database.transaction(scopeOf(tenantId), (tx) =>
        tx.run(build.updateTable("audit_entry").set({ action: "x" })),
      ),
    ).rejects.toThrow(/permission denied/);
    await expect(
      database.transaction(scopeOf(tenantId), (tx) =>
        tx.run(build.updateTable("outbox").set({ fields: "" })),
      ),
    ).rejects.toThrow(/permission denied/);
  });
});

describe("invariant 3, plans: behind row-level security the hot statements use their indexes", () => {
  const plans: Record<string, string> = {
    "the newest messages":
      "select * from message m where m.tenant_id = $1 and m.room_id = $2 and m.seq < 9007199254740991 order by m.seq desc limit 50",
    "the same message again":
      "select * from message m where m.tenant_id = $1 and m.room_id = $2 and m.sender_id = $2 and m.client_message_id = 'a'",
    "rooms of a person":
      "select * from room_member m where m.tenant_id = $1 and m.person_id = any(array[$2::uuid])",
    "fresh rows of the outbox": "select * from outbox where tenant_id = $1 and transaction_number >= 5",
    "batches of the log":
      "select * from stream_batch where tenant_id = $1 and last_position > 5 order by last_position",
    "sessions by token":
      "select * from session where tenant_id = $1 and token_hash = any(array['\\x00'::bytea])",
  };
  for (const [name, query] of Object.entries(plans))
    test(name, async () => {
      const tenantId = await buildMunicipality(database);
      const text = query.replaceAll("$1", `'${tenantId}'::uuid`).replaceAll("$2", `'${newId()}'`);
      const client = await asApplication(tenantId, `explain (costs off) ${text}`);
      expect(client).toMatch(/Index (Only )?Scan|Bitmap Index Scan/);
      expect(client).not.toMatch(/Seq Scan/);
    });
});

describe("invariant 8, audit: the chain finds what was done to it", () => {
  const key = { id: "test", key: randomBytes(32) };

  async function chainOf(entries: number): Promise<string> {
    const tenantId = await buildMunicipality(database);
    const person = await buildPerson(database, tenantId);
    // PostgreSQL notices a moment later that the sealer before has gone; until then another one would seal nothing.
    await until("the duty is free", async () => {
      const { rows } = await asSuperuser(testDatabase.superuser, [
        `select from pg_locks l join pg_database d on d.oid = l.database
          where d.datname = current_database() and l.locktype = 'advisory'`,
      ]);
      return rows.length === 0;
    });
    const sealer = new AuditSealer({
      database,
      key,
      log: silentLogger,
      listTenantIds: async () => [tenantId],
    });
    await sealer.start();
    for (let i = 0; i < entries; i++) {
      await database.transaction(scopeOf(tenantId), (tx) =>
        recordAudit(tx, { tenantId, system: "test" }, new Date(), {
          action: "thing.done",
          subjectId: person.id,
          rule: { id: "test.rule", ja: "", en: "" },
          facts: { i },
        }),
      );
      if (i % 3 === 2) await sealer.flush();
    }
    await sealer.stop();
    return tenantId;
  }
  const verify = (tenantId: string, anchors: Parameters<typeof verifyAudit>[3] = []) =>
    verifyAudit(database, tenantId, [key], anchors, systemClock.now());
  const tamper = (...statements: string[]) => asSuperuser(testDatabase.superuser, statements);

  test("an untouched chain verifies, holds every entry, and leaves none unsealed", async () => {
    const report = await verify(await chainOf(10));
    expect(report.faults).toEqual([]);
    // One more: the municipality's own creation.
    expect([report.entries, report.unsealed]).toEqual([11, 0]);
    expect(report.links).toBeGreaterThan(3);
  });

  test("a recorded disposal keeps the chain; an erasure that nobody recorded is found", async () => {
    const tenantId = await chainOf(5);
    const gone = await asSuperuser(testDatabase.superuser, [
      `update audit_entry set payload = null, salt = null
        where tenant_id = '${tenantId}' and action = 'thing.done' returning id`,
    ]);
    const ids = gone.rows.map((row) => row.id);
    expect((await verify(tenantId)).faults.map((fault) => fault.en)).toEqual(
      Array(5).fill("erased without a recorded disposal"),
    );
    await database.transaction(scopeOf(tenantId), (tx) =>
      recordAudit(tx, { tenantId, system: "test" }, new Date(), {
        action: disposalAction,
        subjectId: null,
        rule: { id: "test.rule", ja: "", en: "" },
        facts: { entries: ids.join(" ") },
      }),
    );
    const sealer = new AuditSealer({
      database,
      key,
      log: silentLogger,
      listTenantIds: async () => [tenantId],
    });
    await sealer.start();
    await sealer.stop();
    const report = await verify(tenantId);
    expect([report.faults, report.disposed]).toEqual([[], 5]);
  });

  test("a changed entry, a changed column, a deleted entry and a deleted link are found", async () => {
    const damages = [
      "update audit_entry set payload = replace(payload, '\"i\":2', '\"i\":3') where tenant_id = $ and payload like '%\"i\":2%'",
      "update audit_entry set subject_id = tenant_id where tenant_id = $ and payload like '%\"i\":1%'",
      "update audit_entry set at = at - interval '1 day' where tenant_id = $ and payload like '%\"i\":3%'",
      "delete from audit_entry where tenant_id = $ and payload like '%\"i\":4%'",
      "delete from audit_link where tenant_id = $ and first_number = (select min(first_number) from audit_link where tenant_id = $ and first_number > 1)",
    ];
    for (const damage of damages) {
      const tenantId = await chainOf(9);
      const result = await tamper(damage.replaceAll("$", `'${tenantId}'`));
      expect(result.rowCount).toBe(1);
      expect((await verify(tenantId)).faults.length, damage).toBeGreaterThan(0);
    }
  });

  test("a cut tail and a rewritten chain are found against an anchor from outside", async () => {
    const tenantId = await chainOf(9);
    const { anchor } = await verify(tenantId);
    expect((await verify(tenantId, [anchor])).faults).toEqual([]);
    await tamper(
      `delete from audit_link where tenant_id = '${tenantId}' and last_number = ${anchor.number}`,
      `delete from audit_entry e where tenant_id = '${tenantId}' and not exists
         (select from audit_link l where l.tenant_id = e.tenant_id and e.id = any(l.entry_ids))`,
    );
    expect((await verify(tenantId)).faults).toEqual([]);
    expect((await verify(tenantId, [anchor])).faults.map((fault) => fault.en)).toEqual([
      "the anchored end is missing: tail cut",
    ]);

    const rewritten = await chainOf(9);
    const before = await verify(rewritten);
    expect(
      (await verify(rewritten, [{ ...before.anchor, link: "00".repeat(32) }])).faults.map(
        (fault) => fault.en,
      ),
    ).toEqual(["differs from the anchor: rewritten"]);
  });
});

/** Runs one statement as the application's role in a municipality's scope; the plan as text. */
async function asApplication(tenantId: string, statement: string): Promise<string> {
  const result = await asSuperuser(testDatabase.superuser, [
    `set role ${testDatabase.application.user}`,
    `select set_config('chonai.tenant', '${tenantId}', false)`,
    // Small tables are read through faster than by index; the question is whether the index may be used at all.
    "set enable_seqscan = off",
    statement,
  ]);
  return result.rows.map((row) => Object.values(row)[0]).join("\n");
}
