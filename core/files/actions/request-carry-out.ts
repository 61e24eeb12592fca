import { recordAudit } from "#core/audit/index.ts";
import { onceByKey, scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId, newId } from "#shared/ids.ts";
import { waitingDays } from "../carry-out-policy.ts";
import type { CarryOut, RequestCarryOut } from "../contract.ts";
import { classOf, decideRequestCarryOut } from "../policy.ts";
import {
  carryOutFactsOf,
  describeCarryOuts,
  listApprovers,
  listOwnersOf,
  lockCarryOut,
} from "../queries/carry-outs.ts";
import { factsOf, findFile } from "../queries/find-files.ts";
import type { FileServices } from "../services.ts";
import { carryOutChanged } from "./tell-carry-out.ts";

/** What nobody decided in its time makes room for another request. */
const endOverdue = statement<never>(
  "files.end-overdue-carry-outs",
  `update file_carry_out set withdrawn_by = requested_by, withdrawn_at = $4
    where tenant_id = $1 and file_id = $2 and requested_by = $3 and decided_at is null and withdrawn_at is null
      and requested_at <= $5`,
);
const insertRequest = statement<{ id: string }>(
  "files.insert-carry-out",
  `insert into file_carry_out (tenant_id, id, file_id, number, room_id, requested_by, zone, reason, requested_at,
                               downloads_allowed, hours, classification)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) on conflict do nothing returning id`,
);

/**
 * Asks to carry the contents of a version out to the side on which the requester is. Who may decide is told.
 *
 * @throws AppError `carry-out-waiting` (409) while an earlier request for the file waits
 */
export async function requestCarryOut(
  services: FileServices,
  actor: Actor,
  fileId: string,
  input: RequestCarryOut,
  key: string,
): Promise<{ status: number; body: CarryOut }> {
  if (!isId(fileId)) throw notFound();
  const { tenantId, personId } = actor;
  const now = services.clock.now();
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await findFile(tx, tenantId, fileId, input.version);
    if (!file) throw notFound();
    const table = await services.tables.tableOf(tenantId, tx);
    const room = (await services.rooms.list(tx, tenantId, personId, [file.room_id])).get(file.room_id);
    const facts = factsOf(file, room);
    const rule = assertAllowed(actor, decideRequestCarryOut(table, actor, facts));
    const call = {
      tenantId,
      accountId: personId,
      key,
      route: "files.request-carry-out",
      request: { fileId, input },
      at: now,
    };
    return onceByKey(tx, call, async () => {
      const overdue = new Date(now.getTime() - waitingDays * 86_400_000);
      await tx.run(endOverdue, [tenantId, fileId, personId, now, overdue]);
      const id = newId(now.getTime());
      const inserted = await tx.first(insertRequest, [
        tenantId,
        id,
        fileId,
        file.number,
        file.room_id,
        personId,
        actor.zone,
        input.reason,
        now,
        input.downloads,
        input.hours,
        classOf(facts),
      ]);
      if (!inserted) throw new AppError("carry-out-waiting");
      const row = (await lockCarryOut(tx, tenantId, id))!;
      const { reason, hours, downloads } = input;
      await recordAudit(tx, actor, now, {
        action: "carry-out.requested",
        subjectId: fileId,
        rule,
        facts: { carryOut: id, room: file.room_id, version: file.number, reason, hours, downloads },
      });
      const request = carryOutFactsOf(row, await listOwnersOf(tx, services.rooms, tenantId, [row]));
      const [body] = await describeCarryOuts(tx, { rooms: services.rooms, table }, actor, [row], now);
      const told = [personId, ...(await listApprovers(tx, tenantId, request))];
      await publish(tx, now, carryOutChanged(told, now));
      return { status: 201, body: body! };
    });
  });
}
