import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { VersionsResponse } from "../../contract.ts";
import { decideReadVersions } from "../message-policy.ts";
import { decideReadRoom, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";

type VersionRow = { version: number; body: string; written_at: Date };
type MessageRow = VersionRow & { seq: number; sender_id: string; is_deleted: boolean };

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");

const findMessage = statement<MessageRow>(
  "chat.find-current-version",
  `select m.seq, m.sender_id, m.deleted_at is not null as is_deleted, coalesce(m.version, 1) as version, m.body,
          coalesce(m.edited_at, m.sent_at) as written_at
     from message m where m.tenant_id = $1 and m.room_id = $2 and m.id = $4 and ${visible}`,
);
const earlierVersions = statement<VersionRow>(
  "chat.earlier-versions",
  `select v.version, v.body, v.written_at
     from message_version v where v.tenant_id = $1 and v.room_id = $2 and v.seq = $4 and ${visible}
    order by v.version`,
);

/** Everything that a message has said, the first text first. */
export async function listVersions(
  database: Database,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<VersionsResponse> {
  if (!isId(roomId) || !isId(messageId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const facts = await findRoomFacts(tx, ...key);
    assertAllowed(actor, decideReadRoom(facts));
    const message = await tx.first(findMessage, [...key, messageId]);
    if (!message) throw notFound();
    const { sender_id: senderId, is_deleted: isDeleted } = message;
    assertAllowed(actor, decideReadVersions(facts, { senderId, isDeleted }));
    const rows = await tx.all(earlierVersions, [...key, message.seq]);
    return {
      items: [...rows, message].map((row) => ({
        version: row.version,
        body: row.body,
        writtenAt: row.written_at.toISOString(),
      })),
    };
  });
}
