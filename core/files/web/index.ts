/** Files: attaching them, seeing them in messages, reading their pages, a room's library. */
import { createElement } from "react";
import { DisplayIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import { type FileEvent, filesApply } from "./apply.ts";
import { FilesContext } from "./context.ts";
import { FilesClient } from "./files-client.ts";
import { text } from "./text/index.ts";

export type { filesApply } from "./apply.ts";
export { useFiles } from "./context.ts";
export { text as filesText } from "./text/index.ts";
export { isAttached } from "./upload-queue.ts";
export const loadAttachments = () => import("./components/attachments.tsx");
export const loadAttachedFiles = () =>
  import("./components/attachments.tsx").then(({ AttachedFiles }) => ({ default: AttachedFiles }));
export const loadFileCards = () => import("./components/file-cards.tsx");
export const loadFilesPanel = () => import("./components/files-panel.tsx");
export const loadCarryOutsPage = () => import("./pages/carry-outs-page.tsx");
export const loadCarryOutAttention = () => import("./components/carry-out-attention.tsx");
export const loadViewerPage = () => import("./pages/viewer-page.tsx");

export const filesModule: WebModule = {
  name: "files",
  administrationSections: [
    {
      id: "text-readers",
      title: () => text("textReaders.title"),
      about: () => text("textReaders.about"),
      icon: DisplayIcon,
      offices: ["rules"],
      load: () => import("./components/text-readers-section.tsx"),
    },
  ],
  start(session) {
    const files = new FilesClient(session);
    files.start();
    return {
      Provider: ({ children }) => createElement(FilesContext, { value: files }, children),
      takeSnapshot: async (signal) => {
        files.takeSnapshot();
        await files.countCarryOuts("silently", signal);
      },
      applyEvents: (events) => {
        for (const event of events) if (isFileEvent(event)) files.apply(event);
      },
      waiting: new Store(0),
      duties: files.duties,
      countUnsent: () => files.uploads.countUnsent(),
      stop: () => files.stop(),
    };
  },
};

function isFileEvent(event: { type: string }): event is FileEvent & StreamEvent {
  return Object.hasOwn(filesApply, event.type);
}
