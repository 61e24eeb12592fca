import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { BackIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { DirectoryImport, DirectoryImportReport, UndoPlan } from "../../contract.ts";
import { dayWords } from "../directory/day-words.ts";
import { useDirectoryAnswer } from "../directory/use-directory-answer.ts";
import { FirstPasswordsPart } from "./first-passwords.tsx";
import { StateTag } from "./import-start.tsx";
import { text } from "./text/index.ts";

type Person = DirectoryImportReport["people"]["created"][0];
type ChangedPerson = DirectoryImportReport["people"]["changed"][0];

/** One import: what it would do or did, and what can be done with it. */
export function ImportView({ importId }: { importId: string }) {
  const {
    value: stored,
    error,
    reload,
  } = useDirectoryAnswer<DirectoryImport>(`/directory-imports/${importId}`);
  const [changed, setChanged] = useState<DirectoryImport>();
  const [doing, setDoing] = useState<"run" | "cancel" | "undo">();
  const [progress, setProgress] = useState<DirectoryImport["progress"]>(null);
  const [problem, setProblem] = useState<string>();
  const [undoing, setUndoing] = useState<UndoPlan>();
  const path = `/directory-imports/${importId}`;

  useEffect(() => {
    if (doing !== "run") return;
    const timer = setInterval(() => {
      request<DirectoryImport>("GET", path).then(
        (now) => setProgress(now.progress),
        () => {},
      );
    }, 1000);
    return () => clearInterval(timer);
  }, [doing, path]);

  if (error) return <Failure error={error} onRetry={reload} />;
  if (!stored)
    return (
      <Loading className="p-6">
        <Skeleton className="mb-4 h-8 w-72" />
        <Skeleton className="h-48 w-full" />
      </Loading>
    );
  const shown = changed?.id === importId ? changed : stored;
  const { report, counts, state } = shown;
  const isBooked = shown.on !== null;

  const act = async (what: "run" | "cancel" | "undo") => {
    setDoing(what);
    setProblem(undefined);
    setUndoing(undefined);
    try {
      setChanged(await request<DirectoryImport>("POST", `${path}/${what}`));
    } catch (error) {
      // A long import may outlast the line: what became of it, the import itself says.
      const now = await request<DirectoryImport>("GET", path).catch(() => undefined);
      if (now && now.state !== state) setChanged(now);
      else setProblem(wordsOf(error));
    } finally {
      setDoing(undefined);
      setProgress(null);
    }
  };
  const askUndo = () =>
    request<UndoPlan>("GET", `${path}/undo`).then(setUndoing, (error) => setProblem(wordsOf(error)));

  const moved = report.people.changed.filter((entry) => entry.changes.some(({ field }) => field === "所属"));
  const others = report.people.changed.filter((entry) => !moved.includes(entry));
  const errors = report.issues.filter((issue) => issue.severity === "error");
  const warnings = report.issues.filter((issue) => issue.severity === "warning");
  const canRun = state === "checked" && report.outcome === "dry-run";
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-print="grow">
      <header className="border-b border-line px-6 pb-4 pt-3 max-md:px-4" data-print="hide">
        <Link
          to="/people/imports"
          className="inline-flex min-h-9 items-center gap-1.5 text-sm text-link max-md:min-h-11"
        >
          <BackIcon size={18} />
          {text("back")}
        </Link>
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="text-xl font-bold">{text(`view.title.${state}`)}</h2>
          <StateTag state={state} />
        </div>
        <p className="text-sm text-ink-2">
          <bdi>{shown.files.join("、")}</bdi>　{text("counts", counts)}
        </p>
        <div className="mt-3 flex flex-col gap-3" aria-live="polite">
          <Outcome shown={shown} errors={errors.length} />
          {problem && <Notice tone="danger">{problem}</Notice>}
          {doing === "run" && (
            <Notice tone="ok">
              {progress
                ? text(`progress.${progress.stage}`, { done: progress.done, of: progress.of })
                : text("new.checking")}
            </Notice>
          )}
        </div>
        <div className="mt-3 flex flex-wrap gap-3">
          {canRun && (
            <Button kind="primary" isPending={doing === "run"} onPress={() => void act("run")}>
              {isBooked && shown.on
                ? text("do.book", { day: dayWords(shown.on) })
                : report.isEntry
                  ? text("do.enter")
                  : text("do.run.counts", {
                      created: counts.created,
                      changed: counts.changed + counts.returned,
                      ended: counts.ended,
                    })}
            </Button>
          )}
          {(canRun || state === "scheduled") && (
            <Button isPending={doing === "cancel"} onPress={() => void act("cancel")}>
              {text("do.cancel")}
            </Button>
          )}
          {state === "checked" && !canRun && (
            <Link
              to="/people/imports"
              className="inline-flex min-h-11 items-center rounded-lg border border-accent px-4 font-bold text-accent hover:bg-accent-soft"
            >
              {text("do.again")}
            </Link>
          )}
          {state === "done" && (
            <Button kind="quiet" isPending={doing === "undo"} onPress={() => void askUndo()}>
              {text("do.undo")}
            </Button>
          )}
        </div>
      </header>
      <div className="flex flex-col gap-4 px-6 py-5 max-md:px-4">
        {shown.passwords && <FirstPasswordsPart importId={importId} passwords={shown.passwords} />}
        <Issues title={text("issues.errors")} issues={errors} />
        <Issues title={text("issues.warnings")} issues={warnings} />
        <People title={text("part.created")} people={report.people.created} />
        <People title={text("part.moved")} people={moved} />
        <People title={text("part.changed")} people={others} />
        <People title={text("part.returned")} people={report.people.returned} />
        <People title={text("part.ended")} people={report.people.ended} />
        <Sections title={text("part.sectionsCreated")} sections={report.sections.created} />
        <Sections title={text("part.sectionsChanged")} sections={report.sections.changed} />
        <Sections title={text("part.sectionsEnded")} sections={report.sections.ended} />
        <Sections title={text("part.withoutHead")} sections={report.sections.withoutHead} />
        {report.people.ended.length === 0 && (
          <People title={text("part.missing")} people={report.people.missing} />
        )}
        <People title={text("part.kept")} people={report.people.kept} />
      </div>
      {undoing && (
        <Dialog
          role="alertdialog"
          title={text("undo.title")}
          onClose={() => setUndoing(undefined)}
          footer={
            <>
              <Button onPress={() => setUndoing(undefined)}>{text("undo.stay")}</Button>
              {undoing.isPossible && (
                <Button kind="danger" onPress={() => void act("undo")}>
                  {text("undo.do")}
                </Button>
              )}
            </>
          }
        >
          {undoing.isPossible
            ? text("undo.effect", {
                leaving: undoing.leaving,
                restored: undoing.restored,
                sections: undoing.sections,
              })
            : text("undo.blocked", { names: undoing.changedSince.slice(0, 10).join("、") })}
        </Dialog>
      )}
    </div>
  );
}

