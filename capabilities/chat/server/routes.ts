import { z } from "zod";
import type { Database } from "#core/db/index.ts";
import { decidedBy, defineRoute, type RateLimit, type Route, reading, writing } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  CreateRoomRequest,
  DeleteMessageRequest,
  EditMessageRequest,
  Member,
  MemberPath,
  MembersPage,
  Message,
  MessagePath,
  MessagesPage,
  MessagesQuery,
  ReactionPath,
  ReactionsResponse,
  ReadersResponse,
  ReadPositionRequest,
  ReadPositionResponse,
  RoomItem,
  RoomPath,
  RoomsPage,
  RoomsQuery,
  SendMessageRequest,
  VersionsResponse,
} from "../contract.ts";
import { addMember, removeMember } from "./actions/change-members.ts";
import { makeChangeReaction } from "./actions/change-reaction.ts";
import { createRoom } from "./actions/create-room.ts";
import { deleteMessage } from "./actions/delete-message.ts";
import { editMessage } from "./actions/edit-message.ts";
import { makeMoveReadPosition } from "./actions/move-read-position.ts";
import { makeSendMessage } from "./actions/send-message.ts";
import { listMembers, listReaders } from "./queries/list-members.ts";
import { listMessages } from "./queries/list-messages.ts";
import { listReactions } from "./queries/list-reactions.ts";
import { makeListRooms } from "./queries/list-rooms.ts";
import { listVersions } from "./queries/list-versions.ts";
import { writingRoutes } from "./writing-routes.ts";

/** A person types a few messages a minute; a paste of many lines or a bot of one's own stays far below this. */
const sending: RateLimit = { name: "send", perMinute: 600, burst: 200 };

export function chatRoutes(services: { database: Database; clock: Clock }): Route[] {
  const { database, clock } = services;
  const sendMessage = makeSendMessage(database, clock);
  const moveReadPosition = makeMoveReadPosition(database, clock);
  const changeReaction = makeChangeReaction(database, clock);
  const listRooms = makeListRooms(database);

  return [
    ...writingRoutes(services),
    defineRoute({
      name: "chat.list-rooms",
      method: "GET",
      path: "/api/v1/rooms",
      summary: "The caller's rooms with counters, and the position of the stream to which they belong.",
      request: { query: RoomsQuery },
      response: { statuses: [200], schema: RoomsPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, query }) => ({ status: 200, body: await listRooms(actor, query) }),
    }),

    defineRoute({
      name: "chat.create-room",
      method: "POST",
      path: "/api/v1/rooms",
      summary: "Makes a group, or opens the direct room of two people.",
      request: { body: CreateRoomRequest },
      response: { statuses: [200, 201], schema: RoomItem },
      policy: decidedBy("room.create"),
      limit: writing,
      idempotencyKey: "required",
      handler: ({ actor, body, facts }) => createRoom(database, clock, actor, body, facts.idempotencyKey!),
    }),

    defineRoute({
      name: "chat.list-members",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/members",
      summary: "All members of a room, by kana.",
      request: { params: RoomPath },
      response: { statuses: [200], schema: MembersPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listMembers(database, actor, params.roomId),
      }),
    }),

    defineRoute({
      name: "chat.add-member",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/members/{personId}",
      summary: "Adds somebody to a group.",
      request: { params: MemberPath },
      response: { statuses: [200], schema: Member },
      policy: decidedBy("room.add-member"),
      limit: writing,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await addMember(database, clock, actor, params.roomId, params.personId),
      }),
    }),

    defineRoute({
      name: "chat.remove-member",
      method: "DELETE",
      path: "/api/v1/rooms/{roomId}/members/{personId}",
      summary: "Leaves a group, or removes somebody from it.",
      request: { params: MemberPath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("room.remove-member"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await removeMember(database, clock, actor, params.roomId, params.personId);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "chat.list-messages",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/messages",
      summary: "A page of a room: the newest, or before, after or around a seq, or from a time on.",
      request: { params: RoomPath, query: MessagesQuery },
      response: { statuses: [200], schema: MessagesPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await listMessages(database, actor, params.roomId, query),
      }),
    }),

    defineRoute({
      name: "chat.send-message",
      method: "POST",
      path: "/api/v1/rooms/{roomId}/messages",
      summary: "Sends a message. The same clientMessageId again is the same message (200).",
      request: { params: RoomPath, body: SendMessageRequest },
      response: { statuses: [200, 201], schema: Message },
      policy: decidedBy("room.post"),
      limit: sending,
      bodyLimit: 1024 * 1024,
      handler: async ({ actor, params, body }) => {
        const sent = await sendMessage(actor, params.roomId, body);
        return { status: sent.isNew ? 201 : 200, body: sent.message };
      },
    }),

    defineRoute({
      name: "chat.move-read-position",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/read-position",
      summary: "Says up to which message the caller has read; never goes back.",
      request: { params: RoomPath, body: ReadPositionRequest },
      response: { statuses: [200], schema: ReadPositionResponse },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await moveReadPosition(actor, params.roomId, body.seq),
      }),
    }),

    defineRoute({
      name: "chat.list-readers",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/readers",
      summary: "Who has read a message (既読) and who has not (未読), by name.",
      request: { params: MessagePath },
      response: { statuses: [200], schema: ReadersResponse },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listReaders(database, actor, params.roomId, params.messageId),
      }),
    }),

    defineRoute({
      name: "chat.edit-message",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}",
      summary: "Changes what one's message says; earlier texts stay readable.",
      request: { params: MessagePath, body: EditMessageRequest },
      response: { statuses: [200], schema: Message },
      policy: decidedBy("message.edit"),
      limit: writing,
      bodyLimit: 1024 * 1024,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await editMessage(database, clock, actor, params.roomId, params.messageId, body),
      }),
    }),

    defineRoute({
      name: "chat.delete-message",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/deletion",
      summary: "Deletes a message; who and when stays. Owners give a reason for what others wrote.",
      request: { params: MessagePath, body: DeleteMessageRequest },
      response: { statuses: [200], schema: Message },
      policy: decidedBy("message.delete"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await deleteMessage(database, clock, actor, params.roomId, params.messageId, body),
      }),
    }),

    defineRoute({
      name: "chat.list-versions",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/versions",
      summary: "All that a message has said, the first text first.",
      request: { params: MessagePath },
      response: { statuses: [200], schema: VersionsResponse },
      policy: decidedBy("message.read-versions"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listVersions(database, actor, params.roomId, params.messageId),
      }),
    }),

    defineRoute({
      name: "chat.list-reactions",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/reactions",
      summary: "Who has reacted to a message, by name.",
      request: { params: MessagePath },
      response: { statuses: [200], schema: ReactionsResponse },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listReactions(database, actor, params.roomId, params.messageId),
      }),
    }),

    defineRoute({
      name: "chat.add-reaction",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/reactions/{reaction}",
      summary: "Adds the caller's reaction to a message; again changes nothing.",
      request: { params: ReactionPath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("room.react"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await changeReaction(actor, params.roomId, params.messageId, params.reaction, true);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "chat.remove-reaction",
      method: "DELETE",
      path: "/api/v1/rooms/{roomId}/messages/{messageId}/reactions/{reaction}",
      summary: "Takes the caller's reaction back; again changes nothing.",
      request: { params: ReactionPath },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("room.react"),
      limit: writing,
      handler: async ({ actor, params }) => {
        await changeReaction(actor, params.roomId, params.messageId, params.reaction, false);
        return { status: 204, body: null };
      },
    }),
  ];
}
