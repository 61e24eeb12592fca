import { Database } from "#core/db/index.ts";
import { giveOfficeAtConsole, Tenants } from "#core/identity/index.ts";
import { AppError, createLogger, OperatorError, systemClock } from "#core/kernel/index.ts";
import { type Office, offices } from "#core/policy/index.ts";
import { readArguments } from "../arguments.ts";
import { chooseTenant } from "../choose-tenant.ts";
import { joinInstallation } from "../join-installation.ts";

/**
 * `chonai give-office LOGIN_ID accounts|rules|audit|records [--tenant SLUG]`: when nobody is left who could give an
 * office in the browser. The audit record says that it was done at the console.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { tenant: { type: "string" } });
  const [loginId, office] = positionals;
  if (loginId === undefined || !isOffice(office) || positionals.length > 2) {
    console.error(`chonai give-office LOGIN_ID ${offices.join("|")} [--tenant SLUG] [--data DIRECTORY]`);
    return 2;
  }
  const installation = await joinInstallation(values.data, createLogger({ level: "warn" }));
  const database = new Database(installation.application, {
    poolSize: 2,
    applicationName: "chonai give-office",
  });
  try {
    const tenant = await chooseTenant(new Tenants(database, systemClock), values.tenant);
    await giveOfficeAtConsole(database, systemClock, tenant.id, loginId, office);
    console.log(`${tenant.name}  ${loginId}  ${office}`);
    console.log("担当を渡しました。監査記録に「サーバーの管理者による」と残ります。");
    console.log("The office was given; the audit record says that it was done at the console.");
    return 0;
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found")
      throw new OperatorError({
        ja: `ログインID「${loginId}」の職員のアカウントはありません。`,
        en: `There is no account of the staff with the login id "${loginId}".`,
      });
    throw error;
  } finally {
    await database.close();
    await installation.close();
  }
}

function isOffice(word: string | undefined): word is Office {
  return offices.some((office) => office === word);
}
