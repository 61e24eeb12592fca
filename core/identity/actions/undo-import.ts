import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import type { UndoPlan } from "../contract.ts";
import { type ImportImages, type RowImages, readImages } from "../import/images.ts";
import { endSessionsOf } from "../import/write-people.ts";
import { tellOrganisationListeners } from "../organisation-listeners.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import { directoryChanged, sessionEnded } from "./directory-events.ts";
import { lockDirectory } from "./import-people.ts";
import { type ImportServices, importOverlap } from "./run-import.ts";

const findImages = statement<{ state: string; images: ImportImages | null }>(
  "identity.find-import-images",
  "select state, images from directory_import where tenant_id = $1 and id = $2",
);

/** What undoing an import would do. Nothing is changed. */
export async function planUndo({ database }: ImportServices, actor: Actor, id: string): Promise<UndoPlan> {
  assertAllowed(actor, decideEditDirectory(actor));
  return database.transaction(
    scopeOf(actor.tenantId),
    async (tx) => (await readUndo(tx, actor.tenantId, id)).plan,
    { mode: "snapshot" },
  );
}

/**
 * Puts back what an import has changed: who came by it goes, who went by it comes back, everybody else has again what
 * they had. Only while nobody has changed the same people and sections since; then nothing is undone and they are named.
 */
export async function undoImport(services: ImportServices, actor: Actor, id: string): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  const { database, clock, organisationListeners } = services;
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    const { plan, images } = await readUndo(tx, tenantId, id);
    if (!plan.isPossible)
      throw new AppError("conflict", {
        reason: `取込の後に変わったものがあるため取り消せません: ${plan.changedSince.slice(0, 5).join("、")}`,
        reasonEn: `changed since the import: ${plan.changedSince.slice(0, 5).join(", ")}`,
      });
    await restore(tx, tenantId, now, todayInJapan(clock), images);
    if (!(await tx.first(markUndone, [tenantId, id, now, actor.personId]))) throw importOverlap();
    if (!(await tx.first(findAdministrator, [tenantId])))
      throw new AppError("conflict", {
        reason: "取り消すと管理者が 1 人もいなくなります",
        reasonEn: "no administrator would be left",
      });
    const personIds = images.after.people.map((person) => person.id);
    const ended = await endSessionsOf(tx, tenantId, now, personIds);
    await tellOrganisationListeners(organisationListeners, tx, { tenantId, personIds, now });
    await recordAudit(tx, actor, now, {
      action: "directory-import.undone",
      subjectId: id,
      rule,
      facts: { leaving: plan.leaving, restored: plan.restored, sections: plan.sections },
    });
    await publish(tx, now, [directoryChanged(tenantId, now), ...ended.map(sessionEnded)]);
  });
}

