/** Rooms as both sides see them: kinds, settings, finding and joining, what was done to them, one's own list. */
import { z } from "zod";
import { Classification } from "#core/crossing/contract.ts";
import { countCharacters } from "#shared/text.ts";
import { roomDescriptionLimit, roomNameLimit } from "./defaults/contract.ts";

/** How many people can be added in one request; a whole section fits. */
export const addLimit = 1_000;
/** How many people a change names; of more it says the number. */
export const namedInChange = 20;
/** From this many changes of members on, clients are told to fetch the list again instead of each change. */
export const membersToldSingly = 20;
/** How many sections of one's own a room list can have, and how many rooms each. */
export const ownSectionLimit = 50;
export const arrangedRoomLimit = 2_000;

/**
 * direct: two people, one room a pair. group: whoever is invited, or joins. section: follows a section (所属) by itself.
 * municipality: everybody on the staff and every section account, by itself; never guests.
 */
export const RoomKind = z.enum(["direct", "group", "section", "municipality"]);
export type RoomKind = z.infer<typeof RoomKind>;

export const RoomRole = z.enum(["owner", "member"]);
export type RoomRole = z.infer<typeof RoomRole>;

/** closed: known to its members only. public: anybody on the staff can find and join it. */
export const RoomVisibility = z.enum(["closed", "public"]);
export type RoomVisibility = z.infer<typeof RoomVisibility>;

/** Who may post. */
export const RoomPosting = z.enum(["everybody", "owners"]);
export type RoomPosting = z.infer<typeof RoomPosting>;

/** What of a room its member wants to be told of; a room of `none` does not stand out in the list. */
export const RoomNotify = z.enum(["all", "mentions", "none"]);
export type RoomNotify = z.infer<typeof RoomNotify>;

const words = (longest: number) =>
  z
    .string()
    .trim()
    .refine((text) => countCharacters(text) <= longest, `at most ${longest} characters`);

export const RoomName = words(roomNameLimit).refine((text) => text !== "", "must not be empty");

/** What of a room can be set, and what every member sees of it. */
export const RoomSettings = z.object({
  name: z.string(),
  /** よみがな, for finding; may be empty. */
  kana: z.string(),
  /** 目的: what the room is for; may be empty. */
  description: z.string(),
  visibility: RoomVisibility,
  posting: RoomPosting,
  /** When it was put away (保管): readable, nothing can be written. Null while it is in use. */
  archivedAt: z.string().nullable(),
  /** 自治体機密性: how confidential what is said here is. By it is decided where the room may be read. */
  classification: Classification,
  /** Rises with every change. */
  version: z.int(),
});
export type RoomSettings = z.infer<typeof RoomSettings>;

/** The whole of what is wanted, and the version that was read before: another one since then is refused (409). */
export const ChangeRoomRequest = z.object({
  version: z.int(),
  name: RoomName,
  kana: words(roomNameLimit).default(""),
  description: words(roomDescriptionLimit).default(""),
  visibility: RoomVisibility,
  posting: RoomPosting,
  /** Owners can only raise it; left out it stays. */
  classification: Classification.optional(),
});
export type ChangeRoomRequest = z.infer<typeof ChangeRoomRequest>;

export const ArchiveRoomRequest = z.object({ isArchived: z.boolean() });
export type ArchiveRoomRequest = z.infer<typeof ArchiveRoomRequest>;

/** Lowering a room's class is for who administers the rules, and says why. */
export const LowerClassRequest = z.object({ classification: Classification, reason: words(200).min(1) });
export type LowerClassRequest = z.infer<typeof LowerClassRequest>;

/** What who administers the rules sees of a room whose number they were given. Direct rooms have no name. */
export const ClassifiedRoom = z.object({
  id: z.uuid(),
  kind: RoomKind,
  name: z.string().nullable(),
  memberCount: z.int(),
  classification: Classification,
});
export type ClassifiedRoom = z.infer<typeof ClassifiedRoom>;

/** Why a room of one's own gives none of its words where one sits, and whom to ask. */
export const RoomRefusal = z.object({
  ja: z.string(),
  en: z.string(),
  whom: z.string(),
});
export type RoomRefusal = z.infer<typeof RoomRefusal>;

export const ChangeRoleRequest = z.object({ role: RoomRole });
export type ChangeRoleRequest = z.infer<typeof ChangeRoleRequest>;

export const PreferenceRequest = z.object({ notify: RoomNotify });
export type PreferenceRequest = z.infer<typeof PreferenceRequest>;

/** Several people at once, or everybody who is in a section today. */
export const AddMembersRequest = z.union([
  z.object({ personIds: z.array(z.uuid()).min(1).max(addLimit) }),
  z.object({ sectionId: z.uuid() }),
]);
export type AddMembersRequest = z.infer<typeof AddMembersRequest>;

