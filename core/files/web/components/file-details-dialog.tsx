import { Link } from "@tanstack/react-router";
import { type ReactNode, useId, useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { ClassEffects, FileSummary, FileVersions, FolderTree } from "../../contract.ts";
import { text } from "../text/index.ts";
import { classWords, sizeWords } from "../words.ts";

/** Makes a change and says it, with the way back; what was refused stays on the screen. */
type Change = (body: object, words: string, before: object) => Promise<unknown>;

/** Of a file in the library: its versions, and for who may change it where it lies and how confidential it is. */
export default function FileDetailsDialog({
  file,
  onChange,
  onClose,
}: {
  file: FileSummary;
  onChange: Change;
  onClose: () => void;
}) {
  const change: Change = async (...given) => {
    await onChange(...given);
    onClose();
  };
  return (
    <Dialog title={text("details.title")} onClose={onClose}>
      <div className="flex flex-col gap-6">
        <p className="font-bold [overflow-wrap:anywhere]">
          <bdi>{file.name}</bdi>
        </p>
        <Versions file={file} />
        {file.may.change.isAllowed && (
          <>
            <Move file={file} onChange={change} />
            <ChangeClass file={file} onChange={change} />
          </>
        )}
      </div>
    </Dialog>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section aria-label={title} className="flex flex-col gap-3">
      <h3 className="text-sm font-bold">{title}</h3>
      {children}
    </section>
  );
}

function Waiting({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  if (error !== undefined) return <Failure error={error} onRetry={onRetry} />;
  return (
    <Loading>
      <Skeleton className="h-12 w-full" />
    </Loading>
  );
}

function Versions({ file }: { file: FileSummary }) {
  const { value, error, reload } = useAnswer<FileVersions>(`/files/${file.id}/versions`);
  return (
    <Part title={text("details.versions")}>
      {!value ? (
        <Waiting error={error} onRetry={reload} />
      ) : (
        <ul className="flex flex-col divide-y divide-line rounded-lg border border-line">
          {value.items.map(({ number, size, state, pages, uploadedBy, uploadedAt }) => (
            <li key={number} className="flex flex-wrap items-center gap-x-3 px-3 py-1.5 text-sm">
              <span className="font-bold">{text("details.version", { number })}</span>
              {number === file.version && <Tag tone="accent">{text("details.version.now")}</Tag>}
              <bdi>{uploadedBy.name}</bdi>
              <time dateTime={uploadedAt} className="tabular-nums text-ink-2">
                {shortMoment(uploadedAt)}
              </time>
              <span className="tabular-nums text-ink-2">{sizeWords(size)}</span>
              <span className="text-ink-2">{text(`state.${state}`)}</span>
              {pages === "ready" && file.may.open.isAllowed && (
                <Link
                  to="/files/$fileId"
                  params={{ fileId: file.id }}
                  search={number === file.version ? {} : { version: number }}
                  aria-label={text("details.version.open", { number })}
                  className="ml-auto inline-flex min-h-9 items-center text-link underline underline-offset-4 max-md:min-h-11"
                >
                  {text("card.open")}
                </Link>
              )}
              {state === "released" && file.may.download.isAllowed && (
                <a
                  href={`/api/v1/files/${file.id}/content?version=${number}`}
                  download={file.name}
                  aria-label={text("details.version.download", { number })}
                  className="inline-flex min-h-9 items-center text-link underline underline-offset-4 max-md:min-h-11"
                >
                  {text("card.download")}
                </a>
              )}
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}

function Move({ file, onChange }: { file: FileSummary; onChange: Change }) {
  const { value, error, reload } = useAnswer<FolderTree>(`/rooms/${file.roomId}/folders`);
  const [to, setTo] = useState(file.folderId ?? "");
  const id = useId();
  const nameOf = (folderId: string) =>
    value?.items.find((folder) => folder.id === folderId)?.path.at(-1) ?? text("panel.top");
  return (
    <Part title={text("details.move")}>
      {!value ? (
        <Waiting error={error} onRetry={reload} />
      ) : (
        <>
          <SelectField id={id} label={text("details.move.to")} value={to} onChange={setTo}>
            <option value="">{text("panel.top")}</option>
            {value.items.map((folder) => (
              <option key={folder.id} value={folder.id}>
                {folder.path.join(" › ")}
              </option>
            ))}
          </SelectField>
          <Button
            className="self-start"
            isDisabled={to === (file.folderId ?? "")}
            onPress={() =>
              void onChange(
                { folderId: to || null },
                text("details.moved", { name: file.name, folder: nameOf(to) }),
                { folderId: file.folderId },
              )
            }
          >
            {text("details.move.act")}
          </Button>
        </>
      )}
    </Part>
  );
}

function ChangeClass({ file, onChange }: { file: FileSummary; onChange: Change }) {
  const { value, error, reload } = useAnswer<ClassEffects>(`/files/${file.id}/class-effects`);
  const own = file.isRaised && file.classification !== "unknown" ? file.classification : null;
  const [to, setTo] = useState<string>(own ?? "");
  const id = useId();
  const meant = value?.items.find((each) => (each.classification ?? "") === to);
  return (
    <Part title={text("details.class")}>
      {!value ? (
        <Waiting error={error} onRetry={reload} />
      ) : (
        <>
          <SelectField id={id} label={text("details.class.to")} value={to} onChange={setTo}>
            {value.items.map(({ classification, effective }) => (
              <option key={classification ?? ""} value={classification ?? ""}>
                {classification === null
                  ? text("details.class.room", { name: classWords(effective) })
                  : classWords(classification)}
              </option>
            ))}
          </SelectField>
          {meant && (
            <div className="text-sm" role="status">
              <p className="font-bold">{text("details.class.effect")}</p>
              <dl className="grid grid-cols-[auto_1fr] gap-x-4">
                {meant.sides.map((side) => {
                  const who = `${side.zone}.${side.kind}`;
                  return who === "lgwan.staff" || who === "internet.staff" || who === "internet.guest" ? (
                    <div key={who} className="contents">
                      <dt className="text-ink-2">{text(`details.class.side.${who}`)}</dt>
                      <dd>{text(`details.class.may.${side.may}`)}</dd>
                    </div>
                  ) : null;
                })}
              </dl>
              {meant.endsCarryOuts > 0 && (
                <Notice tone="warn">{text("details.class.ends", { count: meant.endsCarryOuts })}</Notice>
              )}
            </div>
          )}
          <Button
            className="self-start"
            isDisabled={to === (own ?? "")}
            onPress={() =>
              void onChange(
                { classification: to || null },
                text("details.class.changed", {
                  name: file.name,
                  class: classWords(meant?.effective ?? "unknown"),
                }),
                { classification: own },
              )
            }
          >
            {text("details.class.act")}
          </Button>
        </>
      )}
    </Part>
  );
}
