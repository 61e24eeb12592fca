import { type AuditFact, recordAudit } from "#core/audit/index.ts";
import { build, type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Actor, Office, Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import {
  type AccountToOpen,
  type Credentials,
  type InitialPassword,
  type MakeCredentials,
  onePasswordEach,
} from "../import/credentials.ts";
import { type Directory, type PersonRecord, readDirectory, type SectionRecord } from "../import/directory.ts";
import { type ImportImages, readImages, type TouchedRows } from "../import/images.ts";
import { type ImportIssue, issue, limitIssues, withCells } from "../import/issue.ts";
import { type PeoplePlan, type PeoplePlanOptions, planPeople } from "../import/plan-people.ts";
import { planRoles, type RolePlan } from "../import/plan-roles.ts";
import { planSections, type SectionPlan } from "../import/plan-sections.ts";
import { type ReadLists, readLists } from "../import/read-lists.ts";
import type { ImportReport, SectionEntry } from "../import/report.ts";
import { endSessionsOf, writePeople } from "../import/write-people.ts";
import { writeRoles } from "../import/write-roles.ts";
import { writeSections } from "../import/write-sections.ts";
import { loginKey } from "../login-key.ts";
import { type OrganisationListener, tellOrganisationListeners } from "../organisation-listeners.ts";
import { personRules } from "../policy.ts";
import { directoryChanged, sessionEnded } from "./directory-events.ts";

/** The two lists as the files' bytes; one of them alone is fine. */
export type PeopleFiles = { sections?: Uint8Array; people?: Uint8Array };

export type ImportOptions = {
  /** Only say what would happen. */
  dryRun?: boolean;
  /** End sections and people that are in the database and missing from the lists. */
  endMissing?: boolean;
  /** Gets the initial passwords of new accounts before anything is written. Needed when there are new accounts. */
  keepInitialPasswords?: (passwords: readonly InitialPassword[]) => Promise<void>;
  /** Instead of one password each: for a demo, or an office that has its passwords from elsewhere. */
  makeCredentials?: MakeCredentials;
  /** The day whose organisation is planned for: today, or a later one for a dry run of what is booked. */
  on?: string;
  /** One thing that was entered by hand: no list, so the report names nobody who is not in it. */
  isEntry?: boolean;
  /** Who imports, when it is not the operator at the console. */
  by?: Actor;
  /** Asked behind the lock, before anything is written; throws to leave everything as it is. */
  mayStill?: (tx: Transaction) => Promise<void>;
  onProgress?: (progress: ImportProgress) => void;
  /** What a new administrator of the list is entrusted with; the offices that nobody gives alone only at the console. */
  officesOfNew?: readonly Office[];
  /** Called inside the import's transaction, behind its rows: keeps what the import was, and its way back. */
  onImported?: (tx: Transaction, done: { report: ImportReport; images: ImportImages }) => Promise<void>;
  /** What follows the organisation, told in the import's own transaction. */
  organisationListeners?: readonly OrganisationListener[];
};

/** How far an import is: passwords first, then the rows. */
export type ImportProgress = { stage: "passwords" | "rows"; done: number; of: number };

const byImport: Rule = {
  id: "people.imported-by-operator",
  ja: "人事・組織の一覧の取込",
  en: "imported from the office's lists",
};

/** What somebody who manages accounts gives alone: `audit` and `records` need a second person. */
const officesByList: readonly Office[] = ["accounts", "rules"];

/**
 * Exclusive, for the transaction alone: imports of one municipality come one after the other, so that the plan made
 * under it is the plan that is written. Rows are locked only by their own updates (for no key update), so sign-ins and
 * the chat go on.
 *
 * Foreign keys are checked row by row with a plan that a connection remembers: made while the tables were nearly empty,
 * it reads the whole table for each of thousands of rows. So this transaction plans anew, and does not join by comparing
 * everybody with everybody, which statistics from before the import recommend.
 */
export const lockDirectory = statement<never>(
  "identity.lock-directory",
  `select set_config('plan_cache_mode', 'force_custom_plan', true), set_config('enable_nestloop', 'off', true),
          pg_advisory_xact_lock(hashtextextended('identity.directory ' || $1, 0))`,
);

/**
 * Brings sections and people in from the office's lists: everything is checked first, nothing is half-imported, and the
 * same lists again change nothing. The report says row by row what is wrong and field by field what changes; it is the
 * same for a dry run.
 *
 * @example
 * const report = await importPeople(database, keyring, clock, tenantId, { sections, people }, { dryRun: true });
 */
export async function importPeople(
  database: Database,
  keyring: Keyring,
  clock: Clock,
  tenantId: string,
  files: PeopleFiles,
  options: ImportOptions = {},
): Promise<ImportReport> {
  const now = clock.now();
  const today = options.on ?? dateInJapan(now);
  const read = await readLists({ ...files, today });
  const ids = new Map<string, string>();
  const idOf = (key: string) => {
    const id = ids.get(key) ?? newId(now.getTime());
    ids.set(key, id);
    return id;
  };
  const plan = (directory: Directory) =>
    makePlan(read, directory, {
      today,
      endMissing: options.endMissing ?? false,
      officesOfNew: options.officesOfNew ?? officesByList,
      idOf,
    });

  const scope = scopeOf(tenantId);
  const first = plan(
    await database.transaction(scope, (tx) => readDirectory(tx, tenantId, today), { mode: "snapshot" }),
  );
  const isRefused = first.issues.some((found) => found.severity === "error");
  if (isRefused || isEmpty(first))
    return reportOf(first, read, isRefused ? "refused" : "unchanged", options.isEntry);
  if (options.dryRun) return reportOf(first, read, "dry-run", options.isEntry);

  const credentials = await makeCredentials(database, keyring, tenantId, first, options);
  return database.transaction(scope, async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    await options.mayStill?.(tx);
    const final = plan(await readDirectory(tx, tenantId, today));
    if (final.issues.some((found) => found.severity === "error"))
      return reportOf(final, read, "refused", options.isEntry);
    if (isEmpty(final)) return reportOf(final, read, "unchanged", options.isEntry);
    // Another import was in between: the passwords that were handed out are not those of the accounts that open now.
    const opened = accountsToOpen(final);
    if (opened.length !== credentials.size || opened.some(({ personId }) => !credentials.has(personId)))
      throw new AppError("conflict", {
        reason: "別の取込と重なりました",
        reasonEn: "another import ran at the same time",
      });
    options.onProgress?.({ stage: "rows", done: 0, of: countChanges(final) });
    const touched = touchedRows(final);
    const before = options.onImported && (await readImages(tx, tenantId, touched));
    if (final.sections) await writeSections(tx, tenantId, final.sections);
    if (final.people) await writePeople(tx, tenantId, now, final.people.changes, credentials);
    if (final.roles) await writeRoles(tx, tenantId, now, final.roles.given);
    const ended = final.people ? await endSessionsOf(tx, tenantId, now, touched.personIds) : [];
    await tellOrganisationListeners(options.organisationListeners ?? [], tx, {
      tenantId,
      personIds: touchedPeople(final),
      now,
    });
    await recordAudit(
      tx,
      options.by ?? { tenantId, system: "import" },
      now,
      ...auditFacts(final, read, options.by),
    );
    const report = reportOf(final, read, "imported", options.isEntry);
    if (before) {
      const images = { before, after: await readImages(tx, tenantId, touched) };
      await options.onImported?.(tx, { report, images });
    }
    await publish(tx, now, [directoryChanged(tenantId, now), ...ended.map(sessionEnded)]);
    return report;
  });
}

