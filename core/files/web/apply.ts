/** What the files' events do on this side. Pure, like every apply map. */
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { FileEvents } from "../contract.ts";

export type FileEvent = EventOf<FileEvents>;

export type FilesState = {
  /** The newest revision that there is of each file that was heard of or asked for. */
  readonly revisions: { readonly [fileId: string]: number };
  /** The last change of each room's library: files that came, went or changed, and folders. */
  readonly libraries: { readonly [roomId: string]: string };
  /** The last change of a request to carry something out that concerns the reader; "" before the first. */
  readonly carryOuts: string;
};

export const emptyFiles: FilesState = { revisions: {}, libraries: {}, carryOuts: "" };

export const filesApply: ApplyMap<FilesState, FileEvents> = {
  "file.changed": (state, { roomId, fileId, revision }) =>
    (state.revisions[fileId] ?? 0) >= revision
      ? state
      : {
          ...state,
          revisions: { ...state.revisions, [fileId]: revision },
          libraries: { ...state.libraries, [roomId]: `${fileId} ${revision}` },
        },
  "library.changed": (state, { roomId, changeId }) => ({
    ...state,
    libraries: { ...state.libraries, [roomId]: changeId },
  }),
  "carry-out.changed": (state, { changeId }) =>
    state.carryOuts < changeId ? { ...state, carryOuts: changeId } : state,
};

export function applyFiles(state: FilesState, event: FileEvent): FilesState {
  return applyEvent(filesApply, state, event);
}
