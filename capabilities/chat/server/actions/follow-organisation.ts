import { type AuditFact, recordAudit } from "#core/audit/index.ts";
import { classOfNewRooms } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import type { OrganisationChange } from "#core/identity/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import { chatEvents } from "../../contract.ts";
import { roomRules } from "../policy.ts";
import {
  membershipDifferences,
  type SectionRoomRow,
  sectionsAndRooms,
} from "../queries/organisation-rooms.ts";
import { type Membership, toRoomSettings } from "../queries/room-items.ts";
import { settingsOfRooms } from "../queries/room-settings.ts";
import { roomSearchKey } from "../room-search-key.ts";
import { descriptionEvents } from "./describe-members.ts";
import {
  deleteMemberships,
  insertMemberships,
  lockRooms,
  membershipEvents,
  recountMembers,
} from "./memberships.ts";
import { type NewChange, noteChanges } from "./note-changes.ts";

// Exclusive, for the transaction alone: two changes of the organisation are followed one after the other. An import plans
// without nested loops, which makes look-ups by key seem so dear that they would be compiled first, for seconds.
const lockFollowing = statement<never>(
  "chat.lock-following",
  `select set_config('jit', 'off', true),
          pg_advisory_xact_lock(hashtextextended('chat.follow-organisation ' || $1, 0))`,
);

const hasSectionRooms = statement<{ has_section_rooms: boolean }>(
  "chat.has-section-rooms",
  "select has_section_rooms from tenant where id = $1",
);

const insertRooms = statement<never>(
  "chat.insert-section-rooms",
  `with made as (
     insert into room (tenant_id, id, kind, section_code, name, kana, search_key, created_at, classification)
     select $1, x.id, 'section', x.code, x.name, x.kana, x.search_key, $2, $8
       from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) as x (id, code, name, kana, search_key)
     returning tenant_id, id
   )
   insert into room_counter (tenant_id, room_id) select tenant_id, id from made`,
);

const renameRooms = statement<never>(
  "chat.rename-section-rooms",
  `update room r set name = x.name, kana = x.kana, search_key = x.search_key, version = version + 1
     from unnest($2::uuid[], $3::text[], $4::text[], $5::text[]) as x (id, name, kana, search_key)
    where r.tenant_id = $1 and r.id = x.id`,
);

const archiveRooms = statement<never>(
  "chat.archive-section-rooms",
  `update room r set archived_at = case when x.is_archived then $2::timestamptz end, version = version + 1
     from unnest($3::uuid[], $4::bool[]) as x (id, is_archived)
    where r.tenant_id = $1 and r.id = x.id`,
);

const peopleOfRooms = statement<{ person_id: string }>(
  "chat.people-of-rooms",
  "select distinct person_id from room_member where tenant_id = $1 and room_id = any($2::uuid[]) and is_automatic",
);

/**
 * Brings rooms of sections and of everybody to where the organisation is, in the transaction that changes it: rooms of
 * new sections are made, of renamed ones renamed, of ended ones put away with their last members; who belongs to a
 * section comes, who no longer does goes. A dozen statements, for one transfer or for five thousand people in April.
 */
export async function followOrganisation(
  tx: Transaction,
  { tenantId, personIds, now }: OrganisationChange,
): Promise<void> {
  const today = dateInJapan(now);
  await tx.run(lockFollowing, [tenantId]);
  const [tenant, pairs] = await Promise.all([
    tx.first(hasSectionRooms, [tenantId]),
    tx.all(sectionsAndRooms, [tenantId, today]),
  ]);
  const rooms = planRooms(pairs, tenant?.has_section_rooms ?? false, now);
  const changedIds = [...rooms.renamed, ...rooms.moved].map(({ roomId }) => roomId);
  // Rooms that change are locked before anything is written; those of members are known only when rooms are right.
  const ownLocks = await lockRooms(tx, tenantId, changedIds);
  await writeRooms(tx, tenantId, now, rooms);

  const differences = await tx.all(membershipDifferences, [tenantId, today]);
  const touched = [...new Set(differences.map((row) => row.room_id))];
  const lastSeqOf = new Map([...ownLocks, ...(await lockRooms(tx, tenantId, touched))]);
  const pairsOf = (isWanted: boolean): Membership[] =>
    differences
      .filter((row) => row.is_wanted === isWanted)
      .map((row) => ({ roomId: row.room_id, personId: row.person_id }));
  const went = await deleteMemberships(tx, tenantId, pairsOf(false));
  const came = await insertMemberships(tx, tenantId, pairsOf(true), { isAutomatic: true, at: now });
  const countsOf = await recountMembers(tx, tenantId, touched);

  const untold = new Set(rooms.made.map(({ roomId }) => roomId));
  const facts = auditFacts(rooms, came, went);
  if (facts.length > 0) await recordAudit(tx, { tenantId, system: "organisation" }, now, ...facts);
  const newcomers = came.filter(({ isNew }) => isNew);
  const isSection = new Set(pairs.flatMap((row) => row.room_id ?? []));
  const notes = await noteChanges(
    tx,
    tenantId,
    now,
    notesOf(rooms, newcomers, went, isSection).map((note) => ({
      ...note,
      afterSeq: lastSeqOf.get(note.roomId) ?? 0,
    })),
  );
  const settings = await settingsOfRooms(tx, tenantId, changedIds);
  const changed: OutgoingEvent[] = settings.map((row) =>
    event(
      chatEvents,
      "room.changed",
      { kind: "topic", topicId: row.id },
      { roomId: row.id, settings: toRoomSettings(row) },
    ),
  );
  await publish(tx, now, [
    ...changed,
    ...(await membershipEvents(tx, tenantId, { came, went, untold }, countsOf)),
    ...(await descriptionEvents(tx, tenantId, await whoIsDescribed(tx, tenantId, personIds, rooms), untold)),
    ...notes,
  ]);
}

