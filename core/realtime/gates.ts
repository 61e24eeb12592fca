import type { Decision } from "#core/policy/index.ts";
import type { SealedEvent } from "./seal-stream.ts";

/** A topic, as far as it depends on it whether a session may have it where it sits. */
export type GatedTopic = {
  id: string;
  kind: "direct" | "group" | "section" | "municipality";
  classification: "3A" | "3B" | "3C" | "2" | "1";
};

/** What a session may have; fixed for its connection's life, since a change closes it. */
export type Gate = {
  decide(topic: GatedTopic): Decision;
  /** Gates with the same key decide alike. */
  readonly key: string;
};

/**
 * What capabilities say of topics that a person belongs to and yet may not have everywhere: which topic an event opens
 * (`subscribe`) or gives other rights to (`rights`), and how the event looks to whom the topic is closed.
 */
export type Gates = {
  /** Undefined for events that are about no such topic. */
  topicOf(type: string, fields: object): GatedTopic | undefined;
  withheld(type: string, fields: object, decision: Decision): object;
};

/** The topic of an event with an effect on topics. */
export function topicOfEvent(gates: Gates, event: SealedEvent): GatedTopic | undefined {
  return gates.topicOf(event.type, fieldsOf(event));
}

/** An event as a session is told of it to which its topic is closed. */
export function withheldEvent(gates: Gates, event: SealedEvent, decision: Decision): SealedEvent {
  const fields = gates.withheld(event.type, fieldsOf(event), decision);
  return { ...event, fields: JSON.stringify(fields).slice(1, -1) };
}

function fieldsOf(event: SealedEvent): object {
  return JSON.parse(`{${event.fields}}`) as object;
}
