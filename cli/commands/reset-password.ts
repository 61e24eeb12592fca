import { Database } from "#core/db/index.ts";
import { resetPasswordAtConsole, Tenants } from "#core/identity/index.ts";
import { AppError, createLogger, OperatorError, systemClock } from "#core/kernel/index.ts";
import { readArguments } from "../arguments.ts";
import { chooseTenant } from "../choose-tenant.ts";
import { joinInstallation } from "../join-installation.ts";

/**
 * `chonai reset-password LOGIN_ID [--tenant SLUG]`: a one-time password for somebody whom no administrator can help any
 * more, the last administrator first of all. All sessions of the account end; the audit record says that it was done at
 * the console.
 */
export async function run(args: string[]): Promise<number> {
  const { values, positionals } = readArguments(args, { tenant: { type: "string" } });
  const loginId = positionals[0];
  if (loginId === undefined || positionals.length > 1) {
    console.error("chonai reset-password LOGIN_ID [--tenant SLUG] [--data DIRECTORY]");
    return 2;
  }
  const installation = await joinInstallation(values.data, createLogger({ level: "warn" }));
  const database = new Database(installation.application, {
    poolSize: 2,
    applicationName: "chonai reset-password",
  });
  try {
    const tenant = await chooseTenant(new Tenants(database, systemClock), values.tenant);
    const { password, until, ended } = await resetPasswordAtConsole(
      database,
      systemClock,
      tenant.id,
      loginId,
    );
    console.log(`${tenant.name}  ${loginId}`);
    console.log(`一度だけ使えるパスワード / one-time password:  ${password}`);
    const end = new Date(until).toLocaleString("ja-JP", { timeZone: "Asia/Tokyo" });
    console.log(`${end} まで使えます / until ${until}`);
    console.log("LGWAN 側からログインし、新しいパスワードを決めてください。");
    console.log("Sign in on the LGWAN side with it and choose a new password.");
    if (ended.length > 0)
      console.log(
        `ログイン中の端末 ${ended.length}台 をログアウトしました / sessions ended: ${ended.length}`,
      );
    return 0;
  } catch (error) {
    if (error instanceof AppError && error.code === "not-found")
      throw new OperatorError({
        ja: `ログインID「${loginId}」のアカウントはありません。`,
        en: `There is no account with the login id "${loginId}".`,
      });
    throw error;
  } finally {
    await database.close();
    await installation.close();
  }
}
