/** 既読 counted from the members' read positions, which the stream keeps true: no request for each message. */
import type { Member } from "../../contract.ts";
import type { RoomMembers } from "../state.ts";

/** Read positions of all members, ascending, made once for each state of the members. */
const positions = new WeakMap<RoomMembers, number[]>();

export type ReadCount = { read: number; unread: number };

/** How many members other than the sender have read a message, and how many have not. */
export function countReaders(members: RoomMembers, senderId: string, seq: number): ReadCount {
  let sorted = positions.get(members);
  if (!sorted) {
    sorted = Object.values(members)
      .map((member) => member.readSeq)
      .sort((a, b) => a - b);
    positions.set(members, sorted);
  }
  const sender = members[senderId];
  const others = sorted.length - (sender ? 1 : 0);
  const read = sorted.length - firstAtLeast(sorted, seq) - (sender && sender.readSeq >= seq ? 1 : 0);
  return { read, unread: others - read };
}

/** The members other than the sender, parted by whether they have read a message; by section, then by kana. */
export function partReaders(
  members: RoomMembers,
  senderId: string,
  seq: number,
): { read: Member[]; unread: Member[] } {
  const read: Member[] = [];
  const unread: Member[] = [];
  for (const member of Object.values(members)) {
    if (member.person.id === senderId) continue;
    (member.readSeq >= seq ? read : unread).push(member);
  }
  return { read, unread };
}

function firstAtLeast(sorted: readonly number[], seq: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
