import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listRoommates, makeSendMessage } from "#capabilities/chat/index.ts";
import {
  decideAddMember,
  decideCreateRoom,
  decidePost,
  decideReadRoom,
  decideRemoveMember,
  type RoomFacts,
} from "#capabilities/chat/server/policy.ts";
import { listMessages } from "#capabilities/chat/server/queries/list-messages.ts";
import { makeListRooms } from "#capabilities/chat/server/queries/list-rooms.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import { decideSeePerson, todayInJapan } from "#core/identity/index.ts";
import { listPeople } from "#core/identity/queries/list-people.ts";
import { AppError, systemClock } from "#core/kernel/index.ts";
import type { Actor, Decision } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { createTestDatabase, type TestDatabase } from "#tests/support/database.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";

let testDatabase: TestDatabase;
let database: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = testDatabase.open();
});
afterAll(() => testDatabase.drop());

type World = {
  tenantId: string;
  people: { id: string; kind: "staff" | "guest" }[];
  rooms: {
    id: string;
    kind: "group" | "direct";
    isArchived: boolean;
    members: Map<string, "owner" | "member">;
  }[];
};

/** A random municipality: people of each kind, rooms of each kind, memberships by chance. */
const worldShape = fc.record({
  kinds: fc.array(fc.constantFrom<"staff" | "guest">("staff", "guest"), { minLength: 4, maxLength: 6 }),
  rooms: fc.array(
    fc.record({
      kind: fc.constantFrom<"group" | "direct">("group", "group", "direct"),
      isArchived: fc.boolean(),
      members: fc.array(fc.constantFrom<null | "owner" | "member">(null, null, null, "owner", "member"), {
        minLength: 6,
        maxLength: 6,
      }),
    }),
    { minLength: 2, maxLength: 4 },
  ),
});

async function makeWorld(shape: typeof worldShape extends fc.Arbitrary<infer T> ? T : never): Promise<World> {
  const tenantId = await buildMunicipality(database);
  const people: World["people"] = [];
  for (const kind of shape.kinds)
    people.push({ id: (await buildPerson(database, tenantId, { kind })).id, kind });
  const rooms: World["rooms"] = [];
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const given of shape.rooms) {
      const id = newId();
      const members = new Map<string, "owner" | "member">();
      people.forEach((person, index) => {
        const role = given.members[index];
        if (role) members.set(person.id, role);
      });
      await tx.run(
        build.insertInto("room").values({
          tenant_id: tenantId,
          id,
          kind: given.kind,
          name: given.kind === "group" ? "部屋" : null,
          direct_key: given.kind === "direct" ? id : null,
          created_by: people[0]!.id,
          created_at: new Date(),
          archived_at: given.isArchived ? new Date() : null,
        }),
      );
      await tx.run(
        build
          .insertInto("room_counter")
          .values({ tenant_id: tenantId, room_id: id, member_count: members.size }),
      );
      for (const [personId, role] of members)
        await tx.run(
          build.insertInto("room_member").values({
            tenant_id: tenantId,
            room_id: id,
            person_id: personId,
            role,
            joined_at: new Date(),
          }),
        );
      rooms.push({ id, kind: given.kind, isArchived: given.isArchived, members });
    }
  });
  return { tenantId, people, rooms };
}

function actorOf(world: World, person: World["people"][number]): Actor {
  return {
    tenantId: world.tenantId,
    personId: person.id,
    kind: person.kind,
    accountClass: person.kind === "guest" ? "guest-other" : "telework",
    isAdministrator: false,
    operatorId: null,
    zone: "internet",
    deviceId: newId(),
    sessionId: newId(),
  };
}

function factsOf(room: World["rooms"][number], personId: string): RoomFacts {
  const role = room.members.get(personId);
  return {
    kind: room.kind,
    isArchived: room.isArchived,
    hasOwner: [...room.members.values()].includes("owner"),
    membership: role ? { role } : null,
  };
}

/** How often each decision was met: a rule that the generators never reach proves nothing. */
const met = new Map<string, number>();
function note(name: string, decision: Decision): Decision["kind"] {
  const key = `${name} ${decision.kind}`;
  met.set(key, (met.get(key) ?? 0) + 1);
  return decision.kind;
}

