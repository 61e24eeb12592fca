import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { guestEvents } from "../../contract.ts";

/** Tells somebody on the staff that something about guests waits for them, or no longer does. */
export function guestsChanged(personId: string, now: Date, isCall = false): OutgoingEvent {
  return event(
    guestEvents,
    "guests.changed",
    { kind: "person", personId },
    { changeId: newId(now.getTime()), ...(isCall && { isCall }) },
  );
}
