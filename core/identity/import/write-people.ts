import { statement, type Transaction } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { hasItsOperator } from "../operators.ts";
import type { Credentials } from "./credentials.ts";
import type { PersonRecord } from "./directory.ts";
import type { PeopleChanges } from "./plan-people.ts";
import { personSearchKey } from "./search-keys.ts";

const personColumns = `unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::uuid[],
          $11::text[], $12::int[], $13::text[], $14::uuid[], $15::bool[],
          $16::text[], $17::text[], $18::text[])
     as p (id, kind, number, name, kana, former_name, search_key, section_id, post_name, post_rank, affiliation, sponsor_id, has_left,
           workplace, extension, phone)`;

const insertPeople = statement<never>(
  "identity.import-insert-people",
  `insert into person (tenant_id, created_at, id, kind, number, name, kana, former_name, search_key, section_id, post_name,
          post_rank, affiliation, sponsor_id, workplace, extension, phone)
   select $1, $2, p.id, p.kind, p.number, p.name, p.kana, p.former_name, p.search_key, p.section_id, p.post_name, p.post_rank,
          p.affiliation, p.sponsor_id, p.workplace, p.extension, p.phone
     from ${personColumns}`,
);
const updatePeople = statement<never>(
  "identity.import-update-people",
  `update person set name = p.name, kana = p.kana, former_name = p.former_name, search_key = p.search_key,
          section_id = p.section_id, post_name = p.post_name, post_rank = p.post_rank, affiliation = p.affiliation,
          sponsor_id = p.sponsor_id, workplace = p.workplace, extension = p.extension, phone = p.phone,
          leaves_on = case when p.has_left then null else person.leaves_on end, left_at = case when p.has_left then coalesce(person.left_at, $2) end
     from ${personColumns}
    where person.tenant_id = $1 and person.id = p.id`,
);
const deletePosts = statement<never>(
  "identity.import-delete-posts",
  "delete from post_assignment where tenant_id = $1 and id = any($2::uuid[])",
);
const closePosts = statement<never>(
  "identity.import-close-posts",
  `update post_assignment set valid_until = c.until from unnest($2::uuid[], $3::date[]) as c (id, until)
    where tenant_id = $1 and post_assignment.id = c.id`,
);
const insertPosts = statement<never>(
  "identity.import-insert-posts",
  `insert into post_assignment (tenant_id, id, person_id, section_id, post_name, is_main, valid_from)
   select $1, p.* from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::bool[], $7::date[])
                       as p (id, person_id, section_id, post_name, is_main, valid_from)
   on conflict (tenant_id, person_id, section_id, valid_from)
      do update set post_name = excluded.post_name, is_main = excluded.is_main, valid_until = null`,
);
const insertAccounts = statement<never>(
  "identity.import-insert-accounts",
  `insert into account (tenant_id, created_at, id, login_id, login_key, class, zones, offices, starts_at, expires_at,
          password_hash, totp_secret, must_change_password)
   select $1, $2, a.id, a.login_id, a.login_key, a.class, string_to_array(a.zones, ','), string_to_array(a.offices, ','), a.starts_at,
          a.expires_at, a.password_hash, a.totp_secret, a.must_change_password
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                 $10::timestamptz[], $11::text[], $12::bytea[], $13::bool[])
          as a (id, login_id, login_key, class, zones, offices, starts_at, expires_at, password_hash, totp_secret,
                must_change_password)`,
);
// Login ids that move from one account to another would meet each other half-way: first each gets a key nobody has.
const freeLoginKeys = statement<never>(
  "identity.import-free-login-keys",
  "update account set login_key = id::text where tenant_id = $1 and id = any($2::uuid[])",
);
// Who administered keeps what was given by other ways; who no longer does loses all of it.
const officesAfter = `case when a.offices = '' then '{}' when account.is_administrator then account.offices
          else string_to_array(a.offices, ',') end`;
const updateAccounts = statement<never>(
  "identity.import-update-accounts",
  `update account set login_id = a.login_id, login_key = a.login_key, class = a.class,
          zones = string_to_array(a.zones, ','), offices = ${officesAfter}, starts_at = a.starts_at,
          expires_at = a.expires_at, disabled_at = case when a.is_disabled or stopped_by_administrator then coalesce(disabled_at, $2) end,
          stopped_by_administrator = stopped_by_administrator and not a.is_disabled
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::timestamptz[],
                 $10::timestamptz[], $11::bool[])
          as a (id, login_id, login_key, class, zones, offices, starts_at, expires_at, is_disabled)
    where account.tenant_id = $1 and account.id = a.id`,
);
// A new password that somebody else has seen does not come with offices that nobody gives alone.
const withoutSeparate = "array_remove(array_remove(account.offices, 'audit'), 'records')";
const renewCredentials = statement<never>(
  "identity.import-renew-credentials",
  `update account set password_hash = c.password_hash, totp_secret = c.totp_secret, totp_last_step = 0, password_until = null,
          must_change_password = c.must_change_password, offices = ${withoutSeparate}
     from unnest($2::uuid[], $3::text[], $4::bytea[], $5::bool[]) as c (id, password_hash, totp_secret, must_change_password)
    where account.tenant_id = $1 and account.id = c.id`,
);
const endSessions = statement<{ id: string; accountId: string }>(
  "identity.import-end-sessions",
  `update session s set ended_at = $2
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where s.tenant_id = $1 and a.tenant_id = $1 and a.id = s.account_id and s.ended_at is null
      and (a.id = any($3::uuid[]) or s.operator_id = any($3::uuid[]))
      and (a.disabled_at is not null or p.left_at is not null or s.zone <> all (a.zones) or a.expires_at <= $2
           or not ${hasItsOperator("$2::timestamptz")})
   returning s.id, s.account_id as "accountId"`,
);

