/** What the rules' events do on this side. Pure, like every apply map. */
import type { Me } from "#core/identity/contract.ts";
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { OwnRules, RuleAudience, RuleSummary, RulesEvents } from "../contract.ts";

export type RulesEvent = EventOf<RulesEvents>;

export type RulesState = {
  readonly audience: RuleAudience;
  /** Who agrees here: the operator of a section account, else the account. */
  readonly agreedBy: string;
  /** The version in effect, without its words; null while there is none. */
  readonly text: RuleSummary | null;
  readonly isAgreed: boolean;
  /** When asked once more; "" when not. */
  readonly remindedAt: string;
};

export function stateOfRules(me: Pick<Me, "person" | "operator">, { text, isAgreed }: OwnRules): RulesState {
  return {
    audience: me.person.kind,
    agreedBy: me.operator?.id ?? me.person.id,
    text: text && withoutBody(text),
    isAgreed,
    remindedAt: "",
  };
}

function withoutBody({ body: _, ...text }: RuleSummary & { body: string }): RuleSummary {
  return text;
}

export const rulesApply: ApplyMap<RulesState, RulesEvents> = {
  "rules.published": (state, { text }) =>
    text.audience !== state.audience || (state.text && state.text.version >= text.version)
      ? state
      : { ...state, text, isAgreed: false },
  "rules.agreed": (state, { textId, agreedBy }) =>
    textId === state.text?.id && agreedBy === state.agreedBy && !state.isAgreed
      ? { ...state, isAgreed: true }
      : state,
  "rules.reminded": (state, { textId, remindedAt }) =>
    textId === state.text?.id && remindedAt > state.remindedAt ? { ...state, remindedAt } : state,
};

export function applyRules(state: RulesState, event: RulesEvent): RulesState {
  return applyEvent(rulesApply, state, event);
}
