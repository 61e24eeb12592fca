import { Link } from "@tanstack/react-router";
import {
  type DragEvent,
  type FormEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import { newId } from "#shared/ids.ts";
import { query, request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import {
  ArchiveIcon,
  BackIcon,
  DeleteIcon,
  EditIcon,
  HistoryIcon,
  MoreIcon,
  PlusIcon,
} from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { FileSummary, FolderItem, KnownFile, LibraryPage } from "../../contract.ts";
import { useFiles } from "../context.ts";
import { text } from "../text/index.ts";
import { classWords, sizeWords, whyNot } from "../words.ts";
import { attach, Item } from "./attachments.tsx";
import { State } from "./file-cards.tsx";
import { FileIcon } from "./file-icon.tsx";

const FileDetailsDialog = lazy(() => import("./file-details-dialog.tsx"));

type Where = { folder: string | null; q: string; sort: "newest" | "name" | "size"; isBin: boolean };

/** A room's library: folders, search by name, versions, the bin. */
export default function FilesPanel({ roomId }: { roomId: string }) {
  const files = useFiles();
  const [where, setWhere] = useState<Where>({ folder: null, q: "", sort: "newest", isBin: false });
  const { page, problem, reload } = useLibrary(roomId, where);
  const uploads = useStore(files.uploads.uploads, (all) => all);
  const here = uploads.filter((each) => each.roomId === roomId && each.purpose === "library");
  const input = useRef<HTMLInputElement>(null);
  const [isNaming, setNaming] = useState(false);
  const go = (to: Partial<Where>) => setWhere({ ...where, q: "", isBin: false, ...to });
  const put = (list: readonly File[]) =>
    attach(files.uploads, list, { roomId, purpose: "library", folderId: where.folder });
  const onDrop = (event: DragEvent) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    put([...event.dataTransfer.files]);
  };
  const mayUpload = page?.mayUpload.isAllowed === true;

  const makeFolder = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    if (!name) return;
    try {
      await request("POST", `/rooms/${roomId}/folders`, {
        body: { name, parentId: where.folder },
        idempotencyKey: newId(),
      });
      setNaming(false);
      reload();
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: files can also be chosen with the button
    <div
      data-file-drop
      onDragOver={(event) => event.preventDefault()}
      onDrop={onDrop}
      className="flex min-h-0 flex-1 flex-col"
    >
      <div className="flex flex-wrap items-center gap-2 border-b border-line px-3 py-2">
        {where.isBin ? (
          <Button size="small" kind="quiet" icon={<BackIcon size={18} />} onPress={() => go({})}>
            {text("panel.back")}
          </Button>
        ) : (
          <>
            <input
              type="search"
              aria-label={text("panel.search")}
              placeholder={text("panel.search")}
              value={where.q}
              onChange={(event) => setWhere({ ...where, q: event.target.value })}
              className="min-h-9 min-w-0 flex-1 basis-32 rounded-lg border border-line-strong bg-ground px-3 text-sm max-md:min-h-11"
            />
            <select
              aria-label={text("panel.sort")}
              value={where.sort}
              onChange={(event) => setWhere({ ...where, sort: event.target.value as Where["sort"] })}
              className="min-h-9 rounded-lg border border-line-strong bg-ground px-2 text-sm max-md:min-h-11"
            >
              {(["newest", "name", "size"] as const).map((sort) => (
                <option key={sort} value={sort}>
                  {text(`panel.sort.${sort}`)}
                </option>
              ))}
            </select>
          </>
        )}
        {mayUpload && !where.isBin && (
          <>
            <Button size="small" icon={<PlusIcon size={18} />} onPress={() => input.current?.click()}>
              {text("panel.upload")}
            </Button>
            <input
              ref={input}
              type="file"
              multiple
              hidden
              data-library
              onChange={(event) => {
                put([...(event.target.files ?? [])]);
                event.target.value = "";
              }}
            />
            <IconButton
              label={text("panel.folder")}
              icon={<ArchiveIcon />}
              onPress={() => setNaming(!isNaming)}
            />
          </>
        )}
        {!where.isBin && (
          <IconButton label={text("panel.bin")} icon={<DeleteIcon />} onPress={() => go({ isBin: true })} />
        )}
      </div>
      {isNaming && (
        <form
          onSubmit={(event) => void makeFolder(event)}
          className="flex gap-2 border-b border-line px-3 py-2"
        >
          <input
            name="name"
            // biome-ignore lint/a11y/noAutofocus: it appears because its button was pressed
            autoFocus
            aria-label={text("panel.folder.name")}
            placeholder={text("panel.folder.name")}
            className="min-h-9 min-w-0 flex-1 rounded-lg border border-line-strong bg-ground px-3 text-sm max-md:min-h-11"
          />
          <Button size="small" kind="primary" type="submit">
            {text("save")}
          </Button>
        </form>
      )}
      {page && page.path.length > 0 && (
        <nav aria-label={text("panel.title")} className="flex flex-wrap items-center px-3 pt-2 text-sm">
          <button type="button" className={crumb} onClick={() => go({ folder: null })}>
            {text("panel.top")}
          </button>
          {page.path.map((each) => (
            <span key={each.id} className="flex min-w-0 items-center">
              <span aria-hidden="true" className="px-1 text-ink-3">
                ›
              </span>
              <button type="button" className={crumb} onClick={() => go({ folder: each.id })}>
                <bdi>{each.name}</bdi>
              </button>
            </span>
          ))}
        </nav>
      )}
      {here.length > 0 && (
        <ul aria-label={text("attach.list")} className="flex flex-col gap-1 px-3 pt-2">
          {here.map((upload) => (
            <Item key={upload.id} upload={upload} queue={files.uploads} />
          ))}
        </ul>
      )}
      <div className="min-h-0 flex-1 overflow-y-auto p-2">
        {problem ? (
          <Failure error={problem} onRetry={reload} />
        ) : !page ? (
          <Loading className="flex flex-col gap-2 p-2">
            {[1, 2, 3].map((each) => (
              <Skeleton key={each} className="h-14 w-full" />
            ))}
          </Loading>
        ) : (
          <Contents
            page={page}
            where={where}
            roomId={roomId}
            onOpen={(folder) => go({ folder })}
            onChanged={reload}
          />
        )}
      </div>
    </div>
  );
}

const crumb = "min-h-9 truncate rounded-sm text-link underline underline-offset-4 max-md:min-h-11";

function Contents({
  page,
  where,
  roomId,
  onOpen,
  onChanged,
}: {
  page: LibraryPage;
  where: Where;
  roomId: string;
  onOpen: (folder: string) => void;
  onChanged: () => void;
}) {
  if (page.folders.length === 0 && page.files.length === 0) {
    if (where.isBin) return <Empty title={text("panel.bin.empty")}>{text("panel.bin.about")}</Empty>;
    if (where.q) return <Empty title={text("panel.none")} />;
    return <Empty title={text("panel.empty")}>{page.mayUpload.isAllowed && text("panel.empty.next")}</Empty>;
  }
  const change = async (path: string, body: object) => {
    try {
      await request("PUT", path, { body });
      onChanged();
      return true;
    } catch (error) {
      tell(wordsOf(error), "danger");
      return false;
    }
  };
  return (
    <ul className="flex flex-col">
      {page.folders.map((folder) => (
        <li key={folder.id}>
          <FolderLine
            folder={folder}
            isBin={where.isBin}
            mayChange={page.mayUpload.isAllowed}
            onOpen={() => onOpen(folder.id)}
            onChange={(body) => change(`/rooms/${roomId}/folders/${folder.id}`, body)}
          />
        </li>
      ))}
      {page.files.map((file) => (
        <li key={file.id}>
          <FileLine file={file} onChange={(body) => change(`/files/${file.id}`, body)} />
        </li>
      ))}
    </ul>
  );
}

function FolderLine({
  folder,
  isBin,
  mayChange,
  onOpen,
  onChange,
}: {
  folder: FolderItem;
  isBin: boolean;
  mayChange: boolean;
  onOpen: () => void;
  onChange: (body: object) => Promise<boolean>;
}) {
  const [isRenaming, setRenaming] = useState(false);
  const { name } = folder;
  const rename = async (next: string) => {
    setRenaming(false);
    if (next !== name && (await onChange({ name: next })))
      tell(text("item.renamed", { name: next }), "ok", () => void onChange({ name }));
  };
  const toBin = async () => {
    if (await onChange({ isDeleted: true }))
      tell(text("item.deleted", { name }), "ok", () => void onChange({ isDeleted: false }));
  };
  if (isRenaming)
    return (
      <div className="px-2 py-2">
        <RenameForm label={text("panel.folder.name")} name={name} onRename={rename} />
      </div>
    );
  return (
    <div className="flex items-center rounded-lg hover:bg-hover">
      <button
        type="button"
        disabled={isBin}
        onClick={onOpen}
        className="flex min-h-12 min-w-0 flex-1 items-center gap-3 px-2 text-left"
      >
        <span className="text-ink-2">
          <ArchiveIcon size={28} />
        </span>
        <span className="min-w-0">
          <bdi className="block truncate text-sm font-bold">{name}</bdi>
          <span className="text-xs text-ink-2">{text("panel.count", { count: folder.fileCount })}</span>
        </span>
      </button>
      {mayChange && !isBin && (
        <>
          <IconButton
            label={`${text("item.rename")} ${name}`}
            icon={<EditIcon size={18} />}
            onPress={() => setRenaming(true)}
          />
          <IconButton
            label={`${text("item.delete")} ${name}`}
            icon={<DeleteIcon size={18} />}
            onPress={() => void toBin()}
          />
        </>
      )}
      {mayChange && isBin && (
        <Button size="small" kind="quiet" onPress={() => void onChange({ isDeleted: false })}>
          {text("item.restore")}
        </Button>
      )}
    </div>
  );
}

/** One field where the name stood; what was not changed is not sent. */
function RenameForm({
  label,
  name,
  onRename,
}: {
  label: string;
  name: string;
  onRename: (next: string) => Promise<void>;
}) {
  const rename = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const next = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    await onRename(next || name);
  };
  return (
    <form onSubmit={(event) => void rename(event)} className="flex gap-2">
      <input
        name="name"
        // biome-ignore lint/a11y/noAutofocus: it appears because its button was pressed
        autoFocus
        defaultValue={name}
        aria-label={label}
        className="min-h-9 min-w-0 flex-1 rounded-lg border border-line-strong bg-ground px-2 text-sm max-md:min-h-11"
      />
      <Button size="small" kind="primary" type="submit">
        {text("save")}
      </Button>
    </form>
  );
}

