/**
 * Entries by hand take the way of the office's lists, as a list of one row: the same checks, the same look at what would
 * change, the same record, first passwords and undo.
 */
import { csvOf } from "#shared/csv.ts";
import { request } from "#web/kit/api/client.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { DirectoryImport } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Cells by their headings, as in a list. */
export type Row = { readonly [heading: string]: string };

/** What came of it: the checked entry, to be looked at and confirmed, or what to correct. */
export type Entered = { importId: string } | { problems: readonly string[] };

/** Checks one row. `name` is by what it is found among the imports later. */
export async function enterRow(list: "people" | "sections", name: string, row: Row): Promise<Entered> {
  const bytes = new TextEncoder().encode(csvOf([Object.keys(row), Object.values(row)]));
  const file = {
    name: text("enter.file", { name }),
    base64: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")),
  };
  const { id, report } = await request<DirectoryImport>("POST", "/directory-imports", {
    body: { [list]: file, endMissing: false, isEntry: true },
  });
  if (report.outcome === "dry-run") return { importId: id };
  await request("POST", `/directory-imports/${id}/cancel`);
  if (report.outcome === "unchanged") return { problems: [text("enter.unchanged")] };
  const errors = report.issues.filter((issue) => issue.severity === "error");
  return {
    problems: errors.map((issue) => (issue.column ? `${issue.column}：` : "") + issue[currentLanguage()]),
  };
}
