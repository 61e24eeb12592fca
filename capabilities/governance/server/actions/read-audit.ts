import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { csvOf } from "#shared/csv.ts";
import { isId, newId } from "#shared/ids.ts";
import { formatMoment } from "#shared/time.ts";
import type {
  AuditFilter,
  AuditItem,
  AuditPage,
  AuditQuery,
  AuditStatus,
  ExportAuditRequest,
  ExportChunk,
  StartedExport,
} from "../../contract.ts";
import { auditWords } from "../audit-words.ts";
import { describeEntries } from "../describe-entries.ts";
import { decideReadAudit } from "../policy.ts";
import { findEntries } from "../queries/find-entries.ts";

/**
 * A page of the record, the newest first. That somebody looks, and for what, is an entry itself: once for each search,
 * not for its further pages.
 */
export async function searchAudit(
  database: Database,
  clock: Clock,
  actor: Actor,
  { before, limit, ...filter }: AuditQuery,
): Promise<AuditPage> {
  const rule = assertAllowed(actor, decideReadAudit(actor));
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const { rows, next } = await findEntries(tx, tenantId, filter, { before, limit });
    const items = await describeEntries(tx, tenantId, rows);
    if (before === undefined)
      await recordAudit(tx, actor, clock.now(), {
        action: "audit.searched",
        subjectId: null,
        rule,
        facts: factsOf(filter),
      });
    return { items, next };
  });
}

function factsOf(filter: AuditFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

const findStanding = statement<{
  number: number;
  link: Buffer;
  unsealed: number;
  oldest: Date | null;
  anchored_at: Date | null;
}>(
  "governance.find-standing",
  `select h.number, h.link, u.unsealed, u.oldest,
          (select max(e.at) from audit_trace t join audit_entry e on e.tenant_id = t.tenant_id and e.id = t.entry_id
            where t.tenant_id = $1 and t.key = 'action:audit.anchored') as anchored_at
     from audit_head h,
          lateral (select count(*)::int as unsealed, min(f.at) as oldest
                     from (select at from audit_entry
                            where tenant_id = $1 and transaction_number >= h.snapshot_xmax
                           union all
                           select at from audit_entry where tenant_id = $1 and transaction_number = any(h.snapshot_xip)) f) u
    where h.tenant_id = $1`,
);

/** Entries that wait for their link longer than this are an alarm: half a second is usual. */
export const alarmAfterSeconds = 60;

/** How far the chain is, and how old the oldest entry is that it does not hold yet. */
export async function findChainStanding(database: Database, tenantId: string, now: Date) {
  const row = await database.transaction(scopeOf(tenantId), (tx) => tx.first(findStanding, [tenantId]));
  const age = row?.oldest ? Math.max(0, Math.round((now.getTime() - row.oldest.getTime()) / 1000)) : 0;
  return { row, age, isAlarming: age > alarmAfterSeconds };
}

export async function getAuditStatus(database: Database, clock: Clock, actor: Actor): Promise<AuditStatus> {
  assertAllowed(actor, decideReadAudit(actor));
  const { tenantId } = actor;
  const { row, age, isAlarming } = await findChainStanding(database, tenantId, clock.now());
  return {
    unsealed: row?.unsealed ?? 0,
    oldestUnsealedSeconds: age,
    isAlarming,
    anchor: row && row.number > 0 ? { tenantId, number: row.number, link: row.link.toString("hex") } : null,
    anchoredAt: row?.anchored_at?.toISOString() ?? null,
    actions: Object.entries(auditWords).map(([action, { ja, en }]) => ({
      action,
      ja: plainWords(ja),
      en: plainWords(en),
    })),
  };
}

/** A sentence of the table as the name of its kind: without the places of names. */
function plainWords(words: string): string {
  return words
    .replace(/^\{actor\}が/, "")
    .replace(/[（。(][^（()]*\{[^}]+\}[^）)]*[）)]?$/, "")
    .replace(/「\{\w+\}」/g, "…")
    .replace(/\{\w+\}/g, "…");
}

