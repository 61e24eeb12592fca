import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import {
  type ChangeRoomRequest,
  chatEvents,
  type RoomKind,
  type RoomRole,
  type RoomSettings,
} from "../../contract.ts";
import { cleanText } from "../clean-text.ts";
import { decideArchiveRoom, decideChangeRole, decideChangeRoom } from "../policy.ts";
import { findMemberFacts, findRoomFacts } from "../queries/find-room-facts.ts";
import { toRoomSettings } from "../queries/room-items.ts";
import { settingsOfRooms } from "../queries/room-settings.ts";
import { roomSearchKey } from "../room-search-key.ts";
import { lockRooms } from "./memberships.ts";
import { type NewChange, noteChanges } from "./note-changes.ts";

const updateSettings = statement<never>(
  "chat.update-room-settings",
  `update room set name = $3, kana = $4, description = $5, visibility = $6, posting = $7, search_key = $8,
          classification = $9, version = version + 1
    where tenant_id = $1 and id = $2`,
);

const updateArchive = statement<never>(
  "chat.update-room-archive",
  "update room set archived_at = $3, version = version + 1 where tenant_id = $1 and id = $2",
);

const updateRole = statement<never>(
  "chat.update-member-role",
  "update room_member set role = $4 where tenant_id = $1 and room_id = $2 and person_id = $3",
);

/**
 * Changes a room's settings to what is wanted. Whoever started from an older version is told so (409) and keeps what
 * was typed; wanting what is there already changes nothing.
 */
export async function changeRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  input: ChangeRoomRequest,
): Promise<RoomSettings> {
  const now = clock.now();
  const typed = {
    name: cleanText(input.name),
    kana: cleanText(input.kana),
    description: cleanText(input.description),
    visibility: input.visibility,
    posting: input.posting,
  };
  return inRoom(database, actor, roomId, async (tx, lock) => {
    const decide = async () => {
      const before = await getSettings(tx, actor, roomId);
      const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
      const isRenamed = before.name !== typed.name || before.kana !== typed.kana;
      const classification = input.classification ?? before.classification;
      const rule = assertAllowed(
        actor,
        decideChangeRoom(actor, facts, { visibility: typed.visibility, isRenamed, classification }),
      );
      return { before, facts, rule, wanted: { ...typed, classification } };
    };
    await decide();
    const afterSeq = await lock();
    const { before, facts, rule, wanted } = await decide();
    const fields = (Object.keys(wanted) as (keyof typeof wanted)[]).filter(
      (field) => before[field] !== wanted[field],
    );
    if (fields.length === 0) return before;
    if (before.version !== input.version) throw new AppError("room-changed", { version: before.version });
    await tx.run(updateSettings, [
      actor.tenantId,
      roomId,
      wanted.name,
      wanted.kana,
      wanted.description,
      wanted.visibility,
      wanted.posting,
      roomSearchKey(wanted.name, wanted.kana, wanted.description),
      wanted.classification,
    ]);
    await recordAudit(tx, actor, now, {
      action: "room.changed",
      subjectId: roomId,
      rule,
      facts: {
        fields: fields.join(","),
        visibility: wanted.visibility,
        posting: wanted.posting,
        class: wanted.classification,
      },
    });
    const notes: NewChange[] = fields.flatMap((field) => {
      const kind = noteOf[field];
      if (!kind) return [];
      const values = field === "description" ? {} : { from: before[field], to: wanted[field] };
      return [{ roomId, afterSeq, actorId: actor.personId, kind, ...values }];
    });
    return tellChange(
      tx,
      now,
      actor,
      roomId,
      notes,
      fields.includes("classification") ? facts.kind : undefined,
    );
  });
}

/** Which change of a setting is worth a line in the room. */
const noteOf = {
  name: "renamed",
  kana: undefined,
  description: "described",
  visibility: "visibility",
  posting: "posting",
  classification: "classified",
} as const;

