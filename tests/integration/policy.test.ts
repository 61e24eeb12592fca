import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RoomPosting, RoomVisibility } from "#capabilities/chat/contract.ts";
import { listRoommates, makeSendMessage } from "#capabilities/chat/index.ts";
import {
  decideAddMember,
  decideArchiveRoom,
  decideChangeRole,
  decideChangeRoom,
  decideCreateRoom,
  decideFindRoom,
  decidePost,
  decideReadRoom,
  decideRemoveMember,
  type RoomFacts,
} from "#capabilities/chat/server/policy.ts";
import { findRooms } from "#capabilities/chat/server/queries/find-rooms.ts";
import { listMessages } from "#capabilities/chat/server/queries/list-messages.ts";
import { makeListRooms } from "#capabilities/chat/server/queries/list-rooms.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import { decideSeePerson, todayInJapan } from "#core/identity/index.ts";
import { listPeople } from "#core/identity/queries/list-people.ts";
import { AppError, systemClock } from "#core/kernel/index.ts";
import type { Actor, Decision, Office } from "#core/policy/index.ts";
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
    visibility: RoomVisibility;
    posting: RoomPosting;
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
      visibility: fc.constantFrom<RoomVisibility>("closed", "public"),
      posting: fc.constantFrom<RoomPosting>("everybody", "everybody", "owners"),
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
      const visibility = given.kind === "group" ? given.visibility : "closed";
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
          visibility,
          posting: given.posting,
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
      rooms.push({ ...given, id, visibility, members });
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
    offices: [],
    operatorId: null,
    zone: "internet",
    deviceId: newId(),
    device: { owned: "issued", isApproved: true },
    sessionId: newId(),
  };
}