/** Records that somebody takes an anchor away, and answers it: kept outside, it shows a cut tail and a rewritten chain. */
export async function takeAnchor(database: Database, clock: Clock, actor: Actor) {
  const rule = assertAllowed(actor, decideReadAudit(actor));
  const { tenantId } = actor;
  const { row } = await findChainStanding(database, tenantId, clock.now());
  if (!row || row.number === 0)
    throw new AppError("conflict", {
      reason: "まだ連鎖した記録がありません",
      reasonEn: "nothing is chained yet",
    });
  const anchor = { tenantId, number: row.number, link: row.link.toString("hex") };
  await database.transaction(scopeOf(tenantId), (tx) =>
    recordAudit(tx, actor, clock.now(), {
      action: "audit.anchored",
      subjectId: null,
      rule,
      facts: { number: anchor.number, link: anchor.link },
    }),
  );
  return anchor;
}

const insertExport = statement<never>(
  "governance.insert-audit-export",
  `insert into audit_export (tenant_id, id, person_id, filter, format, up_to, created_at, expires_at)
   select $1, $2, $3, $4::jsonb, $5, coalesce(max(id), 0), $6, $7 from audit_entry where tenant_id = $1`,
);
const findExport = statement<{ filter: AuditFilter; format: "csv" | "jsonl"; up_to: number }>(
  "governance.find-audit-export",
  `select filter, format, up_to from audit_export
    where tenant_id = $1 and id = $2 and person_id = $3 and expires_at > $4`,
);

/** How long the parts of an export can be asked for. */
const exportHours = 2;
const chunkEntries = 2000;

/** Begins an export: from now on it holds what was recorded until now, and is itself in the record with its reason. */
export async function startExport(
  database: Database,
  clock: Clock,
  actor: Actor,
  { filter, format, reason }: ExportAuditRequest,
): Promise<StartedExport> {
  const rule = assertAllowed(actor, decideReadAudit(actor));
  const { tenantId, personId } = actor;
  const now = clock.now();
  const id = newId(now.getTime());
  const expiresAt = new Date(now.getTime() + exportHours * 3_600_000);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(insertExport, [
      tenantId,
      id,
      personId,
      JSON.stringify(factsOf(filter)),
      format,
      now,
      expiresAt,
    ]);
    await recordAudit(tx, actor, now, {
      action: "audit.exported",
      subjectId: id,
      rule,
      facts: { format, reason, ...factsOf(filter) },
    });
  });
  return { id, expiresAt: expiresAt.toISOString() };
}

/** The next part of an export, the newest entries first. Only for whoever began it, while they may still read. */
export async function readExportChunk(
  database: Database,
  clock: Clock,
  actor: Actor,
  exportId: string,
  before: number | undefined,
): Promise<ExportChunk> {
  assertAllowed(actor, decideReadAudit(actor));
  if (!isId(exportId)) throw notFound();
  const { tenantId, personId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const known = await tx.first(findExport, [tenantId, exportId, personId, clock.now()]);
    if (!known) throw notFound();
    const start = Math.min(before ?? known.up_to + 1, known.up_to + 1);
    const page = { before: start, limit: chunkEntries };
    const { rows, next } = await findEntries(tx, tenantId, known.filter, page);
    const items = await describeEntries(tx, tenantId, rows);
    const text = known.format === "jsonl" ? jsonLines(items, rows) : csvLines(items, before === undefined);
    return { text, next };
  });
}

/** The stored bytes of each entry beside the sentence: what `audit verify` would hash stands in the file. */
function jsonLines(items: readonly AuditItem[], rows: readonly { payload: string | null }[]): string {
  return items.map((item, i) => `${JSON.stringify({ ...item, payload: rows[i]!.payload })}\n`).join("");
}

const headings = [
  "番号",
  "日時",
  "日時（ISO）",
  "内容",
  "操作",
  "だれが",
  "操作者",
  "側",
  "規則",
  "対象",
  "詳細",
];

function csvLines(items: readonly AuditItem[], isFirst: boolean): string {
  const rows = items.map((item) => [
    String(item.id),
    formatMoment(item.at),
    item.at,
    item.ja,
    item.action,
    item.actor?.name ?? "",
    item.operator?.name ?? "",
    item.zone ?? "",
    item.rule ?? "",
    item.subjectId ?? "",
    JSON.stringify(item.facts),
  ]);
  if (isFirst) return csvOf([headings, ...rows]);
  // The mark of UTF-8 stands at the beginning of the file alone.
  return rows.length === 0 ? "" : csvOf(rows).slice(1);
}