async function readUndo(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<{ plan: UndoPlan; images: ImportImages }> {
  const row = isId(id) ? await tx.first(findImages, [tenantId, id]) : undefined;
  if (!row) throw notFound();
  if (row.state !== "done" || !row.images) throw importOverlap();
  const { before, after } = row.images;
  const now = await readImages(tx, tenantId, {
    sectionIds: after.sections.map((section) => section.id),
    personIds: after.people.map((person) => person.id),
    roleSectionIds: sectionsOfRoles({ before, after }),
  });
  const roleSectionIds = sectionsOfRoles({ before, after });
  const changedRoles = roleSectionIds.filter(
    (sectionId) => rolesOf(after, sectionId) !== rolesOf(now, sectionId),
  );
  const changedSince = [
    ...new Set([
      ...namesOfChanged(after.sections, now.sections),
      ...(await tx.all(listSectionNames, [tenantId, changedRoles])).map(({ name }) => name),
      ...namesOfChangedPeople(after, now),
    ]),
  ];
  const known = new Set(before.people.map((person) => person.id));
  const leaving = after.people.filter((person) => !known.has(person.id)).length;
  return {
    images: row.images,
    plan: {
      isPossible: changedSince.length === 0,
      changedSince,
      leaving,
      restored: after.people.length - leaving,
      sections: new Set([...after.sections.map(({ id }) => id), ...roleSectionIds]).size,
    },
  };
}

type Named = { id: string } & Readonly<Record<string, unknown>>;

function namesOfChanged(then: readonly Named[], now: readonly Named[]): string[] {
  const current = new Map(now.map((row) => [row.id, JSON.stringify(row)]));
  return then.filter((row) => current.get(row.id) !== JSON.stringify(row)).map((row) => String(row.name));
}

/** The sections whose roles an import has given anew. */
function sectionsOfRoles({ before, after }: ImportImages): string[] {
  const rows = [...(before.roles ?? []), ...(after.roles ?? [])];
  return [...new Set(rows.map((row) => row.section_id))];
}

function rolesOf({ roles = [] }: RowImages, sectionId: string): string {
  return JSON.stringify(roles.filter((row) => row.section_id === sectionId));
}

/** Somebody has changed when the person, the account or any of the posts has. */
function namesOfChangedPeople(then: RowImages, now: RowImages): string[] {
  const whole = (images: RowImages) => {
    const accounts = new Map(images.accounts.map((account) => [account.id, account]));
    const posts = Map.groupBy(images.posts, (post) => post.person_id);
    return images.people.map((person) => ({
      id: person.id,
      name: person.name,
      all: JSON.stringify([person, accounts.get(person.id), posts.get(person.id)]),
    }));
  };
  return namesOfChanged(whole(then), whole(now));
}

async function restore(
  tx: Transaction,
  tenantId: string,
  now: Date,
  today: string,
  { before, after }: ImportImages,
): Promise<void> {
  const idsOf = (rows: readonly Named[]) => rows.map((row) => row.id);
  const newIds = (key: "sections" | "people" | "posts") => {
    const known = new Set(idsOf(before[key]));
    return idsOf(after[key]).filter((id) => !known.has(id));
  };
  await tx.run(restoreSections, [tenantId, JSON.stringify(before.sections)]);
  await tx.run(deletePosts, [tenantId, idsOf(after.posts)]);
  await tx.run(restorePosts, [tenantId, JSON.stringify(before.posts)]);
  await tx.run(restorePeople, [tenantId, JSON.stringify(before.people)]);
  await tx.run(freeLoginKeys, [tenantId, idsOf(after.accounts)]);
  await tx.run(restoreAccounts, [tenantId, JSON.stringify(before.accounts)]);
  const knownAccounts = new Set(idsOf(before.accounts));
  await tx.run(disableAccounts, [
    tenantId,
    now,
    idsOf(after.accounts).filter((id) => !knownAccounts.has(id)),
  ]);
  await tx.run(deleteRoles, [tenantId, sectionsOfRoles({ before, after })]);
  await tx.run(restoreRoles, [tenantId, JSON.stringify(before.roles ?? [])]);
  await tx.run(endPeople, [tenantId, now, newIds("people")]);
  await tx.run(endSections, [tenantId, today, newIds("sections")]);
}

const restoreSections = statement<never>(
  "identity.undo-sections",
  `update section s set code = i.code, name = i.name, kana = i.kana, search_key = i.search_key, parent_id = i.parent_id,
          sort_order = i.sort_order, workplace = i.workplace, extension = i.extension, valid_from = i.valid_from, valid_until = i.valid_until
     from jsonb_populate_recordset(null::section, $2::jsonb) i where s.tenant_id = $1 and s.id = i.id`,
);
const deletePosts = statement<never>(
  "identity.undo-delete-posts",
  "delete from post_assignment where tenant_id = $1 and id = any($2::uuid[])",
);
const restorePosts = statement<never>(
  "identity.undo-posts",
  `insert into post_assignment (tenant_id, id, person_id, section_id, post_name, is_main, valid_from, valid_until)
   select $1, i.id, i.person_id, i.section_id, i.post_name, i.is_main, i.valid_from, i.valid_until
     from jsonb_populate_recordset(null::post_assignment, $2::jsonb) i`,
);
const restorePeople = statement<never>(
  "identity.undo-people",
  `update person p set name = i.name, kana = i.kana, former_name = i.former_name, search_key = i.search_key,
          section_id = i.section_id, post_name = i.post_name, post_rank = i.post_rank, workplace = i.workplace,
          extension = i.extension, phone = i.phone, affiliation = i.affiliation, sponsor_id = i.sponsor_id,
          leaves_on = i.leaves_on, left_at = i.left_at
     from jsonb_populate_recordset(null::person, $2::jsonb) i where p.tenant_id = $1 and p.id = i.id`,
);
const listSectionNames = statement<{ name: string }>(
  "identity.undo-section-names",
  "select name from section where tenant_id = $1 and id = any($2::uuid[]) order by code",
);
const deleteRoles = statement<never>(
  "identity.undo-delete-roles",
  "delete from section_role where tenant_id = $1 and section_id = any($2::uuid[])",
);
const restoreRoles = statement<never>(
  "identity.undo-roles",
  `insert into section_role (tenant_id, id, section_id, role, person_id, valid_from, valid_until)
   select $1, i.id, i.section_id, i.role, i.person_id, i.valid_from, i.valid_until
     from jsonb_populate_recordset(null::section_role, $2::jsonb) i`,
);
// Login ids that went from one account to another would meet half-way.
const freeLoginKeys = statement<never>(
  "identity.undo-free-login-keys",
  "update account set login_key = id::text where tenant_id = $1 and id = any($2::uuid[])",
);
const restoreAccounts = statement<never>(
  "identity.undo-accounts",
  `update account a set login_id = i.login_id, login_key = lower(normalize(i.login_id, nfkc)), class = i.class,
          zones = i.zones, offices = case when i.is_administrator then a.offices else '{}' end, starts_at = i.starts_at, expires_at = i.expires_at,
          disabled_at = case when a.stopped_by_administrator then a.disabled_at else i.disabled_at end
     from jsonb_populate_recordset(null::account, $2::jsonb) i where a.tenant_id = $1 and a.id = i.id`,
);
const disableAccounts = statement<never>(
  "identity.undo-disable-accounts",
  `update account set disabled_at = coalesce(disabled_at, $2), offices = '{}'
    where tenant_id = $1 and id = any($3::uuid[])`,
);
const endPeople = statement<never>(
  "identity.undo-end-people",
  "update person set left_at = coalesce(left_at, $2), section_id = null where tenant_id = $1 and id = any($3::uuid[])",
);
const endSections = statement<never>(
  "identity.undo-end-sections",
  `update section set valid_until = greatest($2::date, valid_from + 1)
    where tenant_id = $1 and id = any($3::uuid[])`,
);
const markUndone = statement<{ id: string }>(
  "identity.mark-import-undone",
  `update directory_import set state = 'undone', images = null, passwords = null, finished_at = $3, finished_by = $4
    where tenant_id = $1 and id = $2 and state = 'done' returning id`,
);
const findAdministrator = statement<{ id: string }>(
  "identity.find-any-administrator",
  `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and 'accounts' = any(a.offices) and a.disabled_at is null and p.left_at is null limit 1`,
);
