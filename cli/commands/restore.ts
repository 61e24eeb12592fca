import { OperatorError } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { prepareRestore, restoreCopy } from "../backup/restore-copy.ts";

/**
 * `chonai restore COPY [--secrets DIR] [--dry-run]`: brings a copy into an empty data folder (`--data`), with the keys
 * that are kept apart from it. `--dry-run` looks at everything and writes nothing.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, {
    secrets: { type: "string" },
    "dry-run": { type: "boolean", default: false },
  });
  const [copy] = positionals;
  if (!copy)
    throw new OperatorError({
      ja: "復元する写しを指定してください: chonai restore 写しのフォルダー --data 空のフォルダー --secrets 鍵のフォルダー",
      en: "Say which copy: chonai restore COPY --data EMPTY-FOLDER --secrets FOLDER-OF-KEYS",
    });
  const restore = await prepareRestore(copy, values.data, values.secrets);
  const { at, municipalities, contents } = restore.description;
  const when = new Date(at).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" });
  const whose = municipalities.map(({ name }) => name).join("・");
  console.log(
    `写し（${when} 時点${whose && `、${whose}`}）は壊れていません。${contents.count}個のファイル。`,
  );
  console.log(`The copy of ${at} is whole: ${contents.count} files.`);
  if (values["dry-run"]) {
    console.log(`試しに確かめただけで、何も書き込んでいません。復元先: ${values.data}`);
    console.log(`A dry run: nothing was written. It would go to ${values.data}.`);
    return 0;
  }
  for (const { name, files, auditEntries } of await restoreCopy(restore)) {
    console.log(`  ${name}: 監査記録 ${auditEntries}件は正しく、ファイル ${files}個はすべてあります。`);
    console.log(`  ${name}: ${auditEntries} audit entries hold, all ${files} files are there.`);
  }
  console.log(`復元しました。npm start -- --data ${values.data} で起動できます。`);
  console.log(
    "写しより後に停止したアカウントは、また使えるようになっています。最新の名簿を取り込んでください。",
  );
  console.log(`Restored. Start it with npm start -- --data ${values.data}.`);
  console.log("Accounts that were stopped after the copy are open again: import the newest lists of people.");
  return 0;
}
