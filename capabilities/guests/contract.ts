/**
 * Guests as both sides see them: invitations, stays and their ends, sponsors, and the half-yearly review. Schema and type share
 * one name.
 */
import { z } from "zod";
import { Me, PersonSummary } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

const words = (longest: number) =>
  z
    .string()
    .trim()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used")
    .refine((text) => !/^[=+\-@＝＋－＠]/.test(text), "a sign that starts a formula");
const moment = z.iso.datetime({ offset: true });
const reason = words(200).refine((text) => text.length > 0, "a reason");

export const GuestSettings = z
  .object({
    defaultDays: z.int().min(1).max(1096),
    longestDays: z.int().min(1).max(1096),
    invitationDays: z.int().min(1).max(60),
    /** Months (1 to 12) on whose first day a review opens. */
    reviewMonths: z.array(z.int().min(1).max(12)).max(12),
    reviewDays: z.int().min(7).max(90),
  })
  .refine((all) => all.defaultDays <= all.longestDays, "the usual term is longer than the longest");
export type GuestSettings = z.infer<typeof GuestSettings>;

export const InviteRequest = z.object({
  name: words(100).min(1),
  kana: words(100),
  /** 会社名・団体名 */
  affiliation: words(100).min(1),
  /** Where the invitation is sent; nothing is sent by the program. */
  address: words(200),
  /** The work for which they come. */
  purpose: words(200).min(1),
  roomIds: z.array(z.uuid()).min(1).max(20),
  until: moment,
});
export type InviteRequest = z.infer<typeof InviteRequest>;

/** The link and the code, shown only here: they go to the guest by two ways. */
export const MadeInvitation = z.object({
  id: z.uuid(),
  /** Behind the # of /invitation on the Internet side's address. */
  token: z.string(),
  code: z.string(),
  expiresAt: z.string(),
});
export type MadeInvitation = z.infer<typeof MadeInvitation>;

export const Invitation = z.object({
  id: z.uuid(),
  name: z.string(),
  affiliation: z.string(),
  address: z.string(),
  purpose: z.string(),
  sponsorName: z.string(),
  until: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  /** `locked`: too many wrong codes; it must be made anew. */
  state: z.enum(["open", "expired", "locked"]),
});
export type Invitation = z.infer<typeof Invitation>;

export const StayChange = z.object({
  id: z.uuid(),
  at: z.string(),
  kind: z.enum(["accepted", "extended", "ended", "sponsor-lost", "taken-over", "renewed", "lapsed"]),
  byName: z.string().nullable(),
  until: z.string().nullable(),
  reason: z.string().nullable(),
});
export type StayChange = z.infer<typeof StayChange>;

export const Guest = z.object({
  person: PersonSummary,
  loginId: z.string(),
  sponsor: PersonSummary.nullable(),
  /** The section that answers for the guest. */
  sectionName: z.string().nullable(),
  purpose: z.string(),
  /** For how long the stay was granted. */
  until: z.string().nullable(),
  /** When access ends unless something is done: the earliest of the term, the hand-over and the review. */
  endsAt: z.string().nullable(),
  state: z.enum(["staying", "over", "ended"]),
  /** What somebody has to do: extend or let end, take over, renew. */
  needs: z.array(z.enum(["extension", "sponsor", "renewal"])),
  roomCount: z.int(),
  lastUsedAt: z.string().nullable(),
  /** Whether the reader may extend and end the stay. */
  isOwn: z.boolean(),
  mayTakeOver: z.boolean(),
  changes: z.array(StayChange),
});
export type Guest = z.infer<typeof Guest>;

export const GuestsQuery = z.object({
  /** `own`: those whom one sponsors, and those of one's section that wait for a sponsor. `all`: for the office of accounts. */
  view: z.enum(["own", "all"]).default("own"),
});
export type GuestsQuery = z.infer<typeof GuestsQuery>;

