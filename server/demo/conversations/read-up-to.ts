import type { DemoPerson } from "../people.ts";
import type { SeededRandom } from "../random.ts";
import type { ScriptLine } from "./read-scripts.ts";

/**
 * Up to which message of a room somebody has read. Most have read all, some not the newest, a few are days behind; nobody
 * is behind the own last message or reaction.
 *
 * @param lastSeen for somebody who was out until now: since when, in milliseconds since 1970
 */
export function readUpTo(
  person: DemoPerson,
  messages: readonly { at: Date }[],
  lines: readonly ScriptLine[],
  lastSeen: number | undefined,
  random: SeededRandom,
): number {
  const dice = random.next();
  const behind = dice < 0.6 ? 0 : dice < 0.85 ? 1 + random.below(3) : dice < 0.96 ? 4 + random.below(9) : 25;
  const isOwn = (line: ScriptLine) =>
    line.sender === person || line.reactions?.some(({ people }) => people.includes(person));
  const ownLast = lines.findLastIndex(isOwn) + 1;
  const read =
    lastSeen === undefined
      ? messages.length - behind
      : messages.findLastIndex(({ at }) => at.getTime() <= lastSeen) + 1;
  return Math.max(ownLast, read, 0);
}