type Plan = {
  issues: ImportReport["issues"];
  sections: SectionPlan | undefined;
  people: PeoplePlan | undefined;
  roles: RolePlan | undefined;
  withoutHead: SectionEntry[];
};

function makePlan(read: ReadLists, directory: Directory, options: Omit<PeoplePlanOptions, "loginKey">): Plan {
  const sections = read.sections && planSections(read.sections, directory, options);
  const result = sections?.result ?? directory.sections;
  const people = read.people && planPeople(read.people, directory, result, { ...options, loginKey });
  const staying = people?.staying ?? directory.people.filter((person) => !person.hasLeft);
  const roles =
    read.sections && sections && planRoles(read.sections, sections, directory, staying, options.today);
  const issues = [
    ...(sections?.issues ?? []),
    ...(roles?.issues ?? []),
    ...(people?.issues ?? []),
    ...(sections ? sectionsLeftWithPeople(sections, staying) : []),
  ];
  return {
    issues: issues.sort((a, b) => order(a) - order(b)),
    sections,
    people,
    roles,
    withoutHead: sectionsWithoutHead(result, staying, options.today),
  };
}

/** From 課長 and the like upwards (posts.ts); a department is led by its own head, a section account by nobody. */
const lowestHead = 22;

function sectionsWithoutHead(
  sections: readonly SectionRecord[],
  staying: readonly PersonRecord[],
  day: string,
): SectionEntry[] {
  const staff = Map.groupBy(
    staying.filter((person) => person.kind === "staff"),
    (person) => person.sectionId,
  );
  const names = new Map(sections.map((section) => [section.id, section.name]));
  return sections
    .filter((section) => section.validUntil === null || section.validUntil > day)
    .filter((section) => {
      const people = staff.get(section.id) ?? [];
      return people.length > 0 && !people.some((person) => (person.postRank ?? 99) <= lowestHead);
    })
    .map(({ code, name, parentId }) => ({
      code,
      name,
      parentName: parentId === null ? null : (names.get(parentId) ?? null),
    }));
}

