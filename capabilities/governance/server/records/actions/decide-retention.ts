import type { RoomRetention } from "#capabilities/chat/contract.ts";
import { getRecordRoom } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import type { DecideRecords, ProposeRetention, RetentionList } from "../../../contract.ts";
import { decideConsentToRecords, decideKeepRecords, decideSeeRecords } from "../policy.ts";
import { findRetentionSetting, listRetentionSettings, lockSetting, type SettingRow } from "../settings.ts";
import { keptUntil, ruleOf } from "../terms.ts";

const insert = statement<never>(
  "governance.insert-retention-setting",
  `insert into retention_setting (tenant_id, id, valid_from, value, source, reason, proposed_by, proposed_at)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7, $8)`,
);
const decideOne = statement<never>(
  "governance.decide-retention-setting",
  `update retention_setting set is_accepted = $3, decided_by = $4, decided_at = $5, decided_because = $6
    where tenant_id = $1 and id = $2`,
);

const askedBy = (row: SettingRow) => ({ askedBy: row.decided_at === null ? row.proposed_by : null });

/** Everything that was ever decided about how long records are kept, and what waits for a second person. */
export async function listRetention(database: Database, clock: Clock, actor: Actor): Promise<RetentionList> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId } = actor;
  const today = dateInJapan(clock.now());
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await listRetentionSettings(tx, tenantId);
    const holding = await findRetentionSetting(tx, tenantId, today);
    const people = await listPersonSummaries(tx, tenantId, [
      ...new Set(
        rows.flatMap((row) => (row.decided_by ? [row.proposed_by, row.decided_by] : row.proposed_by)),
      ),
    ]);
    return {
      today,
      items: rows.map((row) => ({
        id: row.id,
        validFrom: row.valid_from,
        rules: row.value,
        source: row.source,
        reason: row.reason,
        proposedBy: people.get(row.proposed_by) ?? null,
        proposedAt: row.proposed_at.toISOString(),
        decidedBy: row.decided_by ? (people.get(row.decided_by) ?? null) : null,
        decidedAt: row.decided_at?.toISOString() ?? null,
        isAccepted: row.is_accepted,
        holdsNow: row.id === holding?.id,
        mayDecide: decideConsentToRecords(actor, askedBy(row)).kind === "allow",
      })),
    };
  });
}

/** Asks for other terms of keeping, from a day on that is not over. They hold with a second person's consent. */
export async function proposeRetention(
  database: Database,
  clock: Clock,
  actor: Actor,
  { validFrom, rules, source, reason }: ProposeRetention,
): Promise<string> {
  const rule = assertAllowed(actor, decideKeepRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  if (validFrom < dateInJapan(now))
    throw new AppError("conflict", {
      reason: "保存期間は、今日より前の日から変えることはできません",
      reasonEn: "terms of keeping cannot begin before today",
    });
  const id = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(insert, [tenantId, id, validFrom, JSON.stringify(rules), source, reason, personId, now]);
    await recordAudit(tx, actor, now, {
      action: "retention.proposed",
      subjectId: id,
      rule,
      facts: { from: validFrom, source, reason, rules: JSON.stringify(rules) },
    });
  });
  return id;
}

/** The second person consents to terms of keeping, or refuses them. */
export async function decideRetention(
  database: Database,
  clock: Clock,
  actor: Actor,
  settingId: string,
  { consents, reason }: DecideRecords,
): Promise<void> {
  assertAllowed(actor, decideSeeRecords(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = isId(settingId) ? await tx.first(lockSetting, [tenantId, settingId]) : undefined;
    if (!row) throw notFound();
    const rule = assertAllowed(actor, decideConsentToRecords(actor, askedBy(row)));
    await tx.run(decideOne, [tenantId, settingId, consents, personId, now, reason]);
    await recordAudit(tx, actor, now, {
      action: consents ? "retention.accepted" : "retention.refused",
      subjectId: settingId,
      rule,
      facts: { from: row.valid_from, reason },
    });
  });
}

/** How long what is said in a room is kept, for its members. Whether it is under hold is not said. */
export async function getRoomRetention(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
): Promise<RoomRetention> {
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const room = await getRecordRoom(tx, actor, roomId);
    const setting = await findRetentionSetting(tx, actor.tenantId, dateInJapan(now));
    const rule = setting && ruleOf(setting.value, room);
    if (!rule) return { rule: null, until: null, source: null };
    return {
      rule: { years: rule.years, counting: rule.counting },
      until: keptUntil(rule, room, now) ?? null,
      source: setting.source,
    };
  });
}
