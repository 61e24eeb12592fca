import { allow, type Decision, deny } from "#core/policy/index.ts";
import type { CrossingQuestion, CrossingRule, CrossingTable } from "./contract.ts";
import { sentenceOf, unknownClass, unpermitted } from "./sentence.ts";

/**
 * What decides a question: a rule of the table, or one of the two that stand in none. `unknown-class`: nobody has said
 * how confidential it is. `unpermitted`: no rule permits it.
 */
export type Deciding =
  | { effect: "allow" | "refuse"; rule: CrossingRule }
  | { effect: "refuse"; rule: "unknown-class" | "unpermitted" };

const ranks = ["limit", "exception", "principle"] as const;

/**
 * The one rule that decides. Limits first, then exceptions, then principles; within each a refusal before a permission,
 * and of several alike the one that stands first. What nobody knows or permits is refused.
 */
export function findDeciding(table: CrossingTable, question: CrossingQuestion): Deciding {
  if (question.classification === "unknown") return { effect: "refuse", rule: "unknown-class" };
  const matching = table.rules.filter((rule) => isAbout(rule, question));
  for (const rank of ranks) {
    const ranked = matching.filter((rule) => rule.rank === rank);
    const rule = ranked.find(({ effect }) => effect === "refuse") ?? ranked[0];
    if (rule) return { effect: rule.effect, rule };
  }
  return { effect: "refuse", rule: "unpermitted" };
}

/** May this cross? The answer carries the deciding rule as a sentence, and whom to ask. Everything that enforces asks here. */
export function decideCrossing(table: CrossingTable, question: CrossingQuestion): Decision {
  const deciding = findDeciding(table, question);
  if (deciding.effect === "allow") return allow(sentenceOf(deciding.rule));
  const ask = typeof deciding.rule === "string" ? table.ask : deciding.rule.ask || table.ask;
  const because =
    deciding.rule === "unknown-class"
      ? unknownClass
      : deciding.rule === "unpermitted"
        ? unpermitted(question)
        : sentenceOf(deciding.rule);
  return deny(because, { ja: ask, en: ask });
}

function isAbout(rule: CrossingRule, question: CrossingQuestion): boolean {
  const { deeds, zones, kinds, offices, rooms, classifications, origins } = rule;
  const { deed, zone, kind, room, classification, origin } = question;
  if (deeds && !deeds.includes(deed)) return false;
  if (zones && ("is" in zones ? !zones.is.includes(zone) : zones.not.includes(zone))) return false;
  if (kinds && !kinds.includes(kind)) return false;
  if (offices && !offices.some((office) => question.offices.includes(office))) return false;
  if (rooms && !(room && ("ids" in rooms ? rooms.ids.includes(room.id) : rooms.kinds.includes(room.kind))))
    return false;
  if (classifications && !classifications.some((one) => one === classification)) return false;
  return !origins || (origin !== null && origins.includes(origin));
}
