import { randomUUID } from "node:crypto";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import type { LibreOffice } from "../sandbox/libre-office.ts";
import { checkEnded, refused } from "./outcome.ts";

/** PDF/A-2b (ISO 19005-2): fonts inside, nothing that acts. */
const filter = 'pdf:writer_pdf_Export:{"SelectPdfVersion":{"type":"long","value":"2"}}';

/** A flat OpenDocument text of ours as PDF/A-2b, in a file that the caller removes. */
export function archivePdf(libreOffice: LibreOffice, path: string, workFolder: string): Promise<string> {
  return libreOffice.convert(path, "fodt", filter, async (ended, result) => {
    checkEnded(ended, [1, 77, 78, 79]);
    if (result === undefined) throw refused("broken");
    const target = join(workFolder, `${randomUUID()}.pdf`);
    await copyFile(result, target);
    return target;
  });
}
