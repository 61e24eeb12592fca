import {
  type ImportedMessage,
  type ImportedRoom,
  importConversations,
  importRoomLists,
} from "#capabilities/chat/index.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  buildDemoConversations,
  type DemoMessage,
  type DemoRoom,
} from "./conversations/build-conversations.ts";
import type { ScriptTarget } from "./conversations/read-scripts.ts";
import { type DemoPerson, demoPeople } from "./people.ts";
import { roomListsOf } from "./room-lists.ts";

/**
 * Brings the demo's conversations in, up to this moment, and arranges the lists of the people of the sign-in page. Rooms
 * that are there already (a first start that was interrupted, or people who made one of the same name) stay as they are.
 */
export async function importDemoConversations(
  database: Database,
  clock: Clock,
  tenantId: string,
): Promise<void> {
  const people = demoPeople();
  const { rooms } = buildDemoConversations(people, clock.now());
  const office = await Office.read(database, tenantId, people);
  const wanted = rooms.filter((room) => room.messages.length > 0 && !office.knows(room));
  const ids = await importConversations(
    database,
    clock,
    tenantId,
    wanted.map((room) => office.toImportedRoom(room)),
  );
  const roomIds = new Map(wanted.map((room, index) => [room.name, ids[index]!]));
  await importRoomLists(
    database,
    tenantId,
    roomListsOf(roomIds, (number) => office.idOf(number)),
  );
}

type KnownRoom = {
  id: string;
  name: string | null;
  direct_key: string | null;
  kind: string;
  last_seq: number;
  memberIds: readonly string[];
};

/** The city as the database has it: whose number is which id, and which rooms are there already. */
class Office {
  readonly #ids: ReadonlyMap<string, string>;
  readonly #people: ReadonlyMap<string, DemoPerson>;
  readonly #known: readonly KnownRoom[];

  constructor(
    ids: ReadonlyMap<string, string>,
    people: ReadonlyMap<string, DemoPerson>,
    known: readonly KnownRoom[],
  ) {
    this.#ids = ids;
    this.#people = people;
    this.#known = known;
  }

  static async read(database: Database, tenantId: string, people: readonly DemoPerson[]): Promise<Office> {
    const [ids, rooms, members] = await database.transaction(scopeOf(tenantId), async (tx) => [
      await tx.all(build.selectFrom("person").select(["id", "number"]).where("tenant_id", "=", tenantId)),
      await tx.all(
        build
          .selectFrom("room")
          .innerJoin("room_counter", (join) =>
            join
              .onRef("room_counter.tenant_id", "=", "room.tenant_id")
              .onRef("room_counter.room_id", "=", "room.id"),
          )
          .select(["room.id", "name", "direct_key", "kind", "last_seq"])
          .where("room.tenant_id", "=", tenantId),
      ),
      await tx.all(
        build.selectFrom("room_member").select(["room_id", "person_id"]).where("tenant_id", "=", tenantId),
      ),
    ]);
    const membersOf = Map.groupBy(members, (row) => row.room_id);
    return new Office(
      new Map(ids.map(({ number, id }) => [number, id])),
      new Map(people.map((person) => [person.number, person])),
      rooms.map((room) => ({
        ...room,
        last_seq: Number(room.last_seq),
        memberIds: (membersOf.get(room.id) ?? []).map((row) => row.person_id),
      })),
    );
  }

  idOf(number: string): string {
    const id = this.#ids.get(number);
    if (!id) throw new Error(`nobody in the demo has the number ${number}`);
    return id;
  }

  knows(room: DemoRoom): boolean {
    const pair = room.members.map(({ number }) => this.idOf(number)).sort();
    const key = room.kind === "direct" ? pair.join(" ") : room.name;
    return this.#known.some(
      (known) => (known.direct_key ?? known.name) === key && known !== this.#waitingFor(room),
    );
  }

  /** A section's room is there before anybody has written in it. */
  #waitingFor({ kind, name }: DemoRoom): KnownRoom | undefined {
    return this.#known.find(
      (known) => kind === "group" && known.name === name && known.kind === "section" && known.last_seq === 0,
    );
  }

  toImportedRoom(room: DemoRoom): ImportedRoom {
    const waiting = this.#waitingFor(room);
    const creatorId = this.idOf(room.members[0]!.number);
    const members = room.members.map(({ number, isOwner, readSeq }) => ({
      personId: this.idOf(number),
      isOwner,
      readSeq,
    }));
    const named = new Set(members.map(({ personId }) => personId));
    // Whom the organisation has put there and the script has not thought of has read everything.
    for (const personId of waiting?.memberIds ?? [])
      if (!named.has(personId)) members.push({ personId, isOwner: false, readSeq: room.messages.length });
    return {
      kind: room.kind,
      name: room.name,
      description: room.description,
      visibility: room.isPublic ? "public" : "closed",
      posting: room.isForReading ? "owners" : "everybody",
      creatorId,
      members,
      createdAt: new Date(room.messages[0]!.at.getTime() - 600_000),
      ...(waiting && { into: waiting.id }),
      ...(room.archivedAt && { archived: { at: room.archivedAt, personId: creatorId } }),
      messages: room.messages.map((message) => this.#toImportedMessage(message, room)),
    };
  }

  #toImportedMessage(message: DemoMessage, room: DemoRoom): ImportedMessage {
    const { confirmation, edited, deleted, operatorNumber } = message;
    return {
      senderId: this.idOf(message.senderNumber),
      body: message.body,
      sentAt: message.at,
      mentions: message.mentionNumbers.map((number) => this.idOf(number)),
      mentionTargets: message.targets.map((target) => this.#resolve(target, message, room)),
      reactions: message.reactions.map(({ number, reaction, at }) => ({
        personId: this.idOf(number),
        reaction,
        at,
      })),
      ...(operatorNumber !== undefined && { operatorId: this.idOf(operatorNumber) }),
      ...(message.replyTo !== undefined && { replyTo: message.replyTo }),
      ...(message.threadOf !== undefined && { threadSeq: message.threadOf }),
      ...(message.title !== undefined && { title: message.title }),
      ...(confirmation && {
        confirmation: {
          ...confirmation,
          confirmed: confirmation.confirmed.map(({ number, at }) => ({ personId: this.idOf(number), at })),
        },
      }),
      ...(edited && { earlier: [edited.from], editedAt: edited.at }),
      ...(deleted && {
        deletion: { at: deleted.at, personId: this.idOf(deleted.byNumber), reason: deleted.reason },
      }),
    };
  }

  #resolve(target: ScriptTarget, { senderNumber }: DemoMessage, { members }: DemoRoom) {
    const others = members.map(({ number }) => number).filter((number) => number !== senderNumber);
    const isMeant = (number: string) => {
      const person = this.#people.get(number)!;
      if (target.kind === "everybody") return true;
      return (target.kind === "section" ? person.sectionName : person.post) === target.name;
    };
    const meant = others.filter(isMeant);
    return {
      kind: target.kind,
      name: target.kind === "everybody" ? "全員" : target.name,
      count: meant.length,
      personIds: target.kind === "everybody" ? [] : meant.map((number) => this.idOf(number)).sort(),
    };
  }
}
