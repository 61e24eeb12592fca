import { z } from "zod";
import type { Database } from "#core/db/index.ts";
import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  ConfirmationsResponse,
  MessagePath,
  MyConfirmations,
  RemindResponse,
  RoomPath,
  ThreadFacts,
  ThreadPath,
  ThreadsPage,
  ThreadsQuery,
  TitleThreadRequest,
} from "../contract.ts";
import { makeConfirmMessage, remindOfConfirmation } from "./actions/confirm-message.ts";
import { titleThread } from "./actions/title-thread.ts";
import { getMyConfirmations, listConfirmations } from "./queries/confirmations.ts";
import { listThreads } from "./queries/list-threads.ts";

/** Messages that ask to be confirmed (要確認), and threads (話題). */
export function messageRoutes({ database, clock }: { database: Database; clock: Clock }): Route[] {
  const confirmMessage = makeConfirmMessage(database, clock);
  return [
    defineRoute({
      name: "chat.get-my-confirmations",
      method: "GET",
      path: "/api/v1/me/confirmations",
      summary: "What the caller has to confirm, and how the caller's own questions stand.",
      request: {},
      response: { statuses: [200], schema: MyConfirmations },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getMyConfirmations(database, actor) }),
    }),

    defineRoute({
      name: "chat.confirm-message",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/confirmation",
      summary: "Confirms a message that asks for it; again changes nothing.",
      request: { params: MessagePath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("message.confirm"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await confirmMessage(actor, params.roomId, params.messageId);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "chat.list-confirmations",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/confirmations",
      summary: "Who has confirmed a message and who has not, by name.",
      request: { params: MessagePath },
      response: { statuses: [200], schema: ConfirmationsResponse },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listConfirmations(database, actor, params.roomId, params.messageId),
      }),
    }),

    defineRoute({
      name: "chat.remind-of-confirmation",
      method: "POST",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/confirmation/reminders",
      summary: "Asks those once more who have not confirmed, and nobody else.",
      request: { params: MessagePath },
      response: { statuses: [200], schema: RemindResponse },
      policy: decidedBy("message.remind"),
      limit: { name: "remind", perMinute: 6, burst: 6 },
      handler: async ({ actor, params }) => ({
        status: 200,
        body: {
          remindedCount: await remindOfConfirmation(database, clock, actor, params.roomId, params.messageId),
        },
      }),
    }),

    defineRoute({
      name: "chat.list-threads",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/threads",
      summary: "The threads of a room, that with the newest message first.",
      request: { params: RoomPath, query: ThreadsQuery },
      response: { statuses: [200], schema: ThreadsPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await listThreads(database, actor, params.roomId, query),
      }),
    }),

    defineRoute({
      name: "chat.title-thread",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/threads/{seq}",
      summary: "Gives the thread that begins with a message a title, or takes it away.",
      request: { params: ThreadPath, body: TitleThreadRequest },
      response: { statuses: [200], schema: ThreadFacts },
      policy: decidedBy("message.title-thread"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await titleThread(database, clock, actor, params.roomId, params.seq, body.title),
      }),
    }),
  ];
}