/** Puts a room away, readable and with nothing to be written, or takes it back into use. */
export async function archiveRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  isArchived: boolean,
): Promise<RoomSettings> {
  const now = clock.now();
  return inRoom(database, actor, roomId, async (tx, lock) => {
    const decide = async () => {
      const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
      return { facts, rule: assertAllowed(actor, decideArchiveRoom(actor, facts)) };
    };
    await decide();
    const afterSeq = await lock();
    const { facts, rule } = await decide();
    if (facts.isArchived === isArchived) return getSettings(tx, actor, roomId);
    await tx.run(updateArchive, [actor.tenantId, roomId, isArchived ? now : null]);
    await recordAudit(tx, actor, now, {
      action: isArchived ? "room.archived" : "room.restored",
      subjectId: roomId,
      rule,
      facts: {},
    });
    const kind = isArchived ? "archived" : "restored";
    return tellChange(tx, now, actor, roomId, [{ roomId, afterSeq, actorId: actor.personId, kind }]);
  });
}

/** Makes a member an owner of the room, or no longer. The last owner stays one. */
export async function changeRole(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  personId: string,
  role: RoomRole,
): Promise<{ role: RoomRole }> {
  if (!isId(personId)) throw notFound();
  const now = clock.now();
  return inRoom(database, actor, roomId, async (tx, lock) => {
    const decide = async () => {
      const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
      const person = await findMemberFacts(tx, actor.tenantId, roomId, personId);
      const rule = assertAllowed(
        actor,
        decideChangeRole(
          actor,
          facts,
          { kind: person?.kind ?? "staff", membership: person?.membership ?? null },
          role,
        ),
      );
      return { rule, person };
    };
    await decide();
    const afterSeq = await lock();
    const { rule, person } = await decide();
    if (!person?.membership) throw notFound();
    if (person.membership.role === role) return { role };
    await tx.run(updateRole, [actor.tenantId, roomId, personId, role]);
    await recordAudit(tx, actor, now, {
      action: "member.role-changed",
      subjectId: roomId,
      rule,
      facts: { person: personId, role },
    });
    const kind = role === "owner" ? "owner-made" : "owner-unmade";
    const notes = await noteChanges(tx, actor.tenantId, now, [
      { roomId, afterSeq, actorId: actor.personId, kind, personIds: [personId] },
    ]);
    await publish(tx, now, [
      event(
        chatEvents,
        "member.role-changed",
        { kind: "topic", topicId: roomId },
        { roomId, personId, role },
      ),
      ...notes,
    ]);
    return { role };
  });
}

/** A transaction about one room; `lock` takes the room's lock and gives its last seq. */
async function inRoom<T>(
  database: Database,
  actor: Actor,
  roomId: string,
  work: (tx: Transaction, lock: () => Promise<number>) => Promise<T>,
): Promise<T> {
  if (!isId(roomId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), (tx) =>
    work(tx, async () => {
      const lastSeq = (await lockRooms(tx, actor.tenantId, [roomId])).get(roomId);
      if (lastSeq === undefined) throw notFound();
      return lastSeq;
    }),
  );
}

/** Settings for deciding about them: of an unknown room nothing is told, the decision that follows refuses. */
async function getSettings(tx: Transaction, actor: Actor, roomId: string): Promise<RoomSettings> {
  const [row] = await settingsOfRooms(tx, actor.tenantId, [roomId]);
  if (!row) throw notFound();
  return toRoomSettings(row);
}

async function tellChange(
  tx: Transaction,
  now: Date,
  actor: Actor,
  roomId: string,
  notes: readonly NewChange[],
  classifiedKind?: RoomKind,
): Promise<RoomSettings> {
  const settings = await getSettings(tx, actor, roomId);
  const noted = await noteChanges(tx, actor.tenantId, now, notes);
  await publish(tx, now, [
    classifiedKind
      ? event(
          chatEvents,
          "room.classified",
          { kind: "rights", topicId: roomId },
          { roomId, kind: classifiedKind, settings },
        )
      : event(chatEvents, "room.changed", { kind: "topic", topicId: roomId }, { roomId, settings }),
    ...noted,
  ]);
  return settings;
}
