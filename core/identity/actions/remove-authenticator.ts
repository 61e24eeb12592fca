import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Office } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { decideManageAccount } from "../account-policy.ts";
import type { RemoveAuthenticatorRequest } from "../contract.ts";
import { decideRenewCredentials } from "../office-policy.ts";
import { deleteRecoveryCodes } from "../recovery-codes.ts";
import { endSessionsOf } from "./end-sessions.ts";

const findOffices = statement<{ offices: Office[] }>(
  "identity.find-offices-of-account",
  "select offices from account where tenant_id = $1 and id = $2 for no key update",
);
const removeSecret = statement<never>(
  "identity.remove-authenticator",
  `update account set totp_secret = null, totp_pending = null, totp_registered_at = null, totp_open_until = $3
    where tenant_id = $1 and id = $2`,
);

// Whoever has lost the phone has lost the passkeys on it; which those are only its owner could say.
const removePasskeys = statement<never>(
  "identity.remove-passkeys-of-account",
  "delete from passkey where tenant_id = $1 and account_id = $2",
);

/** How long the next sign-in from the Internet side may register a new app afterwards. */
const openHours = 72;

/**
 * Takes a lost authenticator app off an account, with its recovery codes, and opens the registration of another one for
 * three days. Every session of the account ends. Returns their ids.
 */
export async function removeAuthenticator(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  input: RemoveAuthenticatorRequest,
): Promise<string[]> {
  const rule = assertAllowed(actor, decideManageAccount(actor, accountId));
  if (!isId(accountId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const openUntil = new Date(now.getTime() + openHours * 3_600_000);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const account = await tx.first(findOffices, [tenantId, accountId]);
    if (!account) throw notFound();
    assertAllowed(actor, decideRenewCredentials(account.offices));
    if ((await tx.run(removeSecret, [tenantId, accountId, openUntil])) === 0) throw notFound();
    await deleteRecoveryCodes(tx, tenantId, accountId);
    const passkeys = await tx.run(removePasskeys, [tenantId, accountId]);
    const { ids, events } = await endSessionsOf(tx, tenantId, accountId, now);
    await recordAudit(tx, actor, now, {
      action: "authenticator.removed",
      subjectId: accountId,
      rule,
      facts: { reason: input.reason, confirmedBy: input.confirmedBy, passkeys, sessionsEnded: ids.length },
    });
    await publish(tx, now, events);
    return ids;
  });
}
