import type { Reaction } from "#capabilities/chat/contract.ts";
import { Cast } from "../cast.ts";
import type { DemoPerson } from "../people.ts";
import { picked } from "../picked.ts";
import { SeededRandom } from "../random.ts";
import { roomsKeptRead } from "../room-lists.ts";
import { Calendar } from "./calendar.ts";
import { ExchangePicker, fillSectionRoom } from "./fill-section-room.ts";
import { readScripts, type Script, type ScriptLine, type ScriptTarget } from "./read-scripts.ts";
import { readUpTo } from "./read-up-to.ts";
import { quietSections, sectionRooms } from "./section-rooms.ts";

export type DemoMessage = {
  senderNumber: string;
  /** Who sat at the section account. */
  operatorNumber?: string;
  at: Date;
  body: string;
  /** Number of the message in the room that this one answers, from 1. */
  replyTo?: number;
  mentionNumbers: string[];
  targets: ScriptTarget[];
  /** Number of the first message of the thread in which it stands. */
  threadOf?: number;
  title?: string;
  reactions: { number: string; reaction: Reaction; at: Date }[];
  confirmation?: { deadline?: Date; remindedAt?: Date; confirmed: { number: string; at: Date }[] };
  edited?: { from: string; at: Date };
  deleted?: { byNumber: string; at: Date; reason: string | null };
};

export type DemoMember = { number: string; isOwner: boolean; readSeq: number };

export type DemoRoom = {
  kind: Script["kind"];
  name: string | null;
  description: string;
  isPublic: boolean;
  isForReading: boolean;
  archivedAt?: Date;
  /** The first one made the room. */
  members: DemoMember[];
  messages: DemoMessage[];
};

/**
 * What the demo city said in the last weeks, up to `now`: rooms with their members and messages in order, by the numbers
 * of the list of people. Pure: the same people and moment give the same conversations.
 */
export function buildDemoConversations(people: readonly DemoPerson[], now: Date): { rooms: DemoRoom[] } {
  // Whoever has no account is in the directory but not in a room.
  const members = people.filter((person) => person.loginId !== "");
  const calendar = new Calendar(now);
  const random = new SeededRandom(8_503);
  const exchanges = new ExchangePicker(random);
  const cast = new Cast(members);
  const written = readScripts(cast);
  const names = new Set(written.map(({ name }) => name));
  const fill = (name: string, count: number) =>
    fillSectionRoom(name, members, exchanges, calendar, random, count);
  const scripts = [
    ...written,
    ...sectionRooms.map((name) => fill(name, 17)),
    ...quietSections(members)
      .filter((name) => !names.has(name))
      .map((name) => fill(name, 4)),
  ];
  const staffOf = Map.groupBy(
    people.filter((person) => person.kind === "職員"),
    (person) => person.sectionCode,
  );
  const wasOut = new Set(Object.values(picked).map((selector) => cast.get(selector)));
  const keptRead = new Map(
    [...roomsKeptRead()].map(([selector, names]) => [cast.get(selector), names] as const),
  );
  return {
    rooms: scripts.map((script, index) =>
      toRoom(script, { calendar, staffOf, wasOut, keptRead, random: new SeededRandom(9_000 + index) }),
    ),
  };
}

type City = {
  calendar: Calendar;
  staffOf: ReadonlyMap<string, readonly DemoPerson[]>;
  /** Who has not looked since the morning: something waits for them. */
  wasOut: ReadonlySet<DemoPerson>;
  /** Rooms whose newest message they have read all the same. */
  keptRead: ReadonlyMap<DemoPerson, ReadonlySet<string>>;
  random: SeededRandom;
};

