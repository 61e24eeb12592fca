import { type ImportedRoom, importConversations } from "#capabilities/chat/index.ts";
import { build, type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { buildDemoConversations, type DemoRoom } from "./conversations/build-conversations.ts";
import { demoPeople } from "./people.ts";
import { SeededRandom } from "./random.ts";

/** Rooms that anybody on the staff may find and join, and what they are for. */
const publicRooms: ReadonlyMap<string, string> = new Map([
  ["DX推進リーダー会議", "各課のDX推進リーダーの情報交換。電子申請や生成AIの事例を持ち寄ります。"],
  ["広報みなもり編集会議", "広報紙とホームページに載せる話題を集めます。各課からの持ち込みも歓迎です。"],
  ["在宅勤務の連絡", "在宅勤務の始業・終業の連絡と、端末や回線の困りごとの相談。"],
]);

/**
 * Brings the demo's conversations in, up to this moment. Rooms that are there already (a first start that was
 * interrupted, or people who made one of the same name) stay as they are.
 */
export async function importDemoConversations(
  database: Database,
  clock: Clock,
  tenantId: string,
): Promise<void> {
  const { rooms } = buildDemoConversations(demoPeople(), clock.now());
  const [people, known] = await database.transaction(scopeOf(tenantId), async (tx) => [
    await tx.all(
      build.selectFrom("person").select(["id", "number", "kind"]).where("tenant_id", "=", tenantId),
    ),
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
  ]);
  const personByNumber = new Map(people.map((person) => [person.number, person]));
  // A section's room is there before anybody has written in it.
  const isWaiting = (room: (typeof known)[0]) => room.kind === "section" && room.last_seq === 0;
  const waiting = new Map(known.filter(isWaiting).map((room) => [room.name, room.id]));
  const knownKeys = new Set(
    known.filter((room) => !isWaiting(room)).map((room) => room.direct_key ?? room.name),
  );
  const random = new SeededRandom(8_504);
  const wanted = rooms
    .map((room) => toImportedRoom(room, personByNumber, waiting, clock.now(), random))
    .filter((room) => room.messages.length > 0 && !knownKeys.has(keyOf(room)));
  await importConversations(database, clock, tenantId, wanted);
}

function keyOf(room: ImportedRoom): string | null {
  const ids = room.members.map((member) => member.personId).sort();
  return room.kind === "direct" ? ids.join(" ") : room.name;
}

function toImportedRoom(
  room: DemoRoom,
  people: ReadonlyMap<string, { id: string; kind: string }>,
  waiting: ReadonlyMap<string | null, string>,
  now: Date,
  random: SeededRandom,
): ImportedRoom {
  const get = (number: string) => {
    const person = people.get(number);
    if (!person) throw new Error(`nobody in the demo has the number ${number}`);
    return person;
  };
  const into = room.kind === "group" ? waiting.get(room.name) : undefined;
  return {
    kind: room.kind,
    name: room.name,
    ...(into === undefined ? {} : { into }),
    ...(room.name !== null && publicRooms.has(room.name)
      ? { visibility: "public", description: publicRooms.get(room.name)! }
      : {}),
    ownerId: get(room.memberNumbers[0]!).id,
    createdAt: new Date((room.messages[0]?.at ?? now).getTime() - 600_000),
    members: room.memberNumbers.map((number) => ({
      personId: get(number).id,
      isGuest: get(number).kind === "guest",
      readSeq: readUpTo(room, number, random),
    })),
    messages: room.messages.map(({ senderNumber, at, body, replyTo, mentionNumbers }) => ({
      senderId: get(senderNumber).id,
      body,
      sentAt: at,
      replyTo,
      mentions: mentionNumbers.map((mentioned) => get(mentioned).id),
    })),
  };
}

/** Most have read all, some not the newest, a few are days behind; nobody is behind the own last message. */
function readUpTo(room: DemoRoom, number: string, random: SeededRandom): number {
  const dice = random.next();
  const behind = dice < 0.5 ? 0 : dice < 0.8 ? 1 + random.below(3) : dice < 0.95 ? 4 + random.below(9) : 25;
  const ownLast = room.messages.findLastIndex((message) => message.senderNumber === number) + 1;
  return Math.max(ownLast, room.messages.length - behind, 0);
}
