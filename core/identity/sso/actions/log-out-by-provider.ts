import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { sessionEnded } from "../../actions/end-sessions.ts";
import { spendChallenge } from "../../passkeys/challenges.ts";
import type { Logout } from "../open-id.ts";
import { providerRules } from "../provider-policy.ts";
import type { ProviderServices } from "../provider-services.ts";

// The session that is named; where the provider never told its name, all of the person's that began on its word.
const endSessions = statement<{ id: string; account_id: string }>(
  "identity.end-sessions-logged-out-at-provider",
  `update session set ended_at = $3
    where tenant_id = $1 and provider_id = $2 and ended_at is null and expires_at > $3
      and ($4::text is null or provider_session = $4 or (provider_session is null and $5::text is not null))
      and ($5::text is null or account_id = (select account_id from provider_link
                                              where tenant_id = $1 and provider_id = $2 and subject = $5))
   returning id, account_id`,
);

/** A logout token is remembered longer than it is good for. */
const rememberedMs = 15 * 60_000;

/** Ends the sessions that a provider has ended on its side; their streams close. Returns them. */
export async function logOutByProvider(
  { database, clock }: ProviderServices,
  tenantId: string,
  providerId: string,
  { id, subject, session }: Logout,
): Promise<string[]> {
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await spendChallenge(tx, tenantId, `logout ${providerId} ${id}`, now, rememberedMs)))
      throw new AppError("logout-token-refused");
    const ended = await tx.all(endSessions, [tenantId, providerId, now, session ?? null, subject ?? null]);
    if (ended.length === 0) return [];
    await recordAudit(
      tx,
      { tenantId, system: "identity-provider" },
      now,
      ...ended.map((row) => ({
        action: "session.ended",
        subjectId: row.id,
        rule: providerRules.logsOut,
        facts: { account: row.account_id, provider: providerId },
      })),
    );
    await publish(
      tx,
      now,
      ended.map((row) => sessionEnded(row.account_id, row.id)),
    );
    return ended.map((row) => row.id);
  });
}
