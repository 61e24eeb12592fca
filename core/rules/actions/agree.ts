import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring, notFound } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { readAgreementToken } from "../agreement-token.ts";
import { rulesEvents } from "../contract.ts";
import { ruleRules } from "../policy.ts";
import { findCurrentRules } from "../queries/current-rules.ts";

const insertAgreement = statement<{ text_id: string }>(
  "rules.insert-agreement",
  `insert into rule_agreement (tenant_id, text_id, account_id, agreed_by, agreed_at, zone)
   values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning text_id`,
);
const findAccount = statement<{ kind: string }>(
  "rules.find-account",
  `select p.kind from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.id = $2 and a.disabled_at is null and p.left_at is null`,
);

/** Who agrees: at a section account the person at the keyboard, else the account itself. */
export function agreedByOf(actor: Pick<Actor, "personId" | "operatorId">): string {
  return actor.operatorId ?? actor.personId;
}

/** Agrees to the text in effect; again changes nothing. Another text than the one in effect is not found. */
export async function agreeToRules(
  database: Database,
  clock: Clock,
  actor: Actor,
  textId: string,
): Promise<void> {
  noteDecision(actor, ruleRules.own);
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const current = await findCurrentRules(tx, actor.tenantId, actor.kind, now);
    if (current?.id !== textId) throw notFound();
    await recordAgreement(tx, actor, textId, now);
    await publish(tx, now, [agreedEvent(actor.personId, textId, agreedByOf(actor))]);
  });
}

/**
 * Writes that the actor agrees, inside somebody else's transaction (a sign-in, an invitation that is accepted), whose first
 * event follows. Again changes nothing.
 */
export async function recordAgreement(
  tx: Transaction,
  actor: Actor,
  textId: string,
  now: Date,
): Promise<void> {
  const { tenantId, personId, zone } = actor;
  const row = [tenantId, textId, personId, agreedByOf(actor), now, zone];
  if (!(await tx.first(insertAgreement, row))) return;
  await recordAudit(tx, actor, now, {
    action: "rules.agreed",
    subjectId: textId,
    rule: ruleRules.own,
    facts: { account: personId },
  });
}

/** Agrees before there is a session, by the token that a refused sign-in gave. */
export async function agreeByToken(
  database: Database,
  clock: Clock,
  keyring: Keyring,
  token: string,
): Promise<void> {
  const now = clock.now();
  const claim = readAgreementToken(keyring, token, now);
  if (!claim) throw new AppError("agreement-token-over");
  const { tenantId, accountId, agreedBy, textId } = claim;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const account = await tx.first(findAccount, [tenantId, accountId]);
    if (!account) throw new AppError("agreement-token-over");
    const current = await findCurrentRules(tx, tenantId, account.kind as Actor["kind"], now);
    if (current?.id !== textId) throw new AppError("agreement-token-over");
    if (!(await tx.first(insertAgreement, [tenantId, textId, accountId, agreedBy, now, claim.zone]))) return;
    // There is no session yet: who it was stands among the facts.
    await recordAudit(tx, { tenantId, system: "sign-in" }, now, {
      action: "rules.agreed",
      subjectId: textId,
      rule: ruleRules.own,
      facts: { account: accountId, by: agreedBy, zone: claim.zone },
    });
    await publish(tx, now, [agreedEvent(accountId, textId, agreedBy)]);
  });
}

function agreedEvent(personId: string, textId: string, agreedBy: string) {
  return event(rulesEvents, "rules.agreed", { kind: "person", personId }, { textId, agreedBy });
}
