import { AppError, notFound } from "#core/kernel/index.ts";
import type { Actor } from "./actor.ts";

/**
 * A rule as people read it: on the greyed-out button, in the refusal and in the audit entry stand the same words.
 * `id` is stable and says where the rule lives: `room.member-reads`.
 */
export type Rule = { readonly id: string; readonly ja: string; readonly en: string };

/**
 * `hidden`: the actor may not even know that it exists, and the answer is "not found".
 * `deny`: visible but refused; the answer names the rule and whom to ask.
 */
export type Decision =
  | { readonly kind: "allow"; readonly by: Rule }
  | { readonly kind: "deny"; readonly because: Rule; readonly ask: { ja: string; en: string } }
  | { readonly kind: "hidden"; readonly because: Rule };

export const allow = (by: Rule): Decision => ({ kind: "allow", by });
export const deny = (because: Rule, ask: { ja: string; en: string }): Decision => ({
  kind: "deny",
  because,
  ask,
});
export const hidden = (because: Rule): Decision => ({ kind: "hidden", because });

const decided = new WeakMap<Actor, Rule>();

/** Remembers that a decision was made for this actor's request: a route that answers without one is stopped. */
export function noteDecision(actor: Actor, by: Rule): void {
  decided.set(actor, by);
}

/** The last rule that allowed something to this request's actor; undefined when nothing was asked. */
export function decisionOf(actor: Actor): Rule | undefined {
  return decided.get(actor);
}

/** Returns the rule that allows, or throws what the actor may be told. */
export function assertAllowed(actor: Actor, decision: Decision): Rule {
  noteDecision(actor, decision.kind === "allow" ? decision.by : decision.because);
  if (decision.kind === "allow") return decision.by;
  if (decision.kind === "hidden") throw notFound();
  throw new AppError("forbidden", {
    ruleId: decision.because.id,
    rule: decision.because.ja,
    ruleEn: decision.because.en,
    whom: decision.ask.ja,
    whomEn: decision.ask.en,
  });
}