/** Writes what was planned, each kind of change in one statement. */
export async function writePeople(
  tx: Transaction,
  tenantId: string,
  now: Date,
  changes: PeopleChanges,
  credentials: ReadonlyMap<string, Credentials>,
): Promise<void> {
  if (changes.inserts.length > 0)
    await tx.run(insertPeople, [tenantId, now, ...personValues(changes.inserts)]);
  if (changes.updates.length > 0)
    await tx.run(updatePeople, [tenantId, now, ...personValues(changes.updates)]);
  await writePosts(tx, tenantId, changes);
  await writeAccounts(tx, tenantId, now, changes, credentials);
}

/**
 * Ends the sessions of those among these people whose account may no longer be used, on that side or at all, and those
 * of section accounts at which they sat and may sit no longer.
 */
export function endSessionsOf(
  tx: Transaction,
  tenantId: string,
  now: Date,
  personIds: readonly string[],
): Promise<{ id: string; accountId: string }[]> {
  return tx.all(endSessions, [tenantId, now, personIds]);
}

async function writePosts(tx: Transaction, tenantId: string, changes: PeopleChanges): Promise<void> {
  const { postsDeleted, postsClosed, postsInserted } = changes;
  if (postsDeleted.length > 0) await tx.run(deletePosts, [tenantId, postsDeleted]);
  if (postsClosed.length > 0)
    await tx.run(closePosts, [
      tenantId,
      postsClosed.map((post) => post.id),
      postsClosed.map((post) => post.until),
    ]);
  if (postsInserted.length > 0)
    await tx.run(insertPosts, [
      tenantId,
      postsInserted.map(() => newId()),
      postsInserted.map((post) => post.personId),
      postsInserted.map((post) => post.sectionId),
      postsInserted.map((post) => post.postName),
      postsInserted.map((post) => post.isMain),
      postsInserted.map((post) => post.validFrom),
    ]);
}

async function writeAccounts(
  tx: Transaction,
  tenantId: string,
  now: Date,
  { accountsInserted, accountsUpdated }: PeopleChanges,
  credentials: ReadonlyMap<string, Credentials>,
): Promise<void> {
  const credentialValues = (personIds: readonly string[]) => {
    const each = personIds.map((id) => credentials.get(id)!);
    return [
      each.map((c) => c.passwordHash),
      each.map((c) => c.totpSecret),
      each.map((c) => c.mustChangePassword),
    ];
  };
  const accountValues = (
    rows: readonly { personId: string; account: PeopleChanges["accountsInserted"][0]["account"] }[],
  ) => [
    rows.map((row) => row.personId),
    rows.map((row) => row.account.loginId),
    rows.map((row) => row.account.loginKey),
    rows.map((row) => row.account.class),
    rows.map((row) => row.account.zones.join(",")),
    rows.map((row) => row.account.offices.join(",")),
    rows.map((row) => row.account.startsAt),
    rows.map((row) => row.account.expiresAt),
  ];
  const renamed = accountsUpdated
    .filter(({ fields }) => fields.includes("ログインID"))
    .map(({ personId }) => personId);
  if (renamed.length > 0) await tx.run(freeLoginKeys, [tenantId, renamed]);
  if (accountsUpdated.length > 0)
    await tx.run(updateAccounts, [
      tenantId,
      now,
      ...accountValues(accountsUpdated),
      accountsUpdated.map(({ account }) => account.isDisabled),
    ]);
  const renewed = accountsUpdated
    .filter(({ account, wasDisabled }) => wasDisabled && !account.isDisabled)
    .map(({ personId }) => personId);
  if (renewed.length > 0) await tx.run(renewCredentials, [tenantId, renewed, ...credentialValues(renewed)]);
  if (accountsInserted.length > 0)
    await tx.run(insertAccounts, [
      tenantId,
      now,
      ...accountValues(accountsInserted),
      ...credentialValues(accountsInserted.map(({ personId }) => personId)),
    ]);
}

function personValues(people: readonly PersonRecord[]): unknown[] {
  return [
    people.map((person) => person.id),
    people.map((person) => person.kind),
    people.map((person) => person.number),
    people.map((person) => person.name),
    people.map((person) => person.kana),
    people.map((person) => person.formerName),
    people.map((person) => personSearchKey(person.name, person.kana, person.formerName)),
    people.map((person) => person.sectionId),
    people.map((person) => person.postName),
    people.map((person) => person.postRank),
    people.map((person) => person.affiliation),
    people.map((person) => person.sponsorId),
    people.map((person) => person.hasLeft),
    people.map((person) => person.workplace),
    people.map((person) => person.extension),
    people.map((person) => person.phone),
  ];
}
