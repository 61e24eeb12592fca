import { recordAudit, type SystemActor } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Office, type Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { decideManageAccount } from "../account-policy.ts";
import type { OneTimePassword } from "../contract.ts";
import { loginKey } from "../login-key.ts";
import { decideRenewCredentials } from "../office-policy.ts";
import { newOneTimePassword } from "../one-time-password.ts";
import { hashPassword } from "../passwords.ts";
import { oneTimePasswordUntil } from "../sign-in-rules.ts";
import { endSessionsOf } from "./end-sessions.ts";

const findById = statement<{ id: string; login_id: string; offices: Office[]; has_left: boolean }>(
  "identity.find-account-to-reset",
  `select a.id, a.login_id, a.offices, p.left_at is not null as has_left
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and (a.id = $2 or a.login_key = $3)`,
);
const setPassword = statement<never>(
  "identity.reset-password",
  `update account set password_hash = $3, must_change_password = true, password_changed_at = null, password_until = $4
    where tenant_id = $1 and id = $2`,
);

const atTheConsole: Rule = {
  id: "account.operator-at-the-console",
  ja: "サーバーの管理者による再発行",
  en: "reset by the operator at the console",
};

/** A new password to be handed over, and the sessions that ended by it. */
export type PasswordReset = OneTimePassword & { ended: string[] };

/** Gives somebody a one-time password; every session of the account ends. The reason stands in the audit record. */
export async function resetPassword(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  reason: string,
): Promise<PasswordReset> {
  const rule = assertAllowed(actor, decideManageAccount(actor, accountId));
  if (!isId(accountId)) throw notFound();
  return reset(database, clock, actor, { id: accountId }, rule, reason);
}

/** The same for an operator at the server, when no administrator can sign in any more. Not found: `not-found`. */
export function resetPasswordAtConsole(
  database: Database,
  clock: Clock,
  tenantId: string,
  loginId: string,
): Promise<PasswordReset> {
  return reset(database, clock, { tenantId, system: "console" }, { loginId }, atTheConsole, "console");
}

async function reset(
  database: Database,
  clock: Clock,
  actor: Actor | SystemActor,
  who: { id: string } | { loginId: string },
  rule: Rule,
  reason: string,
): Promise<PasswordReset> {
  const { tenantId } = actor;
  const now = clock.now();
  const password = newOneTimePassword();
  const hash = await hashPassword(password);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const given = "id" in who ? [who.id, null] : [null, loginKey(who.loginId)];
    const account = await tx.first(findById, [tenantId, ...given]);
    if (!account) throw notFound();
    if (!("system" in actor)) assertAllowed(actor, decideRenewCredentials(account.offices));
    if (account.has_left)
      throw new AppError("conflict", {
        reason: "退職した人のアカウントです",
        reasonEn: "this person has left",
      });
    const until = await oneTimePasswordUntil(tx, tenantId, now);
    await tx.run(setPassword, [tenantId, account.id, hash, until]);
    const { ids, events } = await endSessionsOf(tx, tenantId, account.id, now);
    await recordAudit(tx, actor, now, {
      action: "password.reset",
      subjectId: account.id,
      rule,
      facts: { reason, sessionsEnded: ids.length, until: until.toISOString() },
    });
    await publish(tx, now, events);
    return { loginId: account.login_id, password, until: until.toISOString(), ended: ids };
  });
}
