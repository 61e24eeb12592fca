import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { fileEvents } from "../contract.ts";

/** Says to people that a request that they made, or may decide, is other than before. The events name nothing of it. */
export function carryOutChanged(personIds: readonly string[], now: Date): OutgoingEvent[] {
  return [...new Set(personIds)].map((personId) =>
    event(fileEvents, "carry-out.changed", { kind: "person", personId }, { changeId: newId(now.getTime()) }),
  );
}