function Outcome({ shown, errors }: { shown: DirectoryImport; errors: number }) {
  const { state, report, on, stoppedAt } = shown;
  if (stoppedAt !== null && report.outcome === "dry-run")
    return <Notice tone="warn">{text("view.stopped", { name: shown.createdBy })}</Notice>;
  if (state === "checked" && report.outcome === "refused")
    return <Notice tone="danger">{text("view.refused", { count: errors })}</Notice>;
  if (state === "checked" && report.outcome === "unchanged")
    return <Notice tone="ok">{text("view.unchanged")}</Notice>;
  if (state === "scheduled" && on)
    return <Notice tone="ok">{text("view.scheduled", { day: dayWords(on) })}</Notice>;
  if (state === "done") return <Notice tone="ok">{text("view.done")}</Notice>;
  if (state === "undone") return <Notice tone="ok">{text("view.undone")}</Notice>;
  if (state === "cancelled") return <Notice tone="warn">{text("view.cancelled")}</Notice>;
  if (state === "failed") return <Notice tone="danger">{text("view.failed")}</Notice>;
  return null;
}

/** How many lines of a part are shown at first; the rest on demand. */
const firstShown = 100;

function Part<T>({
  title,
  items,
  isOpen = false,
  line,
}: {
  title: string;
  items: readonly T[];
  isOpen?: boolean;
  line: (item: T, index: number) => ReactNode;
}) {
  const [limit, setLimit] = useState(firstShown);
  if (items.length === 0) return null;
  return (
    <details open={isOpen || items.length <= 20} className="rounded-xl border border-line">
      <summary className="flex min-h-12 cursor-pointer items-center gap-2 px-4 font-bold">
        <span className="flex-1">{title}</span>
        <span className="tabular-nums text-ink-2">{items.length.toLocaleString("ja-JP")}</span>
      </summary>
      <ul className="divide-y divide-line border-t border-line text-sm">{items.slice(0, limit).map(line)}</ul>
      {items.length > limit && (
        <div className="p-3">
          <Button size="small" onPress={() => setLimit(items.length)}>
            {text("part.more", { count: items.length - limit })}
          </Button>
        </div>
      )}
    </details>
  );
}

