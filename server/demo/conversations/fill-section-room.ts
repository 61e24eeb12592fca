import type { Reaction } from "#capabilities/chat/contract.ts";
import type { DemoPerson } from "../people.ts";
import type { SeededRandom } from "../random.ts";
import type { Calendar, Moment } from "./calendar.ts";
import { commonExchanges, themedExchanges } from "./exchanges.ts";
import type { Script, ScriptLine } from "./read-scripts.ts";

/** Gives out exchanges so that each is used about as often as any other. */
export class ExchangePicker {
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

/** The talk of a section over four weeks, put together from short exchanges. */
export function fillSectionRoom(
  name: string,
  people: readonly DemoPerson[],
  exchanges: ExchangePicker,
  calendar: Calendar,
  random: SeededRandom,
  count: number,
): Script {
  const here = people.filter((person) => person.sectionName === name);
  const staff = here.filter((person) => person.kind === "職員");
  const [head, ...others] = staff;
  const account = here.find((person) => person.kind === "所属");
  if (!head || !account) throw new Error(`the demo has no section ${name}`);
  // 兼務: who has a post here sits elsewhere but talks here.
  const concurrent = people.filter((person) => person.concurrentPosts.includes(`${head.sectionCode}:`));
  const lines: ScriptLine[] = [];
  const chosen = exchanges.pick(name, count);
  const newest = count > 10 ? 0 : random.below(3);
  for (const [index, exchange] of chosen.entries()) {
    // Spread over four weeks, in a busy section the last one today, in the order of the days.
    const back = newest + Math.round(((chosen.length - 1 - index) * (19 - newest)) / (chosen.length - 1));
    const speakers = castOf(head, account, others.length > 0 ? others : [account], random);
    const minutes = 8 * 60 + 35 + Math.floor((random.next() + random.next()) * 220);
    addExchange(lines, exchange, speakers, { days: back, unit: "working", minutes }, calendar, random);
  }
  for (const line of lines) addUsualMarks(line, random);
  return {
    kind: "group",
    name,
    members: [...staff, ...concurrent, account],
    owners: [head],
    description: "",
    isPublic: false,
    isForReading: false,
    lines: sortDays(lines),
  };
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

/** What colleagues press instead of writing it. */
const usual: readonly (readonly [words: RegExp, share: number, reactions: readonly Reaction[]])[] = [
  [
    /ありがとうございました|お疲れさま|丁寧|すばらしい|よい取り組み/,
    0.5,
    ["thanks", "applause", "thumbs-up"],
  ],
  [/直りました|終わりました|完了|そろいました|復旧しました|配布/, 0.5, ["thanks", "confirmed", "thumbs-up"]],
  [/お休みをいただき|お大事に/, 0.6, ["understood"]],
  [/向かいます|確認します|着手|調べて/, 0.35, ["working", "understood"]],
  [/お願いします|してください|本日の予定|お知らせ|届きました|共有/, 0.45, ["understood", "confirmed"]],
];

function addUsualMarks(line: ScriptLine, random: SeededRandom): void {
  const found = usual.find(([words]) => words.test(line.body));
  if (!found || random.next() > found[1]) return;
  line.moreReactions = [{ reaction: random.pick(found[2]), count: 1 + random.below(4) }];
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
    const [, letter = "", answers, asks, body = ""] = /^([KABCS])(>\d?)?(!)?: (.+)$/.exec(text) ?? [];
    const sender = speakers[letter];
    if (!sender) throw new Error(`not a line of an exchange: ${text}`);
    if (index > 0) minutes += 1 + random.below(random.next() < 0.3 ? 30 : 9);
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
      targets: [],
      ...(asks ? { confirmation: { share: 0.8, waiting: [], deadlineDays: 1 + random.below(3) } } : {}),
      ...(back === undefined ? {} : { replyTo: Math.max(first, lines.length - back) + 1 }),
    });
  }
}