/** Whose entry in the lists of members is another: whom the change names, and everybody of a section with a new name. */
async function whoIsDescribed(
  tx: Transaction,
  tenantId: string,
  personIds: readonly string[],
  { renamed }: RoomsToWrite,
): Promise<string[]> {
  if (renamed.length === 0) return [...personIds];
  const rows = await tx.all(peopleOfRooms, [tenantId, renamed.map(({ roomId }) => roomId)]);
  return [...new Set([...personIds, ...rows.map((row) => row.person_id)])];
}

type RoomsToWrite = {
  made: { roomId: string; code: string; name: string; kana: string }[];
  renamed: { roomId: string; name: string; kana: string; from: string }[];
  /** Put away, or taken back into use. */
  moved: { roomId: string; isArchived: boolean }[];
};

function planRooms(pairs: readonly SectionRoomRow[], makesRooms: boolean, now: Date): RoomsToWrite {
  const plan: RoomsToWrite = { made: [], renamed: [], moved: [] };
  for (const row of pairs) {
    const isOpen = row.section_name !== null;
    const name = row.section_name ?? "";
    const kana = row.section_kana ?? "";
    if (row.room_id === null) {
      // A section without anybody gets its room with its first member: until then nobody could see it.
      if (isOpen && row.has_people && makesRooms)
        plan.made.push({ roomId: newId(now.getTime()), code: row.code, name, kana });
      continue;
    }
    const roomId = row.room_id;
    if (isOpen && (row.room_name !== name || row.room_kana !== kana))
      plan.renamed.push({ roomId, name, kana, from: row.room_name ?? "" });
    if (isOpen === row.is_archived) plan.moved.push({ roomId, isArchived: !isOpen });
  }
  return plan;
}

async function writeRooms(
  tx: Transaction,
  tenantId: string,
  now: Date,
  { made, renamed, moved }: RoomsToWrite,
): Promise<void> {
  const names = (rooms: readonly { name: string; kana: string }[]) => [
    rooms.map((room) => room.name),
    rooms.map((room) => room.kana),
    rooms.map((room) => roomSearchKey(room.name, room.kana, "")),
  ];
  if (made.length > 0)
    await tx.run(insertRooms, [
      tenantId,
      now,
      made.map((room) => room.roomId),
      made.map((room) => room.code),
      ...names(made),
      await classOfNewRooms(tx, tenantId, now),
    ]);
  if (renamed.length > 0)
    await tx.run(renameRooms, [tenantId, renamed.map((room) => room.roomId), ...names(renamed)]);
  if (moved.length > 0)
    await tx.run(archiveRooms, [
      tenantId,
      now,
      moved.map((room) => room.roomId),
      moved.map((room) => room.isArchived),
    ]);
}

function auditFacts(
  { made, renamed, moved }: RoomsToWrite,
  came: readonly Membership[],
  went: readonly Membership[],
): AuditFact[] {
  const fact = (action: string, subjectId: string, facts: AuditFact["facts"] = {}): AuditFact => ({
    action,
    subjectId,
    rule: roomRules.followsOrganisation,
    facts,
  });
  return [
    ...made.map(({ roomId, code }) => fact("room.created", roomId, { kind: "section", section: code })),
    ...renamed.map(({ roomId }) => fact("room.changed", roomId, { fields: "name" })),
    ...moved.map(({ roomId, isArchived }) => fact(isArchived ? "room.archived" : "room.restored", roomId)),
    ...came.map(({ roomId, personId }) => fact("member.added", roomId, { person: personId })),
    ...went.map(({ roomId, personId }) => fact("member.removed", roomId, { person: personId })),
  ];
}

/** Lines between the messages of sections' rooms; in a room of everybody they would be noise. */
function notesOf(
  { made, renamed, moved }: RoomsToWrite,
  came: readonly Membership[],
  went: readonly Membership[],
  sectionRooms: ReadonlySet<string>,
): Omit<NewChange, "afterSeq">[] {
  const isNew = new Set(made.map(({ roomId }) => roomId));
  const byRoom = (kind: NewChange["kind"], memberships: readonly Membership[]) =>
    [...Map.groupBy(memberships, ({ roomId }) => roomId)]
      .filter(([roomId]) => sectionRooms.has(roomId) && !isNew.has(roomId))
      .map(([roomId, all]) => ({
        roomId,
        kind,
        actorId: null,
        personIds: all.map(({ personId }) => personId),
      }));
  return [
    ...renamed
      .filter(({ from, name }) => from !== name)
      .map(({ roomId, from, name }) => ({ roomId, kind: "renamed" as const, actorId: null, from, to: name })),
    ...moved.map(({ roomId, isArchived }) => ({
      roomId,
      kind: isArchived ? ("archived" as const) : ("restored" as const),
      actorId: null,
    })),
    ...byRoom("organisation-added", came),
    ...byRoom("organisation-removed", went),
  ];
}
