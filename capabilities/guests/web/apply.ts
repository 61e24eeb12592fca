/** What the guests' event does on this side. Pure, like every apply map. */
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { GuestEvents } from "../contract.ts";

export type GuestEvent = EventOf<GuestEvents>;
/** The last change; "" before the first. Pages that show guests ask again. */
export type GuestState = { readonly changeId: string };

export const guestApply: ApplyMap<GuestState, GuestEvents> = {
  "guests.changed": (state, { changeId }) => (state.changeId < changeId ? { changeId } : state),
};

export function applyGuests(state: GuestState, event: GuestEvent): GuestState {
  return applyEvent(guestApply, state, event);
}