function FileLine({ file, onChange }: { file: KnownFile; onChange: (body: object) => Promise<boolean> }) {
  const files = useFiles();
  const [isRenaming, setRenaming] = useState(false);
  const [isDetailed, setDetailed] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  if (file.kind === "withheld") return <p className="px-2 py-3 text-sm text-ink-3">{whyNot(file.because)}</p>;
  const rename = async (name: string) => {
    setRenaming(false);
    if (name !== file.name && (await onChange({ name })))
      tell(text("item.renamed", { name }), "ok", () => void onChange({ name: file.name }));
  };
  const mayChange = file.may.change.isAllowed;
  const put = (body: object, words: string, before: object) =>
    onChange(body).then((isDone) => isDone && tell(words, "ok", () => void onChange(before)));
  return (
    <div className="flex min-w-0 items-start gap-3 rounded-lg px-2 py-2 hover:bg-hover">
      <FileIcon name={file.name} family={file.type?.family ?? "unknown"} />
      <div className="min-w-0 flex-1">
        {isRenaming ? (
          <RenameForm label={text("item.name")} name={file.name} onRename={rename} />
        ) : (
          <p className="break-words text-sm font-bold leading-5">
            <bdi>{file.name}</bdi>
          </p>
        )}
        <p className="flex flex-wrap gap-x-2 text-xs leading-5 text-ink-2">
          <span className="tabular-nums">{sizeWords(file.size)}</span>
          <span>{classWords(file.classification)}</span>
          {file.version > 1 && <span>{text("card.version", { number: file.version })}</span>}
          <State file={file} />
          <bdi>{file.uploadedBy.name}</bdi>
          <time dateTime={file.changedAt} className="tabular-nums">
            {shortMoment(file.changedAt)}
          </time>
        </p>
        <p className="flex flex-wrap items-center gap-1">
          <Actions file={file} />
          {mayChange && file.deletedAt === null && (
            <>
              <IconButton
                label={`${text("item.rename")} ${file.name}`}
                icon={<EditIcon size={18} />}
                onPress={() => setRenaming(!isRenaming)}
              />
              <IconButton
                label={`${text("item.version")} ${file.name}`}
                icon={<HistoryIcon size={18} />}
                onPress={() => input.current?.click()}
              />
              <input
                ref={input}
                type="file"
                hidden
                onChange={(event) => {
                  const chosen = [...(event.target.files ?? [])].slice(0, 1);
                  attach(files.uploads, chosen, { roomId: file.roomId, purpose: "library", fileId: file.id });
                  event.target.value = "";
                }}
              />
              <IconButton
                label={`${text("item.delete")} ${file.name}`}
                icon={<DeleteIcon size={18} />}
                onPress={() =>
                  void put({ isDeleted: true }, text("item.deleted", { name: file.name }), {
                    isDeleted: false,
                  })
                }
              />
            </>
          )}
          {file.deletedAt === null && (
            <IconButton
              label={text("details.open", { name: file.name })}
              icon={<MoreIcon size={18} />}
              onPress={() => setDetailed(true)}
            />
          )}
          {mayChange && file.deletedAt !== null && (
            <Button size="small" kind="quiet" onPress={() => void onChange({ isDeleted: false })}>
              {text("item.restore")}
            </Button>
          )}
        </p>
      </div>
      {isDetailed && (
        <Suspense>
          <FileDetailsDialog file={file} onChange={put} onClose={() => setDetailed(false)} />
        </Suspense>
      )}
    </div>
  );
}

