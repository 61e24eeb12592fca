/** What governance's event does on this side. Pure, like every apply map. */
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { GovernanceEvents } from "../contract.ts";

export type GovernanceEvent = EventOf<GovernanceEvents>;
/** The last change; "" before the first. */
export type GovernanceState = { readonly changeId: string };

export const governanceApply: ApplyMap<GovernanceState, GovernanceEvents> = {
  "governance.changed": (state, { changeId }) => (state.changeId < changeId ? { changeId } : state),
};

export function applyGovernance(state: GovernanceState, event: GovernanceEvent): GovernanceState {
  return applyEvent(governanceApply, state, event);
}
