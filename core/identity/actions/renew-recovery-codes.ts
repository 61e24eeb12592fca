import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { accountRules } from "../account-policy.ts";
import type { OwnProof } from "../contract.ts";
import { type ProofServices, proveBoth, spendFactor } from "../own-proof.ts";
import { makeRecoveryCodes } from "../recovery-codes.ts";

/** Makes ten new recovery codes, shown for the only time; older ones no longer work. They need an app to stand for. */
export async function renewRecoveryCodes(
  services: ProofServices,
  actor: Actor,
  proof: OwnProof,
): Promise<string[]> {
  noteDecision(actor, accountRules.own);
  const { tenantId, personId } = actor;
  const { factor } = await proveBoth(services, actor, proof);
  if (factor.kind === "none") throw new AppError("totp-not-set-up");
  const now = services.clock.now();
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    await spendFactor(tx, services, actor, factor);
    const codes = await makeRecoveryCodes(tx, services.keyring, tenantId, personId, now);
    await recordAudit(tx, actor, now, {
      action: "recovery-codes.made",
      subjectId: personId,
      rule: accountRules.own,
      facts: { shownBy: factor.kind },
    });
    return codes;
  });
}
