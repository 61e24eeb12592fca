import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { csvOf } from "#shared/csv.ts";
import { sessionEnded } from "../../actions/directory-events.ts";
import { importPeople } from "../../actions/import-people.ts";
import type { AccountToOpen, Credentials } from "../../import/credentials.ts";
import { classWord } from "../../import/words.ts";
import { endSessionsOf } from "../../import/write-people.ts";
import { newOneTimePassword } from "../../one-time-password.ts";
import type { OrganisationListener } from "../../organisation-listeners.ts";
import { hashGeneratedPassword } from "../../passwords.ts";
import { todayInJapan } from "../../today.ts";
import type { AskingClient } from "../scim-clients.ts";
import { nameOf, type UserFields, type UserRow } from "../scim-user.ts";
import { getScimUser } from "../scim-users.ts";

export type ScimServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  organisationListeners: readonly OrganisationListener[];
  onSessionEnded: (sessionId: string) => void;
};

const scimRule: Rule = {
  id: "directory.scim-client-keeps",
  ja: "許可された外部の名簿（SCIM）による更新",
  en: "kept up to date by another directory that was let in (SCIM)",
};

const findSections = statement<{ code: string; name: string }>(
  "identity.find-sections-for-scim",
  `select code, name from section
    where tenant_id = $1 and (code = $2 or name = $2) and valid_from <= $3 and (valid_until is null or valid_until > $3)`,
);
const findClass = statement<{ class: string }>(
  "identity.find-account-class",
  "select class from account where tenant_id = $1 and id = $2",
);
const findByNumber = statement<{ id: string; removed_at: Date | null; has_account: boolean }>(
  "identity.find-person-for-scim",
  `select p.id, u.removed_at, a.id is not null as has_account from person p
     left join account a on a.tenant_id = p.tenant_id and a.id = p.id
     left join scim_user u on u.tenant_id = p.tenant_id and u.person_id = p.id and u.client_id = $3
    where p.tenant_id = $1 and p.number = $2 and p.kind = 'staff'`,
);
const keepUser = statement<never>(
  "identity.keep-scim-user",
  `insert into scim_user (tenant_id, client_id, person_id, external_id) values ($1, $2, $3, $4)
   on conflict (tenant_id, client_id, person_id) do update set external_id = $4, removed_at = null`,
);
const isExternalIdTaken = statement<{ person_id: string }>(
  "identity.find-scim-user-by-external-id",
  "select person_id from scim_user where tenant_id = $1 and client_id = $2 and external_id = $3 and person_id <> $4",
);

/** A person who is new here: an account of the client's class, and a password that nobody knows, since a provider vouches for them. */
export async function createScimUser(
  services: ScimServices,
  client: AskingClient,
  fields: UserFields,
): Promise<UserRow> {
  const { database } = services;
  const { tenantId } = client;
  const name = nameOf(fields);
  if (!fields.userName) throw new AppError("scim-invalid-value", { reason: "userName" });
  if (!fields.employeeNumber) throw new AppError("scim-invalid-value", { reason: "employeeNumber" });
  if (!name) throw new AppError("scim-invalid-value", { reason: "name" });
  const known = await database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(findByNumber, [tenantId, fields.employeeNumber, client.id]),
  );
  if (known?.has_account && !known.removed_at) throw new AppError("scim-uniqueness");
  await write(services, client, fields.employeeNumber, {
    ...(await columnsOf(services, client, { ...fields, name, department: fields.department ?? null })),
    ログインID: fields.userName,
    アカウント区分: classWord(client.accountClass),
  });
  const created = await database.transaction(scopeOf(tenantId), async (tx) => {
    const person = await tx.first(findByNumber, [tenantId, fields.employeeNumber, client.id]);
    if (!person) throw new AppError("scim-invalid-value", { reason: "employeeNumber" });
    await keep(tx, client, person.id, fields.externalId ?? null);
    return getScimUser(tx, client, person.id);
  });
  const wanted = fields.active ?? true;
  return created.is_active === wanted ? created : setScimActive(services, client, created.id, wanted);
}