/** What the program did, in the words of a decision. */
async function outcomeOf(work: () => Promise<unknown>): Promise<Decision["kind"]> {
  try {
    await work();
    return "allow";
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found") return "hidden";
    if (error instanceof AppError && error.code === "forbidden") return "deny";
    throw error;
  }
}

describe("a policy's decision and its predicate agree on generated municipalities", () => {
  test("for reading, posting and the lists of rooms and people", async () => {
    const sendMessage = makeSendMessage(database, systemClock);
    const listRooms = makeListRooms(database);
    await fc.assert(
      fc.asyncProperty(worldShape, async (shape) => {
        const world = await makeWorld(shape);
        for (const person of world.people) {
          const actor = () => actorOf(world, person);
          const listed = new Set((await listRooms(actor(), { limit: 500 })).items.map((room) => room.id));
          for (const room of world.rooms) {
            const facts = factsOf(room, person.id);
            const read = note("room.read", decideReadRoom(facts));
            expect(await outcomeOf(() => listMessages(database, actor(), room.id, { limit: 50 }))).toBe(read);
            expect(listed.has(room.id)).toBe(read === "allow" && !room.isArchived);
            const post = note("room.post", decidePost(facts));
            const input = { clientMessageId: newId(), body: "投稿" };
            expect(await outcomeOf(() => sendMessage(actor(), room.id, input))).toBe(post);
          }
          const roommates = await database.transaction(scopeOf(world.tenantId), (tx) =>
            listRoommates(tx, actor()),
          );
          const page = await listPeople(
            database,
            actor(),
            { limit: 200 },
            listRoommates,
            Buffer.alloc(32),
            todayInJapan(systemClock),
          );
          const seen = new Set(page.items.map((item) => item.id));
          for (const other of world.people) {
            const see = decideSeePerson(actor(), { id: other.id, sharesRoom: roommates.includes(other.id) });
            expect(seen.has(other.id)).toBe(note("person.see", see) === "allow");
          }
        }
      }),
      { numRuns: 12, seed: 20_261_121 },
    );
    for (const name of [
      "room.read allow",
      "room.read hidden",
      "room.post allow",
      "room.post deny",
      "room.post hidden",
      "person.see allow",
      "person.see hidden",
    ])
      expect(met.get(name) ?? 0, name).toBeGreaterThan(5);
  });
});

describe("the rules of rooms, case by case", () => {
  const room = (given: Partial<RoomFacts>): RoomFacts => ({
    kind: "group",
    isArchived: false,
    hasOwner: true,
    membership: { role: "member" },
    ...given,
  });
  const staff = { kind: "staff", personId: "me" } as Actor;
  const guest = { kind: "guest", personId: "me" } as Actor;
  const outside = { membership: null };

  test("adding members", () => {
    expect(decideAddMember(staff, room({})).kind).toBe("allow");
    expect(decideAddMember(guest, room({})).kind).toBe("deny");
    expect(decideAddMember(staff, room({ kind: "direct" })).kind).toBe("deny");
    expect(decideAddMember(staff, room({ isArchived: true })).kind).toBe("deny");
    expect(decideAddMember(staff, room(outside)).kind).toBe("hidden");
  });

  test("removing members and leaving", () => {
    expect(decideRemoveMember(staff, room({}), "me").kind).toBe("allow");
    expect(decideRemoveMember(guest, room({}), "me").kind).toBe("allow");
    expect(decideRemoveMember(staff, room({}), "other").kind).toBe("deny");
    expect(decideRemoveMember(staff, room({ membership: { role: "owner" } }), "other").kind).toBe("allow");
    expect(decideRemoveMember(staff, room({ hasOwner: false }), "other").kind).toBe("allow");
    expect(decideRemoveMember(guest, room({ hasOwner: false }), "other").kind).toBe("deny");
    expect(decideRemoveMember(staff, room({ kind: "direct" }), "me").kind).toBe("deny");
    expect(decideRemoveMember(staff, room(outside), "me").kind).toBe("hidden");
  });

  test("making rooms", () => {
    expect(decideCreateRoom(staff).kind).toBe("allow");
    expect(decideCreateRoom(guest).kind).toBe("deny");
  });
});