export const GuestsPage = z.object({
  items: z.array(Guest),
  invitations: z.array(Invitation),
  settings: GuestSettings,
  /** Whether the guests' terms are published: without them nobody is invited. */
  hasTerms: z.boolean(),
  /** The open review, if there is one. */
  review: z.object({ id: z.uuid(), closesAt: z.string() }).nullable(),
});
export type GuestsPage = z.infer<typeof GuestsPage>;

export const ExtendRequest = z.object({ until: moment, reason });
export type ExtendRequest = z.infer<typeof ExtendRequest>;

export const EndRequest = z.object({ reason });

export const TakeOverRequest = z.object({
  reason,
  /** For the office of accounts: who sponsors from now on; oneself when left out. */
  sponsorId: z.uuid().optional(),
});
export type TakeOverRequest = z.infer<typeof TakeOverRequest>;

export const ReviewDecision = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("renewed"), until: moment, reason }),
  z.object({ outcome: z.literal("ended"), reason }),
]);
export type ReviewDecision = z.infer<typeof ReviewDecision>;

export const ReviewItem = z.object({
  person: PersonSummary,
  sponsor: PersonSummary.nullable(),
  sectionName: z.string().nullable(),
  purpose: z.string(),
  until: z.string().nullable(),
  lastUsedAt: z.string().nullable(),
  /** Null: not decided yet. */
  outcome: z.enum(["renewed", "ended", "lapsed"]).nullable(),
  decidedByName: z.string().nullable(),
  decidedAt: z.string().nullable(),
  reason: z.string().nullable(),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

export const Review = z.object({
  id: z.uuid(),
  openedAt: z.string(),
  closesAt: z.string(),
  closedAt: z.string().nullable(),
  items: z.array(ReviewItem),
});
export type Review = z.infer<typeof Review>;

export const ReviewList = z.object({
  items: z.array(
    Review.omit({ items: true }).extend({
      total: z.int(),
      renewed: z.int(),
      ended: z.int(),
      lapsed: z.int(),
    }),
  ),
});
export type ReviewList = z.infer<typeof ReviewList>;

/** What the guest has: the link's token and the code that came by another way. */
export const OpenInvitationRequest = z.object({
  token: z.string().min(1).max(200),
  code: z.string().min(1).max(40),
});
export type OpenInvitationRequest = z.infer<typeof OpenInvitationRequest>;

/** What the guest is shown before accepting. */
export const OpenedInvitation = z.object({
  municipality: z.string(),
  name: z.string(),
  affiliation: z.string(),
  purpose: z.string(),
  sponsorName: z.string(),
  roomCount: z.int(),
  until: z.string(),
  terms: z.object({ id: z.uuid(), title: z.string(), version: z.int(), body: z.string() }),
  totpSecret: z.string(),
  totpUrl: z.string(),
});
export type OpenedInvitation = z.infer<typeof OpenedInvitation>;

export const AcceptInvitationRequest = OpenInvitationRequest.extend({
  password: z.string().min(1).max(1000),
  totp: z.string().regex(/^\d{6}$/),
  /** The id of the terms that were read. */
  agreedTerms: z.uuid(),
  deviceName: words(200).optional(),
});
export type AcceptInvitationRequest = z.infer<typeof AcceptInvitationRequest>;

/** The guest is in: as after a sign-in. */
export const AcceptedInvitation = z.object({
  token: z.string(),
  loginId: z.string(),
  recoveryCodes: z.array(z.string()),
  me: Me,
});
export type AcceptedInvitation = z.infer<typeof AcceptedInvitation>;

export const guestEvents = {
  /** Something about guests waits for its reader, or no longer does: what waits is asked anew. */
  "guests.changed": z.object({
    changeId: z.uuid(),
    /** Something new waits for the reader, who has not done it themselves. */
    isCall: z.boolean().optional(),
  }),
} as const;
export type GuestEvents = { [Name in keyof typeof guestEvents]: z.infer<(typeof guestEvents)[Name]> };
