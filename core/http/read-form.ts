import type { Readable } from "node:stream";
import { Busboy } from "@fastify/busboy";
import { AppError } from "#core/kernel/index.ts";
import type { RequestStream } from "./route.ts";

/** The one file of a form, to be read to its end. */
export type FormFile = {
  /** As the client calls it; where a browser sent a path, its last part. */
  readonly name: string;
  readonly bytes: Readable;
  /** After its end: whether it was longer than the limit, and was cut there. */
  isCut: () => boolean;
};

/**
 * Reads a form (`multipart/form-data`) with fields first and one file behind them. It returns when the file begins; what
 * the client sends after it is passed over.
 *
 * @throws AppError `invalid-request` when there is no file or the form cannot be read
 */
export function readForm(
  stream: RequestStream,
  limits: { fileBytes: number; fieldBytes: number; fields: number },
): Promise<{ fields: Readonly<Record<string, string>>; file: FormFile }> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) => {
      stream.bytes.unpipe(form);
      stream.bytes.resume();
      reject(new AppError("invalid-request", { where: "body", reason }));
    };
    let form: InstanceType<typeof Busboy>;
    try {
      form = new Busboy({
        headers: { "content-type": stream.type },
        limits: {
          fileSize: limits.fileBytes,
          fieldSize: limits.fieldBytes,
          fields: limits.fields,
          files: 1,
          headerPairs: 20,
        },
      });
    } catch {
      reject(new AppError("invalid-request", { where: "body", reason: "not a form" }));
      return;
    }
    const fields: Record<string, string> = Object.create(null);
    form.on("field", (name, value, _nameCut, isCut) => {
      if (isCut) fail(`${name} is too long`);
      else fields[name] = value;
    });
    form.on("file", (_field, file, name) => {
      resolve({ fields, file: { name: name ?? "", bytes: file, isCut: () => file.truncated === true } });
    });
    form.on("finish", () => fail("there is no file in it"));
    form.on("error", () => fail("the form cannot be read"));
    stream.bytes.on("error", (error) => form.destroy(error));
    // A line that breaks ends the body without its end: whoever reads the file hears of it.
    stream.bytes.on("aborted", () => form.destroy(new Error("the line is gone")));
    stream.bytes.pipe(form);
  });
}
