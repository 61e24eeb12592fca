import type { Keyring } from "#core/kernel/index.ts";
import type { Zone } from "../contract.ts";
import { newOneTimePassword } from "../one-time-password.ts";
import { hashGeneratedPassword } from "../passwords.ts";
import { newTotpSecret, totpUrl } from "../totp.ts";

/** An account that needs something to sign in with: a new one, or one that is used again. */
export type AccountToOpen = {
  personId: string;
  loginId: string;
  name: string;
  sectionName: string | null;
  zones: readonly Zone[];
};

/** What is written for it. `totpSecret` is sealed under the installation's key. */
export type Credentials = { passwordHash: string; totpSecret: Buffer | null; mustChangePassword: boolean };

/** Makes the credentials of all new accounts, before the transaction: hashing takes its time and holds no lock. */
export type MakeCredentials = (
  accounts: readonly AccountToOpen[],
) => Promise<ReadonlyMap<string, Credentials>>;

/** What is handed to the owner of a new account, once and on paper. */
export type InitialPassword = AccountToOpen & {
  password: string;
  /** For the authenticator app; null for accounts that stay on the LGWAN side. */
  totpSecret: string | null;
  totpUrl: string | null;
};

/**
 * A password of its own for each account, to be changed at the first sign-in, and a secret for the authenticator app
 * where the Internet side may be used. `keep` gets them before anything is written to the database: what cannot be
 * kept is not imported.
 */
export function onePasswordEach(
  keyring: Keyring,
  tenant: { id: string; name: string },
  keep: (passwords: readonly InitialPassword[]) => Promise<void>,
  onProgress: (done: number) => void = () => {},
): MakeCredentials {
  return async (accounts) => {
    const passwords = accounts.map((account): InitialPassword => {
      const totpSecret = account.zones.includes("internet") ? newTotpSecret() : null;
      return {
        ...account,
        password: newOneTimePassword(),
        totpSecret,
        totpUrl: totpSecret && totpUrl(totpSecret, tenant.name, account.loginId),
      };
    });
    let done = 0;
    const hashes = await Promise.all(
      passwords.map(async ({ password }) => {
        const hash = await hashGeneratedPassword(password);
        onProgress(++done);
        return hash;
      }),
    );
    if (passwords.length > 0) await keep(passwords);
    return new Map(
      passwords.map(({ personId, totpSecret }, index) => [
        personId,
        {
          passwordHash: hashes[index]!,
          totpSecret:
            totpSecret === null
              ? null
              : keyring.seal("totp", `${tenant.id} ${personId}`, Buffer.from(totpSecret)),
          mustChangePassword: true,
        },
      ]),
    );
  };
}
