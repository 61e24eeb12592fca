import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { decideSeePerson, listCurrentPeople, listPersonSummaries } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { excerptOf } from "#shared/excerpt.ts";
import { isId } from "#shared/ids.ts";
import { chatEvents, type Member } from "../../contract.ts";
import { decideAddMember, decideRemoveMember } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";

type CounterRow = { last_seq: number; member_count: number; guest_count: number };

// FOR NO KEY UPDATE, the same lock that a send takes: who is a member is decided in one order with what is sent.
const lockCounter = statement<CounterRow>(
  "chat.lock-counter",
  `select last_seq, member_count, guest_count from room_counter
    where tenant_id = $1 and room_id = $2 for no key update`,
);

const moveCounts = statement<{ member_count: number; guest_count: number }>(
  "chat.move-counts",
  `update room_counter set member_count = member_count + $3, guest_count = guest_count + $4
    where tenant_id = $1 and room_id = $2 returning member_count, guest_count`,
);

type LastRow = {
  name: string | null;
  created_at: Date;
  sender_id: string | null;
  body: string | null;
  sent_at: Date | null;
};

const findRoomWithLast = statement<LastRow>(
  "chat.find-room-with-last",
  `select r.name, r.created_at, m.sender_id, m.body, m.sent_at from room r
     left join message m on m.tenant_id = r.tenant_id and m.room_id = r.id and m.seq = $3
    where r.tenant_id = $1 and r.id = $2`,
);

const insertMember = statement<{ person_id: string }>(
  "chat.insert-member",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at)
   values ($1, $2, $3, 'member', $4, $5) on conflict do nothing returning person_id`,
);

const findMember = statement<{ role: Member["role"]; read_seq: number; joined_at: Date }>(
  "chat.find-member",
  "select role, read_seq, joined_at from room_member where tenant_id = $1 and room_id = $2 and person_id = $3",
);

const deleteMember = statement<{ person_id: string }>(
  "chat.delete-member",
  "delete from room_member where tenant_id = $1 and room_id = $2 and person_id = $3 returning person_id",
);

/** Adds somebody to a group; adding a member again changes nothing. What was written before is read from the start. */
export async function addMember(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  personId: string,
): Promise<Member> {
  if (!isId(roomId) || !isId(personId)) throw notFound();
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    // Decided twice: before the lock, so that a stranger cannot hold it, and under it, where the decision counts.
    const before = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideAddMember(actor, before));
    const counter = await tx.first(lockCounter, [actor.tenantId, roomId]);
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    const rule = assertAllowed(actor, decideAddMember(actor, facts));
    const person = (await listCurrentPeople(tx, actor.tenantId, [personId])).get(personId);
    if (!person || !counter) throw notFound();
    assertAllowed(actor, decideSeePerson(actor, { id: personId, sharesRoom: false }));

    const inserted = await tx.first(insertMember, [actor.tenantId, roomId, personId, counter.last_seq, now]);
    if (!inserted) {
      const known = (await tx.first(findMember, [actor.tenantId, roomId, personId]))!;
      return {
        person,
        role: known.role,
        readSeq: known.read_seq,
        joinedAt: known.joined_at.toISOString(),
      };
    }
    const counts = await countMembers(tx, actor, roomId, 1, person.kind === "guest" ? 1 : 0);
    const member: Member = { person, role: "member", readSeq: counter.last_seq, joinedAt: now.toISOString() };
    const room = (await tx.first(findRoomWithLast, [actor.tenantId, roomId, counter.last_seq]))!;
    await recordAudit(tx, actor, now, {
      action: "member.added",
      subjectId: roomId,
      rule,
      facts: { person: personId, kind: person.kind },
    });
    await publish(tx, now, [
      event(chatEvents, "member.added", { kind: "topic", topicId: roomId }, { roomId, member, ...counts }),
      event(
        chatEvents,
        "room.joined",
        { kind: "subscribe", personId, topicId: roomId },
        {
          room: {
            id: roomId,
            kind: "group",
            name: room.name ?? "",
            peer: null,
            role: "member",
            ...counts,
            lastSeq: counter.last_seq,
            readSeq: counter.last_seq,
            unread: 0,
            mentions: 0,
            mentionSeqs: [],
            lastMessage: room.sender_id
              ? {
                  senderId: room.sender_id,
                  excerpt: excerptOf(room.body!),
                  sentAt: room.sent_at!.toISOString(),
                }
              : null,
            createdAt: room.created_at.toISOString(),
          },
        },
      ),
    ]);
    return member;
  });
}

/** Leaves a group, or removes somebody from it. Somebody who is no member is gone already. */
export async function removeMember(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  personId: string,
): Promise<void> {
  if (!isId(roomId) || !isId(personId)) throw notFound();
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const before = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideRemoveMember(actor, before, personId));
    await tx.first(lockCounter, [actor.tenantId, roomId]);
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    const rule = assertAllowed(actor, decideRemoveMember(actor, facts, personId));
    const person = (await listPersonSummaries(tx, actor.tenantId, [personId])).get(personId);
    const deleted = await tx.first(deleteMember, [actor.tenantId, roomId, personId]);
    if (!deleted || !person) return;
    const counts = await countMembers(tx, actor, roomId, -1, person.kind === "guest" ? -1 : 0);
    await recordAudit(tx, actor, now, {
      action: "member.removed",
      subjectId: roomId,
      rule,
      facts: { person: personId, kind: person.kind },
    });
    await publish(tx, now, [
      event(chatEvents, "room.left", { kind: "unsubscribe", personId, topicId: roomId }, { roomId }),
      event(
        chatEvents,
        "member.removed",
        { kind: "topic", topicId: roomId },
        { roomId, personId, ...counts },
      ),
    ]);
  });
}

async function countMembers(tx: Transaction, actor: Actor, roomId: string, members: number, guests: number) {
  const row = await tx.first(moveCounts, [actor.tenantId, roomId, members, guests]);
  if (!row) throw new AppError("not-found");
  return { memberCount: row.member_count, guestCount: row.guest_count };
}