/** A section that ends because it is missing must not take people with it. */
function sectionsLeftWithPeople(sections: SectionPlan, staying: readonly PersonRecord[]): ImportIssue[] {
  const counts = Map.groupBy(staying, (person) => person.sectionId);
  const closing = sections.closed.flatMap((section) => {
    const count = counts.get(section.id)?.length ?? 0;
    const place = { file: "sections", value: section.code } as const;
    return count > 0 ? [issue("section-closes-with-people", place, { name: section.name, count })] : [];
  });
  const left = sections.endedRecords
    .map((section) => ({ section, count: counts.get(section.id)?.length ?? 0 }))
    .filter(({ count }) => count > 0)
    .map(({ section, count }) =>
      issue(
        "section-left-with-people",
        { file: "sections", value: section.code },
        { name: section.name, count },
      ),
    );
  return [...left, ...closing];
}

/** By file, then by row: as somebody who corrects the files goes through them. */
function order({ file, row }: ImportReport["issues"][0]): number {
  return (file === "people" ? 1_000_000 : 0) + (row ?? 0);
}

function isEmpty({ sections, people, roles }: Plan): boolean {
  const changes = people?.changes;
  return (
    (sections?.inserts.length ?? 0) + (sections?.updates.length ?? 0) + (roles?.given.length ?? 0) === 0 &&
    (changes === undefined || Object.values(changes).every((list) => list.length === 0))
  );
}

/** How many rows the plan writes. */
function countChanges({ sections, people, roles }: Plan): number {
  const ofPeople = people ? Object.values(people.changes).reduce((sum, list) => sum + list.length, 0) : 0;
  const ofSections = (sections?.inserts.length ?? 0) + (sections?.updates.length ?? 0);
  return ofSections + (roles?.given.length ?? 0) + ofPeople;
}

/** The rows that the plan writes: people with their accounts and all their posts, and roles of sections. */
function touchedRows(plan: Plan): TouchedRows {
  const { sections, people } = plan;
  const accounts = [...(people?.changes.accountsInserted ?? []), ...(people?.changes.accountsUpdated ?? [])];
  return {
    sectionIds: [...(sections?.inserts ?? []), ...(sections?.updates ?? [])].map(({ id }) => id),
    personIds: [...new Set([...touchedPeople(plan), ...accounts.map(({ personId }) => personId)])],
    roleSectionIds: [...(plan.roles?.changes.keys() ?? [])],
  };
}

/** Everybody whose entry or posts the plan writes, each once. */
function touchedPeople({ people }: Plan): string[] {
  if (!people) return [];
  const { inserts, updates, left, returned, postsInserted } = people.changes;
  const entries = [...inserts, ...updates, ...people.changed].map(({ id }) => id);
  return [...new Set([...entries, ...left, ...returned, ...postsInserted.map((post) => post.personId)])];
}

function accountsToOpen({ people }: Plan): AccountToOpen[] {
  if (!people) return [];
  const entries = new Map(
    [...people.created, ...people.changed, ...people.returned].map(
      (entry) => [entry.loginId, entry] as const,
    ),
  );
  const { accountsInserted, accountsUpdated } = people.changes;
  const reopened = accountsUpdated.filter(({ account, wasDisabled }) => wasDisabled && !account.isDisabled);
  return [...accountsInserted, ...reopened].map(({ personId, account }) => ({
    personId,
    loginId: account.loginId,
    name: entries.get(account.loginId)?.name ?? "",
    sectionName: entries.get(account.loginId)?.sectionName ?? null,
    zones: account.zones,
  }));
}

async function makeCredentials(
  database: Database,
  keyring: Keyring,
  tenantId: string,
  plan: Plan,
  options: ImportOptions,
): Promise<ReadonlyMap<string, Credentials>> {
  const accounts = accountsToOpen(plan);
  if (options.makeCredentials) return options.makeCredentials(accounts);
  if (accounts.length > 0 && !options.keepInitialPasswords)
    throw new Error("there are new accounts: importPeople needs keepInitialPasswords or makeCredentials");
  const tenant = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(build.selectFrom("tenant").select(["id", "name"]).where("id", "=", tenantId)),
  );
  if (!tenant) throw new Error(`no municipality ${tenantId}`);
  return onePasswordEach(
    keyring,
    tenant,
    async (passwords) => options.keepInitialPasswords?.(passwords),
    (done) => options.onProgress?.({ stage: "passwords", done, of: accounts.length }),
  )(accounts);
}

