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

export { type DemoAccount, readDemoAccounts } from "./accounts.ts";
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
  return async (zone: "lgwan" | "internet" | "public", at: Date): Promise<SignInPage["demoPeople"]> => {
    if (dataDirectory === undefined) return [];
    accounts ??= await readDemoAccounts(dataDirectory);
    const people = pickByRole(accounts.filter((account) => account.zones.includes(zone)));
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

const roles: readonly ((account: DemoAccount) => boolean)[] = [
  ({ post }) => post === "市長",
  ({ post }) => post === "危機管理監",
  ({ section, post }) => section === "情報政策課" && post === "課長",
  ({ section, post }) => section === "国民健康保険課" && post === "課長",
  ({ section, kind }) => section === "情報政策課" && kind === "telework",
  ({ section, kind }) => section === "危機管理課" && kind === "telework",
  ({ section, kind }) => section === "土木管理事務所" && kind === "remote-tablet",
  ({ section, kind }) => section === "情報政策課" && kind === "section",
  ({ section, kind }) => section === "国民健康保険課保険税賦課担当" && kind === "section",
  ({ section, kind }) => section === "市民課" && kind === "section",
  ({ personKind, affiliation }) => personKind === "guest" && affiliation === "㈱みなもりシステムサービス",
  ({ personKind, affiliation }) => personKind === "guest" && (affiliation ?? "").includes("指定管理者"),
  ({ post }) => post === "議長",
  ({ post }) => post === "会計年度任用職員",
];

function pickByRole(accounts: readonly DemoAccount[]): DemoAccount[] {
  return roles.map((isOfRole) => accounts.find(isOfRole)).filter((account) => account !== undefined);
}

function labelOf({ section, post, affiliation }: DemoAccount): string {
  return [section ?? affiliation ?? "", post ?? ""].join(" ").trim();
}