/** Brings somebody in line with what the other directory says; of what it does not say nothing changes. */
export async function changeScimUser(
  services: ScimServices,
  client: AskingClient,
  before: UserRow,
  fields: UserFields,
): Promise<UserRow> {
  const { database } = services;
  const { tenantId } = client;
  if (fields.employeeNumber !== undefined && fields.employeeNumber !== before.number)
    throw new AppError("scim-mutability", { attribute: "employeeNumber" });
  const name = nameOf(fields, before.name) ?? before.name;
  if (name === "" || fields.userName === "") throw new AppError("scim-invalid-value", { reason: "name" });
  const columns = await columnsOf(services, client, { ...fields, name });
  if (fields.userName !== undefined && fields.userName !== before.login_id) {
    const account = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.first(findClass, [tenantId, before.id]),
    );
    columns.ログインID = fields.userName;
    columns.アカウント区分 = classWord(account!.class as Parameters<typeof classWord>[0]);
  }
  // Stopped first: whoever leaves is out at once, whatever else is wrong with what was sent.
  if (fields.active === false && before.is_active) await setScimActive(services, client, before.id, false);
  const differs = name !== before.name || Object.keys(columns).length > 1;
  if (before.section_code !== null) columns.所属コード ??= before.section_code;
  if (differs && before.number !== null) await write(services, client, before.number, columns);
  if (fields.active === true && !before.is_active) await setScimActive(services, client, before.id, true);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    if (fields.externalId !== undefined) await keep(tx, client, before.id, fields.externalId);
    return getScimUser(tx, client, before.id);
  });
}

async function keep(
  tx: Transaction,
  client: AskingClient,
  personId: string,
  externalId: string | null,
): Promise<void> {
  const row = [client.tenantId, client.id];
  if (externalId !== null && (await tx.first(isExternalIdTaken, [...row, externalId, personId])))
    throw new AppError("scim-uniqueness");
  await tx.run(keepUser, [...row, personId, externalId]);
}

type Columns = Record<string, string> & { 氏名: string };

async function columnsOf(
  { database, clock }: ScimServices,
  { tenantId }: AskingClient,
  fields: UserFields & { name: string },
): Promise<Columns> {
  const columns: Columns = { 氏名: fields.name };
  if (fields.title !== undefined) columns.役職 = fields.title ?? "";
  if (fields.phone !== undefined) columns.電話 = fields.phone ?? "";
  // Everybody on the staff belongs to a section: that cannot be taken away.
  if (fields.department === null) throw new AppError("scim-invalid-value", { reason: "department" });
  if (fields.department !== undefined) {
    const found = await database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(findSections, [tenantId, fields.department, todayInJapan(clock)]),
    );
    const section = found.find(({ code }) => code === fields.department) ?? found[0];
    if (!section || (section.code !== fields.department && found.length > 1))
      throw new AppError("scim-invalid-value", { reason: `department: ${fields.department}` });
    columns.所属コード = section.code;
  }
  return columns;
}

/** By the import of one row: one way in which people come and change, with its findings, dates, rooms and record. */
async function write(
  { database, keyring, clock, organisationListeners }: ScimServices,
  client: AskingClient,
  number: string,
  columns: Columns,
): Promise<void> {
  const rows = { 職員番号: number, ...columns };
  const report = await importPeople(
    database,
    keyring,
    clock,
    client.tenantId,
    { people: Buffer.from(csvOf([Object.keys(rows), Object.values(rows)])) },
    { isEntry: true, organisationListeners, officesOfNew: [], makeCredentials: unknownToEverybody },
  );
  const fault = report.issues.find(({ severity }) => severity === "error");
  if (!fault) return;
  throw new AppError(fault.code === "login-id-taken" ? "scim-uniqueness" : "scim-invalid-value", {
    reason: `${fault.column ?? ""} ${fault.en}`.trim(),
  });
}

async function unknownToEverybody(
  accounts: readonly AccountToOpen[],
): Promise<ReadonlyMap<string, Credentials>> {
  const made = accounts.map(
    async ({ personId }) =>
      [
        personId,
        {
          passwordHash: await hashGeneratedPassword(newOneTimePassword()),
          totpSecret: null,
          mustChangePassword: true,
        },
      ] as const,
  );
  return new Map(await Promise.all(made));
}

