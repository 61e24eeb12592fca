import { statement, type Transaction } from "#core/db/index.ts";

/**
 * Rows as they stand, in the columns that an import writes: what makes an import undoable. What others write to the same
 * rows (second factors, counters of sign-ins) is none of its business and no part of the image.
 */
export type RowImages = {
  sections: Image[];
  people: Image[];
  posts: (Image & { person_id: string })[];
  accounts: Image[];
  /** Required roles of sections; not in images that were made before lists could name them. */
  roles?: (Image & { section_id: string })[];
};

type Image = { id: string } & Readonly<Record<string, unknown>>;

export type ImportImages = { before: RowImages; after: RowImages };

export type TouchedRows = {
  sectionIds: readonly string[];
  personIds: readonly string[];
  /** Sections whose roles are given anew. */
  roleSectionIds: readonly string[];
};

export const imageColumns = {
  section:
    "id, code, name, kana, search_key, parent_id, sort_order, workplace, extension, valid_from, valid_until",
  person:
    "id, kind, number, name, kana, former_name, search_key, section_id, post_name, post_rank, workplace, extension, phone, affiliation, sponsor_id, leaves_on, left_at",
  post_assignment: "id, person_id, section_id, post_name, is_main, valid_from, valid_until",
  account: "id, login_id, login_key, class, zones, is_administrator, starts_at, expires_at, disabled_at",
  section_role: "id, section_id, role, person_id, valid_from, valid_until",
} as const;

const imagesOf = (table: keyof typeof imageColumns, key: string) =>
  statement<{ images: Image[] }>(
    `identity.images-of-${table.replace("_", "-")}`,
    `select coalesce(jsonb_agg(to_jsonb(i) order by i.id), '[]') as images
       from (select ${imageColumns[table]} from ${table} where tenant_id = $1 and ${key} = any($2::uuid[])) i`,
  );

const sectionImages = imagesOf("section", "id");
const personImages = imagesOf("person", "id");
const postImages = imagesOf("post_assignment", "person_id");
const roleImages = imagesOf("section_role", "section_id");
const accountImages = imagesOf("account", "id");

/** The rows of these sections and people as they are; all posts of the people and roles of the sections, past and future too. */
export async function readImages(
  tx: Transaction,
  tenantId: string,
  { sectionIds, personIds, roleSectionIds }: TouchedRows,
): Promise<RowImages> {
  const [sections, people, posts, accounts, roles] = await Promise.all([
    tx.first(sectionImages, [tenantId, sectionIds]),
    tx.first(personImages, [tenantId, personIds]),
    tx.first(postImages, [tenantId, personIds]),
    tx.first(accountImages, [tenantId, personIds]),
    tx.first(roleImages, [tenantId, roleSectionIds]),
  ]);
  return {
    sections: sections!.images,
    people: people!.images,
    // The statement reads person_id of every post.
    posts: posts!.images as RowImages["posts"],
    accounts: accounts!.images,
    // The statement reads section_id of every role.
    roles: roles!.images as RowImages["roles"],
  };
}
