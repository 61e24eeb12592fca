import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { inputClass } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { EquipmentReport, ImportEquipmentRequest } from "../../contract.ts";
import { text } from "../text/index.ts";

/** As large as the server takes. */
const largest = 10 * 1024 * 1024;

/** Brings a list in: checked first, with what would happen and what is wrong by row; then taken over whole. */
export function ImportEquipmentDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const id = useId();
  const [file, setFile] = useState<File>();
  const [report, setReport] = useState<EquipmentReport>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isReady = report !== undefined && report.issueCount === 0 && report.rows > 0;

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!file) return setProblem(text("import.missing"));
    if (file.size > largest) return setProblem(text("import.large"));
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await bring(await base64Of(file), !isReady);
      if (answer.isImported) {
        tell(text("import.done", { added: answer.added, changed: answer.changed }));
        return onDone();
      }
      setReport(answer);
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };

  return (
    <Dialog
      title={text("import.title")}
      onClose={onClose}
      width="large"
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="primary" type="submit" form={`${id}-form`} isPending={isBusy}>
            {text(isReady ? "import.do" : "import.check")}
          </Button>
        </>
      }
    >
      <form
        id={`${id}-form`}
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-4"
      >
        {problem && <Notice tone="danger">{problem}</Notice>}
        <p className="text-sm text-ink-2">{text("import.about")}</p>
        <span>
          <Button size="small" onPress={() => saveTable(text("import.template.name"), [...template])}>
            {text("import.template")}
          </Button>
        </span>
        <div className="flex flex-col gap-1.5">
          <label htmlFor={`${id}-file`} className="text-sm font-bold">
            {text("import.file")}
          </label>
          <input
            id={`${id}-file`}
            type="file"
            accept=".csv,.xlsx,.txt"
            className={`${inputClass} py-2.5`}
            onChange={(event) => {
              setFile(event.target.files?.[0]);
              setReport(undefined);
            }}
          />
        </div>
        {report && <Report report={report} />}
      </form>
    </Dialog>
  );
}

function Report({ report }: { report: EquipmentReport }) {
  return (
    <section role="status" className="flex flex-col gap-2">
      <p className="font-bold">
        {text("import.counts", {
          rows: report.rows,
          added: report.added,
          changed: report.changed,
          unchanged: report.unchanged,
        })}
      </p>
      {report.issueCount > 0 ? (
        <>
          <Notice tone="danger">{text("import.issues", { count: report.issueCount })}</Notice>
          <ul className="flex flex-col divide-y divide-line text-sm">
            {report.issues.map((issue) => (
              <li
                key={`${issue.row} ${issue.column} ${issue.ja}`}
                className="py-1.5 [overflow-wrap:anywhere]"
              >
                {issue.row !== null && <strong>{text("import.row", { row: issue.row })}</strong>}{" "}
                {issue.column && <span className="text-ink-3">{issue.column}</span>}{" "}
                {currentLanguage() === "ja" ? issue.ja : issue.en}
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className="text-sm text-ink-2">{text("import.ready")}</p>
      )}
    </section>
  );
}

/** The columns with an invented line, in the words that an import reads. */
const template = [
  [
    "備品番号",
    "種類",
    "貸与・私物",
    "機種名",
    "製造番号",
    "電話番号",
    "網",
    "状態",
    "職員番号",
    "所属コード",
    "返却予定日",
    "備考",
  ],
  ["R08-0001", "パソコン", "貸与", "", "", "", "LGWAN", "保管中", "", "", "", ""],
] as const;

export function bring(file: string, isDryRun: boolean): Promise<EquipmentReport> {
  return request<EquipmentReport>("POST", "/equipment-imports", {
    body: { file, isDryRun } satisfies ImportEquipmentRequest,
  });
}

async function base64Of(file: File): Promise<string> {
  return base64OfBytes(new Uint8Array(await file.arrayBuffer()));
}

export function base64OfBytes(bytes: Uint8Array): string {
  let binary = "";
  for (let from = 0; from < bytes.length; from += 32_768)
    binary += String.fromCharCode(...bytes.subarray(from, from + 32_768));
  return btoa(binary);
}
