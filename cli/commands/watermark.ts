import { readFileSync } from "node:fs";
import { OperatorError } from "#core/kernel/index.ts";
import { PageMarks } from "#core/sanitise/index.ts";
import { readArguments } from "../arguments.ts";
import { readKeyring } from "../installation.ts";
import { markKeyOf } from "../open-sanitiser.ts";

/**
 * `chonai watermark read FILE…`: the hidden mark of a screenshot or a saved page image, by this installation's keys,
 * older ones included, and marks
 * that were laid out by no key. Prints the id of the reading, which the audit record knows. Ends with 1 when there is none.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {});
  const [command, ...files] = positionals;
  if (command !== "read" || files.length === 0) {
    console.error("chonai watermark read FILE… [--data DIR]");
    return 2;
  }
  const keyring = readKeyring(values.data);
  let isFound = true;
  for (const file of files) {
    const mark = await readAny(
      file,
      [...keyring.ids.map((id) => markKeyOf(keyring, id)), new Uint8Array()].map((key) => new PageMarks(key)),
    );
    isFound &&= mark !== undefined;
    console.log(mark ? `${file}: ${mark}` : `${file}: 透かしは見つかりませんでした。 / no mark was found.`);
  }
  return isFound ? 0 : 1;
}

async function readAny(file: string, keys: readonly PageMarks[]): Promise<string | undefined> {
  let picture: Buffer;
  try {
    picture = readFileSync(file);
  } catch (cause) {
    throw new OperatorError(
      { ja: `ファイルを読めません: ${file}`, en: `The file cannot be read: ${file}` },
      { cause },
    );
  }
  for (const marks of keys) {
    const found = await marks.read(picture).catch((cause) => {
      throw new OperatorError({ ja: `画像ではありません: ${file}`, en: `Not a picture: ${file}` }, { cause });
    });
    if (found) return Buffer.from(found).toString("hex");
  }
  return undefined;
}
