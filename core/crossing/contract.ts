/**
 * What may cross between zones, as both sides see it: the table of rules, the questions that are put to it and their
 * answers. Schema and type share one name.
 */
import { z } from "zod";
import { PersonSummary } from "#core/identity/contract.ts";
import { classifications } from "#shared/classification.ts";
import { findTextFault } from "#shared/text.ts";

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
  /** The class that a new room has when nobody says another. */
  newRooms: Classification,
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
  offices: z.array(CrossingOffice),
  room: z.object({ id: z.uuid(), kind: CrossingRoomKind }).optional(),
  classification: z.union([Classification, z.literal("unknown")]),
  origin: CrossingZone.nullable(),
});
export type CrossingQuestion = z.infer<typeof CrossingQuestion>;

/** What was answered, by which rule and of which rank. */
export const CrossingAnswer = z.object({
  isAllowed: z.boolean(),
  /** The rule's id in the table; null when it stands in none. */
  ruleId: z.string().nullable(),
  rank: CrossingRank.nullable(),
  ja: z.string(),
  en: z.string(),
  /** Whom to ask; empty when it is allowed. */
  whom: z.string(),
});
export type CrossingAnswer = z.infer<typeof CrossingAnswer>;

/** Puts a question to a table that is being written, or to the one in force. */
export const AskCrossingRequest = z.object({ table: CrossingTable.nullable(), question: CrossingQuestion });
export type AskCrossingRequest = z.infer<typeof AskCrossingRequest>;

/** How a saved version stands: to come, in force, over (a later one began), taken back. */
export const CrossingVersion = z.object({
  number: z.int(),
  standing: z.enum(["to-come", "in-force", "over", "withdrawn"]),
  reason: z.string(),
  savedBy: PersonSummary,
  savedAt: z.string(),
  takesEffectAt: z.string(),
  withdrawal: z.object({ by: PersonSummary, at: z.string(), reason: z.string() }).nullable(),
  table: CrossingTable,
});
export type CrossingVersion = z.infer<typeof CrossingVersion>;

export const CrossingSentence = z.object({ id: z.string(), ja: z.string(), en: z.string() });

/** What stands in a preset, and what it is for. */
export const CrossingPreset = z.object({
  id: z.enum(["alpha", "alpha-prime", "beta", "beta-prime"]),
  table: CrossingTable,
});
export type CrossingPreset = z.infer<typeof CrossingPreset>;

/** A room by its name, for who writes a rule about it. */
export const NamedRoom = z.object({
  id: z.uuid(),
  name: z.string(),
  kind: CrossingRoomKind,
  classification: Classification,
});
export type NamedRoom = z.infer<typeof NamedRoom>;

export const NamedRoomsQuery = z.object({
  /** Part of the name, its reading or what it is for; kana and romaji serve too. */
  q: z
    .string()
    .max(100)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used"),
});
/** At most twenty: who finds more writes more of the name. */
export const NamedRooms = z.object({ items: z.array(NamedRoom) });
export type NamedRooms = z.infer<typeof NamedRooms>;

export const CrossingAdministration = z.object({
  table: CrossingTable,
  /** 0 while the defaults hold. */
  inForce: z.int(),
  /** The newest number: what is saved next is based on it. */
  newest: z.int(),
  /** Newest first. */
  versions: z.array(CrossingVersion),
  presets: z.array(CrossingPreset),
  /** Rooms that rules name, as far as the caller may know them. */
  rooms: z.array(NamedRoom),
  /** Zones that this installation has listeners for, and those that rules name. */
  zones: z.array(CrossingZone),
  /** The edition of the class labels, and where they stand. */
  classes: z.object({
    from: z.string(),
    source: z.string(),
    labels: z.array(
      z.object({
        id: Classification,
        ja: z.string(),
        en: z.string(),
        meaningJa: z.string(),
        meaningEn: z.string(),
      }),
    ),
  }),
});
export type CrossingAdministration = z.infer<typeof CrossingAdministration>;

/** A zone as it is set up: where it listens, what it asks for, and what the server itself may call for it. */
export const ZoneItem = z.object({
  id: CrossingZone,
  ja: z.string(),
  en: z.string(),
  kind: z.enum(["closed", "outside"]),
  /** LGWAN and Internet: always there, and not described in the operator's file. */
  isBase: z.boolean(),
  needsSecondFactor: z.boolean(),
  /** Asks for an approved device by itself, whatever the municipality's rule asks for. */
  needsApprovedDevice: z.boolean(),
  listeners: z.array(
    z.object({
      address: z.string(),
      port: z.int(),
      isTls: z.boolean(),
      trustedProxies: z.array(z.string()),
      sharedAddresses: z.array(z.string()),
    }),
  ),
  /** Hosts that the server may call; null: whatever the settings of push and the like name. */
  destinations: z.array(z.string()).nullable(),
  /** Sessions of this municipality that live there now. */
  liveSessions: z.int(),
});
export type ZoneItem = z.infer<typeof ZoneItem>;
export const ZoneList = z.object({ items: z.array(ZoneItem) });
export type ZoneList = z.infer<typeof ZoneList>;

export const SaveCrossingRequest = z.object({
  table: CrossingTable,
  reason: z.string().trim().min(1).max(500),
  /** From when it holds; null for at once. */
  takesEffectAt: z.iso.datetime({ offset: true }).nullable(),
  /** `newest` as it was read: 409 when somebody has saved since. */
  basedOn: z.int().min(0),
});
export type SaveCrossingRequest = z.infer<typeof SaveCrossingRequest>;

export const VersionPath = z.object({ number: z.coerce.number().int().min(1) });
export const WithdrawCrossingRequest = z.object({ reason: z.string().trim().min(1).max(500) });
export type WithdrawCrossingRequest = z.infer<typeof WithdrawCrossingRequest>;

export const EffectRequest = z.object({ table: CrossingTable });
export type EffectRequest = z.infer<typeof EffectRequest>;

/** Something that somebody may do after a change and could not before, or no longer. */
export const CrossingChange = z.object({
  deed: CrossingDeed,
  zone: CrossingZone,
  kind: CrossingKind,
  isAllowed: z.boolean(),
});
export type CrossingChange = z.infer<typeof CrossingChange>;

/**
 * What a table changes against the one in force. Rooms alike in kind and class stand together; names are of rooms that
 * the whole office may know of, and never of closed groups and direct rooms.
 */
export const CrossingEffect = z.object({
  roomCount: z.int(),
  /** Null while nothing counts files. */
  fileCount: z.int().nullable(),
  groups: z.array(
    z.object({
      kind: CrossingRoomKind,
      classification: Classification,
      roomCount: z.int(),
      fileCount: z.int(),
      names: z.array(z.string()),
      changes: z.array(CrossingChange),
    }),
  ),
});
export type CrossingEffect = z.infer<typeof CrossingEffect>;

export const crossingEvents = {
  /** To everybody on the staff: other rules hold now, or stand to come. Screens that show rules ask anew. */
  "crossing.changed": z.object({ inForce: z.int(), newest: z.int() }),
} as const;
export type CrossingEvents = {
  [Name in keyof typeof crossingEvents]: z.infer<(typeof crossingEvents)[Name]>;
};
