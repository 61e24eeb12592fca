/** Small changes of the directory by hand. Part of identity's contract. */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";
import { Day, SectionRole } from "./organisation-contract.ts";

const line = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used")
    .refine((text) => !/^[=+\-@＝＋－＠]/.test(text), "a sign that starts a formula");
const optionalLine = (longest: number) =>
  line(longest)
    .transform((text) => text || null)
    .nullable();

export const ChangePersonRequest = z.object({
  name: line(100).min(1).optional(),
  kana: line(100).optional(),
  formerName: optionalLine(100).optional(),
  workplace: optionalLine(100).optional(),
  extension: optionalLine(30).optional(),
  /** May begin with a plus sign, as numbers abroad do. */
  phone: z
    .string()
    .trim()
    .regex(/^\+?[0-9() -]{0,30}$/)
    .transform((text) => text || null)
    .nullable()
    .optional(),
  /** The first day on which the person is no longer here; null takes it back. */
  leavesOn: Day.nullable().optional(),
});
export type ChangePersonRequest = z.infer<typeof ChangePersonRequest>;

export const AssignPostRequest = z.object({
  sectionId: z.uuid(),
  postName: optionalLine(60),
  /** True: the main section from that day on; what was the main post ends. False: 兼務 beside it. */
  isMain: z.boolean(),
  from: Day,
});
export type AssignPostRequest = z.infer<typeof AssignPostRequest>;

export const GiveRoleRequest = z.object({
  role: SectionRole,
  /** Who holds it from now on instead of others; null: nobody. */
  personId: z.uuid().nullable(),
});
export type GiveRoleRequest = z.infer<typeof GiveRoleRequest>;
