import { Link } from "@tanstack/react-router";
import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon, ClockIcon, LockIcon, WarningIcon } from "#web/kit/components/icons.tsx";
import { Skeleton } from "#web/kit/components/states.tsx";
import type { FileSummary } from "../../contract.ts";
import { useFile } from "../context.ts";
import { text } from "../text/index.ts";
import { classWords, sizeWords, stateWords, whyNot } from "../words.ts";
import { CarryOutButton } from "./carry-out-button.tsx";
import { FileIcon } from "./file-icon.tsx";

/** The files of a message, each with what its reader may do with it here and why not the rest. */
export default function FileCards({ ids }: { ids: readonly string[] }) {
  return (
    <ul className="mt-1.5 flex min-w-0 flex-col gap-1.5">
      {ids.map((id) => (
        <li key={id} className="min-w-0">
          <FileCard fileId={id} />
        </li>
      ))}
    </ul>
  );
}

function FileCard({ fileId }: { fileId: string }) {
  const file = useFile(fileId);
  if (!file)
    return (
      <div role="status" className="flex items-center gap-3 rounded-lg border border-line bg-ground p-2.5">
        <span className="sr-only">{text("card.loading")}</span>
        <Skeleton className="h-11 w-9" />
        <Skeleton className="h-4 w-40" />
      </div>
    );
  if (file.kind === "gone")
    return (
      <p className="rounded-lg border border-line bg-ground p-2.5 text-sm text-ink-3">{text("card.gone")}</p>
    );
  if (file.kind === "withheld")
    return (
      <div className="flex items-start gap-2 rounded-lg border border-line bg-ground p-2.5 text-sm text-ink-2">
        <LockIcon size={18} />
        <p className="min-w-0">
          <span className="block font-bold">{text("card.withheld")}</span>
          {whyNot(file.because)}
        </p>
      </div>
    );
  return <KnownCard file={file} />;
}

function KnownCard({ file }: { file: FileSummary }) {
  const { may } = file;
  const isImage = file.type?.family === "image" && may.open.isAllowed;
  return (
    <section
      aria-label={text("card.label", { name: file.name })}
      className="min-w-0 max-w-[26rem] rounded-lg border border-line bg-ground p-2.5 text-ink"
    >
      {isImage && <Thumbnail file={file} />}
      <div className="flex min-w-0 items-start gap-3">
        {!isImage && <FileIcon name={file.name} family={file.type?.family ?? "unknown"} />}
        <div className="min-w-0 flex-1">
          <p className="break-words text-sm font-bold leading-5">
            <bdi>{file.name}</bdi>
          </p>
          <p className="mt-0.5 flex flex-wrap gap-x-2 text-xs leading-5 text-ink-2">
            <span>{text(`family.${file.type?.family ?? "unknown"}`)}</span>
            <span className="tabular-nums">{sizeWords(file.size)}</span>
            <span>{classWords(file.classification)}</span>
            {file.version > 1 && <span>{text("card.version", { number: file.version })}</span>}
            <State file={file} />
          </p>
        </div>
      </div>
      {file.reason && <p className="mt-1 text-xs leading-5 text-ink-2">{text(`reason.${file.reason}`)}</p>}
      {(may.open.isAllowed || may.download.isAllowed) && (
        <p className="mt-1.5 flex flex-wrap gap-2">
          {may.open.isAllowed && (
            <Link
              to="/files/$fileId"
              params={{ fileId: file.id }}
              aria-label={text("card.open.label", { name: file.name })}
              className={action}
            >
              {text("card.open")}
            </Link>
          )}
          {may.download.isAllowed && (
            <a
              href={`/api/v1/files/${file.id}/content`}
              download={file.name}
              aria-label={text("card.download.label", { name: file.name })}
              className={action}
            >
              {text("card.download")}
            </a>
          )}
        </p>
      )}
      {file.state === "released" && !may.download.isAllowed && (
        <p className="mt-1 flex items-start gap-1 text-xs leading-5 text-ink-3">
          <LockIcon size={14} />
          <span>{whyNot(may.download)}</span>
        </p>
      )}
      {may.requestCarryOut.isAllowed && (
        <p className="mt-1">
          <CarryOutButton file={file} className={action} />
        </p>
      )}
    </section>
  );
}

const action =
  "inline-flex min-h-9 items-center rounded-md border border-accent px-3 text-sm font-bold text-accent hover:bg-accent-soft max-md:min-h-11 print:hidden";

/** Where a file stands, by sign and word. */
export function State({ file }: { file: FileSummary }) {
  const { state } = file;
  const isBad = state === "held" || state === "refused";
  const Icon = state === "released" ? CheckIcon : isBad ? WarningIcon : ClockIcon;
  return (
    <span
      role="status"
      className={classes(
        "inline-flex items-center gap-0.5 font-bold",
        state === "released"
          ? "text-ok"
          : state === "refused"
            ? "text-danger"
            : state === "held" && "text-warn",
      )}
    >
      <Icon size={14} />
      {stateWords(file)}
    </span>
  );
}

function Thumbnail({ file }: { file: FileSummary }) {
  return (
    <Link
      to="/files/$fileId"
      params={{ fileId: file.id }}
      aria-label={text("card.open.label", { name: file.name })}
      className="mb-2 block overflow-hidden rounded-md"
    >
      <img
        src={`/api/v1/files/${file.id}/thumbnail?version=${file.version}`}
        alt=""
        loading="lazy"
        draggable={false}
        className="block h-48 w-full bg-sunken object-contain"
      />
    </Link>
  );
}
