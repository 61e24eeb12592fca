/** How a person stands in lists, rooms and reader lists. Part of identity's contract. */
import { z } from "zod";

/** staff: a person on the staff. section: the shared account of a section (所属). guest: a person outside with a sponsor. */
export const PersonKind = z.enum(["staff", "section", "guest"]);
export type PersonKind = z.infer<typeof PersonKind>;

/** A person or section account as others see it in lists, rooms and reader lists. */
export const PersonSummary = z.object({
  id: z.uuid(),
  kind: PersonKind,
  /** 姓 名 as written by its owner, IVS kept. */
  name: z.string(),
  kana: z.string(),
  /** Main section (所属) and post (役職); null for guests and people without one. */
  sectionId: z.uuid().nullable(),
  sectionName: z.string().nullable(),
  postName: z.string().nullable(),
  /** Where a guest comes from (会社名・団体名); null for others. */
  affiliation: z.string().nullable(),
});
export type PersonSummary = z.infer<typeof PersonSummary>;
