import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { InitialPassword } from "../import/credentials.ts";
import type { ImportReport } from "../import/report.ts";
import type { OrganisationListener } from "../organisation-listeners.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import { type ImportProgress, importPeople } from "./import-people.ts";
import { AdministratorGone, isEditor, stopImport } from "./stop-import.ts";

export type ImportServices = {
  database: Database;
  keyring: Keyring;
  clock: Clock;
  organisationListeners: readonly OrganisationListener[];
  /** How far the imports that run in this process are, by id. */
  importProgress: Map<string, ImportProgress>;
};

type StoredImport = {
  state: string;
  created_by: string;
  booked_by: string | null;
  sections_bytes: Buffer | null;
  people_bytes: Buffer | null;
  end_missing: boolean;
  effective_on: string | null;
  report: ImportReport;
};

const findImport = statement<StoredImport>(
  "identity.find-import-to-run",
  `select state, created_by, booked_by, sections_bytes, people_bytes, end_missing, effective_on, report from directory_import
    where tenant_id = $1 and id = $2`,
);
const finishImport = statement<{ id: string }>(
  "identity.finish-import",
  `update directory_import set state = 'done', report = $3, images = $4, passwords = $5, finished_at = $6, finished_by = $7,
          sections_bytes = null, people_bytes = null
    where tenant_id = $1 and id = $2 and state in ('checked', 'scheduled') returning id`,
);
const moveImport = statement<{ id: string }>(
  "identity.move-import",
  `update directory_import set state = $3, finished_at = $4, finished_by = $5, report = coalesce($6, report),
          booked_by = coalesce($8, booked_by), sections_bytes = case when $3 = 'scheduled' then sections_bytes end,
          people_bytes = case when $3 = 'scheduled' then people_bytes end
    where tenant_id = $1 and id = $2 and state = any($7::text[]) returning id`,
);

export const importOverlap = (): AppError =>
  new AppError("conflict", {
    reason: "この取込はすでに終わったか、取りやめられています",
    reasonEn: "this import is over already",
  });

/**
 * Does what was shown: writes a checked import, all of it or nothing, or books it when its day is still to come. When
 * the directory has changed so that something else would happen than was shown, it is refused and must be checked again.
 */
export async function runImport(services: ImportServices, actor: Actor, id: string): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  const { database, clock } = services;
  const stored = await readStored(database, actor.tenantId, id);
  if (stored.state !== "checked") throw importOverlap();
  if (stored.report.outcome === "refused" || stored.report.outcome === "unchanged")
    throw new AppError("conflict", {
      reason: "誤りがあるか、変わるところがないため取り込めません",
      reasonEn: "it has errors or changes nothing",
    });
  if (stored.effective_on !== null && stored.effective_on > todayInJapan(clock)) {
    const now = clock.now();
    await database.transaction(scopeOf(actor.tenantId), async (tx) => {
      const booking = [actor.tenantId, id, "scheduled", null, null, null, ["checked"], actor.personId];
      if (!(await tx.first(moveImport, booking))) throw importOverlap();
      await recordAudit(tx, actor, now, {
        action: "directory-import.scheduled",
        subjectId: id,
        rule,
        facts: { on: stored.effective_on },
      });
    });
    return;
  }
  await writeImport(services, actor.tenantId, id, stored, actor);
}

/**
 * The imports whose day has come, in the order in which they were booked. One that has errors by now is marked as
 * failed with its findings, and changes nothing. One whose administrator has left or lost the right is stopped, and waits
 * for another one.
 */
export async function runDueImports(services: ImportServices, tenantId: string): Promise<void> {
  const { database, clock } = services;
  const due = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(listDue, [tenantId, todayInJapan(clock)]),
  );
  for (const { id } of due) {
    const stored = await readStored(database, tenantId, id);
    if (stored.state !== "scheduled") continue;
    const bookedBy = stored.booked_by ?? stored.created_by;
    const mayStill = async (tx: Transaction) => {
      if (!(await isEditor(tx, tenantId, bookedBy, clock.now()))) throw new AdministratorGone();
    };
    try {
      await database.transaction(scopeOf(tenantId), mayStill);
      await writeImport(services, tenantId, id, stored, undefined, mayStill);
    } catch (error) {
      if (!(error instanceof AdministratorGone)) throw error;
      await stopImport(services, tenantId, id, bookedBy);
    }
  }
}

const listDue = statement<{ id: string }>(
  "identity.list-due-imports",
  `select id from directory_import where tenant_id = $1 and state = 'scheduled' and effective_on <= $2
    order by effective_on, created_at`,
);

