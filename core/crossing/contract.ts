/**
 * What may cross between zones, as both sides see it: the table of rules, the questions that are put to it and their
 * answers. Schema and type share one name.
 */
import { z } from "zod";
import { classifications } from "#shared/classification.ts";

export const Classification = z.enum(classifications);
export type Classification = z.infer<typeof Classification>;

/**
 * `read`: words and what is said of a thing. `open-pages`: as pictures of its pages. `download`: its bytes. `copy`: into
 * the clipboard or into another room. `upload`: put there from a device. `carry-in`: what came from outside is given
 * out on LGWAN. `carry-out`: what comes from LGWAN is given out elsewhere, by request.
 */
export const crossingDeeds = [
  "read",
  "open-pages",
  "download",
  "copy",
  "upload",
  "carry-in",
  "carry-out",
] as const;
export const CrossingDeed = z.enum(crossingDeeds);
export type CrossingDeed = z.infer<typeof CrossingDeed>;

export const CrossingKind = z.enum(["staff", "section", "guest"]);
export const CrossingOffice = z.enum(["accounts", "rules", "audit", "records"]);
export const CrossingRoomKind = z.enum(["direct", "group", "section", "municipality"]);
export type CrossingRoomKind = z.infer<typeof CrossingRoomKind>;

/** The name of a zone: what an installation has is its configuration, so any name may be asked for. */
export const CrossingZone = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(100);

/**
 * What a rule is about; null means that it says nothing of it and so holds for all. `not` holds for every zone but
 * these, those that are added later included.
 */
const conditions = {
  deeds: some(CrossingDeed).nullable(),
  zones: z.union([z.object({ is: some(CrossingZone) }), z.object({ not: some(CrossingZone) })]).nullable(),
  kinds: some(CrossingKind).nullable(),
  /** Held by an administrator who holds one of these. */
  offices: some(CrossingOffice).nullable(),
  rooms: z.union([z.object({ kinds: some(CrossingRoomKind) }), z.object({ ids: some(z.uuid()) })]).nullable(),
  classifications: some(Classification).nullable(),
  /** Zones from which a file came; a message comes from none, and a rule that names some is not about it. */
  origins: some(CrossingZone).nullable(),
};

/**
 * `limit`: always kept, can only refuse. `exception`: goes before the principles. `principle`: what holds otherwise.
 * Within one rank a refusal goes before a permission, and what nothing permits is refused.
 */
export const CrossingRank = z.enum(["limit", "exception", "principle"]);
export type CrossingRank = z.infer<typeof CrossingRank>;

export const CrossingRule = z
  .object({
    id: z.string().regex(/^[a-z0-9-]{1,40}$/),
    rank: CrossingRank,
    effect: z.enum(["allow", "refuse"]),
    ...conditions,
    /** Whom somebody may ask who is refused; the table's `ask` when empty. */
    ask: z.string().max(60),
    /** Why the municipality has it. */
    note: z.string().max(200),
  })
  .refine((rule) => rule.effect === "refuse" || rule.rank !== "limit", "a limit can only refuse")
  .refine(
    (rule) =>
      rule.effect === "refuse" ||
      (rule.deeds && rule.kinds && rule.classifications && rule.zones && "is" in rule.zones),
    "a permission says which deeds, zones, people and classes it is about",
  );
export type CrossingRule = z.infer<typeof CrossingRule>;

export const CrossingTable = z.object({
  rules: z
    .array(CrossingRule)
    .max(200)
    .refine(
      (rules) => new Set(rules.map((rule) => rule.id)).size === rules.length,
      "each rule has its own id",
    ),
  /** Whom somebody may ask where a rule names nobody. */
  ask: z.string().min(1).max(60),
});
export type CrossingTable = z.infer<typeof CrossingTable>;

/**
 * May somebody do this? `zone` is where the thing would be used: of a reader where they sit, of a carrying in `lgwan`,
 * of a carrying out where it is taken. `origin` is where a file came from, null for words.
 */
export const CrossingQuestion = z.object({
  deed: CrossingDeed,
  zone: CrossingZone,
  kind: CrossingKind,
  offices: z.array(CrossingOffice).readonly(),
  room: z.object({ id: z.uuid(), kind: CrossingRoomKind }).optional(),
  classification: z.union([Classification, z.literal("unknown")]),
  origin: CrossingZone.nullable(),
});
export type CrossingQuestion = z.infer<typeof CrossingQuestion>;
