import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { type ClassifiedRoom, chatEvents, type LowerClassRequest } from "../../contract.ts";
import { cleanText } from "../clean-text.ts";
import { decideLowerClass } from "../policy.ts";
import { readClassifiedRoom } from "../queries/get-classified-room.ts";
import { toRoomSettings } from "../queries/room-items.ts";
import { settingsOfRooms } from "../queries/room-settings.ts";
import { lockRooms } from "./memberships.ts";
import { noteChanges } from "./note-changes.ts";

const updateClass = statement<never>(
  "chat.update-room-class",
  "update room set classification = $3, version = version + 1 where tenant_id = $1 and id = $2",
);

/** Gives a room another class, lower ones included. The reason stands in the audit record; the room is told of the change. */
export async function lowerClass(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  input: LowerClassRequest,
): Promise<ClassifiedRoom> {
  const now = clock.now();
  const rule = assertAllowed(actor, decideLowerClass(actor));
  if (!isId(roomId)) throw notFound();
  const { tenantId, personId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const afterSeq = (await lockRooms(tx, tenantId, [roomId])).get(roomId);
    if (afterSeq === undefined) throw notFound();
    const before = await readClassifiedRoom(tx, tenantId, roomId);
    const to = input.classification;
    if (before.classification === to) return before;
    await tx.run(updateClass, [tenantId, roomId, to]);
    await recordAudit(tx, actor, now, {
      action: "room.classified",
      subjectId: roomId,
      rule,
      facts: { from: before.classification, to, reason: cleanText(input.reason) },
    });
    const [row] = await settingsOfRooms(tx, tenantId, [roomId]);
    const settings = toRoomSettings(row!);
    const notes = await noteChanges(tx, tenantId, now, [
      { roomId, afterSeq, actorId: personId, kind: "classified", from: before.classification, to },
    ]);
    await publish(tx, now, [
      event(
        chatEvents,
        "room.classified",
        { kind: "rights", topicId: roomId },
        { roomId, kind: before.kind, settings },
      ),
      ...notes,
    ]);
    return { ...before, classification: to };
  });
}
