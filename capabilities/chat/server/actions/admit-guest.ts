import { recordAudit } from "#core/audit/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { decideAddMember } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import {
  deleteMemberships,
  insertMemberships,
  lockRooms,
  membershipEvents,
  recountMembers,
} from "./memberships.ts";
import { noteChanges } from "./note-changes.ts";

const listRoomsOf = statement<{ room_id: string }>(
  "chat.list-rooms-to-leave",
  `select m.room_id from room_member m join room r on r.tenant_id = m.tenant_id and r.id = m.room_id
    where m.tenant_id = $1 and m.person_id = $2 and r.kind <> 'direct' order by m.room_id`,
);

/** Whether the actor may invite a guest into each of these rooms; the first that refuses refuses all. */
export async function expectRoomsForGuest(
  tx: Transaction,
  actor: Actor,
  roomIds: readonly string[],
): Promise<void> {
  for (const roomId of roomIds) {
    if (!isId(roomId)) throw notFound();
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideAddMember(actor, facts, { personId: "", kind: "guest" }));
  }
}

/**
 * Lets a guest who accepts an invitation into its rooms: those into which the sponsor may still invite. The caller publishes the
 * events last. No room is left: an empty list.
 */
export async function admitGuest(
  tx: Transaction,
  { tenantId, sponsorId, guestId, roomIds, now }: Admission,
): Promise<{ roomIds: string[]; events: OutgoingEvent[] }> {
  const seqOf = await lockRooms(tx, tenantId, roomIds);
  const allowed: { roomId: string; rule: Rule }[] = [];
  for (const roomId of seqOf.keys()) {
    const facts = await findRoomFacts(tx, tenantId, roomId, sponsorId);
    const decision = decideAddMember({ personId: sponsorId, kind: "staff" }, facts, {
      personId: guestId,
      kind: "guest",
    });
    if (decision.kind === "allow") allowed.push({ roomId, rule: decision.by });
  }
  const wanted = allowed.map(({ roomId }) => ({ roomId, personId: guestId }));
  const came = await insertMemberships(tx, tenantId, wanted, { isAutomatic: false, at: now });
  const rooms = came.map(({ roomId }) => roomId);
  if (rooms.length === 0) return { roomIds: [], events: [] };
  const countsOf = await recountMembers(tx, tenantId, rooms);
  await recordAudit(
    tx,
    { tenantId, system: "invitation" },
    now,
    ...allowed.map(({ roomId, rule }) => ({
      action: "member.added",
      subjectId: roomId,
      rule,
      facts: { person: guestId, kind: "guest", sponsor: sponsorId },
    })),
  );
  const noted = await noteChanges(
    tx,
    tenantId,
    now,
    rooms.map((roomId) => ({
      roomId,
      afterSeq: seqOf.get(roomId)!,
      kind: "added" as const,
      actorId: sponsorId,
      personIds: [guestId],
    })),
  );
  const events = await membershipEvents(tx, tenantId, { came, went: [] }, countsOf);
  return { roomIds: rooms, events: [...events, ...noted] };
}

type Admission = {
  tenantId: string;
  sponsorId: string;
  guestId: string;
  roomIds: readonly string[];
  now: Date;
};

/** Takes a guest whose stay has ended out of all rooms; a direct room keeps its two people. The caller publishes the events last. */
export async function dismissGuest(
  tx: Transaction,
  tenantId: string,
  guestId: string,
  now: Date,
  rule: Rule,
): Promise<OutgoingEvent[]> {
  const rooms = (await tx.all(listRoomsOf, [tenantId, guestId])).map((row) => row.room_id);
  if (rooms.length === 0) return [];
  const seqOf = await lockRooms(tx, tenantId, rooms);
  const went = await deleteMemberships(
    tx,
    tenantId,
    rooms.map((roomId) => ({ roomId, personId: guestId })),
  );
  const left = went.map(({ roomId }) => roomId);
  const countsOf = await recountMembers(tx, tenantId, left);
  if (left.length === 0) return [];
  await recordAudit(
    tx,
    { tenantId, system: "guests" },
    now,
    ...left.map((roomId) => ({
      action: "member.removed",
      subjectId: roomId,
      rule,
      facts: { person: guestId, kind: "guest" },
    })),
  );
  const noted = await noteChanges(
    tx,
    tenantId,
    now,
    left.map((roomId) => ({
      roomId,
      afterSeq: seqOf.get(roomId)!,
      kind: "removed" as const,
      actorId: null,
      personIds: [guestId],
    })),
  );
  return [...(await membershipEvents(tx, tenantId, { came: [], went }, countsOf)), ...noted];
}
