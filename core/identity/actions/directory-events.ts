import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { identityEvents, type PersonSummary } from "../contract.ts";

/**
 * The directory's events go to everybody who may see all of it: staff and section accounts are subscribed to their
 * municipality as to a topic, guests are not.
 */
const everybody = (tenantId: string) => ({ kind: "topic", topicId: tenantId }) as const;

/** Many things changed together: whoever looks at the directory asks again. */
export function directoryChanged(tenantId: string, now: Date): OutgoingEvent {
  return event(identityEvents, "directory.changed", everybody(tenantId), { changeId: newId(now.getTime()) });
}

/** How a person stands in the directory now. */
export function personChanged(tenantId: string, person: PersonSummary, hasLeft: boolean): OutgoingEvent {
  return event(identityEvents, "person.changed", everybody(tenantId), { person, hasLeft });
}

/** A session that is over: its streams close behind this event. */
export function sessionEnded({ id, accountId }: { id: string; accountId: string }): OutgoingEvent {
  return event(
    identityEvents,
    "session.ended",
    { kind: "end-session", personId: accountId, sessionId: id },
    { sessionId: id },
  );
}