function Issues({ title, issues }: { title: string; issues: DirectoryImportReport["issues"] }) {
  return (
    <Part
      title={title}
      items={issues}
      isOpen
      line={(issue, index) => {
        const file = text(`issues.file.${issue.file}`);
        const place =
          issue.cell !== null
            ? text("issues.place", { file, cell: issue.cell })
            : issue.row !== null
              ? text("issues.row", { file, row: issue.row })
              : file;
        return (
          <li key={index} className="grid gap-x-4 gap-y-0.5 px-4 py-2.5 md:grid-cols-[9rem_minmax(0,1fr)]">
            <span className="font-bold tabular-nums">
              {place}
              {issue.column && <span className="block text-xs font-normal text-ink-3">{issue.column}</span>}
            </span>
            <span className="min-w-0">
              {issue.value && <bdi className="mr-2 rounded-sm bg-sunken px-1.5 break-all">{issue.value}</bdi>}
              {currentLanguage() === "en" ? issue.en : issue.ja}
            </span>
          </li>
        );
      }}
    />
  );
}

function People({ title, people }: { title: string; people: readonly (Person | ChangedPerson)[] }) {
  return (
    <Part
      title={title}
      items={people}
      line={(person) => (
        <li key={person.number} className="grid gap-x-4 px-4 py-2 md:grid-cols-[6rem_14rem_minmax(0,1fr)]">
          <span className="tabular-nums text-ink-2">{person.number}</span>
          <span className="font-bold">
            <bdi>{person.name}</bdi>
          </span>
          {"changes" in person ? (
            <Changes changes={person.changes} />
          ) : (
            <span>{[person.sectionName, person.postName].filter(Boolean).join("　")}</span>
          )}
        </li>
      )}
    />
  );
}

function Changes({ changes }: { changes: ChangedPerson["changes"] }) {
  return (
    <span className="flex flex-col">
      {changes.map(({ field, from, to }) => (
        <span key={field}>
          {text("change", { field, from: from ?? text("change.none"), to: to ?? text("change.none") })}
        </span>
      ))}
    </span>
  );
}

function Sections({
  title,
  sections,
}: {
  title: string;
  sections: readonly (DirectoryImportReport["sections"]["created"][0] & {
    changes?: ChangedPerson["changes"];
  })[];
}) {
  return (
    <Part
      title={title}
      items={sections}
      line={(section, index) => (
        <li key={index} className="grid gap-x-4 px-4 py-2 md:grid-cols-[6rem_14rem_minmax(0,1fr)]">
          <span className="tabular-nums text-ink-2">{section.code}</span>
          <span className="font-bold">
            <bdi>{section.name}</bdi>
          </span>
          {section.changes ? <Changes changes={section.changes} /> : <span>{section.parentName ?? ""}</span>}
        </li>
      )}
    />
  );
}