// The last who can give accounts stays, whatever another directory says: nobody locks the hall out from afar.
const stop = statement<{ id: string }>(
  "identity.stop-by-scim",
  `update account a set disabled_at = coalesce(a.disabled_at, $3), stopped_by_administrator = true
    where a.tenant_id = $1 and a.id = $2
      and (not 'accounts' = any(a.offices)
           or exists (select from account o join person p on p.tenant_id = o.tenant_id and p.id = o.id
                       where o.tenant_id = $1 and o.id <> $2 and 'accounts' = any(o.offices) and o.disabled_at is null
                         and p.left_at is null))
   returning a.id`,
);
const restart = statement<{ id: string }>(
  "identity.restart-by-scim",
  `update account set disabled_at = null, stopped_by_administrator = false
    where tenant_id = $1 and id = $2 returning id`,
);
const noteStop = statement<never>(
  "identity.note-scim-stop",
  `insert into scim_user (tenant_id, client_id, person_id, stopped_at) values ($1, $2, $3, $4)
   on conflict (tenant_id, client_id, person_id) do update set stopped_at = $4`,
);
const findStop = statement<{ stopped_at: Date | null }>(
  "identity.find-scim-stop",
  "select stopped_at from scim_user where tenant_id = $1 and client_id = $2 and person_id = $3",
);
const countStops = statement<{ stopped: number; staff: number }>(
  "identity.count-scim-stops",
  `select (select count(*)::int from scim_user where tenant_id = $1 and client_id = $2 and stopped_at > $3) as stopped,
          (select count(*)::int from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
            where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null and a.disabled_at is null) as staff`,
);
// One after the other for each client, so that many requests at once do not pass the limit together.
const lockClient = statement<{ id: string }>(
  "identity.lock-scim-client",
  "select id from scim_client where tenant_id = $1 and id = $2 for no key update",
);
const removeUser = statement<never>(
  "identity.remove-scim-user",
  "update scim_user set removed_at = $4, external_id = null where tenant_id = $1 and client_id = $2 and person_id = $3",
);

/** In a day a client stops at most a tenth of the staff, and twenty in a small hall: a directory that was emptied by mistake empties no other. */
const brake = { share: 0.1, least: 20, hours: 24 };

/** Stops somebody's account with its sessions and streams at once, or lets it be used again whom this client stopped. */
export async function setScimActive(
  { database, clock, onSessionEnded }: ScimServices,
  client: AskingClient,
  personId: string,
  isActive: boolean,
  isRemoval = false,
): Promise<UserRow> {
  const { tenantId } = client;
  const now = clock.now();
  const { user, ended } = await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.first(lockClient, [tenantId, client.id]);
    const before = await getScimUser(tx, client, personId);
    const key = [tenantId, client.id, personId];
    let sessions: { id: string; accountId: string }[] = [];
    if (!isActive) {
      const since = new Date(now.getTime() - brake.hours * 3_600_000);
      const counted = await tx.first(countStops, [tenantId, client.id, since]);
      const most = Math.max(brake.least, Math.floor((counted?.staff ?? 0) * brake.share));
      if (before.is_active && (counted?.stopped ?? 0) >= most)
        throw new AppError("scim-too-many-stops", { most });
      if (!(await tx.first(stop, [tenantId, personId, now]))) throw new AppError("scim-last-administrator");
      await tx.run(noteStop, [...key, now]);
      sessions = await endSessionsOf(tx, tenantId, now, [personId]);
    } else {
      const stopped = await tx.first(findStop, key);
      if (!stopped?.stopped_at) throw new AppError("scim-stopped-here");
      await tx.first(restart, [tenantId, personId]);
      await tx.run(noteStop, [...key, null]);
    }
    const after = await getScimUser(tx, client, personId);
    if (isRemoval) await tx.run(removeUser, [...key, now]);
    await recordAudit(
      tx,
      { tenantId, system: "scim" },
      now,
      {
        action: isActive ? "account.started-by-scim" : "account.stopped-by-scim",
        subjectId: personId,
        rule: scimRule,
        facts: { client: client.id, name: client.name, removed: isRemoval },
      },
      ...sessions.map((session) => ({
        action: "session.ended",
        subjectId: session.id,
        rule: scimRule,
        facts: { account: session.accountId },
      })),
    );
    await publish(tx, now, sessions.map(sessionEnded));
    return { user: after, ended: sessions };
  });
  for (const { id } of ended) onSessionEnded(id);
  return user;
}
