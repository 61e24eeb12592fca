/**
 * Accounts as licences, as both sides see them: what was bought by class, what is used, and what it costs. Schema and type share
 * one name; the arithmetic is in shared/licence-cost.ts.
 */
import { z } from "zod";
import { AccountClass, PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const words = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const day = z.iso.date();

export const PriceTier = z.object({
  from: z.int().min(1).max(1_000_000),
  to: z.int().min(1).max(1_000_000),
  /** Yen a month for each account, without tax. */
  yen: z.int().min(0).max(1_000_000),
});

export const PriceList = z.object({
  validFrom: day,
  tiers: z.array(PriceTier).min(1).max(20).refine(hasNoGaps, "tiers begin at 1 and leave no gap"),
  /** Where it is written. */
  source: words(200),
});

export const TaxRate = z.object({
  validFrom: day,
  /** Hundredths of a percent: 1000 is 10 %. */
  basisPoints: z.int().min(0).max(10_000),
  source: words(200),
});

/** How many accounts of each class are bought in a fiscal year. */
export const LicencePlan = z.object({
  fiscalYear: z.int().min(2000).max(2200),
  counts: z.record(AccountClass, z.int().min(0).max(100_000)),
});
export type LicencePlan = z.infer<typeof LicencePlan>;

export const LicenceKind = z.enum(["prices", "taxes", "plan"]);
export type LicenceKind = z.infer<typeof LicenceKind>;

const reason = words(200).min(1);
/** The id of what was looked at; null when nothing had been entered. Another's later change is not overwritten. */
const basedOn = z.uuid().nullable();

export const SaveLicencesRequest = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("prices"),
    value: z.array(PriceList).min(1).max(40).refine(differInDay),
    reason,
    basedOn,
  }),
  z.object({
    kind: z.literal("taxes"),
    value: z.array(TaxRate).min(1).max(40).refine(differInDay),
    reason,
    basedOn,
  }),
  z.object({ kind: z.literal("plan"), value: LicencePlan, reason, basedOn }),
]);
export type SaveLicencesRequest = z.infer<typeof SaveLicencesRequest>;

/** Accounts of a class and their use. */
export const ClassUse = z.object({
  class: AccountClass,
  /** Bought; null while nothing has been entered. */
  planned: z.int().nullable(),
  /** Accounts that can be used now. */
  accounts: z.int(),
  active30: z.int(),
  active90: z.int(),
  /** Never signed in, for as long as sign-ins are kept. */
  never: z.int(),
});
export type ClassUse = z.infer<typeof ClassUse>;

export const Licences = z.object({
  prices: z.array(PriceList),
  taxes: z.array(TaxRate),
  plan: LicencePlan.nullable(),
  /** The ids of what holds, to be given back as `basedOn`. */
  ids: z.object({ prices: basedOn, taxes: basedOn, plan: basedOn }),
  classes: z.array(ClassUse),
  today: day,
});
export type Licences = z.infer<typeof Licences>;

export const UnusedQuery = z.object({
  /** Not signed in for so many days. */
  days: z.coerce.number().int().min(1).max(400).default(90),
});
export type UnusedQuery = z.infer<typeof UnusedQuery>;

export const UnusedAccounts = z.object({
  items: z.array(
    z.object({
      person: PersonSummary,
      loginId: z.string(),
      class: AccountClass,
      /** To the hour; null when never, for as long as sign-ins are kept. */
      lastUsedAt: z.string().nullable(),
      createdAt: z.string(),
    }),
  ),
});
export type UnusedAccounts = z.infer<typeof UnusedAccounts>;

export const LicenceHistory = z.object({
  items: z.array(
    z.object({
      id: z.uuid(),
      kind: LicenceKind,
      value: z.unknown(),
      reason: z.string(),
      changedByName: z.string().nullable(),
      changedAt: z.string(),
    }),
  ),
});
export type LicenceHistory = z.infer<typeof LicenceHistory>;

function hasNoGaps(tiers: readonly z.infer<typeof PriceTier>[]): boolean {
  return tiers.every((tier, i) => tier.from <= tier.to && tier.from === (i === 0 ? 1 : tiers[i - 1]!.to + 1));
}

function differInDay(entries: readonly { validFrom: string }[]): boolean {
  return new Set(entries.map((entry) => entry.validFrom)).size === entries.length;
}