function toRoom(script: Script, { calendar, staffOf, wasOut, keptRead, random }: City): DemoRoom {
  const messages: DemoMessage[] = [];
  const lines: ScriptLine[] = [];
  const numbers = new Map<number, number>();
  let last = 0;
  for (const [index, line] of script.lines.entries()) {
    // A line never comes before the one above it, and what has not happened yet is not told.
    const at = Math.max(calendar.at(line.moment, index), last + 5000);
    if (at > calendar.now) break;
    last = at;
    const replyTo = line.replyTo === undefined ? undefined : numbers.get(line.replyTo - 1);
    const threadOf = line.threadOf === undefined ? undefined : numbers.get(line.threadOf - 1);
    numbers.set(index, messages.length + 1);
    lines.push(line);
    messages.push({
      senderNumber: line.sender.number,
      ...operatorOf(line.sender, staffOf, random),
      at: new Date(at),
      body: calendar.fill(line.body),
      mentionNumbers: line.mentions.map((person) => person.number),
      targets: line.targets,
      reactions: [],
      ...(line.title === undefined ? {} : { title: line.title }),
      ...(replyTo === undefined ? {} : { replyTo }),
      ...(threadOf === undefined ? {} : { threadOf }),
    });
  }
  const owners = new Set(script.owners);
  const lastSeenBy = (person: DemoPerson) => {
    if (!wasOut.has(person)) return undefined;
    return keptRead.get(person)?.has(script.name ?? "") ? calendar.now : calendar.lastSeen;
  };
  const everybody = [...new Set([...script.owners, ...script.members])];
  const members = everybody.map((person) => ({
    person,
    isOwner: owners.has(person),
    readSeq: readUpTo(person, messages, lines, lastSeenBy(person), random),
  }));
  for (const [index, line] of lines.entries()) {
    const message = messages[index]!;
    const readers = members
      .filter(({ person, readSeq }) => person !== line.sender && readSeq > index)
      .map(({ person }) => person);
    applyMarks(message, line, readers, calendar, random);
  }
  return {
    kind: script.kind,
    name: script.name,
    description: calendar.fill(script.description),
    isPublic: script.isPublic,
    isForReading: script.isForReading,
    ...(script.archivedDaysAgo === undefined
      ? {}
      : { archivedAt: new Date(calendar.timeOf(calendar.workingDay(script.archivedDaysAgo), 17 * 60 + 5)) }),
    members: members.map(({ person, isOwner, readSeq }) => ({ number: person.number, isOwner, readSeq })),
    messages,
  };
}

function operatorOf(
  sender: DemoPerson,
  staffOf: ReadonlyMap<string, readonly DemoPerson[]>,
  random: SeededRandom,
): { operatorNumber?: string } {
  const staff = sender.kind === "所属" ? staffOf.get(sender.sectionCode) : undefined;
  if (!staff?.length) return {};
  // Hardly ever the head.
  return { operatorNumber: staff[Math.min(staff.length - 1, 1 + random.below(staff.length))]!.number };
}

/** Reactions, confirmations and changes: only by people who have read the message, and nothing after `now`. */
function applyMarks(
  message: DemoMessage,
  line: ScriptLine,
  readers: readonly DemoPerson[],
  calendar: Calendar,
  random: SeededRandom,
): void {
  const sentAt = message.at.getTime();
  const later = (minutes: number) => sentAt + minutes * 60_000;
  const hasRead = new Set(readers);
  const react = (person: DemoPerson, reaction: Reaction, minutes: number) => {
    const at = later(minutes) + random.below(60) * 1000;
    const isKnown = message.reactions.some((r) => r.number === person.number && r.reaction === reaction);
    if (at <= calendar.now && hasRead.has(person) && !isKnown)
      message.reactions.push({ number: person.number, reaction, at: new Date(at) });
  };
  for (const { reaction, people } of line.reactions ?? [])
    for (const [place, person] of people.entries()) react(person, reaction, 1 + 2 * place);
  for (const { reaction, count } of line.moreReactions ?? [])
    for (const person of choose(readers, count, random)) react(person, reaction, 1 + random.below(50));
  if (line.confirmation) {
    const { share, waiting, deadlineDays, remindedAfter } = line.confirmation;
    const late = new Set(waiting);
    const confirmed = readers
      .filter((person) => !late.has(person) && random.next() < share)
      .map((person) => ({ number: person.number, at: new Date(later(2 + random.below(110))) }))
      .filter(({ at }) => at.getTime() <= calendar.now);
    message.confirmation = {
      confirmed,
      ...(deadlineDays === undefined
        ? {}
        : { deadline: new Date(calendar.workingDayAfter(sentAt, deadlineDays, 17 * 60)) }),
      ...(remindedAfter !== undefined && later(remindedAfter) <= calendar.now
        ? { remindedAt: new Date(later(remindedAfter)) }
        : {}),
    };
  }
  const { edited, deleted } = line;
  if (edited) {
    const at = new Date(later(edited.after));
    if (at.getTime() > calendar.now) message.body = calendar.fill(edited.from);
    else message.edited = { from: calendar.fill(edited.from), at };
  }
  if (deleted && later(deleted.after) <= calendar.now) {
    message.deleted = {
      byNumber: line.sender.number,
      at: new Date(later(deleted.after)),
      reason: deleted.reason,
    };
    message.reactions = [];
  }
}

/** Some of the list, in its order. */
function choose(people: readonly DemoPerson[], count: number, random: SeededRandom): readonly DemoPerson[] {
  return people
    .map((person) => ({ person, place: random.next() }))
    .sort((a, b) => a.place - b.place)
    .slice(0, count)
    .map(({ person }) => person);
}
