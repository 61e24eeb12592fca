/**
 * The demo city 水杜市: made at the first start of a demo installation, never over real data. Its people are in
 * `people.ts`, their lists in `files.ts`; nothing of it is used by a real installation.
 */
import type { Database } from "#core/db/index.ts";
import type { SignInPage } from "#core/identity/contract.ts";
import { totpAt } from "#core/identity/index.ts";
import type { Clock, Keyring, Logger } from "#core/kernel/index.ts";
import { type DemoAccount, readDemoAccounts } from "./accounts.ts";
import { makeDemo } from "./make-demo.ts";
import { pickedNumbers } from "./picked.ts";

export { type DemoAccount, readDemoAccounts } from "./accounts.ts";
export { placeDemoDocuments } from "./documents/place-documents.ts";
export { makeDemo } from "./make-demo.ts";

/** Makes the demo municipality at the first start; returns what the console prints about it. */
export async function prepareDemo(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  dataDirectory: string,
  log: Logger,
): Promise<string[]> {
  const start = performance.now();
  await makeDemo(database, keyring, clock, dataDirectory);
  log.info({ ms: Math.round(performance.now() - start) }, "demo prepared");
  const accounts = await readDemoAccounts(dataDirectory);
  const shown = pickByRole(accounts).slice(0, 5);
  const wide = (text: string) => text.padEnd(16, "　");
  return [
    `デモの自治体「水杜市」（架空）のアカウント（全 ${accounts.length} 件は ${dataDirectory}/demo-accounts.json）:`,
    `Accounts of the fictional demo city (all ${accounts.length} in demo-accounts.json):`,
    ...shown.map((account) => `  ${account.loginId.padEnd(10)} ${wide(labelOf(account))} ${account.name}`),
    `  パスワード（全員共通） / password (all): ${accounts[0]?.password}`,
  ];
}

/**
 * The people of the sign-in page's picker: some of each role, with everything that signing in on that side needs.
 * Nobody in a real installation.
 */
export function demoPeopleOf(dataDirectory: string | undefined) {
  let accounts: DemoAccount[] | undefined;
  return async (zone: string, at: Date): Promise<SignInPage["demoPeople"]> => {
    if (dataDirectory === undefined) return [];
    accounts ??= await readDemoAccounts(dataDirectory);
    const people = pickByRole(accounts.filter((account) => account.zones.some((each) => each === zone)));
    return Promise.all(
      people.map(async (account) => ({
        loginId: account.loginId,
        password: account.password,
        totp: zone === "internet" ? await totpAt(account.totpSecret, at) : null,
        name: account.name,
        sectionName: account.section ?? account.affiliation,
        postName: account.post,
        kind: account.personKind,
        zones: account.zones,
        operators: account.operators,
      })),
    );
  };
}

function pickByRole(accounts: readonly DemoAccount[]): DemoAccount[] {
  const byNumber = new Map(accounts.map((account) => [account.number, account]));
  return pickedNumbers()
    .map((number) => byNumber.get(number))
    .filter((account) => account !== undefined);
}

function labelOf({ section, post, affiliation }: DemoAccount): string {
  return [section ?? affiliation ?? "", post ?? ""].join(" ").trim();
}
