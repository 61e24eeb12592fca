/**
 * What should be said before a message goes: how many people it reaches, and whether it seems meant for another room (誤爆).
 * Pure. A warning that comes for nothing is soon pressed away unread, so it comes only for what speaks for a mistake.
 */
import type { PersonSummary } from "#core/identity/contract.ts";
import type { ChatSettings, RoomItem } from "../../contract.ts";

/** How many others will read, and how many of them are guests. */
export type Reach = { people: number; guests: number };

/** What the composer says under the field; undefined where it need not. */
export function reachOf(
  room: Pick<RoomItem, "memberCount" | "guestCount" | "peer">,
  settings: ChatSettings,
  isGuest: boolean,
): Reach | undefined {
  const guests = room.guestCount - (isGuest ? 1 : 0);
  const isWorthSaying = room.memberCount > settings.reachShownAbove || (guests > 0 && !room.peer && !isGuest);
  return isWorthSaying ? { people: room.memberCount - 1, guests } : undefined;
}

export type Doubt =
  /** More people than the municipality's number. */
  | { kind: "many"; reach: Reach }
  /** Guests have come since one wrote here last. */
  | { kind: "new-guests"; reach: Reach }
  /** Somebody is spoken to who is not in this room. */
  | { kind: "absent"; names: readonly string[] }
  /** The text was copied from the field of another room. */
  | { kind: "from-elsewhere"; roomName: string };

export type Sending = {
  room: Pick<RoomItem, "id" | "memberCount" | "guestCount" | "peer">;
  body: string;
  settings: ChatSettings;
  isGuest: boolean;
  /** How many guests were here when one wrote last; undefined when one has not written here on this device. */
  guestsBefore: number | undefined;
  /** The room to which one sent last on this device, if any. */
  lastRoomId: string | undefined;
  /** Members of this room; undefined while they are not loaded. */
  members: readonly Pick<PersonSummary, "name">[] | undefined;
  /** Everybody whom this client has met. */
  known: readonly Pick<PersonSummary, "id" | "name" | "kind">[];
  /** The room from whose field the text was copied, if it was. */
  copiedFrom: { roomId: string; name: string } | undefined;
};

/** Everything that should be asked before this message goes; nothing for nearly all. */
export function findDoubts(sending: Sending): readonly Doubt[] {
  const { room, settings, isGuest, guestsBefore, lastRoomId, members, copiedFrom } = sending;
  const doubts: Doubt[] = [];
  const guests = room.guestCount - (isGuest ? 1 : 0);
  const reach: Reach = { people: room.memberCount - 1, guests };
  if (room.memberCount > settings.reachConfirmedAbove) doubts.push({ kind: "many", reach });
  else if (guestsBefore !== undefined && room.guestCount > guestsBefore && !isGuest)
    doubts.push({ kind: "new-guests", reach });
  if (copiedFrom && copiedFrom.roomId !== room.id)
    doubts.push({ kind: "from-elsewhere", roomName: copiedFrom.name });
  if (members && lastRoomId !== undefined && lastRoomId !== room.id) {
    const names = findAbsent(sending.body, members, sending.known);
    if (names.length > 0) doubts.push({ kind: "absent", names });
  }
  return doubts;
}

const titles =
  "さん|様|さま|殿|氏|君|くん|先生|市長|町長|村長|副市長|副町長|教育長|部長|次長|課長補佐|課長|室長|所長|局長|館長|園長|参事|主幹|係長|主査|主任|主事";
/** What ends an address: 「田中さん、」「田中課長」 and a new line. Not 「田中さんに聞きました」, which speaks about him. */
const addressEnd = "(?=[、，,。．.！!？?：:\\s\\u3000]|へ[\\s\\u3000、]|$)";

/**
 * People who are spoken to (at the beginning of a line, or by @) and whom this client knows, but who are not in the room. A
 * family name that a member bears as well is that member's.
 */
export function findAbsent(
  body: string,
  members: readonly Pick<PersonSummary, "name">[],
  known: readonly Pick<PersonSummary, "name" | "kind">[],
): readonly string[] {
  const here = new Set(members.flatMap(({ name }) => namesOf(name)));
  const absent = new Map<string, string>();
  for (const person of known) {
    if (person.kind === "section") continue;
    const names = namesOf(person.name);
    if (here.has(names[0]!)) continue;
    for (const name of names) if (!here.has(name) && name.length > 1) absent.set(name, person.name);
  }
  const found = new Set<string>();
  const spoken = new RegExp(
    `(?:^|\\n)[\\s\\u3000>＞@＠]*([^\\s\\u3000@＠、。，．！？\\n]{1,12}(?:[ \\u3000][^\\s\\u3000@＠、。，．！？\\n]{1,8})??)(${titles})${addressEnd}|[@＠]([^\\s\\u3000@＠、。\\n]{1,12}(?:[ \\u3000][^\\s\\u3000@＠、。\\n]{1,8})??)(?:${titles})`,
    "gu",
  );
  for (const match of body.slice(0, 4000).matchAll(spoken)) {
    // 「財政課 田中さん」: the name is what stands last.
    const words = (match[1] ?? match[3] ?? "").replace(/^.*[課部局室係所館]の?[ \u3000]?(?=.)/u, "");
    const name = absent.get(words.replace(/[ \u3000]/g, "")) ? words.replace(/[ \u3000]/g, "") : undefined;
    if (name) found.add(match[2] ? `${words}${match[2]}` : `${words}さん`);
  }
  return [...found];
}

/** 佐藤 花子 → 佐藤花子, 佐藤. */
function namesOf(name: string): string[] {
  const [family = ""] = name.split(/[ \u3000]/);
  return [name.replace(/[ \u3000]/g, ""), family];
}
