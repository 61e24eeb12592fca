import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { hashPassword, hashToken, newToken } from "#core/identity/index.ts";
import { newId } from "#shared/ids.ts";
import { buildMunicipality, testPassword } from "#tests/support/factories.ts";
import { type RoomPlan, text } from "../harness/driver.ts";

export type BenchPerson = { user: string; id: string; token: string };

/** A municipality and its people, as the drivers of several processes share it. */
export type BenchTown = { tenantId: string; people: BenchPerson[] };

const insertPeople = statement<never>(
  "benchmark.insert-people",
  `insert into person (tenant_id, id, kind, number, name, kana, search_key, created_at)
   select $1, p.id, 'staff', p.name, '試験 ' || p.name, 'しけん', p.name, now()
     from unnest($2::uuid[], $3::text[]) as p (id, name)`,
);
const insertAccounts = statement<never>(
  "benchmark.insert-accounts",
  `insert into account (tenant_id, id, login_id, login_key, class, zones, password_hash, created_at)
   select $1, p.id, p.name, p.name, 'telework', '{lgwan,internet}', $4, now()
     from unnest($2::uuid[], $3::text[]) as p (id, name)`,
);
const insertDevices = statement<never>(
  "benchmark.insert-devices",
  `insert into device (tenant_id, id, account_id, zone, created_at)
   select $1, p.id, p.id, 'lgwan', now() from unnest($2::uuid[]) as p (id)`,
);
const insertSessions = statement<never>(
  "benchmark.insert-sessions",
  `insert into session (tenant_id, token_hash, id, account_id, device_id, zone, created_at, expires_at)
   select $1, p.hash, p.id, p.id, p.id, 'lgwan', now(), now() + interval '12 hours'
     from unnest($2::uuid[], $3::bytea[]) as p (id, hash)`,
);

/** A municipality with people who have accounts and live sessions: what sign-in would have left behind. */
export async function makeTown(database: Database, users: readonly string[]): Promise<BenchTown> {
  const tenantId = await buildMunicipality(database, { slug: "benchmark", name: "計測市" });
  const passwordHash = await hashPassword(testPassword);
  const people = users.map((user) => ({ user, id: newId(), token: newToken(tenantId) }));
  const ids = people.map((person) => person.id);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(insertPeople, [tenantId, ids, users]);
    await tx.run(insertAccounts, [tenantId, ids, users, passwordHash]);
    await tx.run(insertDevices, [tenantId, ids]);
    await tx.run(insertSessions, [tenantId, ids, people.map((person) => hashToken(person.token))]);
  });
  return { tenantId, people };
}

const insertRooms = statement<never>(
  "benchmark.insert-rooms",
  `insert into room (tenant_id, id, kind, name, created_by, created_at)
   select $1, r.id, 'group', r.name, r.owner_id, now() from unnest($2::uuid[], $3::text[], $4::uuid[]) as r (id, name, owner_id)`,
);
const insertCounters = statement<never>(
  "benchmark.insert-counters",
  `insert into room_counter (tenant_id, room_id, member_count)
   select $1, r.id, r.members from unnest($2::uuid[], $3::int[]) as r (id, members)`,
);
const insertMembers = statement<never>(
  "benchmark.insert-members",
  `insert into room_member (tenant_id, room_id, person_id, role, joined_at)
   select $1, m.room_id, m.person_id, case when m.is_owner then 'owner' else 'member' end, now()
     from unnest($2::uuid[], $3::uuid[], $4::boolean[]) as m (room_id, person_id, is_owner)`,
);

/** Rooms with their members. Nobody is connected yet, so there is nobody to tell: no events. */
export async function makeRooms(
  database: Database,
  town: BenchTown,
  plans: readonly RoomPlan[],
): Promise<void> {
  const idOf = new Map(town.people.map((person) => [person.user, person.id]));
  const rooms = plans.map((plan) => ({
    id: newId(),
    members: plan.members.map((user) => idOf.get(user)!),
    plan,
  }));
  const members = rooms.flatMap((room) =>
    room.members.map((person, place) => ({ room: room.id, person, place })),
  );
  await database.transaction(scopeOf(town.tenantId), async (tx) => {
    await tx.run(insertRooms, [
      town.tenantId,
      rooms.map((room) => room.id),
      rooms.map((room) => room.plan.name),
      rooms.map((room) => room.members[0]),
    ]);
    await tx.run(insertCounters, [
      town.tenantId,
      rooms.map((room) => room.id),
      rooms.map((room) => room.members.length),
    ]);
    await tx.run(insertMembers, [
      town.tenantId,
      members.map((member) => member.room),
      members.map((member) => member.person),
      members.map((member) => member.place === 0),
    ]);
  });
  for (const room of rooms)
    if (room.plan.messages) await fillRoom(database, town.tenantId, room.id, room.plan.messages);
}

const insertMessages = statement<never>(
  "benchmark.insert-messages",
  `with filled as (
     update room_counter set last_seq = $3 where tenant_id = $1 and room_id = $2 and last_seq < $3
     returning last_seq
   )
   insert into message (tenant_id, room_id, seq, id, sender_id, body, sent_at, client_message_id)
   select $1, $2, seq, gen_random_uuid(), r.created_by, $4 || ' ' || seq, now() - ($3 - seq) * interval '10 seconds',
          'seed' || seq
     from room r cross join generate_series($5::bigint + 1, $3) seq
    where r.tenant_id = $1 and r.id = $2`,
);
const lastSeq = statement<{ last_seq: number }>(
  "benchmark.last-seq",
  "select last_seq from room_counter where tenant_id = $1 and room_id = $2",
);

/** Fills a room up to so many messages, ten seconds apart. */
export async function fillRoom(
  database: Database,
  tenantId: string,
  roomId: string,
  count: number,
): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const from = (await tx.first(lastSeq, [tenantId, roomId]))!.last_seq;
    await tx.run(insertMessages, [tenantId, roomId, count, text, from]);
  });
}

const findRooms = statement<{ id: string; owner: string }>(
  "benchmark.find-rooms",
  "select id, created_by as owner from room where tenant_id = $1 and name = $2",
);

/** A room that an earlier process made. */
export function findRoom(database: Database, tenantId: string, name: string) {
  return database.transaction(scopeOf(tenantId), (tx) => tx.first(findRooms, [tenantId, name]));
}
