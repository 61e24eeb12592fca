import { stat } from "node:fs/promises";
import { identify } from "../identify/identify.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { FileKind, Treated, TreatOptions } from "../sanitiser.ts";
import { held, NotClean, refused } from "./outcome.ts";
import { treatPicture } from "./treat-picture.ts";

/** The scanner reads no more, and no converter is given more, in bytes. */
export const treatLimit = 2000 * 1024 * 1024;

/** Cleans one file by its kind; every way out that is not "clean" has a name. */
export async function treat(
  services: { sandbox: Sandbox },
  path: string,
  kind: FileKind,
  options: TreatOptions,
): Promise<Treated> {
  try {
    if ((await stat(path)).size > treatLimit) throw held("too-large");
    if (kind.disguise) throw refused("disguised");
    if (kind.encrypted) throw held("encrypted");
    // The kind comes from the caller's records: what lies there must still be what it was then.
    const now = await identify(path, `file.${kind.extension}`);
    if (now.mime !== kind.mime || now.disguise) throw refused("disguised");
    switch (kind.family) {
      case "image":
        return await treatPicture(services.sandbox, path, kind, options);
      default:
        throw held("unknown-type");
    }
  } catch (error) {
    if (error instanceof NotClean) return error.verdict;
    throw error;
  }
}
