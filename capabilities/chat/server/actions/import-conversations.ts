import { recordAudit } from "#core/audit/index.ts";
import { build, type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { normaliseText } from "#shared/text.ts";
import type { RoomVisibility } from "../../contract.ts";
import { roomSearchKey } from "../room-search-key.ts";
import { recountMembers } from "./memberships.ts";

/** A conversation from another system, or of the demo: people by id, messages in order. */
export type ImportedRoom = {
  kind: "group" | "direct";
  name: string | null;
  /** A section's room that is there already and in which nobody has written: the talk goes into it. */
  into?: string;
  ownerId: string;
  visibility?: RoomVisibility;
  description?: string;
  members: readonly { personId: string; isGuest: boolean; readSeq: number }[];
  createdAt: Date;
  messages: readonly {
    senderId: string;
    body: string;
    sentAt: Date;
    replyTo?: number;
    mentions?: readonly string[];
  }[];
};

const byImport: Rule = { id: "room.imported", ja: "管理者による移行", en: "imported by the administrator" };

const insertMembers = statement<never>(
  "chat.import-members",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at)
   select $1, $2, m.person_id, m.role, m.read_seq, $6
     from unnest($3::uuid[], $4::text[], $5::bigint[]) as m (person_id, role, read_seq)
   on conflict (tenant_id, room_id, person_id) do update set read_seq = excluded.read_seq`,
);
const insertMessages = statement<never>(
  "chat.import-messages",
  `insert into message (tenant_id, room_id, seq, id, sender_id, body, sent_at, client_message_id, reply_to, mentions)
   select $1, $2, m.seq, m.id, m.sender_id, m.body, m.sent_at, 'import-' || m.seq, m.reply_to, m.mentions::uuid[]
     from unnest($3::bigint[], $4::uuid[], $5::uuid[], $6::text[], $7::timestamptz[], $8::bigint[], $9::text[])
          as m (seq, id, sender_id, body, sent_at, reply_to, mentions)`,
);
const insertMentions = statement<never>(
  "chat.import-mentions",
  `insert into message_mention (tenant_id, person_id, room_id, seq)
   select distinct m.tenant_id, p.person_id, m.room_id, m.seq
     from message m cross join lateral unnest(m.mentions) as p (person_id)
    where m.tenant_id = $1 and m.room_id = $2 and m.mentions <> '{}'`,
);

const setLastSeq = statement<never>(
  "chat.import-last-seq",
  "update room_counter set last_seq = $3 where tenant_id = $1 and room_id = $2",
);

/**
 * Brings rooms with their history in, each room in one transaction, with an audit entry and without events: clients see
 * them with their next snapshot. For moving in before work begins, and for demos; never into rooms that are in use.
 */
export async function importConversations(
  database: Database,
  clock: Clock,
  tenantId: string,
  rooms: readonly ImportedRoom[],
): Promise<{ rooms: number; messages: number }> {
  let messages = 0;
  for (const room of rooms) {
    await importRoom(database, clock, tenantId, room);
    messages += room.messages.length;
  }
  return { rooms: rooms.length, messages };
}

async function insertRoom(
  tx: Transaction,
  tenantId: string,
  roomId: string,
  room: ImportedRoom,
): Promise<void> {
  const name = room.kind === "group" ? (room.name ?? "") : null;
  const description = room.description ?? "";
  await tx.run(
    build.insertInto("room").values({
      tenant_id: tenantId,
      id: roomId,
      kind: room.kind,
      name,
      description,
      visibility: room.visibility ?? "closed",
      search_key: name === null ? "" : roomSearchKey(name, "", description),
      direct_key:
        room.kind === "direct"
          ? room.members
              .map((member) => member.personId)
              .sort()
              .join(" ")
          : null,
      created_by: room.ownerId,
      created_at: room.createdAt,
    }),
  );
  await tx.run(build.insertInto("room_counter").values({ tenant_id: tenantId, room_id: roomId }));
}

async function importRoom(
  database: Database,
  clock: Clock,
  tenantId: string,
  room: ImportedRoom,
): Promise<void> {
  const now = clock.now();
  const roomId = room.into ?? newId(room.createdAt.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const ids = room.members.map((member) => member.personId);
    if (room.into === undefined) await insertRoom(tx, tenantId, roomId, room);
    await tx.run(insertMembers, [
      tenantId,
      roomId,
      ids,
      room.members.map((member) =>
        room.kind === "group" && !room.into && member.personId === room.ownerId ? "owner" : "member",
      ),
      room.members.map((member) => Math.min(member.readSeq, room.messages.length)),
      room.createdAt,
    ]);
    await tx.run(setLastSeq, [tenantId, roomId, room.messages.length]);
    await recountMembers(tx, tenantId, [roomId]);
    if (room.messages.length > 0) {
      await tx.run(insertMessages, [
        tenantId,
        roomId,
        room.messages.map((_, index) => index + 1),
        room.messages.map((message) => newId(message.sentAt.getTime())),
        room.messages.map((message) => message.senderId),
        room.messages.map((message) => normaliseText(message.body)),
        room.messages.map((message) => message.sentAt),
        room.messages.map((message) => message.replyTo ?? null),
        room.messages.map((message) => `{${(message.mentions ?? []).join(",")}}`),
      ]);
      await tx.run(insertMentions, [tenantId, roomId]);
    }
    await recordAudit(tx, { tenantId, system: "import" }, now, {
      action: "room.imported",
      subjectId: roomId,
      rule: byImport,
      facts: { messages: room.messages.length, members: room.members.length },
    });
  });
}
