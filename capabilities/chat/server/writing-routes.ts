import { z } from "zod";
import type { Database } from "#core/db/index.ts";
import { decidedBy, defineRoute, type Route, reading, writing } from "#core/http/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import {
  ChatSettings,
  DeleteDraftQuery,
  DraftsPage,
  MentionTargetsPage,
  RoomPath,
  SaveDraftRequest,
  SavedDraft,
} from "../contract.ts";
import { changeChatSettings } from "./actions/change-chat-settings.ts";
import { deleteDraft, saveDraft } from "./actions/save-draft.ts";
import { getChatSettings } from "./queries/get-chat-settings.ts";
import { listDrafts } from "./queries/list-drafts.ts";
import { listMentionTargets } from "./queries/list-mention-targets.ts";

/** What happens before a message goes: drafts, whom it may mention, what the municipality has decided about sending. */
export function writingRoutes({ database, clock }: { database: Database; clock: Clock }): Route[] {
  return [
    defineRoute({
      name: "chat.list-drafts",
      method: "GET",
      path: "/api/v1/drafts",
      summary: "What the caller is writing, in the zone of this session.",
      request: {},
      response: { statuses: [200], schema: DraftsPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await listDrafts(database, actor) }),
    }),

    defineRoute({
      name: "chat.save-draft",
      method: "PUT",
      path: "/api/v1/drafts/{roomId}",
      summary: "Keeps a draft. What another device had written is kept beside it and offered.",
      request: { params: RoomPath, body: SaveDraftRequest },
      response: { statuses: [200], schema: SavedDraft },
      policy: decidedBy("room.read"),
      limit: reading,
      bodyLimit: 1024 * 1024,
      handler: async ({ actor, params, body }) => ({
        status: 200,
        body: await saveDraft(database, clock, actor, params.roomId, body),
      }),
    }),

    defineRoute({
      name: "chat.delete-draft",
      method: "DELETE",
      path: "/api/v1/drafts/{roomId}",
      summary: "The draft was sent or thrown away; one that another device has written since stays.",
      request: { params: RoomPath, query: DeleteDraftQuery },
      response: { statuses: [204], schema: z.null() },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params, query }) => {
        await deleteDraft(database, clock, actor, params.roomId, query.version);
        return { status: 204, body: null };
      },
    }),

    defineRoute({
      name: "chat.list-mention-targets",
      method: "GET",
      path: "/api/v1/rooms/{roomId}/mention-targets",
      summary: "Sections and posts that can be mentioned in a room, and whether everybody can.",
      request: { params: RoomPath },
      response: { statuses: [200], schema: MentionTargetsPage },
      policy: decidedBy("room.read"),
      limit: reading,
      handler: async ({ actor, params }) => ({
        status: 200,
        body: await listMentionTargets(database, clock, actor, params.roomId),
      }),
    }),

    defineRoute({
      name: "chat.get-settings",
      method: "GET",
      path: "/api/v1/chat-settings",
      summary: "What the municipality has decided about sending.",
      request: {},
      response: { statuses: [200], schema: ChatSettings },
      policy: decidedBy("chat.settings"),
      limit: reading,
      handler: async ({ actor }) => ({ status: 200, body: await getChatSettings(database, actor) }),
    }),

    defineRoute({
      name: "chat.change-settings",
      method: "PUT",
      path: "/api/v1/chat-settings",
      summary: "Changes them; for administrators.",
      request: { body: ChatSettings },
      response: { statuses: [200], schema: ChatSettings },
      policy: decidedBy("chat.settings"),
      limit: writing,
      handler: async ({ actor, body }) => ({
        status: 200,
        body: await changeChatSettings(database, clock, actor, body),
      }),
    }),
  ];
}
