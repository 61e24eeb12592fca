/** What the stream tells of a message that was deleted meanwhile: that there was one, and nothing that it said. */
import type { Withdrawals } from "#core/realtime/index.ts";
import type { ChatEvents } from "../contract.ts";

type Told = Pick<ChatEvents, "message.sent" | "message.edited" | "room.joined">;

const types: ReadonlySet<string> = new Set<keyof Told>(["message.sent", "message.edited", "room.joined"]);

export const chatWithdrawals: Withdrawals = {
  types,

  subjectOf(type, fields) {
    if (type === "message.sent") return (fields as Told["message.sent"]).message.seq;
    // Its excerpt is of the newest message.
    if (type === "room.joined") return (fields as Told["room.joined"]).room.lastSeq;
    return (fields as { seq?: number }).seq;
  },

  emptied(type, fields, withdrawal) {
    if (type === "message.sent") {
      const { roomId, message } = fields as Told["message.sent"];
      const { id, seq, senderId, operatorId, sentAt, clientMessageId, replyTo, threadSeq } = message;
      const { version, deletion } = withdrawal as ChatEvents["message.deleted"];
      const kept = { id, seq, senderId, operatorId, body: "", sentAt, clientMessageId, replyTo };
      const thread = threadSeq === undefined ? {} : { threadSeq };
      return { roomId, message: { ...kept, mentions: [], ...thread, version, deletion } };
    }
    if (type === "message.edited") {
      const { mentionTargets: _, ...edited } = fields as Told["message.edited"];
      return { ...edited, body: "", mentions: [] };
    }
    const { room } = fields as Told["room.joined"];
    return { room: { ...room, lastMessage: room.lastMessage && { ...room.lastMessage, excerpt: "" } } };
  },
};
