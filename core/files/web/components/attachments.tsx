import { useEffect, useRef, useState } from "react";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon, CloseIcon, HistoryIcon, PlusIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { fileLimits } from "../../limits/contract.ts";
import { useFiles } from "../context.ts";
import { text } from "../text/index.ts";
import { isAttached, type Upload, type UploadQueue } from "../upload-queue.ts";
import { sizeWords } from "../words.ts";
import { FileIcon } from "./file-icon.tsx";

/** Takes what can be taken, and says of the rest why not. */
export function attach(
  queue: UploadQueue,
  files: readonly File[],
  to: Parameters<UploadQueue["add"]>[1],
): void {
  const fitting = files.filter((file) => {
    if (file.size === 0) tell(text("attach.empty", { name: file.name }), "danger");
    else if (file.size > fileLimits.fileBytes) tell(text("attach.large", { name: file.name }), "danger");
    else return true;
    return false;
  });
  const there = queue.uploads.get().filter((each) => isAttached(each, to.roomId)).length;
  const room = to.purpose === "message" ? Math.max(0, fileLimits.messageFiles - there) : fitting.length;
  if (fitting.length > room) tell(text("attach.many", { limit: fileLimits.messageFiles }), "danger");
  queue.add(fitting.slice(0, room), to);
}

/**
 * The button that chooses files (on a phone also from camera and gallery), the place where they can be dropped, and pasting: for
 * the composer of a room. `field`: where what is pasted is looked for.
 */
export default function AttachButton({ roomId }: { roomId: string }) {
  const { uploads } = useFiles();
  const input = useRef<HTMLInputElement>(null);
  const [isOver, setOver] = useState(false);
  useEffect(() => {
    const to = { roomId, purpose: "message" } as const;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
    const isElsewhere = (event: Event) =>
      event.target instanceof Element && event.target.closest("[data-file-drop]") !== null;
    const over = (event: DragEvent) => {
      if (!hasFiles(event) || isElsewhere(event)) return;
      event.preventDefault();
      setOver(true);
    };
    const leave = (event: DragEvent) => event.relatedTarget === null && setOver(false);
    const drop = (event: DragEvent) => {
      setOver(false);
      if (!hasFiles(event) || isElsewhere(event)) return;
      event.preventDefault();
      attach(uploads, [...(event.dataTransfer?.files ?? [])], to);
    };
    const paste = (event: ClipboardEvent) => {
      const files = [...(event.clipboardData?.files ?? [])];
      // Cells of a spreadsheet come as a picture too: then the words are meant.
      if (files.length === 0 || event.clipboardData?.getData("text/plain")) return;
      if (!(event.target instanceof HTMLElement && event.target.matches("[data-composer]"))) return;
      event.preventDefault();
      attach(uploads, files, to);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste, true);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste, true);
    };
  }, [uploads, roomId]);
  return (
    <>
      <IconButton label={text("attach")} icon={<PlusIcon />} onPress={() => input.current?.click()} />
      <input
        ref={input}
        type="file"
        multiple
        hidden
        data-attach
        onChange={(event) => {
          attach(uploads, [...(event.target.files ?? [])], { roomId, purpose: "message" });
          event.target.value = "";
        }}
      />
      {isOver && (
        <p className="pointer-events-none absolute inset-0 z-10 flex items-center justify-center rounded-xl border-2 border-dashed border-accent bg-accent-soft text-base font-bold text-accent">
          {text("attach.drop")}
        </p>
      )}
    </>
  );
}

/** What is attached to the message that is being written, with its progress. */
export function AttachedFiles({ roomId }: { roomId: string }) {
  const { uploads } = useFiles();
  const attached = useStore(uploads.uploads, (all) => all.filter((each) => isAttached(each, roomId)), isSame);
  if (attached.length === 0) return null;
  return (
    <ul aria-label={text("attach.list")} className="flex max-h-44 flex-col gap-1 overflow-y-auto px-2 pt-2">
      {attached.map((upload) => (
        <Item key={upload.id} upload={upload} queue={uploads} />
      ))}
    </ul>
  );
}

export function Item({ upload, queue }: { upload: Upload; queue: UploadQueue }) {
  const { name, state, size } = upload;
  const percent = size > 0 ? Math.min(100, Math.floor((upload.sent / size) * 100)) : 100;
  const words =
    state === "sending" || state === "offline"
      ? text(`upload.${state}`, { percent })
      : text(`upload.${state}`);
  return (
    <li className="flex min-w-0 items-center gap-2 rounded-lg border border-line bg-sunken py-1 pl-2 pr-1">
      <span className="origin-left scale-75">
        <FileIcon name={name} family="unknown" />
      </span>
      <span className="min-w-0 flex-1">
        <bdi className="block truncate text-sm font-bold leading-5">{name}</bdi>
        <span
          role="status"
          className={classes(
            "flex items-center gap-1 text-xs leading-4",
            state === "failed" ? "text-danger" : state === "done" ? "text-ok" : "text-ink-2",
          )}
        >
          {state === "done" && <CheckIcon size={14} />}
          {state === "failed" && <WarningIcon size={14} />}
          {words}
          {size > 0 && <span className="text-ink-3">{sizeWords(size)}</span>}
        </span>
        {upload.problem && <span className="block text-xs leading-4 text-danger">{upload.problem}</span>}
        {(state === "sending" || state === "offline") && (
          <progress
            aria-label={text("upload.progress", { name })}
            value={percent}
            max={100}
            className="block h-1 w-full accent-[var(--accent)]"
          />
        )}
      </span>
      {state === "failed" && (
        <IconButton
          label={text("upload.retry", { name })}
          icon={<HistoryIcon />}
          onPress={() => queue.retry(upload.id)}
        />
      )}
      <IconButton
        label={text("upload.cancel", { name })}
        icon={<CloseIcon />}
        onPress={() => queue.cancel(upload.id)}
      />
    </li>
  );
}

const isSame = (a: readonly Upload[], b: readonly Upload[]) =>
  a.length === b.length && a.every((each, i) => each === b[i]);
