/** Messages as lines of text, as an office writes them down. Pure. */
import type { PersonSummary } from "#core/identity/contract.ts";
import { formatClock, formatMoment, toJapanTime } from "#shared/time.ts";
import type { Message } from "../../contract.ts";

/** 11/21 14:05 佐藤 花子（財政課）: … — each line that follows is indented. */
export function lineOf(
  message: Pick<Message, "sentAt" | "body">,
  sender: Pick<PersonSummary, "name" | "sectionName" | "affiliation"> | undefined,
): string {
  const { month, day } = toJapanTime(message.sentAt);
  return `${month}/${day} ${formatClock(message.sentAt)} ${whoOf(sender)}: ${message.body.replaceAll("\n", "\n　　")}`;
}

/** 佐藤 花子（財政課） */
export function whoOf(
  sender: Pick<PersonSummary, "name" | "sectionName" | "affiliation"> | undefined,
): string {
  if (!sender) return "（名前不明）";
  const place = sender.sectionName ?? sender.affiliation;
  return place && place !== sender.name ? `${sender.name}（${place}）` : sender.name;
}

export type Transcript = {
  title: string;
  /** 令和8年11月21日（土）14:05, of the first and the last message. */
  from: string;
  to: string;
  people: readonly string[];
  lines: readonly { seq: number; time: string; who: string; body: string }[];
};

/** A stretch or a selection of a room, in the order in which it was written. */
export function transcriptOf(
  title: string,
  messages: readonly Message[],
  senderOf: (personId: string) => PersonSummary | undefined,
): Transcript {
  const sorted = [...messages].sort((a, b) => a.seq - b.seq);
  return {
    title,
    from: sorted[0] ? formatMoment(sorted[0].sentAt) : "",
    to: sorted.length > 0 ? formatMoment(sorted.at(-1)!.sentAt) : "",
    people: [...new Set(sorted.map((message) => whoOf(senderOf(message.senderId))))],
    lines: sorted.map((message) => ({
      seq: message.seq,
      time: formatMoment(message.sentAt),
      who: whoOf(senderOf(message.senderId)),
      body: message.body,
    })),
  };
}

/** Where a message of this installation stands, if an address names one: the room and the number. */
export function messageAt(href: string, origin: string): { roomId: string; seq: number } | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  if (url.origin !== origin) return undefined;
  const match = /^\/rooms\/([0-9a-f-]{36})(?:\/messages\/(\d{1,15}))?$/.exec(url.pathname);
  const seq = Number(match?.[2] ?? url.searchParams.get("at"));
  return match && Number.isSafeInteger(seq) && seq > 0 ? { roomId: match[1]!, seq } : undefined;
}

/** At most this many linked messages are shown below a message. */
const cardsShown = 3;

/** The messages of this installation to which a text links, each once. */
export function linkedMessages(body: string, origin: string): readonly { roomId: string; seq: number }[] {
  if (!body.includes(`${origin}/rooms/`)) return [];
  const found = new Map<string, { roomId: string; seq: number }>();
  for (const [href] of body.matchAll(/https?:\/\/[\x21-\x7e]+/g)) {
    const place = messageAt(href.replace(/[^\w]+$/, ""), origin);
    if (place) found.set(`${place.roomId} ${place.seq}`, place);
    if (found.size === cardsShown) break;
  }
  return [...found.values()];
}
