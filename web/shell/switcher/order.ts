/** The order in which the quick switcher shows what it found. */
import type { Jump } from "#web/kit/module.ts";

export type JumpGroup = { kind: Jump["kind"]; jumps: readonly Jump[] };

const kinds = ["room", "person", "section", "command"] as const;
/** More than so many of a kind are found by another letter. */
const shownOfKind = 8;
const shownRooms = 12;

/**
 * By kind. The kind with the best answer comes first, so that Enter goes where one meant; within a kind the better
 * answer, then what is unread (mentions before the rest), then what is nearest to hand.
 */
export function order(jumps: readonly Jump[]): readonly JumpGroup[] {
  const groups = kinds
    .map((kind) => ({
      kind,
      jumps: jumps
        .filter((jump, index) => jump.kind === kind && jumps.findIndex(({ id }) => id === jump.id) === index)
        .sort(byUse)
        .slice(0, kind === "room" ? shownRooms : shownOfKind),
    }))
    .filter((group) => group.jumps.length > 0);
  // Equal answers keep the order of kinds: a room before the section of the same name.
  return groups.sort((a, b) => b.jumps[0]!.match - a.jumps[0]!.match);
}

function byUse(a: Jump, b: Jump): number {
  return (
    b.match - a.match ||
    urgencyOf(b) - urgencyOf(a) ||
    b.nearness - a.nearness ||
    (a.title < b.title ? -1 : 1)
  );
}

function urgencyOf(jump: Jump): number {
  return jump.isMentioned ? 2 : (jump.unread ?? 0) > 0 ? 1 : 0;
}
