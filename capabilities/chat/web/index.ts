/** The chat's front door for the shell. */
import { createElement } from "react";
import { ChatIcon, LockIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { ChatClient } from "./client/chat-client.ts";
import { ChatContext } from "./client/context.ts";
import { text } from "./text/index.ts";

export type { chatApply } from "./apply.ts";
export type { RoomSearch } from "./components/room-view.tsx";
export const loadWaitingPage = () => import("./pages/waiting-page.tsx");
export { ChatPage } from "./pages/chat-page.tsx";
export { text as chatText } from "./text/index.ts";

export const chatModule: WebModule = {
  name: "chat",
  administrationSections: [
    {
      id: "chat",
      title: () => text("administration.title"),
      about: () => text("administration.about"),
      icon: ChatIcon,
      offices: ["rules"],
      load: () => import("./administration/administration-section.tsx"),
    },
    {
      id: "room-class",
      title: () => text("lower.title"),
      about: () => text("lower.about"),
      icon: LockIcon,
      offices: ["rules"],
      load: () => import("./administration/room-class-section.tsx"),
    },
  ],
  start(session) {
    const chat = new ChatClient(session);
    chat.start();
    return {
      Provider: ({ children }) => createElement(ChatContext, { value: chat }, children),
      takeSnapshot: (signal) => chat.takeSnapshot(signal),
      applyEvents: (events) => chat.applyEvents(events),
      waiting: chat.waiting,
      duties: chat.duties,
      loadJumps: async () => (await import("./client/jumps.tsx")).jumpsOf(chat),
      countUnsent: () => chat.outbox.countUnsent() + chat.drafts.count() + chat.replies.count(),
      stop: () => chat.stop(),
    };
  },
};
