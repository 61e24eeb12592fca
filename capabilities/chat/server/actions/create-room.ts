import { recordAudit } from "#core/audit/index.ts";
import { classOfNewRooms } from "#core/crossing/index.ts";
import { build, type Database, onceByKey, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { PersonSummary } from "#core/identity/contract.ts";
import { decideSeePerson, listCurrentPeople } from "#core/identity/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, deny, type Rule } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isStricter } from "#shared/classification.ts";
import { newId } from "#shared/ids.ts";
import { type CreateRoomRequest, chatEvents, type RoomItem, type RoomKind } from "../../contract.ts";
import { cleanText } from "../clean-text.ts";
import { decideCreateRoom, roomRules } from "../policy.ts";
import { listRoomItems } from "../queries/room-items.ts";
import { roomSearchKey } from "../room-search-key.ts";
import { followOrganisation } from "./follow-organisation.ts";

const insertMembers = statement<never>(
  "chat.insert-members",
  `insert into room_member (tenant_id, room_id, person_id, role, read_seq, joined_at)
   select $1, $2, m.person_id, m.role, 0, $5 from unnest($3::uuid[], $4::text[]) as m (person_id, role)`,
);

const insertOwnerOfEverybody = statement<never>(
  "chat.insert-owner-of-everybody",
  `insert into room_member (tenant_id, room_id, person_id, role, is_automatic, joined_at)
   values ($1, $2, $3, 'owner', true, $4)`,
);

// Two people who open the same direct room at the same moment: the second waits here and then finds the first one's.
const insertDirectRoom = statement<{ id: string }>(
  "chat.insert-direct-room",
  `insert into room (tenant_id, id, kind, direct_key, created_by, created_at, classification)
   values ($1, $2, 'direct', $3, $4, $5, $6)
   on conflict (tenant_id, direct_key) do nothing returning id`,
);

const findDirectRoom = statement<{ id: string }>(
  "chat.find-direct-room",
  "select id from room where tenant_id = $1 and direct_key = $2",
);

/**
 * Makes a group with the actor as its owner, opens the one direct room of two people, or makes a room of everybody on
 * the staff: 201 with a new room, 200 with the direct room that was there.
 */
export async function createRoom(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: CreateRoomRequest,
  idempotencyKey: string,
): Promise<{ status: number; body: RoomItem }> {
  const rule = assertAllowed(actor, decideCreateRoom(actor, input.kind));
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
        if (input.kind === "municipality") return insertRoomOfEverybody(tx, actor, input, rule, now);
        const ids = [...new Set([actor.personId, ...input.memberIds])];
        const people = await listCurrentPeople(tx, actor.tenantId, ids);
        const missing = ids.filter((id) => !people.has(id));
        if (missing.length > 0)
          throw new AppError("invalid-request", { where: "body.memberIds", unknown: missing.length });
        for (const id of ids) assertAllowed(actor, decideSeePerson(actor, { id, sharesRoom: false }));
        if (input.kind === "direct") return openDirectRoom(tx, actor, ids, people, rule, now);
        return insertGroup(tx, actor, ids, people, input, rule, now);
      },
    ),
  );
}

type Made = { status: number; body: RoomItem };
type People = ReadonlyMap<string, PersonSummary>;

async function insertGroup(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  people: People,
  input: Extract<CreateRoomRequest, { kind: "group" }>,
  rule: Rule,
  now: Date,
): Promise<Made> {
  const name = cleanText(input.name);
  const description = cleanText(input.description ?? "");
  const visibility = input.visibility ?? "closed";
  const guests = countGuests(people);
  if (visibility === "public" && guests > 0)
    assertAllowed(
      actor,
      deny(roomRules.guestsStayClosed, { ja: "ルームの管理者", en: "an owner of the room" }),
    );
  const least = await classOfNewRooms(tx, actor.tenantId, now);
  const classification = input.classification ?? least;
  if (isStricter(least, classification))
    assertAllowed(actor, deny(roomRules.classOnlyRises, { ja: "情報システム担当課", en: "the IT division" }));
  const roomId = newId(now.getTime());
  await tx.run(
    build.insertInto("room").values({
      tenant_id: actor.tenantId,
      id: roomId,
      kind: "group",
      name,
      description,
      visibility,
      classification,
      search_key: roomSearchKey(name, "", description),
      created_by: actor.personId,
      created_at: now,
    }),
  );
  const roles = ids.map((id) => (id === actor.personId ? "owner" : "member"));
  return {
    status: 201,
    body: await finish(tx, actor, { roomId, ids, roles, guests, kind: "group", rule, now }),
  };
}

