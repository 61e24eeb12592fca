import { expect, test } from "vitest";
import { verifyAudit } from "#core/audit/index.ts";
import { migrate } from "#core/db/index.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer } from "#tests/support/server.ts";

/**
 * A dump that is restored on a younger server brings transaction numbers that lie in that server's future. Here the
 * same database gets such numbers instead.
 */
test("on a restored dump clients start afresh, nothing old is delivered again, and the audit chain goes on", async () => {
  const server = await startTestServer();
  const tenantId = await buildMunicipality(server.database);
  const person = await buildPerson(server.database, tenantId);
  const client = await server.as(person);
  const room = await client.createGroup([]);
  const before = await client.stream();
  for (const body of ["一", "二", "三"]) await client.send(room.id, body);
  const position = (await before.until((frame) => frame.message?.seq === 3)).position;
  before.close();

  await server.restart(async () => {
    await asSuperuser(server.testDatabase.superuser, [
      "update outbox set transaction_number = transaction_number + 1000000000",
      "update audit_entry set transaction_number = transaction_number + 1000000000",
      "update stream_head set snapshot_xmax = snapshot_xmax + 1000000000",
      "update audit_head set snapshot_xmax = snapshot_xmax + 1000000000",
      "update installation set cluster = 'another server'",
    ]);
    await migrate(server.testDatabase.owner, server.testDatabase.application.user);
  });
  const again = await server.as(person);
  const stream = await again.stream(position);
  expect(stream.frames[0]?.type).toBe("reset");
  for (const body of ["四", "五", "六"]) {
    await again.send(room.id, body);
    await stream.until((frame) => frame.message?.body === body);
    await server.chonai.auditSealer.flush();
  }
  expect(stream.events.map((frame) => frame.message?.body)).toEqual(["四", "五", "六"]);
  const begin = (Math.floor(position / 2 ** 40) + 1) * 2 ** 40;
  expect(stream.events.map((frame) => frame.position)).toEqual([begin + 1, begin + 2, begin + 3]);
  stream.close();
  const key = { id: server.keyring.id, key: server.keyring.derive("audit-chain") };
  const report = await verifyAudit(server.database, tenantId, [key], [], new Date());
  expect([report.faults, report.unsealed]).toEqual([[], 0]);
  await server.stop();
});
