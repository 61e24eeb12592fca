import type { Rule } from "#core/policy/index.ts";
import { classWords, crossingSentence, deedWords, kindWords, zoneWords } from "#shared/crossing-words.ts";
import type { CrossingQuestion, CrossingRule } from "./contract.ts";

/** Nobody has said how confidential a thing is. */
export const unknownClass: Rule = {
  id: "crossing.unknown-class",
  ja: "機密性の区分が分からないものは、扱うことができません",
  en: "what nobody has classified cannot be handled",
};

/** No rule speaks of it. */
export function unpermitted(question: CrossingQuestion): Rule {
  const { zone, kind, deed, classification } = question;
  const label = classification === "unknown" ? undefined : classWords(classification);
  return {
    id: "crossing.unpermitted",
    ja: `${zoneWords(zone).ja}で${kindWords[kind].ja}が${label ? `${label.ja}のものを` : ""}${deedWords[deed].ja}ことを認めるルールはありません`,
    en: `no rule lets ${kindWords[kind].en} ${deedWords[deed].en} ${label ? label.en : "this"} on ${zoneWords(zone).en}`,
  };
}

const known = new WeakMap<CrossingRule, Rule>();

/** A rule of the table as a sentence: the same words on the button, in the refusal, on the page and in the audit entry. */
export function sentenceOf(rule: CrossingRule): Rule {
  const told = known.get(rule) ?? { id: `crossing.${rule.id}`, ...crossingSentence(rule) };
  known.set(rule, told);
  return told;
}
