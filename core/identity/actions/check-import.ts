import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { findTextFault } from "#shared/text.ts";
import type { CheckImportRequest } from "../contract.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import { importPeople } from "./import-people.ts";

const insertImport = statement<never>(
  "identity.insert-import",
  `insert into directory_import (tenant_id, id, state, created_by, created_at, sections_name, sections_bytes, people_name,
          people_bytes, end_missing, effective_on, report)
   values ($1, $2, 'checked', $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
);

/**
 * Reads an office's lists and keeps them with what they would do: nothing of the directory changes. A day in the future
 * plans for the organisation of that day.
 *
 * @returns the id of the import, to be looked at and then confirmed
 */
export async function checkImport(
  { database, keyring, clock }: { database: Database; keyring: Keyring; clock: Clock },
  actor: Actor,
  request: CheckImportRequest,
): Promise<string> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!request.sections && !request.people)
    throw new AppError("invalid-request", { where: "body", reason: "sections or people" });
  const now = clock.now();
  const on = request.on !== undefined && request.on > todayInJapan(clock) ? request.on : null;
  const sections = request.sections && Buffer.from(request.sections.base64, "base64");
  const people = request.people && Buffer.from(request.people.base64, "base64");
  const report = await importPeople(
    database,
    keyring,
    clock,
    actor.tenantId,
    { ...(sections && { sections }), ...(people && { people }) },
    {
      dryRun: true,
      endMissing: request.endMissing,
      ...(request.isEntry && { isEntry: true }),
      ...(on && { on }),
    },
  );
  const id = newId(now.getTime());
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await tx.run(insertImport, [
      actor.tenantId,
      id,
      actor.personId,
      now,
      request.sections ? shownName(request.sections.name) : null,
      sections ?? null,
      request.people ? shownName(request.people.name) : null,
      people ?? null,
      request.endMissing,
      on,
      JSON.stringify(report),
    ]);
    await recordAudit(tx, actor, now, {
      action: "directory-import.checked",
      subjectId: id,
      rule,
      facts: { outcome: report.outcome },
    });
  });
  return id;
}

function shownName(name: string): string {
  return name === "" || findTextFault(name) ? "名称未設定" : name;
}
