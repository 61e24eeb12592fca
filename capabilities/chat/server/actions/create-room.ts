import { recordAudit } from "#core/audit/index.ts";
import { build, type Database, onceByKey, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { PersonSummary } from "#core/identity/contract.ts";
import { decideSeePerson, listCurrentPeople } from "#core/identity/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { excerptOf } from "#shared/excerpt.ts";
import { newId } from "#shared/ids.ts";
import { findTextFault, normaliseText } from "#shared/text.ts";
import { type CreateRoomRequest, chatEvents, type RoomItem, type RoomRole } from "../../contract.ts";
import { decideCreateRoom } from "../policy.ts";

const insertMembers = statement<never>(
  "chat.insert-members",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at)
   select $1, $2, m.person_id, m.role, 0, $5 from unnest($3::uuid[], $4::text[]) as m (person_id, role)`,
);

// Two people who open the same direct room at the same moment: the second waits here and then finds the first one's.
const insertDirectRoom = statement<{ id: string }>(
  "chat.insert-direct-room",
  `insert into room (tenant_id, id, kind, direct_key, created_by, created_at) values ($1, $2, 'direct', $3, $4, $5)
   on conflict (tenant_id, direct_key) do nothing returning id`,
);

type DirectRow = {
  id: string;
  created_at: Date;
  last_seq: number;
  read_seq: number;
  sender_id: string | null;
  body: string | null;
  sent_at: Date | null;
  mention_seqs: number[];
};

const findDirectRoom = statement<DirectRow>(
  "chat.find-direct-room",
  `select r.id, r.created_at, c.last_seq, rm.read_seq, m.sender_id, m.body, m.sent_at,
          array(select mm.seq from message_mention mm
                 where mm.tenant_id = $1 and mm.person_id = $3 and mm.room_id = r.id and mm.seq > rm.read_seq
                 order by mm.seq) as mention_seqs
     from room r
     join room_counter c on c.tenant_id = r.tenant_id and c.room_id = r.id
     join room_member rm on rm.tenant_id = r.tenant_id and rm.room_id = r.id and rm.person_id = $3
     left join message m on m.tenant_id = r.tenant_id and m.room_id = r.id and m.seq = c.last_seq
    where r.tenant_id = $1 and r.direct_key = $2`,
);

/**
 * Makes a group with the actor as its owner, or opens the one direct room of two people: 201 with a new room, 200 with
 * the direct room that was there.
 */
export async function createRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: CreateRoomRequest,
  idempotencyKey: string,
): Promise<{ status: number; body: RoomItem }> {
  const rule = assertAllowed(actor, decideCreateRoom(actor));
  const fault = input.kind === "group" ? findTextFault(input.name) : undefined;
  if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  const name = input.kind === "group" ? normaliseText(input.name) : null;
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), (tx) =>
    onceByKey(
      tx,
      {
        tenantId: actor.tenantId,
        accountId: actor.personId,
        key: idempotencyKey,
        route: "chat.create-room",
        request: input,
        at: now,
      },
      async () => {
        const ids = [...new Set([actor.personId, ...input.memberIds])];
        const people = await listCurrentPeople(tx, actor.tenantId, ids);
        const missing = ids.filter((id) => !people.has(id));
        if (missing.length > 0)
          throw new AppError("invalid-request", { where: "body.memberIds", unknown: missing.length });
        for (const id of ids) assertAllowed(actor, decideSeePerson(actor, { id, sharesRoom: false }));
        if (input.kind === "direct") return openDirectRoom(tx, actor, people, ids, rule, now);
        return { status: 201, body: await insertGroup(tx, actor, people, ids, name!, rule, now) };
      },
    ),
  );
}

async function insertGroup(
  tx: Transaction,
  actor: Actor,
  people: ReadonlyMap<string, PersonSummary>,
  ids: readonly string[],
  name: string,
  rule: Rule,
  now: Date,
): Promise<RoomItem> {
  const roomId = newId(now.getTime());
  await tx.run(
    build.insertInto("room").values({
      tenant_id: actor.tenantId,
      id: roomId,
      kind: "group",
      name,
      created_by: actor.personId,
      created_at: now,
    }),
  );
  const room = newRoomItem(roomId, "group", name, ids, people, now);
  await finish(tx, actor, ids, now, rule, roomId, (id) => ({ ...room, role: roleOf(actor, id) }));
  return { ...room, role: "owner" };
}

async function openDirectRoom(
  tx: Transaction,
  actor: Actor,
  people: ReadonlyMap<string, PersonSummary>,
  ids: readonly string[],
  rule: Rule,
  now: Date,
): Promise<{ status: number; body: RoomItem }> {
  const peerId = ids[1];
  if (peerId === undefined) throw new AppError("invalid-request", { where: "body.memberIds" });
  const directKey = [...ids].sort().join(" ");
  const roomId = newId(now.getTime());
  const inserted = await tx.first(insertDirectRoom, [actor.tenantId, roomId, directKey, actor.personId, now]);
  const asSeenBy = (id: string): RoomItem => {
    const peer = people.get(id === actor.personId ? peerId : actor.personId)!;
    return { ...newRoomItem(roomId, "direct", peer.name, ids, people, now), peer };
  };
  if (inserted) {
    await finish(tx, actor, ids, now, rule, roomId, asSeenBy);
    return { status: 201, body: asSeenBy(actor.personId) };
  }
  const existing = await tx.first(findDirectRoom, [actor.tenantId, directKey, actor.personId]);
  if (!existing) throw new AppError("conflict", { reason: "ルームの作成", reasonEn: "making the room" });
  return {
    status: 200,
    body: {
      ...asSeenBy(actor.personId),
      id: existing.id,
      createdAt: existing.created_at.toISOString(),
      lastSeq: existing.last_seq,
      readSeq: existing.read_seq,
      unread: existing.last_seq - existing.read_seq,
      mentions: existing.mention_seqs.length,
      mentionSeqs: existing.mention_seqs,
      lastMessage: existing.sender_id
        ? {
            senderId: existing.sender_id,
            excerpt: excerptOf(existing.body!),
            sentAt: existing.sent_at!.toISOString(),
          }
        : null,
    },
  };
}

/** Counter, members, audit entry and one event for each member: the room as it looks to that person. */
async function finish(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  now: Date,
  rule: Rule,
  roomId: string,
  asSeenBy: (personId: string) => RoomItem,
): Promise<void> {
  const room = asSeenBy(actor.personId);
  await tx.run(
    build.insertInto("room_counter").values({
      tenant_id: actor.tenantId,
      room_id: roomId,
      member_count: room.memberCount,
      guest_count: room.guestCount,
    }),
  );
  const roles = ids.map((id) => (room.kind === "direct" ? "member" : roleOf(actor, id)));
  await tx.run(insertMembers, [actor.tenantId, roomId, ids, roles, now]);
  await recordAudit(tx, actor, now, {
    action: "room.created",
    subjectId: roomId,
    rule,
    facts: { kind: room.kind, members: room.memberCount, guests: room.guestCount },
  });
  const joined: OutgoingEvent[] = ids.map((personId) =>
    event(
      chatEvents,
      "room.joined",
      { kind: "subscribe", personId, topicId: roomId },
      { room: asSeenBy(personId) },
    ),
  );
  await publish(tx, now, joined);
}

const roleOf = (actor: Actor, id: string): RoomRole => (id === actor.personId ? "owner" : "member");

function newRoomItem(
  id: string,
  kind: RoomItem["kind"],
  name: string,
  memberIds: readonly string[],
  people: ReadonlyMap<string, PersonSummary>,
  now: Date,
): RoomItem {
  return {
    id,
    kind,
    name,
    peer: null,
    role: "member",
    memberCount: memberIds.length,
    guestCount: memberIds.filter((memberId) => people.get(memberId)?.kind === "guest").length,
    lastSeq: 0,
    readSeq: 0,
    unread: 0,
    mentions: 0,
    mentionSeqs: [],
    lastMessage: null,
    createdAt: now.toISOString(),
  };
}
