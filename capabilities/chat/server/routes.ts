import { z } from "zod";
import type { CrossingTables } from "#core/crossing/index.ts";
import type { Database } from "#core/db/index.ts";
import {
  decidedBy,
  defineRoute,
  type RateLimit,
  type Route,
  reading,
  signedIn,
  writing,
} from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  AddMembersRequest,
  AddMembersResponse,
  ArchiveRoomRequest,
  ChangeRoleRequest,
  ChangeRoomRequest,
  CreateRoomRequest,
  DeleteMessageRequest,
  EditMessageRequest,
  FindRoomsQuery,
  FoundRoomsPage,
  Member,
  MemberPath,
  MembersPage,
  Message,
  MessagePath,
  MessagesPage,
  MessagesQuery,
  PreferenceRequest,
  ReactionPath,
  ReactionsResponse,
  ReadersResponse,
  ReadPositionRequest,
  ReadPositionResponse,
  ReadPositionsRequest,
  RoomChangesPage,
  RoomChangesQuery,
  RoomItem,
  RoomList,
  RoomPath,
  RoomSettings,
  RoomsPage,
  RoomsQuery,
  SectionRooms,
  SendMessageRequest,
  VersionsResponse,
} from "../contract.ts";
import { addMember, addMembers, removeMember } from "./actions/change-members.ts";
import { arrangeRooms, changePreference } from "./actions/change-preference.ts";
import { makeChangeReaction } from "./actions/change-reaction.ts";
import { archiveRoom, changeRole, changeRoom } from "./actions/change-room.ts";
import { createRoom } from "./actions/create-room.ts";
import { deleteMessage } from "./actions/delete-message.ts";
import { editMessage } from "./actions/edit-message.ts";
import { makeMoveReadPosition } from "./actions/move-read-position.ts";
import { makeSendMessage } from "./actions/send-message.ts";
import { switchSectionRooms } from "./actions/switch-section-rooms.ts";
import { classRoutes } from "./class-routes.ts";
import { messageRoutes } from "./message-routes.ts";
import { findRooms } from "./queries/find-rooms.ts";
import { getSectionRooms } from "./queries/get-section-rooms.ts";
import { listMembers, listReaders } from "./queries/list-members.ts";
import { listMessages } from "./queries/list-messages.ts";
import { listReactions } from "./queries/list-reactions.ts";
import { listRoomChanges } from "./queries/list-room-changes.ts";
import { makeListRooms } from "./queries/list-rooms.ts";
import { listVersions } from "./queries/list-versions.ts";
import { guardRooms } from "./readable-rooms.ts";
import { writingRoutes } from "./writing-routes.ts";

/** A person types a few messages a minute; a paste of many lines or a bot of one's own stays far below this. */
const sending: RateLimit = { name: "send", perMinute: 600, burst: 200 };

export function chatRoutes(services: {
  database: Database;
  clock: Clock;
  crossing: CrossingTables;
}): Route[] {
  return guardRooms(unguardedRoutes(services), services.database, services.crossing);
}

