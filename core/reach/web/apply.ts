/** What the reach module's events do on this side. Pure, like every apply map. */
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { OwnStatus, ReachEvents } from "../contract.ts";

export type ReachEvent = EventOf<ReachEvents>;
export type ReachState = { readonly own: OwnStatus | undefined };

export const reachApply: ApplyMap<ReachState, ReachEvents> = {
  "status.changed": (state, { personId, status, words, until, hidesPresence, changedAt }) =>
    state.own && state.own.changedAt > changedAt
      ? state
      : { own: { personId, status, words, until, hidesPresence, changedAt } },
};

export function applyReach(state: ReachState, event: ReachEvent): ReachState {
  return applyEvent(reachApply, state, event);
}
