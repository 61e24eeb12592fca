/** What identity's events do on this side. Pure, like every apply map. */

import type { z } from "zod";
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { identityEvents, PersonSummary } from "../contract.ts";

type IdentityEvents = { [Name in keyof typeof identityEvents]: z.infer<(typeof identityEvents)[Name]> };

export type IdentityEvent = EventOf<IdentityEvents>;

export type IdentityState = {
  /** The session of this page. */
  readonly sessionId: string;
  readonly isEnded: boolean;
  /** People as the stream has told of them since the page was opened. */
  readonly people: { readonly [personId: string]: { person: PersonSummary; hasLeft: boolean } };
  /** The last change of many at once; "" before the first. */
  readonly changeId: string;
  /** What the account is entrusted with, once the stream has told of it. */
  readonly offices: readonly string[] | undefined;
  /** Booked imports that wait for an administrator, as far as this page was told. */
  readonly stoppedImports: readonly string[];
  /** The id of the last call of each kind. */
  readonly duties: { readonly [kind: string]: string };
};

export function identityState(sessionId: string): IdentityState {
  return {
    sessionId,
    isEnded: false,
    people: {},
    changeId: "",
    offices: undefined,
    stoppedImports: [],
    duties: {},
  };
}

export const identityApply: ApplyMap<IdentityState, IdentityEvents> = {
  "session.ended": (state, { sessionId }) =>
    sessionId === state.sessionId && !state.isEnded ? { ...state, isEnded: true } : state,
  "offices.changed": (state, { offices }) => ({ ...state, offices }),
  "person.changed": (state, { person, hasLeft }) => ({
    ...state,
    people: { ...state.people, [person.id]: { person, hasLeft } },
  }),
  "directory-import.stopped": (state, { importId }) =>
    state.stoppedImports.includes(importId)
      ? state
      : { ...state, stoppedImports: [...state.stoppedImports, importId] },
  "duty.called": (state, { changeId, duty }) =>
    (state.duties[duty] ?? "") < changeId
      ? { ...state, duties: { ...state.duties, [duty]: changeId } }
      : state,
  "directory.changed": (state, { changeId }) =>
    state.changeId === changeId ? state : { ...state, changeId },
};

export function applyIdentity(state: IdentityState, event: IdentityEvent): IdentityState {
  return applyEvent(identityApply, state, event);
}
