import { recordAudit } from "#core/audit/index.ts";
import { type Database, resealColumn, type SealedColumn, scopeOf } from "#core/db/index.ts";
import { findInstallation, identitySealedColumns, rememberKey } from "#core/identity/index.ts";
import type { Clock, Keyring } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { resealVapid } from "#core/reach/index.ts";

/** Every column in which a module keeps what the keyring sealed; a test holds that none is forgotten. */
export const sealedColumns: readonly SealedColumn[] = [...identitySealedColumns];

const byOperator: Rule = {
  id: "installation.operator-changes-key",
  ja: "サーバーの管理者が鍵を変えました",
  en: "the operator at the server changed the key",
};

/**
 * After a change of the installation's key: seals everything anew and then remembers the key. It may be interrupted and
 * done again; until it is finished both keys open what they sealed.
 *
 * @returns how many values were sealed anew; 0 when the key is the one of before
 */
export async function resealUnderNewestKey(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  tenantIds: readonly string[],
): Promise<number> {
  const before = (await findInstallation(database))?.keyId;
  if (before === keyring.id) return 0;
  let resealed = (await resealVapid(database, keyring)) ? 1 : 0;
  for (const tenantId of tenantIds) {
    for (const column of sealedColumns) resealed += await resealColumn(database, keyring, tenantId, column);
    await database.transaction(scopeOf(tenantId), (tx) =>
      recordAudit(tx, { tenantId, system: "key" }, clock.now(), {
        action: "installation-key.changed",
        subjectId: tenantId,
        rule: byOperator,
        facts: { before: before ?? null, after: keyring.id },
      }),
    );
  }
  await rememberKey(database, keyring.id);
  return resealed;
}
