import { csvOf } from "#shared/csv.ts";

/** Hands a table to the reader as a CSV file, without asking anybody. */
export function saveTable(name: string, rows: readonly (readonly string[])[]): void {
  saveFile(name, csvOf(rows));
}

/** Hands a file to the reader without asking anybody. */
export function saveFile(
  name: string,
  contents: string | Uint8Array<ArrayBuffer>,
  type = "text/csv;charset=utf-8",
): void {
  const url = URL.createObjectURL(new Blob([contents], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
