import type { DemoPerson } from "../people.ts";
import { SeededRandom } from "../random.ts";
import { commonExchanges, themedExchanges } from "./exchanges.ts";
import { Cast, type Moment, readScripts, type Script, type ScriptLine } from "./read-scripts.ts";
import { sectionRooms } from "./section-rooms.ts";

type DemoMessage = {
  senderNumber: string;
  at: Date;
  body: string;
  /** Number of the message in the room that this one answers, from 1. */
  replyTo?: number;
  mentionNumbers: string[];
};

export type DemoRoom = {
  kind: "group" | "direct";
  name: string | null;
  /** The first one made the room. */
  memberNumbers: string[];
  messages: DemoMessage[];
};

/**
 * What the demo city said in the last weeks, up to `now`: rooms with their members and messages in order, by the numbers
 * of the list of people. Pure: the same people and moment give the same conversations.
 */
export function buildDemoConversations(people: readonly DemoPerson[], now: Date): { rooms: DemoRoom[] } {
  // Whoever has no account is in the directory but not in a room.
  const members = people.filter((person) => person.loginId !== "");
  const cast = new Cast(members);
  const calendar = new Calendar(now);
  const random = new SeededRandom(8_503);
  const exchanges = new ExchangePicker(random);
  const scripts = [
    ...readScripts(cast),
    ...sectionRooms.map((name) => fillSectionRoom(name, members, exchanges, calendar, random)),
  ];
  return { rooms: scripts.map((script) => toRoom(script, calendar)) };
}

function toRoom(script: Script, calendar: Calendar): DemoRoom {
  const messages: DemoMessage[] = [];
  const numbers = new Map<number, number>();
  let last = 0;
  for (const [index, line] of script.lines.entries()) {
    // A line never comes before the one above it, and what has not happened yet is not told.
    const at = Math.max(calendar.at(line.moment, index), last + 5000);
    if (at > calendar.now) break;
    last = at;
    const replyTo = line.replyTo === undefined ? undefined : numbers.get(line.replyTo - 1);
    numbers.set(index, messages.length + 1);
    messages.push({
      senderNumber: line.sender.number,
      at: new Date(at),
      body: calendar.fill(line.body),
      mentionNumbers: line.mentions.map((person) => person.number),
      ...(replyTo === undefined ? {} : { replyTo }),
    });
  }
  return {
    kind: script.kind,
    name: script.name,
    memberNumbers: [
      ...new Set([...script.lines.slice(0, 1).map((line) => line.sender), ...script.members]),
    ].map((person) => person.number),
    messages,
  };
}

/** Days in Japan, counted back from now. */
class Calendar {
  readonly now: number;
  readonly #today: number;

  constructor(now: Date) {
    this.now = now.getTime();
    this.#today = Math.floor((this.now + 9 * 3_600_000) / 86_400_000);
  }

  /** Milliseconds since 1970; the seconds differ from line to line. */
  at({ days, isWorkingDays, minutes }: Moment, index: number): number {
    const day = isWorkingDays ? this.#workingDay(days) : this.#today - days;
    return day * 86_400_000 - 9 * 3_600_000 + minutes * 60_000 + ((index * 37) % 60) * 1000;
  }

