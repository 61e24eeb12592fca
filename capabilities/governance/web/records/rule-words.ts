import { classLabel } from "#web/kit/components/class-mark.tsx";
import type { RetentionRule } from "../../contract.ts";
import { text } from "../text/index.ts";

export const roomKinds = ["section", "group", "municipality", "direct"] as const;
export const countings = ["written-year", "archived-year", "written-day"] as const;

/** A rule as a sentence: which rooms, how long, from when. */
export function ruleSentence({ kind, classification, years, counting }: RetentionRule): string {
  const rooms = kind === null ? text("records.kind.any") : text(`records.kind.${kind}`);
  const ofClass =
    classification === null
      ? rooms
      : text("records.rule.class", { rooms, classification: classLabel(classification) });
  return years === null
    ? text("records.rule.for-good", { rooms: ofClass })
    : text(`records.rule.${counting}`, { rooms: ofClass, years });
}