/** One entry for the import and one for each section, person and account that it changed: which fields, never values. */
function auditFacts({ sections, people, roles }: Plan, read: ReadLists, by: Actor | undefined): AuditFact[] {
  const fact = (action: string, subjectId: string | null, facts: AuditFact["facts"] = {}): AuditFact => ({
    action,
    subjectId,
    rule: by ? personRules.administratorEdits : byImport,
    facts,
  });
  const inserted = new Set(sections?.inserts.map((section) => section.id));
  const left = new Set(people?.changes.left);
  const returned = new Set(people?.changes.returned);
  const fields = new Map(people?.changed.map((entry) => [entry.id, entry.fields.join("、")]));
  const touched = new Set([...fields.keys(), ...left, ...returned]);
  return [
    fact("directory.imported", null, {
      sectionRows: read.sections?.lines.length ?? 0,
      peopleRows: read.people?.lines.length ?? 0,
    }),
    ...[...inserted].map((id) => fact("section.created", id)),
    ...(sections?.updates ?? []).map((section) => fact("section.changed", section.id)),
    ...(roles?.given ?? []).map(({ sectionId, role, personId }) =>
      fact("section-role.given", sectionId, { role, person: personId }),
    ),
    ...(people?.changes.inserts ?? []).map((person) =>
      fact("person.created", person.id, { kind: person.kind }),
    ),
    ...[...touched].map((id) =>
      left.has(id)
        ? fact("person.left", id)
        : fact(returned.has(id) ? "person.returned" : "person.changed", id, { fields: fields.get(id) ?? "" }),
    ),
    ...(people?.changes.accountsInserted ?? []).map(({ personId, account }) =>
      fact("account.created", personId, {
        class: account.class,
        zones: account.zones.join(","),
        isAdministrator: account.isAdministrator,
      }),
    ),
    ...(people?.changes.accountsUpdated ?? [])
      .filter(({ account, wasDisabled }) => account.isDisabled !== wasDisabled)
      .map(({ personId, account }) =>
        fact(account.isDisabled ? "account.disabled" : "account.enabled", personId),
      ),
  ];
}

/** Sections whose fields or roles change; those that are new and get roles stand here as well. */
function changedSections({ sections, roles }: Plan): ImportReport["sections"]["changed"] {
  if (!sections) return [];
  const changed = sections.changed.map(({ id, ...entry }) => ({
    ...entry,
    changes: [...entry.changes, ...(roles?.changes.get(id) ?? [])],
  }));
  const known = new Set(sections.changed.map(({ id }) => id));
  const names = new Map(sections.result.map(({ id, name }) => [id, name]));
  const others = sections.result.flatMap(({ id, code, name, parentId }) => {
    const changes = known.has(id) ? undefined : roles?.changes.get(id);
    return changes ? [{ code, name, parentName: (parentId && names.get(parentId)) ?? null, changes }] : [];
  });
  return [...changed, ...others];
}

function reportOf(
  plan: Plan,
  read: ReadLists,
  outcome: ImportReport["outcome"],
  isEntry: boolean | undefined,
): ImportReport {
  const { issues, sections, people, withoutHead } = plan;
  return {
    outcome,
    issues: withCells(limitIssues(issues), (file, heading) => read[file]?.columnsAt.get(heading)),
    sections: {
      created: sections?.created ?? [],
      changed: changedSections(plan),
      missing: isEntry ? [] : (sections?.missing ?? []),
      ended: sections?.ended ?? [],
      withoutHead: isEntry ? [] : withoutHead,
    },
    people: {
      created: people?.created ?? [],
      changed: (people?.changed ?? []).map(({ id: _id, fields: _fields, ...entry }) => entry),
      returned: people?.returned ?? [],
      missing: isEntry ? [] : (people?.missing ?? []),
      ended: people?.ended ?? [],
      kept: isEntry ? [] : (people?.kept ?? []),
    },
    accounts: {
      created: people?.accountsCreated ?? [],
      missing: people?.accountsMissing ?? [],
      disabled: people?.accountsDisabled ?? [],
    },
    rows: { sections: read.sections?.lines.length ?? 0, people: read.people?.lines.length ?? 0 },
    ...(isEntry && { isEntry }),
  };
}
