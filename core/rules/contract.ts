/**
 * The operating rules (運用ルール) as both sides see them: versions of a text for each audience, and who has agreed. Schema and
 * type share one name.
 */
import { z } from "zod";
import { PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

/** Whom a text is for: staff, whoever sits at a section account, guests. */
export const RuleAudience = z.enum(["staff", "section", "guest"]);
export type RuleAudience = z.infer<typeof RuleAudience>;

/** A published version without its words. */
export const RuleSummary = z.object({
  id: z.uuid(),
  audience: RuleAudience,
  version: z.int(),
  title: z.string(),
  effectiveAt: z.string(),
  /** Until when somebody who is signed in already may put it off. */
  graceUntil: z.string(),
});
export type RuleSummary = z.infer<typeof RuleSummary>;

/** What one has to agree to, and whether that is done. */
export const OwnRules = z.object({
  /** Null while no text for this account is in effect. */
  text: RuleSummary.extend({ body: z.string() }).nullable(),
  isAgreed: z.boolean(),
  agreedAt: z.string().nullable(),
});
export type OwnRules = z.infer<typeof OwnRules>;

export const AgreeByTokenRequest = z.object({ token: z.string().min(1).max(2000) });
export type AgreeByTokenRequest = z.infer<typeof AgreeByTokenRequest>;

/** A version as those who look after the rules see it. */
export const RuleText = z.object({
  id: z.uuid(),
  audience: RuleAudience,
  /** Null for a draft. */
  version: z.int().nullable(),
  state: z.enum(["draft", "scheduled", "in-effect", "past"]),
  title: z.string(),
  body: z.string(),
  effectiveAt: z.string().nullable(),
  graceDays: z.int(),
  reason: z.string().nullable(),
  changedAt: z.string(),
  publishedByName: z.string().nullable(),
  publishedAt: z.string().nullable(),
  agreedCount: z.int(),
});
export type RuleText = z.infer<typeof RuleText>;

export const RuleTextList = z.object({
  items: z.array(RuleText),
  /** Texts to begin with. */
  templates: z.array(z.object({ audience: RuleAudience, title: z.string(), body: z.string() })),
});
export type RuleTextList = z.infer<typeof RuleTextList>;

const words = (longest: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");

export const SaveDraftRequest = z.object({
  title: words(100),
  /** Marks as in messages: headings, lists, tables. */
  body: words(40_000),
  /** The `changedAt` of the draft that was edited; null when there was none. Another's later change is not overwritten. */
  basedOn: z.string().nullable(),
});
export type SaveDraftRequest = z.infer<typeof SaveDraftRequest>;

export const PublishRulesRequest = z.object({
  /** Null for now. */
  effectiveAt: z.iso.datetime({ offset: true }).nullable(),
  graceDays: z.int().min(0).max(30),
  reason: words(200),
  /** The draft that was looked at. */
  basedOn: z.string(),
});
export type PublishRulesRequest = z.infer<typeof PublishRulesRequest>;

export const WithdrawRulesRequest = z.object({ reason: words(200) });
export type WithdrawRulesRequest = z.infer<typeof WithdrawRulesRequest>;

export const AgreementsQuery = z.object({ audience: RuleAudience });
export type AgreementsQuery = z.infer<typeof AgreementsQuery>;

/**
 * Who has agreed to the version in effect, by section. At section accounts `missing` holds the accounts at which nobody has
 * agreed yet and those who have sat there without having agreed.
 */
export const Agreements = z.object({
  text: RuleSummary.nullable(),
  total: z.int(),
  agreed: z.int(),
  sections: z.array(
    z.object({
      /** Null for guests: the section is then that of their sponsors, or unknown. */
      sectionId: z.uuid().nullable(),
      sectionName: z.string().nullable(),
      total: z.int(),
      agreed: z.int(),
      missing: z.array(
        PersonSummary.extend({
          /** When asked once more; null when not yet. */
          remindedAt: z.string().nullable(),
        }),
      ),
    }),
  ),
});
export type Agreements = z.infer<typeof Agreements>;

export const RemindRequest = z.object({
  audience: RuleAudience,
  /** Only people of this section; everybody when left out. */
  sectionId: z.uuid().optional(),
});
export type RemindRequest = z.infer<typeof RemindRequest>;

export const Reminded = z.object({ reminded: z.int() });
export type Reminded = z.infer<typeof Reminded>;

export const rulesEvents = {
  /** A version took effect. To everybody on the staff, and to each guest. */
  "rules.published": z.object({ text: RuleSummary }),
  /** Somebody agreed: their other screens ask no more. */
  "rules.agreed": z.object({ textId: z.uuid(), agreedBy: z.uuid() }),
  /** Whoever has put it off is asked once more. */
  "rules.reminded": z.object({ textId: z.uuid(), remindedAt: z.string() }),
} as const;

export type RulesEvents = { [Name in keyof typeof rulesEvents]: z.infer<(typeof rulesEvents)[Name]> };
