import { join, resolve } from "node:path";
import { writeFileDurably } from "#core/db/embedded/index.ts";
import { BlobStore } from "#core/files/index.ts";
import { OperatorError, silentLogger } from "#core/kernel/index.ts";
import { readArguments, readNumber } from "../arguments.ts";
import { checkContents, checkMunicipalities, refuseFaults, tryCluster } from "../backup/check-copy.ts";
import { checkSeal, readDescription, readList } from "../backup/copy-format.ts";
import { lastBackupFile } from "../backup/last-backup.ts";
import { keepNewest, makeCopy } from "../backup/make-copy.ts";
import { filesFolder, readDriver } from "../file-settings.ts";
import { joinInstallation } from "../join-installation.ts";

/**
 * `chonai backup --to DIR [--keep N]`: makes a copy of everything but the keys beside the running program, tries it, and
 * removes the oldest ones beyond N. `chonai backup verify COPY`: looks at every byte of a copy again.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    to: { type: "string", default: process.env.CHONAI_BACKUP },
    keep: { type: "string" },
  });
  if (positionals[0] === "verify" && positionals[1]) return verify(values.data, positionals[1]);
  if (positionals.length > 0 || !values.to)
    throw new OperatorError({
      ja: "写し先を指定してください: chonai backup --to フォルダー [--keep 14]、または chonai backup verify 写しのフォルダー",
      en: "Say where to: chonai backup --to FOLDER [--keep 14], or chonai backup verify COPY",
    });
  const keep = values.keep === undefined ? undefined : readNumber("keep", values.keep, 1, 3650);
  const interruption = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interruption.abort());
  const installation = await joinInstallation(values.data, silentLogger);
  try {
    const { path, description, linked } = await makeCopy(
      installation,
      values.data,
      values.to,
      interruption.signal,
    );
    writeFileDurably(
      join(values.data, lastBackupFile),
      `${JSON.stringify({ at: description.at, path: resolve(path) })}\n`,
    );
    const { contents, municipalities, files } = description;
    const megabytes = Math.ceil(contents.bytes / 1024 ** 2);
    console.log(
      `写しました: ${path}（新しく写したもの ${megabytes} MiB、前の写しと同じファイル ${linked}個）`,
    );
    console.log(`Copied: ${path} (${megabytes} MiB anew, ${linked} files shared with the copy before)`);
    for (const { name, auditEntries, files: count, anchor } of municipalities) {
      console.log(`  ${name}: 監査記録 ${auditEntries}件は正しく、ファイル ${count}個はすべてあります。`);
      console.log(`  ${name}: ${auditEntries} audit entries hold, all ${count} files are there.`);
      console.log(`  控え / anchor: ${JSON.stringify(anchor)}`);
    }
    if (files.kind === "store") {
      console.log(`ファイルの中身は写していません。ストレージ（${files.place}）の側で写しを取ってください。`);
      console.log(
        `The contents of files were not copied: back up the store ${files.place} by its own means.`,
      );
    }
    console.log(
      `鍵は写しに入っていません。DATA/secrets を、写しとは別の場所に保管してください（鍵の番号 ${description.keys.needed.join("、")}）。`,
    );
    console.log(
      `Keys are not in the copy. Keep DATA/secrets apart from it (${description.keys.needed.join(", ")}).`,
    );
    if (keep !== undefined)
      for (const name of keepNewest(values.to, description.installation.id, keep))
        console.log(`古い写しを消しました: ${name} / removed: ${name}`);
    return 0;
  } finally {
    await installation.close();
  }
}

/** Every file against the list, and a trial start with the audit record and all contents opened. */
async function verify(dataDirectory: string, copy: string): Promise<number> {
  const description = readDescription(copy);
  const words = { ja: `この写しは壊れています: ${copy}`, en: `This copy is damaged: ${copy}` };
  const { keyring, close } = await joinInstallation(dataDirectory, silentLogger);
  try {
    checkSeal(copy, keyring);
    refuseFaults(await checkContents(copy, readList(copy, description)), words);
    if (description.database.kind === "cluster") {
      const isStore = description.files.kind === "store";
      const folder = isStore ? filesFolder(dataDirectory) : join(copy, "files");
      const store = new BlobStore(readDriver(folder), keyring, join(copy, ".arriving"));
      const { faults } = await tryCluster(copy, (database) =>
        checkMunicipalities(database, store, keyring, () => !isStore),
      );
      refuseFaults(faults, words);
    }
  } finally {
    await close();
  }
  console.log(`この写しは壊れていません: ${copy}（${description.contents.count}個のファイル）`);
  console.log(`This copy is whole: ${copy} (${description.contents.count} files)`);
  return 0;
}
