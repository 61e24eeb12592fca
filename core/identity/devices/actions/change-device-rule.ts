import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { ChangeDeviceRuleRequest, DeviceRule } from "../device-contract.ts";
import { decideDeviceRule } from "../device-policy.ts";
import { findDeviceRule, toDeviceRule } from "../device-rule.ts";
import type { DeviceServices } from "../device-services.ts";

const lockMunicipality = statement<{ id: string }>(
  "identity.lock-municipality-for-device-rule",
  "select id from tenant where id = $1 for no key update",
);
const setRule = statement<never>(
  "identity.set-device-rule",
  `insert into device_rule (tenant_id, required_from, grace_until, allows_personal, bound_classes, consent_text,
                            idle_minutes_lgwan, idle_minutes_internet, changed_at, changed_by)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
   on conflict (tenant_id) do update
      set required_from = $2, grace_until = $3, allows_personal = $4, bound_classes = $5, consent_text = $6,
          idle_minutes_lgwan = $7, idle_minutes_internet = $8, changed_at = $9, changed_by = $10`,
);

// Devices that need approval and have none; $2 is the list of classes that are bound to theirs in the hall too.
const unapprovedInUse = `from session s
     join device d on d.tenant_id = s.tenant_id and d.id = s.device_id
     join account a on a.tenant_id = s.tenant_id and a.id = s.account_id
     join person p on p.tenant_id = s.tenant_id and p.id = s.account_id
    where s.tenant_id = $1 and s.ended_at is null and s.expires_at > $3 and p.kind <> 'guest'
      and d.approval not in ('approved', 'cut-off')
      and (coalesce(s.side, s.zone) = 'internet' or (a.class = any($2::text[]) and cardinality(a.offices) = 0))`;
const countUnapproved = statement<{ count: number }>(
  "identity.count-unapproved-devices",
  `select count(distinct d.account_id)::int as count ${unapprovedInUse}`,
);
const askForThem = statement<never>(
  "identity.ask-approval-of-devices-in-use",
  `update device set approval = 'waiting', requested_at = $3
    where tenant_id = $1 and approval = 'unasked' and id in (select s.device_id ${unapprovedInUse})`,
);
const shortenSessions = statement<never>(
  "identity.end-unapproved-sessions-with-grace",
  `update session set expires_at = $4
    where tenant_id = $1 and expires_at > $4 and id in (select s.id ${unapprovedInUse})`,
);

/** What is asked of devices, and how many people would be asked. */
export async function getDeviceRule(tx: Transaction, actor: Actor, now: Date): Promise<DeviceRule> {
  assertAllowed(actor, decideDeviceRule(actor));
  return readRule(tx, actor.tenantId, now);
}

async function readRule(tx: Transaction, tenantId: string, now: Date): Promise<DeviceRule> {
  const facts = await findDeviceRule(tx, tenantId);
  const found = await tx.first(countUnapproved, [tenantId, facts.boundClasses, now]);
  return toDeviceRule(facts, now, found?.count ?? 0);
}

/**
 * Sets what is asked of devices. When approval is switched on, the devices in use ask for it at once, and their sessions end
 * with the grace: nobody stays in on a device that was not approved.
 */
export async function changeDeviceRule(
  { database, clock }: DeviceServices,
  actor: Actor,
  input: ChangeDeviceRuleRequest,
): Promise<DeviceRule> {
  const rule = assertAllowed(actor, decideDeviceRule(actor));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.first(lockMunicipality, [tenantId]);
    const before = await findDeviceRule(tx, tenantId);
    const isNew = input.isApprovalNeeded && !before.requiredFrom;
    const graceUntil = new Date(now.getTime() + input.graceDays * 86_400_000);
    await tx.run(setRule, [
      tenantId,
      input.isApprovalNeeded ? (before.requiredFrom ?? now) : null,
      input.isApprovalNeeded ? (isNew ? graceUntil : before.graceUntil) : null,
      input.allowsPersonal,
      input.boundClasses,
      input.consentText?.trim() || null,
      input.idleMinutes.lgwan,
      input.idleMinutes.internet,
      now,
      actor.personId,
    ]);
    if (isNew) {
      await tx.run(askForThem, [tenantId, input.boundClasses, now]);
      await tx.run(shortenSessions, [tenantId, input.boundClasses, now, graceUntil]);
    }
    await recordAudit(tx, actor, now, {
      action: "device-rule.changed",
      subjectId: null,
      rule,
      facts: {
        reason: input.reason,
        isApprovalNeeded: input.isApprovalNeeded,
        graceUntil: isNew ? graceUntil.toISOString() : null,
        allowsPersonal: input.allowsPersonal,
        boundClasses: input.boundClasses.join(" "),
        idleMinutesLgwan: input.idleMinutes.lgwan,
        idleMinutesInternet: input.idleMinutes.internet,
      },
    });
    return readRule(tx, tenantId, now);
  });
}
