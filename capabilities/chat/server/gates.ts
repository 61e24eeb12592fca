/** Where a room may be read: what the stream needs to know of it, and how a room looks where it may not. */
import type { Decision } from "#core/policy/index.ts";
import type { GatedTopic, Gates } from "#core/realtime/index.ts";
import type { ChatEvents, RoomItem, RoomRefusal } from "../contract.ts";

export const chatGates: Gates = {
  topicOf(type, fields): GatedTopic | undefined {
    if (type === "room.joined") return (fields as ChatEvents["room.joined"]).room;
    if (type !== "room.classified") return undefined;
    const { roomId, kind, settings } = fields as ChatEvents["room.classified"];
    return { id: roomId, kind, classification: settings.classification };
  },

  withheld(_type, fields, decision) {
    return { room: withhold((fields as ChatEvents["room.joined"]).room, decision) };
  },
};

/** A room as its member sees it where it may not be read: that there is one, how it is called, and why no more. */
export function withhold(room: RoomItem, decision: Decision): RoomItem {
  if (decision.kind === "allow") return room;
  return { ...room, description: "", lastMessage: null, refusal: refusalOf(decision) };
}

function refusalOf(decision: Exclude<Decision, { kind: "allow" }>): RoomRefusal {
  const { ja, en } = decision.because;
  return { ja, en, whom: decision.kind === "deny" ? decision.ask.ja : "" };
}