function Actions({ file }: { file: FileSummary }) {
  if (file.deletedAt !== null) return null;
  const link =
    "inline-flex min-h-9 items-center pr-2 text-sm text-link underline underline-offset-4 max-md:min-h-11";
  return (
    <>
      {file.may.open.isAllowed && (
        <Link
          to="/files/$fileId"
          params={{ fileId: file.id }}
          aria-label={text("card.open.label", { name: file.name })}
          className={link}
        >
          {text("card.open")}
        </Link>
      )}
      {file.may.download.isAllowed && (
        <a
          href={`/api/v1/files/${file.id}/content`}
          download={file.name}
          aria-label={text("card.download.label", { name: file.name })}
          className={link}
        >
          {text("card.download")}
        </a>
      )}
    </>
  );
}

/** What is there now; asked again when the stream says that something is other, or a word more was typed. */
function useLibrary(roomId: string, { folder, q, sort, isBin }: Where) {
  const files = useFiles();
  const change = useStore(files.state, (state) => state.libraries[roomId]);
  const [page, setPage] = useState<LibraryPage>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when something is other
  useEffect(() => {
    const ended = new AbortController();
    const timer = setTimeout(() => {
      const asked = query({ folder, q, sort, bin: isBin ? "true" : undefined });
      request<LibraryPage>("GET", `/rooms/${roomId}/files${asked}`, { signal: ended.signal }).then(
        (found) => {
          setPage(found);
          setProblem(undefined);
        },
        (error) => !ended.signal.aborted && setProblem(error),
      );
    }, 150);
    return () => {
      clearTimeout(timer);
      ended.abort();
    };
  }, [roomId, folder, q, sort, isBin, change, attempt]);
  return { page, problem, reload: useCallback(() => setAttempt((before) => before + 1), []) };
}