/** Takes back an import that is only checked or booked; its files are forgotten. */
export async function cancelImport(services: ImportServices, actor: Actor, id: string): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(id)) throw notFound();
  const now = services.clock.now();
  await services.database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const from = ["checked", "scheduled"];
    const drop = [actor.tenantId, id, "cancelled", now, actor.personId, null, from, null];
    if (!(await tx.first(moveImport, drop))) {
      if (!(await tx.first(findImport, [actor.tenantId, id]))) throw notFound();
      throw importOverlap();
    }
    await recordAudit(tx, actor, now, {
      action: "directory-import.cancelled",
      subjectId: id,
      rule,
      facts: {},
    });
  });
}

async function readStored(database: Database, tenantId: string, id: string): Promise<StoredImport> {
  if (!isId(id)) throw notFound();
  const stored = await database.transaction(scopeOf(tenantId), (tx) => tx.first(findImport, [tenantId, id]));
  if (!stored) throw notFound();
  return stored;
}

async function writeImport(
  services: ImportServices,
  tenantId: string,
  id: string,
  stored: StoredImport,
  actor: Actor | undefined,
  mayStill?: (tx: Transaction) => Promise<void>,
): Promise<void> {
  const { database, keyring, clock, organisationListeners, importProgress } = services;
  if (importProgress.has(id)) throw importOverlap();
  importProgress.set(id, { stage: "passwords", done: 0, of: stored.report.accounts.created.length });
  let sealed: Buffer | null = null;
  try {
    const report = await importPeople(
      database,
      keyring,
      clock,
      tenantId,
      {
        ...(stored.sections_bytes && { sections: stored.sections_bytes }),
        ...(stored.people_bytes && { people: stored.people_bytes }),
      },
      {
        endMissing: stored.end_missing,
        organisationListeners,
        ...(stored.report.isEntry && { isEntry: true }),
        ...(actor && { by: actor }),
        ...(mayStill && { mayStill }),
        ...(stored.effective_on && { on: stored.effective_on }),
        onProgress: (progress) => void importProgress.set(id, progress),
        // Written in the import's own transaction: no account exists whose password nobody has.
        keepInitialPasswords: async (passwords) => {
          sealed = sealPasswords(keyring, tenantId, id, passwords);
        },
        onImported: (tx, { report, images }) => {
          if (actor && !isSame(report, stored.report))
            throw new AppError("conflict", {
              reason: "確認した後に名簿が変わったため、取り込む内容が変わります。もう一度確認してください",
              reasonEn: "the directory has changed since the check; check again",
            });
          return finish(tx, [
            tenantId,
            id,
            JSON.stringify(report),
            JSON.stringify(images),
            sealed,
            clock.now(),
            actor?.personId ?? null,
          ]);
        },
      },
    );
    if (report.outcome !== "imported") await endWithout(services, tenantId, id, report, actor);
  } finally {
    importProgress.delete(id);
  }
}

async function finish(tx: Transaction, values: unknown[]): Promise<void> {
  if (!(await tx.first(finishImport, values))) throw importOverlap();
}

/** The directory is other than when it was checked: an administrator is told, a booked import keeps its findings. */
async function endWithout(
  { database, clock }: ImportServices,
  tenantId: string,
  id: string,
  report: ImportReport,
  actor: Actor | undefined,
): Promise<void> {
  if (actor)
    throw new AppError("conflict", {
      reason: "確認した後に名簿が変わりました。もう一度確認してください",
      reasonEn: "the directory has changed since the check; check again",
    });
  const state = report.outcome === "unchanged" ? "done" : "failed";
  await database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(moveImport, [
      tenantId,
      id,
      state,
      clock.now(),
      null,
      JSON.stringify(report),
      ["scheduled"],
      null,
    ]),
  );
}

/** Whether the import is the one that was shown: the same people, changes and sections. */
function isSame(now: ImportReport, shown: ImportReport): boolean {
  const essence = ({ sections, people, accounts }: ImportReport) =>
    JSON.stringify([sections, people, accounts], sortKeys);
  return essence(now) === essence(shown);
}

/** jsonb keeps the keys of objects in an order of its own. */
function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sealPasswords(
  keyring: Keyring,
  tenantId: string,
  id: string,
  passwords: readonly InitialPassword[],
): Buffer {
  const items = passwords.map(({ loginId, name, sectionName, password, totpSecret, totpUrl }) => ({
    loginId,
    name,
    sectionName,
    password,
    totpSecret,
    totpUrl,
  }));
  return keyring.seal("first-passwords", `${tenantId} ${id}`, Buffer.from(JSON.stringify(items)));
}
