import { statement, type Transaction } from "#core/db/index.ts";
import type { AccountClass, Office, PersonKind, SectionRole, Zone } from "../contract.ts";

export type SectionRecord = {
  id: string;
  code: string;
  name: string;
  kana: string;
  parentId: string | null;
  sortOrder: number;
  workplace: string | null;
  extension: string | null;
  validFrom: string;
  validUntil: string | null;
};

export type PostRecord = {
  id: string;
  personId: string;
  sectionId: string;
  postName: string | null;
  isMain: boolean;
  validFrom: string;
};

export type AccountRecord = {
  loginId: string;
  loginKey: string;
  class: AccountClass;
  zones: Zone[];
  isAdministrator: boolean;
  offices: Office[];
  startsAt: string | null;
  expiresAt: string | null;
  isDisabled: boolean;
};

export type PersonRecord = {
  id: string;
  kind: PersonKind;
  number: string;
  name: string;
  kana: string;
  formerName: string | null;
  sectionId: string | null;
  postName: string | null;
  postRank: number | null;
  workplace: string | null;
  extension: string | null;
  phone: string | null;
  affiliation: string | null;
  sponsorId: string | null;
  hasLeft: boolean;
  account: AccountRecord | null;
  /** Posts of the day: the main one and the concurrent ones (兼務). Those that begin later stay as they were entered. */
  posts: PostRecord[];
};

/** Who holds one of a section's required roles, today or from a later day on. */
export type RoleRecord = {
  sectionId: string;
  role: SectionRole;
  personId: string;
  validFrom: string;
  validUntil: string | null;
};

/** The organisation and the people of a municipality as an import finds them. */
export type Directory = { sections: SectionRecord[]; people: PersonRecord[]; roles: RoleRecord[] };

const listSections = statement<SectionRecord>(
  "identity.import-sections",
  `select id, code, name, kana, parent_id as "parentId", sort_order as "sortOrder", workplace, extension,
          valid_from as "validFrom", valid_until as "validUntil"
     from section where tenant_id = $1 order by code, valid_from`,
);

type PersonRow = Omit<PersonRecord, "account" | "posts">;

const listPeople = statement<PersonRow>(
  "identity.import-people",
  `select id, kind, number, name, kana, former_name as "formerName", section_id as "sectionId", post_name as "postName",
          post_rank as "postRank", workplace, extension, phone, affiliation, sponsor_id as "sponsorId", left_at is not null as "hasLeft"
     from person where tenant_id = $1 and not is_invited order by number`,
);

type AccountRow = Omit<AccountRecord, "startsAt" | "expiresAt"> & {
  id: string;
  startsAt: Date | null;
  expiresAt: Date | null;
};

const listAccounts = statement<AccountRow>(
  "identity.import-accounts",
  `select id, login_id as "loginId", login_key as "loginKey", class, zones, is_administrator as "isAdministrator", offices,
          starts_at as "startsAt", expires_at as "expiresAt", disabled_at is not null and not stopped_by_administrator as "isDisabled"
     from account where tenant_id = $1`,
);

const listPosts = statement<PostRecord>(
  "identity.import-posts",
  `select id, person_id as "personId", section_id as "sectionId", post_name as "postName", is_main as "isMain",
          valid_from as "validFrom"
     from post_assignment
    where tenant_id = $1 and valid_from <= $2 and (valid_until is null or valid_until > $2)
    order by is_main desc, valid_from desc, section_id`,
);

const listRoles = statement<RoleRecord>(
  "identity.import-roles",
  `select section_id as "sectionId", role, person_id as "personId", valid_from as "validFrom", valid_until as "validUntil"
     from section_role where tenant_id = $1 and (valid_until is null or valid_until > $2) order by valid_from, id`,
);

/**
 * Reads all that an import compares with: five statements, however many people there are. They are joined here: right
 * after a first import the database's statistics still say that there is hardly anybody, and a join that was planned
 * with them compares everybody with everybody.
 */
export async function readDirectory(tx: Transaction, tenantId: string, day: string): Promise<Directory> {
  const [sections, people, accounts, posts, roles] = await Promise.all([
    tx.all(listSections, [tenantId]),
    tx.all(listPeople, [tenantId]),
    tx.all(listAccounts, [tenantId]),
    tx.all(listPosts, [tenantId, day]),
    tx.all(listRoles, [tenantId, day]),
  ]);
  const accountById = new Map(accounts.map((account) => [account.id, toAccountRecord(account)]));
  const postsByPerson = Map.groupBy(posts, (post) => post.personId);
  return {
    sections,
    roles,
    people: people.map((person) => ({
      ...person,
      account: accountById.get(person.id) ?? null,
      posts: postsByPerson.get(person.id) ?? [],
    })),
  };
}

function toAccountRecord({ id: _id, startsAt, expiresAt, ...account }: AccountRow): AccountRecord {
  return {
    ...account,
    startsAt: startsAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}
