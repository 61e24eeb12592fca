import { Link, useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { csvOf } from "#shared/csv.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { inputClass } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { DirectoryImport, DirectoryImportList, ImportState } from "../../contract.ts";
import { dayWords } from "../directory/day-words.ts";
import { useDirectoryAnswer } from "../directory/use-directory-answer.ts";
import { saveFile, templates } from "./csv.ts";
import { text } from "./text/index.ts";

const largest = 5 * 1024 * 1024;

/** Choosing lists to be checked, and the imports so far. */
export function ImportStart() {
  const { value: imports, error, reload } = useDirectoryAnswer<DirectoryImportList>("/directory-imports");
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-6 py-5 max-md:px-4">
      <h2 className="text-xl font-bold">{text("title")}</h2>
      <p className="mb-5 text-sm text-ink-2">{text("about")}</p>
      <NewImport />
      <section aria-labelledby="imports-so-far" className="mt-8">
        <h3 id="imports-so-far" className="mb-2 text-base font-bold">
          {text("list.title")}
        </h3>
        {error ? (
          <Failure error={error} onRetry={reload} />
        ) : !imports ? (
          <Loading>
            <Skeleton className="h-24 w-full" />
          </Loading>
        ) : imports.items.length === 0 ? (
          <p className="py-3 text-sm text-ink-2">{text("list.empty")}</p>
        ) : (
          <ul className="divide-y divide-line border-y border-line">
            {imports.items.map((item) => (
              <li key={item.id} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5 text-sm">
                {item.stoppedAt ? (
                  <Tag tone="warn">{text("state.stopped")}</Tag>
                ) : (
                  <StateTag state={item.state} />
                )}
                <Link
                  to="/people/imports/$importId"
                  params={{ importId: item.id }}
                  className="inline-block min-h-6 font-bold text-link underline underline-offset-4"
                >
                  {item.on && item.state === "scheduled" ? dayWords(item.on) : shortMoment(item.createdAt)}{" "}
                  <bdi>{item.files.join("、")}</bdi>
                </Link>
                <span className="text-ink-2">
                  <bdi>{item.createdBy}</bdi>
                </span>
                <span className="text-ink-2">{text("counts", item.counts)}</span>
              </li>
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

export function StateTag({ state }: { state: ImportState }) {
  const tones = {
    checked: "plain",
    scheduled: "accent",
    done: "ok",
    undone: "warn",
    cancelled: "plain",
    failed: "warn",
  } as const;
  return <Tag tone={tones[state]}>{text(`state.${state}`)}</Tag>;
}

function NewImport() {
  const navigate = useNavigate();
  const [sections, setSections] = useState<File>();
  const [people, setPeople] = useState<File>();
  const [endMissing, setEndMissing] = useState(false);
  const [on, setOn] = useState("");
  const [isChecking, setChecking] = useState(false);
  const [problem, setProblem] = useState<string>();
  const dayId = useId();

  const check = async () => {
    if (!sections && !people) return setProblem(text("new.missing"));
    if ([sections, people].some((file) => file && file.size > largest)) return setProblem(text("new.large"));
    setChecking(true);
    setProblem(undefined);
    try {
      const made = await request<DirectoryImport>("POST", "/directory-imports", {
        body: {
          ...(sections && { sections: await fileOf(sections) }),
          ...(people && { people: await fileOf(people) }),
          endMissing,
          ...(on && { on }),
        },
      });
      await navigate({ to: "/people/imports/$importId", params: { importId: made.id } });
    } catch (error) {
      setProblem(wordsOf(error));
      setChecking(false);
    }
  };

  return (
    <section aria-labelledby="new-import" className="max-w-3xl rounded-xl border border-line p-5 max-md:p-4">
      <h3 id="new-import" className="mb-3 text-base font-bold">
        {text("new.title")}
      </h3>
      <div className="grid gap-5 md:grid-cols-2">
        <FileField label={text("new.people")} onChange={setPeople} />
        <FileField label={text("new.sections")} onChange={setSections} />
      </div>
      <p className="mt-2 text-sm text-ink-3">{text("new.file.hint")}</p>
      <label className="mt-4 flex min-h-11 items-start gap-2.5">
        <input
          type="checkbox"
          className="mt-1 size-5 shrink-0"
          checked={endMissing}
          onChange={(event) => setEndMissing(event.target.checked)}
        />
        <span>
          {text("new.endMissing")}
          <span className="block text-sm text-ink-3">{text("new.endMissing.hint")}</span>
        </span>
      </label>
      <div className="mt-3 flex flex-col gap-1">
        <label htmlFor={dayId} className="text-sm font-bold">
          {text("new.on")}
        </label>
        <input
          id={dayId}
          type="date"
          value={on}
          onChange={(event) => setOn(event.target.value)}
          aria-describedby={`${dayId}-hint`}
          className={`${inputClass} max-w-56`}
        />
        <p id={`${dayId}-hint`} className="text-sm text-ink-3">
          {text("new.on.hint")}
        </p>
      </div>
      {problem && (
        <div className="mt-4">
          <Notice tone="danger">{problem}</Notice>
        </div>
      )}
      <div className="mt-5 flex flex-wrap items-center gap-3">
        <Button kind="primary" isPending={isChecking} onPress={() => void check()}>
          {text(isChecking ? "new.checking" : "new.check")}
        </Button>
        <span className="flex-1" />
        <Button kind="quiet" size="small" onPress={() => void saveTemplate()}>
          {text("new.template.workbook")}
        </Button>
        {(["people", "sections"] as const).map((name) => (
          <Button
            key={name}
            kind="quiet"
            size="small"
            onPress={() =>
              saveFile(
                `${text(name === "people" ? "new.people" : "new.sections")}.csv`,
                csvOf(templates[name]),
              )
            }
          >
            {text(`new.template.${name}`)}
          </Button>
        ))}
      </div>
    </section>
  );
}

/** Its writer is loaded when somebody wants it. */
async function saveTemplate(): Promise<void> {
  const { templateWorkbook } = await import("./template-workbook.ts");
  saveFile(
    `${text("new.template.file")}.xlsx`,
    templateWorkbook(),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  );
}

function FileField({ label, onChange }: { label: string; onChange: (file: File | undefined) => void }) {
  const id = useId();
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="text-sm font-bold">
        {label}
      </label>
      <input
        id={id}
        type="file"
        accept=".csv,.txt,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        onChange={(event) => onChange(event.target.files?.[0])}
        className="min-h-12 w-full rounded-lg border border-line-strong p-2 text-sm file:mr-3 file:min-h-8 file:rounded-md file:border-0 file:bg-accent-soft file:px-3 file:font-bold file:text-accent"
      />
    </div>
  );
}

async function fileOf(file: File): Promise<{ name: string; base64: string }> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let binary = "";
  for (let at = 0; at < bytes.length; at += 0x8000)
    binary += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return { name: file.name.slice(0, 200), base64: btoa(binary) };
}