/** How many are members now who were not before. */
export const AddMembersResponse = z.object({ added: z.int(), memberCount: z.int(), guestCount: z.int() });
export type AddMembersResponse = z.infer<typeof AddMembersResponse>;

export const FindRoomsQuery = z.object({
  /** Part of a name, its reading or the description. */
  q: z.string().max(200).optional(),
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type FindRoomsQuery = z.infer<typeof FindRoomsQuery>;

/** A public room as somebody sees it who may not be in it: nothing of what is said there. */
export const FoundRoom = z.object({
  id: z.uuid(),
  name: z.string(),
  description: z.string(),
  memberCount: z.int(),
  isMember: z.boolean(),
  isArchived: z.boolean(),
  createdAt: z.string(),
});
export type FoundRoom = z.infer<typeof FoundRoom>;

export const FoundRoomsPage = z.object({ items: z.array(FoundRoom), next: z.string().nullable() });
export type FoundRoomsPage = z.infer<typeof FoundRoomsPage>;

/**
 * From what day the years of keeping run: from 1 April behind the fiscal year in which something was written (written-year),
 * or in which the room was put away (archived-year), or from the day on which it was written (written-day).
 */
export const RetentionCounting = z.enum(["written-year", "archived-year", "written-day"]);
export type RetentionCounting = z.infer<typeof RetentionCounting>;

/** How long what is said in a room is kept; null where the municipality has decided nothing, and it is kept. */
export const RoomRetention = z.object({
  rule: z.object({ years: z.int().nullable(), counting: RetentionCounting }).nullable(),
  /** The last day on which what is written today is kept; null for good, or while the years have not begun. */
  until: z.iso.date().nullable(),
  source: z.string().nullable(),
});
export type RoomRetention = z.infer<typeof RoomRetention>;

export const RoomChangeKind = z.enum([
  "joined",
  "left",
  "added",
  "removed",
  "organisation-added",
  "organisation-removed",
  "renamed",
  "described",
  "visibility",
  "posting",
  "classified",
  "owner-made",
  "owner-unmade",
  "archived",
  "restored",
  "inspected",
]);
export type RoomChangeKind = z.infer<typeof RoomChangeKind>;

/** What was done to a room, shown as a line behind the message `afterSeq`. */
export const RoomChange = z.object({
  id: z.uuid(),
  afterSeq: z.int(),
  at: z.string(),
  kind: RoomChangeKind,
  /** Who did it; null when it followed from the organisation. */
  actorId: z.uuid().nullable(),
  /** To whom: at most twenty of `personCount`. */
  personIds: z.array(z.uuid()),
  personCount: z.int(),
  /** The name, visibility or posting before and after. */
  from: z.string().nullable(),
  to: z.string().nullable(),
});
export type RoomChange = z.infer<typeof RoomChange>;

export const RoomChangesQuery = z.object({
  /** Only changes that stand behind a message before this seq. */
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(200),
});
export type RoomChangesQuery = z.infer<typeof RoomChangesQuery>;

/** The newest changes of a room, oldest first. */
export const RoomChangesPage = z.object({ items: z.array(RoomChange), hasBefore: z.boolean() });
export type RoomChangesPage = z.infer<typeof RoomChangesPage>;

/** A section of one's own in the room list (自分の分類). */
export const OwnSection = z.object({
  id: z.uuid(),
  name: words(50).refine((text) => text !== "", "must not be empty"),
  roomIds: z.array(z.uuid()).max(arrangedRoomLimit),
});
export type OwnSection = z.infer<typeof OwnSection>;

/** One's own order of the room list. Rooms that one has left may still be named; they are passed over. */
export const RoomList = z.object({
  /** Rises with every change; 0 before the first. */
  version: z.int().min(0),
  /** In the order in which they are shown. */
  favourites: z.array(z.uuid()).max(arrangedRoomLimit),
  sections: z.array(OwnSection).max(ownSectionLimit),
  /** What is folded: ids of own sections, or `favourites`, `others`, `archived`. */
  folded: z.array(z.string().max(40)).max(ownSectionLimit + 10),
});
export type RoomList = z.infer<typeof RoomList>;

/** Which rooms are read, and up to where. */
export const ReadPositionsRequest = z.object({
  positions: z
    .array(z.object({ roomId: z.uuid(), seq: z.int().min(0) }))
    .min(1)
    .max(arrangedRoomLimit),
});
export type ReadPositionsRequest = z.infer<typeof ReadPositionsRequest>;

export const SectionRooms = z.object({
  /** Whether every section gets a room of its own by itself. */
  isOn: z.boolean(),
});
export type SectionRooms = z.infer<typeof SectionRooms>;
