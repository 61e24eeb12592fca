import type { Installation } from "#core/identity/index.ts";
import { type Keyring, OperatorError } from "#core/kernel/index.ts";

/**
 * Refuses keys of which none is the one this installation's secrets are sealed with: with another one nobody could
 * sign in from the Internet side, and the audit chain would seem broken.
 */
export function checkKey(installation: Installation, keyring: Keyring): void {
  if (installation.keyId === null || keyring.ids.includes(installation.keyId)) return;
  throw new OperatorError({
    ja:
      "このデータは別の鍵で封じられています。バックアップと一緒に保管した DATA/secrets/installation-key を元の場所に戻すか、" +
      "CHONAI_KEY_FILE で指定してください（docs/architecture/keys.md）。",
    en:
      "This data was sealed with another key. Put the DATA/secrets/installation-key that belongs to it back, " +
      "or name it with CHONAI_KEY_FILE (docs/architecture/keys.md).",
  });
}
