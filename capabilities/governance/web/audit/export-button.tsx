import { useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveFile } from "#web/kit/device/csv.ts";
import type { AuditFilter, ExportAuditRequest, ExportChunk, StartedExport } from "../../contract.ts";
import { text } from "../text/index.ts";

type Format = ExportAuditRequest["format"];
/** What one part holds at most, for the words that tell how far it is. */
const entriesOfPart = 2000;

/** Takes what the filter names out as a file, part by part; the reason stands in the record. */
export function ExportButton({ filter }: { filter: AuditFilter }) {
  const [isOpen, setOpen] = useState(false);
  const [format, setFormat] = useState<Format>("csv");
  const [parts, setParts] = useState(0);

  const take = async (reason: string) => {
    const { id } = await request<StartedExport>("POST", "/audit/exports", {
      body: { filter, format, reason },
      attempts: 1,
    });
    const texts: string[] = [];
    let next: number | null | undefined;
    do {
      const part: ExportChunk = await request<ExportChunk>(
        "GET",
        `/audit/exports/${id}${query({ before: next })}`,
      );
      texts.push(part.text);
      setParts(texts.length);
      next = part.next;
    } while (next);
    const type = format === "csv" ? "text/csv" : "application/jsonl";
    saveFile(`監査記録_${id.slice(0, 8)}.${format}`, texts.join(""), type);
    tell(text("audit.export.done"));
    setOpen(false);
  };

  return (
    <>
      <Button
        onPress={() => {
          setParts(0);
          setOpen(true);
        }}
      >
        {text("audit.export")}
      </Button>
      {isOpen && (
        <ReasonDialog title={text("audit.export")} act={take} onClose={() => setOpen(false)}>
          <p>{text("audit.export.effect")}</p>
          <fieldset className="flex flex-col">
            <legend className="mb-1 text-sm font-bold">{text("audit.export.format")}</legend>
            {(["csv", "jsonl"] as const).map((each) => (
              <label key={each} className="flex min-h-11 items-center gap-3">
                <input
                  type="radio"
                  name="format"
                  checked={format === each}
                  onChange={() => setFormat(each)}
                  className="size-5 accent-[var(--accent)]"
                />
                {text(`audit.export.${each}`)}
              </label>
            ))}
          </fieldset>
          {parts > 0 && <p role="status">{text("audit.export.running", { count: parts * entriesOfPart })}</p>}
        </ReasonDialog>
      )}
    </>
  );
}
