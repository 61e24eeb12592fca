import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { FurtherZone } from "#core/zones/index.ts";
import { classifications, classificationsOn } from "#shared/classification.ts";
import type { CrossingAdministration, CrossingVersion } from "../contract.ts";
import { inForce } from "../crossing-tables.ts";
import { defaultTable } from "../default-table.ts";
import { decideEditCrossing } from "../policy.ts";
import { presetsFor } from "../presets.ts";
import { type CrossingStock, namedRooms } from "./effect-of-crossing.ts";
import { readTable } from "./standing-versions.ts";

type VersionRow = {
  number: number;
  rules: unknown;
  reason: string;
  saved_by: string;
  saved_at: Date;
  takes_effect_at: Date;
  withdrawn_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_reason: string | null;
};

const listVersions = statement<VersionRow>(
  "crossing.list-versions",
  `select number, rules, reason, saved_by, saved_at, takes_effect_at, withdrawn_at, withdrawn_by, withdrawn_reason
     from crossing_version where tenant_id = $1 order by number desc limit 200`,
);

/** The table in force, its history, and what one needs to write another. */
export async function getCrossing(
  database: Database,
  clock: Clock,
  zones: readonly string[],
  further: readonly FurtherZone[],
  stock: CrossingStock,
  actor: Actor,
): Promise<CrossingAdministration> {
  assertAllowed(actor, decideEditCrossing(actor));
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const versions = await readVersions(tx, actor.tenantId, now);
    const current = versions.find(({ standing }) => standing === "in-force");
    const table = current?.table ?? defaultTable;
    const namedZones = table.rules.flatMap((rule) =>
      rule.zones ? ("is" in rule.zones ? rule.zones.is : rule.zones.not) : [],
    );
    const { from, source, labels } = classificationsOn(now.toISOString().slice(0, 10));
    const named = [...new Set([table, ...versions.map((each) => each.table)].flatMap(namedRooms))];
    return {
      table,
      inForce: current?.number ?? 0,
      newest: versions[0]?.number ?? 0,
      versions,
      presets: presetsFor(further.filter(({ kind }) => kind === "outside").map(({ id }) => id)),
      rooms: named.length > 0 ? ((await stock.listNamedRooms?.(tx, actor, { ids: named })) ?? []) : [],
      zones: [...new Set([...zones, ...namedZones])],
      classes: { from, source, labels: classifications.map((id) => ({ id, ...labels[id] })) },
    };
  });
}

/** All versions, newest first, and how each stands at a moment. */
export async function readVersions(tx: Transaction, tenantId: string, now: Date): Promise<CrossingVersion[]> {
  const rows = await tx.all(listVersions, [tenantId]);
  const people = await listPersonSummaries(
    tx,
    tenantId,
    rows.flatMap((row) => [row.saved_by, ...(row.withdrawn_by ? [row.withdrawn_by] : [])]),
  );
  const standing = rows.filter((row) => !row.withdrawn_at);
  const current = inForce(
    standing.map((row) => ({ number: row.number, takesEffectAt: row.takes_effect_at })),
    now,
  );
  const standingOf = (row: VersionRow): CrossingVersion["standing"] => {
    if (row.withdrawn_at) return "withdrawn";
    if (row.number === current?.number) return "in-force";
    return row.takes_effect_at > now ? "to-come" : "over";
  };
  return rows.map((row) => ({
    number: row.number,
    standing: standingOf(row),
    reason: row.reason,
    savedBy: people.get(row.saved_by)!,
    savedAt: row.saved_at.toISOString(),
    takesEffectAt: row.takes_effect_at.toISOString(),
    withdrawal: row.withdrawn_at && {
      by: people.get(row.withdrawn_by!)!,
      at: row.withdrawn_at.toISOString(),
      reason: row.withdrawn_reason!,
    },
    table: readTable(row.rules),
  }));
}
