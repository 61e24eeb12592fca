/** What identity's events do on this side. Pure, like every apply map. */

import type { z } from "zod";
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { identityEvents } from "../contract.ts";

type IdentityEvents = { [Name in keyof typeof identityEvents]: z.infer<(typeof identityEvents)[Name]> };

export type IdentityEvent = EventOf<IdentityEvents>;

export type IdentityState = {
  /** The session of this page. */
  readonly sessionId: string;
  readonly isEnded: boolean;
};

export const identityApply: ApplyMap<IdentityState, IdentityEvents> = {
  "session.ended": (state, { sessionId }) =>
    sessionId === state.sessionId && !state.isEnded ? { ...state, isEnded: true } : state,
};

export function applyIdentity(state: IdentityState, event: IdentityEvent): IdentityState {
  return applyEvent(identityApply, state, event);
}
