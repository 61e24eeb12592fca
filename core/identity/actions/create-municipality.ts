import { recordAudit } from "#core/audit/index.ts";
import { build, type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";

const atTheConsole: Rule = {
  id: "municipality.made-at-set-up",
  ja: "初期設定による作成",
  en: "made when the installation was set up",
};

export type NewMunicipality = { slug: string; name: string; isDemo: boolean; operatorRequired: boolean };

/** Makes a municipality. Its stream and audit chain begin with the first thing that happens in it. */
export async function createMunicipality(
  database: Database,
  clock: Clock,
  input: NewMunicipality,
): Promise<{ tenantId: string }> {
  const now = clock.now();
  const tenantId = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), (tx) => insertMunicipality(tx, tenantId, now, input));
  return { tenantId };
}

/** The rows of a new municipality, in a transaction of its own scope. */
export async function insertMunicipality(
  tx: Transaction,
  tenantId: string,
  now: Date,
  input: NewMunicipality,
): Promise<void> {
  await tx.run(
    build.insertInto("tenant").values({
      id: tenantId,
      slug: input.slug,
      name: input.name,
      is_demo: input.isDemo,
      operator_required: input.operatorRequired,
      created_at: now,
    }),
  );
  await recordAudit(tx, { tenantId, system: "set-up" }, now, {
    action: "municipality.created",
    subjectId: tenantId,
    rule: atTheConsole,
    facts: { slug: input.slug, isDemo: input.isDemo },
  });
}
