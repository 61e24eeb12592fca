import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { toJapanTime } from "#shared/time.ts";
import type { SaveLicencesRequest } from "../contract.ts";
import { paperCounts } from "../paper.ts";
import { decideManageLicences, licenceRules } from "../policy.ts";
import { findNewest } from "../queries/licences.ts";

const lock = statement<never>(
  "licences.lock",
  "select pg_advisory_xact_lock(hashtextextended('licences ' || $1::text, 0))",
);
const insertSetting = statement<never>(
  "licences.insert-setting",
  `insert into licence_setting (tenant_id, id, kind, value, reason, changed_by, changed_at)
   values ($1, $2, $3, $4::jsonb, $5, $6, $7)`,
);

/** Enters prices, tax rates or the numbers bought. What held before stays in the history. */
export async function saveLicences(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: SaveLicencesRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideManageLicences(actor));
  const now = clock.now();
  const { tenantId } = actor;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lock, [tenantId]);
    const newest = await findNewest(tx, tenantId);
    if ((newest.get(input.kind)?.id ?? null) !== input.basedOn)
      throw new AppError("conflict", {
        reason: "ほかの人が先に変更しました。読み込み直して確かめてください",
        reasonEn: "somebody else has changed it meanwhile; load it again",
      });
    const id = await insert(tx, tenantId, input, actor.personId, now);
    await recordAudit(tx, actor, now, {
      action: "licences.changed",
      subjectId: id,
      rule,
      facts: { kind: input.kind, reason: input.reason },
    });
  });
}

/** What the demo city has bought: the paper's 501 accounts. */
export async function planAsInThePaper(database: Database, tenantId: string, now: Date): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if ((await findNewest(tx, tenantId)).has("plan")) return;
    const { year, month } = toJapanTime(now);
    const value = { fiscalYear: month >= 4 ? year : year - 1, counts: paperCounts };
    const reason = "アカウント数内訳（合計501）";
    const id = await insert(tx, tenantId, { kind: "plan", value, reason }, null, now);
    await recordAudit(tx, { tenantId, system: "demo" }, now, {
      action: "licences.changed",
      subjectId: id,
      rule: licenceRules.demo,
      facts: { kind: "plan", reason },
    });
  });
}

async function insert(
  tx: Transaction,
  tenantId: string,
  { kind, value, reason }: Pick<SaveLicencesRequest, "kind" | "value" | "reason">,
  changedBy: string | null,
  now: Date,
): Promise<string> {
  const id = newId(now.getTime());
  await tx.run(insertSetting, [tenantId, id, kind, JSON.stringify(value), reason, changedBy, now]);
  return id;
}