function factsOf(room: World["rooms"][number], personId: string): RoomFacts {
  const role = room.members.get(personId);
  return {
    kind: room.kind,
    isArchived: room.isArchived,
    visibility: room.visibility,
    posting: room.posting,
    classification: "2",
    ownerCount: [...room.members.values()].filter((each) => each === "owner").length,
    memberCount: room.members.size,
    guestCount: 0,
    membership: role ? { role, isAutomatic: false } : null,
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
          const found = new Set(
            person.kind === "guest"
              ? []
              : (await findRooms(database, actor(), { limit: 200 })).items.map((room) => room.id),
          );
          expect(await outcomeOf(() => findRooms(database, actor(), { limit: 200 }))).toBe(
            person.kind === "guest" ? "hidden" : "allow",
          );
          for (const room of world.rooms) {
            const facts = factsOf(room, person.id);
            const read = note("room.read", decideReadRoom(facts));
            expect(await outcomeOf(() => listMessages(database, actor(), room.id, { limit: 50 }))).toBe(read);
            expect(listed.has(room.id)).toBe(read === "allow");
            const find = note("room.find", decideFindRoom(actor(), facts));
            expect(found.has(room.id)).toBe(find === "allow");
            const joining = { personId: person.id, kind: person.kind };
            if (!facts.membership && find === "allow")
              expect(note("room.join", decideAddMember(actor(), facts, joining))).toBe(
                room.isArchived ? "deny" : "allow",
              );
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
      "room.find allow",
      "room.find hidden",
      "room.join allow",
      "room.join deny",
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
  const room = (given: Partial<RoomFacts> = {}): RoomFacts => ({
    kind: "group",
    isArchived: false,
    visibility: "closed",
    posting: "everybody",
    classification: "2",
    ownerCount: 1,
    memberCount: 3,
    guestCount: 0,
    membership: { role: "member", isAutomatic: false },
    ...given,
  });
  const staff = { kind: "staff", personId: "me", offices: [] as readonly Office[] } as Actor;
  const guest = { kind: "guest", personId: "me", offices: [] as readonly Office[] } as Actor;
  const administrator = {
    kind: "staff",
    personId: "me",
    zone: "lgwan",
    offices: ["rules"] as readonly Office[],
  } as Actor;
  const outsideOffice = { ...administrator, zone: "internet" } as Actor;
  const outside = { membership: null };
  const owner = { membership: { role: "owner", isAutomatic: false } } as const;
  const other = { personId: "other", kind: "staff" } as const;
  const otherGuest = { personId: "other", kind: "guest" } as const;
  const self = { personId: "me", kind: "staff" } as const;
  const invited = { role: "member", isAutomatic: false } as const;
  const automatic = { role: "member", isAutomatic: true } as const;

  test("adding members", () => {
    expect(decideAddMember(staff, room(), other).kind).toBe("allow");
    expect(decideAddMember(guest, room(), other).kind).toBe("deny");
    expect(decideAddMember(staff, room({ kind: "direct" }), other).kind).toBe("deny");
    expect(decideAddMember(staff, room({ kind: "municipality" }), other).kind).toBe("deny");
    expect(decideAddMember(staff, room({ isArchived: true }), other).kind).toBe("deny");
    expect(decideAddMember(staff, room(outside), other).kind).toBe("hidden");
    expect(decideAddMember(staff, room(), otherGuest).kind).toBe("allow");
    expect(decideAddMember(staff, room({ kind: "section" }), other).kind).toBe("allow");
    expect(decideAddMember(staff, room({ kind: "section" }), otherGuest).kind).toBe("deny");
    expect(decideAddMember(staff, room({ visibility: "public" }), otherGuest).kind).toBe("deny");
  });

  test("joining", () => {
    const found = { visibility: "public", membership: null } as const;
    expect(decideAddMember(staff, room(found), self).kind).toBe("allow");
    expect(decideAddMember(staff, room({ ...found, isArchived: true }), self).kind).toBe("deny");
    expect(decideAddMember(staff, room(found), other).kind).toBe("hidden");
    expect(decideAddMember(staff, room(outside), self).kind).toBe("hidden");
    expect(decideAddMember(guest, room(found), { ...self, kind: "guest" }).kind).toBe("hidden");
  });

  test("removing members and leaving", () => {
    const leave = { personId: "me", membership: invited };
    const remove = { personId: "other", membership: invited };
    expect(decideRemoveMember(staff, room(), leave).kind).toBe("allow");
    expect(decideRemoveMember(guest, room(), leave).kind).toBe("allow");
    expect(decideRemoveMember(staff, room(), remove).kind).toBe("deny");
    expect(decideRemoveMember(staff, room(owner), remove).kind).toBe("allow");
    expect(decideRemoveMember(staff, room({ ownerCount: 0 }), remove).kind).toBe("allow");
    expect(decideRemoveMember(guest, room({ ownerCount: 0 }), remove).kind).toBe("deny");
    expect(decideRemoveMember(staff, room({ kind: "direct" }), leave).kind).toBe("deny");
    expect(decideRemoveMember(staff, room(outside), leave).kind).toBe("hidden");
    expect(decideRemoveMember(staff, room(owner), { ...remove, membership: automatic }).kind).toBe("deny");
    expect(decideRemoveMember(staff, room(), { ...leave, membership: automatic }).kind).toBe("deny");
  });

  test("the last owner hands over before leaving, and stays one until then", () => {
    const leave = { personId: "me", membership: owner.membership };
    const step = { kind: "staff", membership: owner.membership } as const;
    expect(decideRemoveMember(staff, room(owner), leave).kind).toBe("deny");
    expect(decideRemoveMember(staff, room({ ...owner, ownerCount: 2 }), leave).kind).toBe("allow");
    expect(decideRemoveMember(staff, room({ ...owner, memberCount: 1 }), leave).kind).toBe("allow");
    expect(decideRemoveMember(staff, room({ ...owner, isArchived: true }), leave).kind).toBe("allow");
    expect(decideChangeRole(staff, room(owner), step, "member").kind).toBe("deny");
    expect(decideChangeRole(staff, room({ ...owner, ownerCount: 2 }), step, "member").kind).toBe("allow");
  });

  test("owners", () => {
    const member = { kind: "staff", membership: invited } as const;
    expect(decideChangeRole(staff, room(owner), member, "owner").kind).toBe("allow");
    expect(decideChangeRole(staff, room(), member, "owner").kind).toBe("deny");
    expect(decideChangeRole(staff, room(owner), { ...member, kind: "guest" }, "owner").kind).toBe("deny");
    expect(decideChangeRole(staff, room({ kind: "section", ownerCount: 0 }), member, "owner").kind).toBe(
      "allow",
    );
    expect(decideChangeRole(staff, room({ kind: "municipality", ownerCount: 0 }), member, "owner").kind).toBe(
      "deny",
    );
    expect(
      decideChangeRole(administrator, room({ kind: "municipality", ownerCount: 0 }), member, "owner").kind,
    ).toBe("allow");
    const refused = decideChangeRole(
      outsideOffice,
      room({ kind: "municipality", ownerCount: 0 }),
      member,
      "owner",
    );
    expect(refused).toMatchObject({ kind: "deny", because: { id: "chat.administered-on-lgwan" } });
  });

  test("settings and the archive", () => {
    const closed = { visibility: "closed", isRenamed: false } as const;
    const open = { visibility: "public", isRenamed: false } as const;
    expect(decideChangeRoom(staff, room(owner), closed).kind).toBe("allow");
    expect(decideChangeRoom(staff, room(), closed).kind).toBe("deny");
    expect(decideChangeRoom(staff, room(outside), closed).kind).toBe("hidden");
    expect(decideChangeRoom(staff, room({ ...owner, kind: "direct" }), closed).kind).toBe("deny");
    expect(decideChangeRoom(staff, room({ ...owner, isArchived: true }), closed).kind).toBe("deny");
    expect(decideChangeRoom(staff, room(owner), open).kind).toBe("allow");
    expect(decideChangeRoom(staff, room({ ...owner, guestCount: 1 }), open).kind).toBe("deny");
    expect(decideChangeRoom(staff, room({ ...owner, kind: "section" }), open).kind).toBe("deny");
    const renamed = { ...closed, isRenamed: true };
    expect(decideChangeRoom(staff, room({ ...owner, kind: "section" }), renamed).kind).toBe("deny");
    expect(decideArchiveRoom(staff, room(owner)).kind).toBe("allow");
    expect(decideArchiveRoom(staff, room({ ...owner, isArchived: true })).kind).toBe("allow");
    expect(decideArchiveRoom(staff, room()).kind).toBe("deny");
    expect(decideArchiveRoom(staff, room({ ...owner, kind: "section" })).kind).toBe("deny");
  });

  test("posting", () => {
    expect(decidePost(room({ posting: "owners" })).kind).toBe("deny");
    expect(decidePost(room({ ...owner, posting: "owners" })).kind).toBe("allow");
  });

  test("making rooms", () => {
    expect(decideCreateRoom(staff).kind).toBe("allow");
    expect(decideCreateRoom(guest).kind).toBe("deny");
    expect(decideCreateRoom(staff, "municipality").kind).toBe("deny");
    expect(decideCreateRoom(administrator, "municipality").kind).toBe("allow");
    expect(decideCreateRoom(outsideOffice, "municipality").kind).toBe("deny");
    expect(decideCreateRoom(outsideOffice).kind).toBe("allow");
  });
});
