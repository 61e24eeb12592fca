import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { createReadStream } from "node:fs";
import {
  chmod,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { OperatorError } from "#core/kernel/index.ts";
import { endTar, readTar, writeTarEntry } from "./tar.ts";

/** What a bundle says of itself; its signature covers exactly these bytes, and they name every file by its digest. */
const Manifest = z.strictObject({
  format: z.literal("chonai-definitions-1"),
  /** When the newest definitions in it were made, not when it was packed. */
  date: z.iso.datetime(),
  files: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(
            /^[\w-][\w.-]{0,60}\.(cvd|cld|cdb|cud|fp|gdb|hdb|hdu|hsb|hsu|idb|ign|ign2|ldb|ldu|mdb|mdu|msb|msu|ndb|ndu|pdb|sfp|wdb|yar|yara|crb|cat|imp|info|sign)$/,
          ),
        size: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .min(1)
    .max(500),
});
export type DefinitionsManifest = z.infer<typeof Manifest>;

const manifestLimit = 1024 * 1024;
const day = 24 * 60 * 60 * 1000;
const context = Buffer.from("chonai definitions bundle\n");

/**
 * Packs ClamAV's definitions of a folder into a signed bundle that can be carried to where no Internet is.
 *
 * @param date when the definitions were made; read from the official files when left out
 */
export async function packDefinitions(options: {
  from: string;
  to: string;
  privateKey: string;
  date?: Date;
}): Promise<DefinitionsManifest> {
  const key = readKey(() => createPrivateKey(options.privateKey));
  const names = (await readdir(options.from))
    .filter((name) => Manifest.shape.files.element.shape.name.safeParse(name).success)
    .sort();
  if (names.length === 0)
    throw new OperatorError({
      ja: `${options.from} に ClamAV の定義ファイル（main.cvd、daily.cvd など）がありません。`,
      en: `There are no ClamAV definitions (main.cvd, daily.cvd …) in ${options.from}.`,
    });
  const files: DefinitionsManifest["files"] = [];
  let newest = options.date;
  for (const name of names) {
    const path = join(options.from, name);
    const made = await readOfficialDate(path);
    if (!options.date && made && (!newest || made > newest)) newest = made;
    files.push({ name, size: (await stat(path)).size, sha256: await digestOf(path) });
  }
  if (!newest)
    throw new OperatorError({
      ja: "定義ファイルに作成日がありません。--date 2026-11-21T00:00:00Z のように指定してください。",
      en: "The definitions do not say when they were made. Say it with --date 2026-11-21T00:00:00Z.",
    });
  const manifest = Manifest.parse({ format: "chonai-definitions-1", date: newest.toISOString(), files });
  const bytes = Buffer.from(JSON.stringify(manifest));
  const signature = sign(null, Buffer.concat([context, bytes]), key);
  const out = await open(options.to, "wx", 0o644);
  try {
    await writeTarEntry(out, "manifest.json", bytes.length, [bytes]);
    await writeTarEntry(out, "manifest.sig", signature.length, [signature]);
    for (const file of files)
      await writeTarEntry(out, file.name, file.size, createReadStream(join(options.from, file.name)));
    await endTar(out);
  } finally {
    await out.close();
  }
  return manifest;
}

/**
 * Takes a bundle in: nothing of it is believed before its signature by the pinned key holds, every file must be the one
 * that is named there, and definitions never go back in time. The new ones replace the old ones at once or not at all.
 *
 * @param folder of the definitions; `current` in it leads to those in force
 */
export async function importDefinitions(options: {
  bundle: string;
  folder: string;
  publicKey: string;
  now: Date;
}): Promise<DefinitionsManifest> {
  const key = readKey(() => createPublicKey(options.publicKey));
  await mkdir(options.folder, { recursive: true, mode: 0o755 });
  const next = await mkdtemp(join(options.folder, "import-"));
  try {
    const manifest = await unpack(options.bundle, next, key);
    const before = await findDefinitions(options.folder);
    const made = new Date(manifest.date);
    if (made.getTime() > options.now.getTime() + day)
      throw refusedBundle("作成日が未来です", "it says that it was made in the future");
    if (before && made < new Date(before.date))
      throw refusedBundle(
        `今の定義（${before.date}）より古いものです`,
        `it is older than the definitions in force (${before.date})`,
      );
    await writeFile(join(next, "manifest.json"), JSON.stringify(manifest));
    const place = join(options.folder, `${manifest.date.replace(/\W/g, "")}-${basename(next).slice(7)}`);
    // The scanner's own user reads it.
    await chmod(next, 0o755);
    await rename(next, place);
    await swap(options.folder, basename(place));
    return manifest;
  } catch (error) {
    await rm(next, { recursive: true, force: true });
    throw error;
  }
}

/** What is in force, or undefined when nothing has been imported yet. */
export async function findDefinitions(folder: string): Promise<DefinitionsManifest | undefined> {
  try {
    return Manifest.parse(JSON.parse(await readFile(join(folder, "current", "manifest.json"), "utf8")));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

async function unpack(bundle: string, folder: string, key: KeyObject): Promise<DefinitionsManifest> {
  let bytes: Buffer | undefined;
  let manifest: DefinitionsManifest | undefined;
  const left = new Map<string, DefinitionsManifest["files"][number]>();
  try {
    for await (const entry of readTar(bundle)) {
      if (!manifest) {
        if (entry.size > manifestLimit) throw new Error("manifest");
        const content = await collect(entry.content);
        if (!bytes && entry.name === "manifest.json") bytes = content;
        else if (bytes && entry.name === "manifest.sig") {
          if (!verify(null, Buffer.concat([context, bytes]), key, content))
            throw refusedBundle(
              "署名が登録された鍵のものではありません",
              "its signature is not by the pinned key",
            );
          manifest = Manifest.parse(JSON.parse(bytes.toString("utf8")));
          for (const file of manifest.files) left.set(file.name, file);
        } else throw new Error("order");
        continue;
      }
      const file = left.get(entry.name);
      if (!file || file.size !== entry.size) throw new Error(`not expected: ${entry.name}`);
      left.delete(entry.name);
      const out = await open(join(folder, file.name), "wx", 0o644);
      const hash = createHash("sha256");
      try {
        for await (const chunk of entry.content) {
          hash.update(chunk);
          await out.appendFile(chunk);
        }
        await out.sync();
      } finally {
        await out.close();
      }
      if (hash.digest("hex") !== file.sha256) throw new Error(`changed: ${file.name}`);
    }
  } catch (error) {
    if (error instanceof OperatorError) throw error;
    throw refusedBundle(
      "ファイルが壊れているか、書き換えられています",
      "it is damaged or was changed",
      error,
    );
  }
  if (!manifest || left.size > 0) throw refusedBundle("途中で切れています", "it is cut off");
  return manifest;
}

/** The link is replaced in one step; the definitions before the last are removed. */
async function swap(folder: string, name: string): Promise<void> {
  const link = join(folder, "current");
  const before = await readlink(link).catch(() => undefined);
  const next = join(folder, `current-${name}`);
  await symlink(name, next);
  await rename(next, link);
  for (const entry of await readdir(folder))
    if (entry !== "current" && entry !== name && entry !== before)
      await rm(join(folder, entry), { recursive: true, force: true });
}

/** `ClamAV-VDB:21 Nov 2026 08-30 +0000:…` stands at the start of official definitions. */
async function readOfficialDate(path: string): Promise<Date | undefined> {
  const file = await open(path, "r");
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const text = /^ClamAV-VDB:(\d{1,2} \w{3} \d{4}) (\d{2})-(\d{2}) ([+-]\d{4}):/.exec(
      buffer.toString("latin1", 0, bytesRead),
    );
    return text ? new Date(`${text[1]} ${text[2]}:${text[3]} ${text[4]}`) : undefined;
  } finally {
    await file.close();
  }
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk);
  return hash.digest("hex");
}

async function collect(content: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function readKey(read: () => KeyObject): KeyObject {
  try {
    const key = read();
    if (key.asymmetricKeyType === "ed25519") return key;
  } catch {
    // Said below.
  }
  throw new OperatorError({
    ja: "鍵は Ed25519 の PEM 形式で指定してください（chonai definitions keys で作れます）。",
    en: "The key must be Ed25519 in PEM form (chonai definitions keys makes a pair).",
  });
}

function refusedBundle(ja: string, en: string, cause?: unknown): OperatorError {
  return new OperatorError(
    { ja: `定義ファイルの束を取り込めません: ${ja}。`, en: `The bundle is refused: ${en}.` },
    { cause },
  );
}
