/**
 * The organisation as both sides see it: the tree of sections, the page of a section, the profile of a person, and the
 * roles that a section must have. Part of identity's contract. Days are YYYY-MM-DD in Japan; `until` is the first day on
 * which something is no longer so.
 */
import { z } from "zod";
import { PersonSummary } from "./person-summary.ts";

export const Day = z.iso.date();

/** 情報責任者, 情報セキュリティ担当者, 情報システム担当者: somebody must hold each of them in every section with staff. */
export const SectionRole = z.enum(["information-head", "security-officer", "systems-officer"]);
export type SectionRole = z.infer<typeof SectionRole>;

export const SectionNode = z.object({
  id: z.uuid(),
  code: z.string(),
  name: z.string(),
  kana: z.string(),
  /** The department (部) above it; null at the top. */
  parentId: z.uuid().nullable(),
  sortOrder: z.int(),
  /** Staff whose main section this is, without those of the sections below. */
  people: z.int(),
});
export type SectionNode = z.infer<typeof SectionNode>;

export const SectionTreeQuery = z.object({
  /** The organisation as it is, was or will be on that day; today when left out. */
  on: Day.optional(),
});
export type SectionTreeQuery = z.infer<typeof SectionTreeQuery>;

/** All sections of a day, in the order in which the office lists them; `parentId` makes the tree. */
export const SectionTree = z.object({ on: Day, items: z.array(SectionNode) });
export type SectionTree = z.infer<typeof SectionTree>;

export const SectionRef = z.object({ id: z.uuid(), name: z.string() });
export type SectionRef = z.infer<typeof SectionRef>;

export const RoleHolder = z.object({
  id: z.uuid(),
  role: SectionRole,
  person: PersonSummary,
  from: Day,
  until: Day.nullable(),
});
export type RoleHolder = z.infer<typeof RoleHolder>;

export const SectionMember = z.object({
  person: PersonSummary,
  /** The post in this very section. */
  postName: z.string().nullable(),
  /** False for somebody whose main section is another one (兼務). */
  isMain: z.boolean(),
  extension: z.string().nullable(),
});
export type SectionMember = z.infer<typeof SectionMember>;

export const SectionPage = z.object({
  section: SectionNode.extend({
    workplace: z.string().nullable(),
    extension: z.string().nullable(),
    from: Day,
    until: Day.nullable(),
  }),
  /** The departments above, from the top. */
  path: z.array(SectionRef),
  children: z.array(SectionNode),
  /** By post, then by kana; section accounts (所属アカウント) apart. */
  people: z.array(SectionMember),
  accounts: z.array(PersonSummary),
  roles: z.array(RoleHolder),
  /** Roles that nobody holds and somebody must; empty for a section without staff. */
  missingRoles: z.array(SectionRole),
});
export type SectionPage = z.infer<typeof SectionPage>;

export const SectionRolesRow = z.object({
  section: SectionRef.extend({ parentName: z.string().nullable() }),
  people: z.int(),
  holders: z.array(RoleHolder),
  missing: z.array(SectionRole),
});
/** Every section with staff and who holds its roles. */
export const SectionRolesTable = z.object({ items: z.array(SectionRolesRow) });
export type SectionRolesTable = z.infer<typeof SectionRolesTable>;

export const Assignment = z.object({
  id: z.uuid(),
  section: SectionRef,
  postName: z.string().nullable(),
  /** False: 兼務. */
  isMain: z.boolean(),
  from: Day,
  until: Day.nullable(),
});
export type Assignment = z.infer<typeof Assignment>;

/** A person as colleagues see them. A guest gets the summary alone: all else is null or empty. */
export const PersonProfile = z.object({
  person: PersonSummary,
  number: z.string().nullable(),
  formerName: z.string().nullable(),
  /** Posts of today, the main one first. */
  posts: z.array(Assignment),
  /** Posts that begin later, for administrators alone: personnel notices are not public before their day. */
  upcoming: z.array(Assignment),
  workplace: z.string().nullable(),
  extension: z.string().nullable(),
  phone: z.string().nullable(),
  roles: z.array(z.object({ role: SectionRole, section: SectionRef })),
  /** Who answers for a guest. */
  sponsor: PersonSummary.nullable(),
  hasLeft: z.boolean(),
  /** The first day on which the person is no longer here, for administrators alone. */
  leavesOn: Day.nullable(),
  /** True when the reader may start a direct room with this person. */
  canChat: z.boolean(),
});
export type PersonProfile = z.infer<typeof PersonProfile>;