  /** Today when it is one, else the last one before. Holidays are not counted out. */
  #workingDay(back: number): number {
    let day = this.#today;
    while (isWeekend(day)) day -= 1;
    for (let left = back; left > 0; left -= isWeekend(day) ? 0 : 1) day -= 1;
    return day;
  }

  /** Months that are named in the texts, so that they fit whenever the demo is started. */
  fill(text: string): string {
    const month = new Date(this.#today * 86_400_000).getUTCMonth();
    return text
      .replaceAll("{来月}", String(((month + 1) % 12) + 1))
      .replaceAll("{再来月}", String(((month + 2) % 12) + 1))
      .replaceAll("{定例月}", String(Math.floor(month / 3) * 3 + 3));
  }

  /** 12月3日（木): some working day before or after the day `back` working days ago. */
  dayText(back: number, offset: number): string {
    let day = this.#workingDay(back);
    for (let left = Math.abs(offset); left > 0; left -= isWeekend(day) ? 0 : 1) day += Math.sign(offset);
    const date = new Date(day * 86_400_000);
    return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日（${"日月火水木金土"[date.getUTCDay()]}）`;
  }
}

function isWeekend(day: number): boolean {
  // Day 0 was a Thursday.
  return (day + 4) % 7 === 0 || (day + 4) % 7 === 6;
}

/** Gives out exchanges so that each is used about as often as any other. */
class ExchangePicker {
  readonly #random: SeededRandom;
  readonly #uses = new Map<string, number>();
  readonly #common = split(commonExchanges);
  readonly #themed = themedExchanges.map(({ sections, text }) => ({ sections, list: split(text) }));

  constructor(random: SeededRandom) {
    this.#random = random;
  }

  /** `count` exchanges for a section, its own subjects first, in a mixed order. */
  pick(section: string, count: number): string[] {
    const own = this.#themed.filter(({ sections }) => sections.test(section)).flatMap(({ list }) => list);
    const chosen = [...this.#leastUsed(own, Math.min(own.length, Math.ceil(count / 2)))];
    chosen.push(...this.#leastUsed(this.#common, count - chosen.length));
    for (const exchange of chosen) this.#uses.set(exchange, (this.#uses.get(exchange) ?? 0) + 1);
    return chosen
      .map((exchange) => ({ exchange, place: this.#random.next() }))
      .sort((a, b) => a.place - b.place)
      .map(({ exchange }) => exchange);
  }

  #leastUsed(list: readonly string[], count: number): string[] {
    return list
      .map((exchange) => ({ exchange, rank: (this.#uses.get(exchange) ?? 0) + this.#random.next() }))
      .sort((a, b) => a.rank - b.rank)
      .slice(0, count)
      .map(({ exchange }) => exchange);
  }
}

function split(text: string): string[] {
  return text
    .trim()
    .split(/\n\s*\n/)
    .map((exchange) => exchange.trim());
}

const exchangesInRoom = 17;

function fillSectionRoom(
  name: string,
  people: readonly DemoPerson[],
  exchanges: ExchangePicker,
  calendar: Calendar,
  random: SeededRandom,
): Script {
  const here = people.filter((person) => person.sectionName === name);
  const staff = here.filter((person) => person.kind === "職員");
  const [head, ...others] = staff;
  const account = here.find((person) => person.kind === "所属");
  if (!head || !account) throw new Error(`the demo has no section ${name}`);
  // 兼務: who has a post here sits elsewhere but talks here.
  const concurrent = people.filter((person) => person.concurrentPosts.includes(`${head.sectionCode}:`));
  const lines: ScriptLine[] = [];
  const chosen = exchanges.pick(name, exchangesInRoom);
  for (const [index, exchange] of chosen.entries()) {
    // Spread over four weeks, the last one today, in the order of the days.
    const back = Math.round(((chosen.length - 1 - index) * 19) / (chosen.length - 1));
    const speakers = castOf(head, account, others.length > 0 ? others : [head], random);
    const minutes = 8 * 60 + 35 + Math.floor((random.next() + random.next()) * 240);
    addExchange(lines, exchange, speakers, { days: back, isWorkingDays: true, minutes }, calendar, random);
  }
  return { kind: "group", name, members: [...staff, ...concurrent, account], lines: sortDays(lines) };
}

/** Two exchanges of one day come one after the other. */
function sortDays(lines: readonly ScriptLine[]): ScriptLine[] {
  const order = lines.map((line, index) => ({ line, index }));
  order.sort((a, b) => b.line.moment.days - a.line.moment.days || a.index - b.index);
  const places = new Map(order.map(({ index }, place) => [index, place]));
  return order.map(({ line }) => ({
    ...line,
    ...(line.replyTo === undefined ? {} : { replyTo: places.get(line.replyTo - 1)! + 1 }),
  }));
}

type Speakers = Readonly<Record<string, DemoPerson>>;

function castOf(
  head: DemoPerson,
  account: DemoPerson,
  others: readonly DemoPerson[],
  random: SeededRandom,
): Speakers {
  const start = random.below(others.length);
  const at = (offset: number) => others[(start + offset) % others.length]!;
  return { K: head, S: account, A: at(0), B: at(1), C: at(2) };
}

function addExchange(
  lines: ScriptLine[],
  exchange: string,
  speakers: Speakers,
  start: Moment,
  calendar: Calendar,
  random: SeededRandom,
): void {
  const day = calendar.dayText(start.days, 2 + random.below(8));
  const slots: Readonly<Record<string, string>> = {
    日: day,
    昨: calendar.dayText(start.days, -1 - random.below(4)),
    時: random.pick(["9時30分", "10時", "11時", "13時15分", "14時", "15時30分", "16時"]),
    室: random.pick(["201会議室", "302会議室", "401会議室", "5階の打合せ室", "第2委員会室", "別館の会議室"]),
    件: String(8 + random.below(70)),
    人: String(2 + random.below(6)),
  };
  let { minutes } = start;
  const first = lines.length;
  for (const [index, text] of exchange.split("\n").entries()) {
    const [, letter = "", answers, body = ""] = /^([KABCS])(>\d?)?: (.+)$/.exec(text) ?? [];
    const sender = speakers[letter];
    if (!sender) throw new Error(`not a line of an exchange: ${text}`);
    if (index > 0) minutes += 1 + random.below(random.next() < 0.3 ? 40 : 9);
    const mentions: DemoPerson[] = [];
    const filled = body
      .replaceAll("⏎", "\n")
      .replace(/@([KABC]) さん/g, (_, who: string) => {
        mentions.push(speakers[who]!);
        return `@${speakers[who]!.name}さん`;
      })
      .replace(/\{([KABC])\}/g, (_, who: string) => speakers[who]!.name.split(" ")[0]!)
      .replace(/\{([日昨時室件人])\}/g, (_, slot: string) => slots[slot]!);
    const back = answers === undefined ? undefined : Number(answers.slice(1) || 1);
    lines.push({
      moment: { ...start, minutes },
      sender,
      body: filled,
      mentions,
      ...(back === undefined ? {} : { replyTo: Math.max(first, lines.length - back) + 1 }),
    });
  }
}
