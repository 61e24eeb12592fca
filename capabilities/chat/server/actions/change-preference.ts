import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, noteDecision } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { chatEvents, emptyRoomList, type RoomList, type RoomNotify } from "../../contract.ts";
import { cleanText } from "../clean-text.ts";
import { decideReadRoom, roomRules } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { lockRoomList, toRoomList } from "../queries/room-list.ts";

const updateNotify = statement<{ person_id: string }>(
  "chat.update-notify",
  `update room_member set notify = $4
    where tenant_id = $1 and room_id = $2 and person_id = $3 and notify <> $4 returning person_id`,
);

/** Says what of a room one wants to be told. One's own choice: all devices of the person learn it, nobody else. */
export async function changePreference(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  notify: RoomNotify,
): Promise<{ notify: RoomNotify }> {
  if (!isId(roomId)) throw notFound();
  const { tenantId, personId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const facts = await findRoomFacts(tx, tenantId, roomId, personId);
    assertAllowed(actor, decideReadRoom(facts));
    const changed = await tx.first(updateNotify, [tenantId, roomId, personId, notify]);
    if (!changed) return { notify };
    await recordAudit(tx, actor, now, {
      action: "room-preference.changed",
      subjectId: roomId,
      rule: roomRules.ownSettings,
      facts: { notify },
    });
    await publish(tx, now, [
      event(chatEvents, "room-preference.changed", { kind: "person", personId }, { roomId, notify }),
    ]);
    return { notify };
  });
}

const insertList = statement<never>(
  "chat.insert-room-list",
  `insert into room_list (tenant_id, person_id, version, arrangement) values ($1, $2, 0, '{}')
   on conflict (tenant_id, person_id) do nothing`,
);

const updateList = statement<never>(
  "chat.update-room-list",
  "update room_list set version = $3, arrangement = $4 where tenant_id = $1 and person_id = $2",
);

const ownRooms = statement<{ room_id: string }>(
  "chat.own-room-ids",
  "select room_id from room_member where tenant_id = $1 and person_id = $2",
);

/**
 * Arranges one's own list of rooms: favourites, sections of one's own, what is folded. Whoever started from an older
 * version is told so (409). Rooms that one is not in are left out.
 */
export async function arrangeRooms(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: RoomList,
): Promise<RoomList> {
  const { tenantId, personId } = actor;
  const now = clock.now();
  const names = input.sections.map((section) => cleanText(section.name));
  return database.transaction(scopeOf(tenantId), async (tx) => {
    noteDecision(actor, roomRules.ownSettings);
    await tx.run(insertList, [tenantId, personId]);
    const row = await tx.first(lockRoomList, [tenantId, personId]);
    const before = row ? toRoomList(row) : emptyRoomList;
    if (before.version !== input.version)
      throw new AppError("room-list-changed", { version: before.version });
    const own = new Set((await tx.all(ownRooms, [tenantId, personId])).map(({ room_id }) => room_id));
    const taken = new Set<string>();
    // A room stands in one section of one's own only, the first that names it.
    const keep = (ids: readonly string[]) =>
      ids.filter((id) => own.has(id) && !taken.has(id) && taken.add(id));
    const list: RoomList = {
      version: before.version + 1,
      favourites: [...new Set(input.favourites)].filter((id) => own.has(id)),
      sections: input.sections.map(({ id, roomIds }, index) => ({
        id,
        name: names[index]!,
        roomIds: keep(roomIds),
      })),
      folded: [...new Set(input.folded)],
    };
    const { version, ...arrangement } = list;
    await tx.run(updateList, [tenantId, personId, version, JSON.stringify(arrangement)]);
    await publish(tx, now, [event(chatEvents, "room-list.arranged", { kind: "person", personId }, { list })]);
    return list;
  });
}
