import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { FirstPasswords } from "../contract.ts";
import { decideEditDirectory } from "../policy.ts";
import { passwordsUntil } from "../queries/directory-imports.ts";
import type { ImportServices } from "./run-import.ts";

const takePasswords = statement<{
  passwords: Buffer | null;
  passwords_taken_at: Date | null;
  finished_at: Date | null;
}>(
  "identity.take-first-passwords",
  `update directory_import set passwords_taken_at = case when passwords is null then passwords_taken_at
                                                         else coalesce(passwords_taken_at, $3) end
    where tenant_id = $1 and id = $2 and coalesce(finished_by, booked_by, created_by) = $4
   returning passwords, passwords_taken_at, finished_at`,
);

/**
 * Hands the first passwords of an import's new accounts to the administrator who confirmed it: once, and for a quarter of an
 * hour again in case the download failed. After that nobody can read them any more.
 */
export async function takeFirstPasswords(
  { database, keyring, clock }: ImportServices,
  actor: Actor,
  id: string,
): Promise<FirstPasswords> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(id)) throw notFound();
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const row = await tx.first(takePasswords, [actor.tenantId, id, now, actor.personId]);
    if (!row) throw notFound();
    const until = passwordsUntil({ ...row, has_passwords: row.passwords !== null });
    if (!row.passwords || !until || until <= now)
      throw new AppError("conflict", {
        reason: "初期パスワードはもう取り出せません。必要な人には再発行してください",
        reasonEn: "the first passwords are gone; issue new ones where they are needed",
      });
    await recordAudit(tx, actor, now, { action: "first-passwords.taken", subjectId: id, rule, facts: {} });
    const items = keyring.open("first-passwords", `${actor.tenantId} ${id}`, row.passwords);
    return { items: JSON.parse(items.toString("utf8")), until: until.toISOString() };
  });
}

const forgetPasswords = statement<never>(
  "identity.forget-first-passwords",
  `update directory_import set passwords = null
    where tenant_id = $1 and passwords is not null
      and (passwords_taken_at < $2::timestamptz - interval '15 minutes' or finished_at < $2::timestamptz - interval '7 days')`,
);
const forgetFiles = statement<never>(
  "identity.forget-import-files",
  `update directory_import set state = 'cancelled', sections_bytes = null, people_bytes = null, finished_at = $2
    where tenant_id = $1 and state = 'checked' and coalesce(stopped_at, created_at) < $2::timestamptz - interval '30 days'`,
);

/** Forgets passwords that can no longer be fetched, and lists that were checked a month ago and never confirmed. */
export async function forgetOldImports({ database, clock }: ImportServices, tenantId: string): Promise<void> {
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(forgetPasswords, [tenantId, now]);
    await tx.run(forgetFiles, [tenantId, now]);
  });
}
