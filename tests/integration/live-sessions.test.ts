import { afterAll, beforeAll, expect, test } from "vitest";
import { Sessions } from "#core/identity/index.ts";
import { systemClock } from "#core/kernel/index.ts";
import { asSuperuser, createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";

let testDatabase: TestDatabase;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
});
afterAll(() => testDatabase.drop());

test("of live streams' sessions exactly those are over that ended, expired, or whose account may no longer be used", async () => {
  const database = testDatabase.open();
  const sessions = new Sessions(database, systemClock, async () => true);
  const tenantId = await buildMunicipality(database);
  const made: string[] = [];
  for (let i = 0; i < 5; i++) {
    const person = await buildPerson(database, tenantId);
    made.push((await buildSession(database, person)).sessionId);
  }
  const [live, ended, expired, disabled, moved] = made;
  expect(await sessions.listEnded(tenantId, made)).toEqual([]);
  await asSuperuser(testDatabase.superuser, [
    `update session set ended_at = now() where id = '${ended}'`,
    `update session set expires_at = now() - interval '1 second' where id = '${expired}'`,
    `update account set disabled_at = now() from session s where s.account_id = account.id and s.id = '${disabled}'`,
    `update account set zones = '{internet}' from session s where s.account_id = account.id and s.id = '${moved}'`,
  ]);
  expect(await sessions.listEnded(tenantId, made)).toEqual([ended, expired, disabled, moved]);
  expect(await sessions.listEnded(tenantId, [live!])).toEqual([]);
});