async function openDirectRoom(
  tx: Transaction,
  actor: Actor,
  ids: readonly string[],
  people: People,
  rule: Rule,
  now: Date,
): Promise<Made> {
  if (ids.length !== 2) throw new AppError("invalid-request", { where: "body.memberIds" });
  const directKey = [...ids].sort().join(" ");
  const roomId = newId(now.getTime());
  const inserted = await tx.first(insertDirectRoom, [
    actor.tenantId,
    roomId,
    directKey,
    actor.personId,
    now,
    await classOfNewRooms(tx, actor.tenantId, now),
  ]);
  if (inserted) {
    const roles = ids.map(() => "member");
    const guests = countGuests(people);
    return {
      status: 201,
      body: await finish(tx, actor, { roomId, ids, roles, guests, kind: "direct", rule, now }),
    };
  }
  const existing = await tx.first(findDirectRoom, [actor.tenantId, directKey]);
  if (!existing) throw new AppError("conflict", { reason: "ルームの作成", reasonEn: "making the room" });
  return { status: 200, body: await getRoomItem(tx, actor, existing.id) };
}

/** Its members follow the organisation from the first moment; who made it is its owner. */
async function insertRoomOfEverybody(
  tx: Transaction,
  actor: Actor,
  input: Extract<CreateRoomRequest, { kind: "municipality" }>,
  rule: Rule,
  now: Date,
): Promise<Made> {
  const { tenantId, personId } = actor;
  const name = cleanText(input.name);
  const roomId = newId(now.getTime());
  await tx.run(
    build.insertInto("room").values({
      tenant_id: tenantId,
      id: roomId,
      kind: "municipality",
      name,
      posting: input.posting,
      classification: await classOfNewRooms(tx, tenantId, now),
      search_key: roomSearchKey(name, "", ""),
      created_by: personId,
      created_at: now,
    }),
  );
  await tx.run(
    build.insertInto("room_counter").values({ tenant_id: tenantId, room_id: roomId, member_count: 1 }),
  );
  await tx.run(insertOwnerOfEverybody, [tenantId, roomId, personId, now]);
  await recordAudit(tx, actor, now, {
    action: "room.created",
    subjectId: roomId,
    rule,
    facts: { kind: "municipality", posting: input.posting },
  });
  await followOrganisation(tx, { tenantId, personIds: [], now });
  const room = await getRoomItem(tx, actor, roomId);
  await publish(tx, now, [
    event(chatEvents, "room.joined", { kind: "subscribe", personId, topicId: roomId }, { room }),
  ]);
  return { status: 201, body: room };
}

/** Counter, members, audit entry and one event for each member: the room as it looks to that person. */
async function finish(
  tx: Transaction,
  actor: Actor,
  made: {
    roomId: string;
    ids: readonly string[];
    roles: readonly string[];
    guests: number;
    kind: RoomKind;
    rule: Rule;
    now: Date;
  },
): Promise<RoomItem> {
  const { roomId, ids, roles, guests, kind, rule, now } = made;
  await tx.run(
    build.insertInto("room_counter").values({
      tenant_id: actor.tenantId,
      room_id: roomId,
      member_count: ids.length,
      guest_count: guests,
    }),
  );
  await tx.run(insertMembers, [actor.tenantId, roomId, ids, roles, now]);
  await recordAudit(tx, actor, now, {
    action: "room.created",
    subjectId: roomId,
    rule,
    facts: { kind, members: ids.length, guests },
  });
  const memberships = ids.map((personId) => ({ roomId, personId }));
  const seen = await listRoomItems(tx, actor.tenantId, memberships);
  await publish(
    tx,
    now,
    seen.map(({ personId, room }) =>
      event(chatEvents, "room.joined", { kind: "subscribe", personId, topicId: roomId }, { room }),
    ),
  );
  return seen.find(({ personId }) => personId === actor.personId)!.room;
}

async function getRoomItem(tx: Transaction, actor: Actor, roomId: string): Promise<RoomItem> {
  const [seen] = await listRoomItems(tx, actor.tenantId, [{ roomId, personId: actor.personId }]);
  if (!seen) throw new AppError("not-found");
  return seen.room;
}

function countGuests(people: People): number {
  return [...people.values()].filter((person) => person.kind === "guest").length;
}
