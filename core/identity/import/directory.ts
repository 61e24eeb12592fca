import { statement, type Transaction } from "#core/db/index.ts";
import type { AccountClass, PersonKind, Zone } from "../contract.ts";

export type SectionRecord = {
  id: string;
  code: string;
  name: string;
  kana: string;
  parentId: string | null;
  sortOrder: number;
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
  affiliation: string | null;
  sponsorId: string | null;
  hasLeft: boolean;
  account: AccountRecord | null;
  /** Posts without an end: the main one and the concurrent ones (兼務). */
  posts: PostRecord[];
};

/** The organisation and the people of a municipality as an import finds them. */
export type Directory = { sections: SectionRecord[]; people: PersonRecord[] };

const listSections = statement<SectionRecord>(
  "identity.import-sections",
  `select id, code, name, kana, parent_id as "parentId", sort_order as "sortOrder",
          valid_from as "validFrom", valid_until as "validUntil"
     from section where tenant_id = $1 order by code, valid_from`,
);

type PersonRow = Omit<PersonRecord, "hasLeft" | "account" | "posts"> & {
  leftAt: Date | null;
  loginId: string | null;
  loginKey: string;
  class: AccountClass;
  zones: Zone[];
  isAdministrator: boolean;
  startsAt: Date | null;
  expiresAt: Date | null;
  disabledAt: Date | null;
};

const listPeople = statement<PersonRow>(
  "identity.import-people",
  `select p.id, p.kind, p.number, p.name, p.kana, p.former_name as "formerName", p.section_id as "sectionId",
          p.post_name as "postName", p.post_rank as "postRank", p.affiliation, p.sponsor_id as "sponsorId",
          p.left_at as "leftAt", a.login_id as "loginId", a.login_key as "loginKey", a.class, a.zones,
          a.is_administrator as "isAdministrator", a.starts_at as "startsAt", a.expires_at as "expiresAt",
          a.disabled_at as "disabledAt"
     from person p left join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 order by p.number`,
);

const listPosts = statement<PostRecord>(
  "identity.import-posts",
  `select id, person_id as "personId", section_id as "sectionId", post_name as "postName", is_main as "isMain",
          valid_from as "validFrom"
     from post_assignment where tenant_id = $1 and valid_until is null order by is_main desc, section_id`,
);

/** Reads all that an import compares with: three statements, however many people there are. */
export async function readDirectory(tx: Transaction, tenantId: string): Promise<Directory> {
  const [sections, rows, posts] = await Promise.all([
    tx.all(listSections, [tenantId]),
    tx.all(listPeople, [tenantId]),
    tx.all(listPosts, [tenantId]),
  ]);
  const postsByPerson = Map.groupBy(posts, (post) => post.personId);
  return { sections, people: rows.map((row) => toPersonRecord(row, postsByPerson.get(row.id) ?? [])) };
}

function toPersonRecord(row: PersonRow, posts: PostRecord[]): PersonRecord {
  return {
    id: row.id,
    kind: row.kind,
    number: row.number,
    name: row.name,
    kana: row.kana,
    formerName: row.formerName,
    sectionId: row.sectionId,
    postName: row.postName,
    postRank: row.postRank,
    affiliation: row.affiliation,
    sponsorId: row.sponsorId,
    hasLeft: row.leftAt !== null,
    account:
      row.loginId === null
        ? null
        : {
            loginId: row.loginId,
            loginKey: row.loginKey,
            class: row.class,
            zones: row.zones,
            isAdministrator: row.isAdministrator,
            startsAt: row.startsAt?.toISOString() ?? null,
            expiresAt: row.expiresAt?.toISOString() ?? null,
            isDisabled: row.disabledAt !== null,
          },
    posts,
  };
}
