import { createHash, createPublicKey, generateKeyPairSync } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OperatorError, systemClock } from "#core/kernel/index.ts";
import { definitionsFolder, importDefinitions, packDefinitions } from "#core/sanitise/index.ts";
import { readArguments } from "../arguments.ts";

const usage = `chonai definitions keys --out DIR
chonai definitions pack --from DIR --key PRIVATE.pem --out FILE.tar [--date 2026-11-21T00:00:00Z]
chonai definitions import FILE.tar [--data DIR]`;

/** `chonai definitions`: virus definitions as signed bundles, for machines without Internet. */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    out: { type: "string" },
    from: { type: "string" },
    key: { type: "string" },
    date: { type: "string" },
  });
  const [command, file] = positionals;
  if (command === "keys" && values.out) return makeKeys(values.out);
  if (command === "pack" && values.from && values.key && values.out) {
    const manifest = await packDefinitions({
      from: values.from,
      to: values.out,
      privateKey: readFile(values.key),
      ...(values.date ? { date: readDate(values.date) } : {}),
    });
    console.log(
      `${values.out}: ${manifest.files.length} 個の定義、${manifest.date} のもの / ${manifest.files.length} files of ${manifest.date}`,
    );
    return 0;
  }
  if (command === "import" && file) {
    const publicKey = readFile(
      process.env.CHONAI_DEFINITIONS_KEY ?? join(values.data, "sanitise", "definitions-key.pem"),
    );
    console.log(`鍵の指紋 / fingerprint of the key: ${fingerprint(publicKey)}`);
    const manifest = await importDefinitions({
      bundle: file,
      folder: definitionsFolder(join(values.data, "sanitise")),
      publicKey,
      now: systemClock.now(),
    });
    console.log(
      `取り込みました: ${manifest.date} の定義 ${manifest.files.length} 個 / imported ${manifest.files.length} files of ${manifest.date}`,
    );
    return 0;
  }
  console.error(usage);
  return 2;
}

function makeKeys(folder: string): number {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const { privateKey, publicKey } = generateKeyPairSync("ed25519", {
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  writeFileSync(join(folder, "definitions-private.pem"), privateKey, { flag: "wx", mode: 0o600 });
  writeFileSync(join(folder, "definitions-public.pem"), publicKey, { flag: "wx", mode: 0o644 });
  console.log(`鍵を ${folder} に作りました。指紋 / keys written, fingerprint: ${fingerprint(publicKey)}`);
  return 0;
}

/** What two people compare over the telephone. */
function fingerprint(publicKey: string): string {
  try {
    const key = createPublicKey(publicKey).export({ type: "spki", format: "der" });
    return createHash("sha256")
      .update(key)
      .digest("hex")
      .slice(0, 32)
      .replace(/(.{4})(?=.)/g, "$1 ");
  } catch {
    return "?";
  }
}

function readFile(path: string): string {
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new OperatorError({ ja: `ファイルがありません: ${path}`, en: `There is no file ${path}.` });
}

function readDate(text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  throw new OperatorError({ ja: `日時が読めません: ${text}`, en: `Not a date: ${text}` });
}
