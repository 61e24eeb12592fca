import { replaceInstallationKey } from "#core/db/embedded/index.ts";
import { createLogger, OperatorError } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { openInstallation } from "../installation.ts";

/**
 * `chonai rotate-key`: draws a new installation key in DATA/secrets and keeps the one before, which still opens and
 * verifies what was made under it. The next start seals everything under the new one.
 */
export async function run(args: string[]): Promise<number> {
  const { values } = readArguments(args, {});
  if (process.env.CHONAI_KEY_FILE)
    throw new OperatorError({
      ja:
        "鍵は CHONAI_KEY_FILE のファイルにあります。新しい鍵のファイルを作って CHONAI_KEY_FILE に、今までのファイルを " +
        "CHONAI_OLDER_KEY_FILES に指定し、起動し直してください（docs/architecture/keys.md）。",
      en:
        "The key is in the file that CHONAI_KEY_FILE names. Make a new file for CHONAI_KEY_FILE, name the present one in " +
        "CHONAI_OLDER_KEY_FILES, and start again (docs/architecture/keys.md).",
    });
  // Holds the data folder, so that no running program goes on with the key of before.
  const installation = await openInstallation(values.data, createLogger({ level: "warn" }));
  try {
    replaceInstallationKey(installation.dataDirectory, installation.keyring.id);
  } finally {
    await installation.close();
  }
  console.log("新しい鍵を作りました。次の起動で、すべてを新しい鍵で封じ直します。");
  console.log("A new key was drawn. The next start seals everything under it.");
  console.log(
    `DATA/secrets を写して、バックアップとは別の場所に保管してください。前の鍵（older-keys/${installation.keyring.id}）も要ります。`,
  );
  console.log("Keep a copy of DATA/secrets apart from the backups, the older keys included.");
  return 0;
}