function unguardedRoutes(services: { database: Database; clock: Clock }): Route[] {
  const { database, clock } = services;
  const sendMessage = makeSendMessage(database, clock);
  const moveReadPosition = makeMoveReadPosition(database, clock);
  const changeReaction = makeChangeReaction(database, clock);
  const listRooms = makeListRooms(database);

  return [
    ...writingRoutes(services),
    ...messageRoutes(services),
    ...classRoutes(services),
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
      summary:
        "Makes a group, opens the direct room of two people, or makes a room of everybody on the staff.",
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
      summary: "Adds somebody to a room, or joins a public one when it is oneself.",
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
      summary: "Leaves a room, or removes somebody from it.",
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
      name: "chat.add-members",
      method: "POST",
      path: "/api/v1/rooms/{roomId}/members",
      summary: "Adds several people, or everybody who is in a section today: all or none.",
      request: { params: RoomPath, body: AddMembersRequest },
      response: { statuses: [200], schema: AddMembersResponse },
      policy: decidedBy("room.add-member"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await addMembers(database, clock, actor, params.roomId, body),
      }),
    }),

    defineRoute({
      name: "chat.change-role",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/members/{personId}/role",
      summary: "Makes a member an owner of the room, or no longer; the last owner stays one.",
      request: { params: MemberPath, body: ChangeRoleRequest },
      response: { statuses: [200], schema: ChangeRoleRequest },
      policy: decidedBy("room.change-role"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await changeRole(database, clock, actor, params.roomId, params.personId, body.role),
      }),
    }),

    defineRoute({
      name: "chat.find-rooms",
      method: "GET",
      path: "/api/v1/public-rooms",
      summary: "Public rooms that anybody on the staff can join, by name, reading or purpose.",
      request: { query: FindRoomsQuery },
      response: { statuses: [200], schema: FoundRoomsPage },
      policy: decidedBy("room.find"),
      limit: reading,
      handler: async ({ actor, query }) => ({ status: 200, body: await findRooms(database, actor, query) }),
    }),

    defineRoute({
      name: "chat.change-room",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/settings",
      summary: "Changes name, reading, purpose, visibility and posting; 409 when somebody else was first.",
      request: { params: RoomPath, body: ChangeRoomRequest },
      response: { statuses: [200], schema: RoomSettings },
      policy: decidedBy("room.change"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await changeRoom(database, clock, actor, params.roomId, body),
      }),
    }),

    defineRoute({
      name: "chat.archive-room",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/archive",
      summary: "Puts a room away, readable with nothing to be written, or takes it back into use.",
      request: { params: RoomPath, body: ArchiveRoomRequest },
      response: { statuses: [200], schema: RoomSettings },
      policy: decidedBy("room.archive"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await archiveRoom(database, clock, actor, params.roomId, body.isArchived),
      }),
    }),

    defineRoute({
      name: "chat.list-room-changes",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/changes",
      summary: "What was done to a room and behind which message: who came and went, new names, owners.",
      request: { params: RoomPath, query: RoomChangesQuery },
      response: { statuses: [200], schema: RoomChangesPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params, query }) => ({
        status: 200,
        body: await listRoomChanges(database, actor, params.roomId, query),
      }),
    }),

    defineRoute({
      name: "chat.change-preference",
      method: "PUT",
      path: "/api/v1/rooms/{roomId}/preference",
      summary: "What of this room the caller wants to be told: everything, mentions or nothing.",
      request: { params: RoomPath, body: PreferenceRequest },
      response: { statuses: [200], schema: PreferenceRequest },
      policy: decidedBy("room.read"),
      limit: writing,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await changePreference(database, clock, actor, params.roomId, body.notify),
      }),
    }),

    defineRoute({
      name: "chat.arrange-rooms",
      method: "PUT",
      path: "/api/v1/room-list",
      summary:
        "Arranges the caller's own list: favourites, own sections, what is folded; 409 when another device was first.",
      request: { body: RoomList },
      response: { statuses: [200], schema: RoomList },
      policy: signedIn("one's own list; rooms that one is not in are left out"),
      limit: writing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await arrangeRooms(database, clock, actor, body),
      }),
    }),

    defineRoute({
      name: "chat.get-section-rooms",
      method: "GET",
      path: "/api/v1/section-rooms",
      summary: "Whether every section gets a room of its own by itself; administrators only.",
      request: {},
      response: { statuses: [200], schema: SectionRooms },
      policy: decidedBy("room.set-up"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getSectionRooms(database, actor) }),
    }),

    defineRoute({
      name: "chat.switch-section-rooms",
      method: "PUT",
      path: "/api/v1/section-rooms",
      summary: "Sets whether every section gets a room of its own by itself; administrators only.",
      request: { body: SectionRooms },
      response: { statuses: [200], schema: SectionRooms },
      policy: decidedBy("room.set-up"),
      limit: writing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await switchSectionRooms(database, clock, actor, body),
      }),
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
      name: "chat.move-read-positions",
      method: "PUT",
      path: "/api/v1/read-positions",
      summary: "The same for many rooms at once; rooms that the caller is not in are passed over.",
      request: { body: ReadPositionsRequest },
      response: { statuses: [204], schema: z.null() },
      policy: signedIn("moves one's own read positions"),
      limit: writing,
      handler: async ({ actor, body }) => {
        await moveReadPosition.many(actor, body.positions);
        return { status: 204, body: null };
      },
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
