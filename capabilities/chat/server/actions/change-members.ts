import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import {
  decideSeePerson,
  listCurrentPeople,
  listPeopleOfSection,
  todayInJapan,
} from "#core/identity/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import type { AddMembersRequest, AddMembersResponse, Member } from "../../contract.ts";
import { decideAddMember, decideRemoveMember } from "../policy.ts";
import { findMemberFacts, findRoomFacts } from "../queries/find-room-facts.ts";
import { listMembersOf } from "../queries/list-members.ts";
import {
  type Counts,
  deleteMemberships,
  insertMemberships,
  lockRooms,
  membershipEvents,
  recountMembers,
} from "./memberships.ts";
import { noteChanges } from "./note-changes.ts";

/**
 * Adds somebody to a room, or joins a public one; adding a member again changes nothing. What was written before is read
 * from the start.
 */
export async function addMember(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  personId: string,
): Promise<Member> {
  if (!isId(personId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await addPeople(tx, clock, actor, roomId, async () => [personId]);
    const [known] = await listMembersOf(tx, actor.tenantId, [{ roomId, personId }]);
    if (!known) throw notFound();
    return known.member;
  });
}

/** Adds several people, or everybody who is in a section today, at once: all of them or none. */
export async function addMembers(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  input: AddMembersRequest,
): Promise<AddMembersResponse> {
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const { added, counts } = await addPeople(tx, clock, actor, roomId, async () => {
      if ("personIds" in input) return [...new Set(input.personIds)];
      return listPeopleOfSection(tx, actor.tenantId, input.sectionId, todayInJapan(clock));
    });
    return { added: added.length, ...counts };
  });
}

async function addPeople(
  tx: Transaction,
  clock: Clock,
  actor: Actor,
  roomId: string,
  listIds: () => Promise<readonly string[]>,
): Promise<{ added: readonly string[]; counts: Counts }> {
  if (!isId(roomId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  // Decided twice: before the lock, so that a stranger cannot hold it, and under it, where the decision counts.
  await decideAdding(tx, actor, roomId, listIds);
  const afterSeq = (await lockRooms(tx, tenantId, [roomId])).get(roomId);
  const { rule, people } = await decideAdding(tx, actor, roomId, listIds);
  if (afterSeq === undefined) throw notFound();

  const wanted = people.map(({ id }) => ({ roomId, personId: id }));
  const came = await insertMemberships(tx, tenantId, wanted, { isAutomatic: false, at: now });
  if (came.length === 0) {
    const { memberCount, guestCount } = await findRoomFacts(tx, tenantId, roomId, actor.personId);
    return { added: [], counts: { memberCount, guestCount } };
  }
  const added = came.map(({ personId }) => personId);
  const countsOf = await recountMembers(tx, tenantId, [roomId]);
  const isJoining = added.length === 1 && added[0] === actor.personId;
  const kindOf = new Map(people.map((person) => [person.id, person.kind]));
  await recordAudit(
    tx,
    actor,
    now,
    ...added.map((personId) => ({
      action: "member.added",
      subjectId: roomId,
      rule,
      facts: { person: personId, kind: kindOf.get(personId) ?? null },
    })),
  );
  const noted = await noteChanges(tx, tenantId, now, [
    {
      roomId,
      afterSeq,
      kind: isJoining ? "joined" : "added",
      actorId: actor.personId,
      personIds: added,
    },
  ]);
  await publish(tx, now, [...(await membershipEvents(tx, tenantId, { came, went: [] }, countsOf)), ...noted]);
  return { added, counts: countsOf.get(roomId)! };
}

/** The rule by which everybody who is wanted may be added, and who they are. One refusal refuses all. */
async function decideAdding(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  listIds: () => Promise<readonly string[]>,
): Promise<{ rule: Rule; people: { id: string; kind: "staff" | "section" | "guest" }[] }> {
  const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
  // A stranger learns nothing of the people either.
  let rule = assertAllowed(
    actor,
    decideAddMember(actor, facts, { personId: actor.personId, kind: actor.kind }),
  );
  const ids = await listIds();
  const known = await listCurrentPeople(tx, actor.tenantId, ids);
  const people = ids.flatMap((id) => known.get(id) ?? []);
  if (people.length < ids.length) throw notFound();
  for (const person of people) {
    rule = assertAllowed(actor, decideAddMember(actor, facts, { personId: person.id, kind: person.kind }));
    assertAllowed(actor, decideSeePerson(actor, { id: person.id, sharesRoom: false }));
  }
  return { rule, people };
}

/** Leaves a room, or removes somebody from it. Somebody who is no member is gone already. */
export async function removeMember(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  personId: string,
): Promise<void> {
  if (!isId(roomId) || !isId(personId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const decide = async (tx: Transaction) => {
    const facts = await findRoomFacts(tx, tenantId, roomId, actor.personId);
    const person = await findMemberFacts(tx, tenantId, roomId, personId);
    const rule = assertAllowed(
      actor,
      decideRemoveMember(actor, facts, { personId, membership: person?.membership ?? null }),
    );
    return { rule, person };
  };
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await decide(tx);
    const afterSeq = (await lockRooms(tx, tenantId, [roomId])).get(roomId);
    const { rule, person } = await decide(tx);
    const went = await deleteMemberships(tx, tenantId, [{ roomId, personId }]);
    if (went.length === 0 || !person || afterSeq === undefined) return;
    const countsOf = await recountMembers(tx, tenantId, [roomId]);
    await recordAudit(tx, actor, now, {
      action: "member.removed",
      subjectId: roomId,
      rule,
      facts: { person: personId, kind: person.kind },
    });
    const noted = await noteChanges(tx, tenantId, now, [
      {
        roomId,
        afterSeq,
        kind: personId === actor.personId ? "left" : "removed",
        actorId: actor.personId,
        personIds: [personId],
      },
    ]);
    await publish(tx, now, [
      ...(await membershipEvents(tx, tenantId, { came: [], went }, countsOf)),
      ...noted,
    ]);
  });
}
