import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { accountRules } from "../account-policy.ts";
import type { ChangePasswordRequest } from "../contract.ts";
import { type ProofServices, provePassword } from "../own-proof.ts";
import { checkNewPassword } from "../password-rules.ts";
import { hashPassword } from "../passwords.ts";
import { endSessionsOf } from "./end-sessions.ts";

// The condition: of two changes at the same moment the second has not seen the present password.
const setPassword = statement<never>(
  "identity.change-password",
  `update account set password_hash = $3, must_change_password = false, password_changed_at = $4
    where tenant_id = $1 and id = $2 and password_hash = $5`,
);

/**
 * Changes one's own password and ends all other sessions of the account: whoever knew the old one is out. Returns the
 * ids of the sessions that were ended.
 */
export async function changePassword(
  services: ProofServices,
  actor: Actor,
  input: ChangePasswordRequest,
): Promise<string[]> {
  noteDecision(actor, accountRules.own);
  const credentials = await provePassword(services, actor, input.password);
  checkNewPassword(input.newPassword, credentials.owner, input.password);
  const hash = await hashPassword(input.newPassword);
  const { tenantId, personId, sessionId } = actor;
  const now = services.clock.now();
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    if ((await tx.run(setPassword, [tenantId, personId, hash, now, credentials.passwordHash])) === 0)
      throw new AppError("password-wrong");
    const { ids, events } = await endSessionsOf(tx, tenantId, personId, now, { except: sessionId });
    await recordAudit(tx, actor, now, {
      action: "password.changed",
      subjectId: personId,
      rule: accountRules.own,
      facts: { first: false, sessionsEnded: ids.length },
    });
    await publish(tx, now, events);
    return ids;
  });
}
