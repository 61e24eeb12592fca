/**
 * Being reached, as both sides see it: what a device is told and how, and what a person says about where they are.
 * Schema and type share one name.
 */
import { z } from "zod";

/** What somebody is told about. `test` is the one that the reader asks for. */
export const NotificationKind = z.enum([
  "direct",
  "mention",
  "confirmation",
  "reminder",
  /** Guests of the reader's: a term that ends, a hand-over, a review. */
  "guests",
  /** Operating rules that the reader was asked once more to agree to. */
  "rules",
  /** A device that waits for approval or was decided; the log of removable media; an inspection that waits or was decided. */
  "devices",
  "media",
  "inspections",
  "test",
]);
export type NotificationKind = z.infer<typeof NotificationKind>;

export const NotificationChoices = z.object({
  direct: z.boolean(),
  mentions: z.boolean(),
  confirmations: z.boolean(),
  reminders: z.boolean(),
  /** What waits outside the rooms: guests' terms and reviews, operating rules, devices, media, inspections. */
  duties: z.boolean().default(true),
  /** What may stand on the device's lock screen: only that there is something, the room's name, or also who and what. */
  shows: z.enum(["nothing", "room", "text"]),
});
export type NotificationChoices = z.infer<typeof NotificationChoices>;

/** How a device's last push went. `waiting`: one is on its way. `none`: none was needed yet. */
export const PushOutcome = z.enum(["none", "waiting", "accepted", "refused", "unreachable"]);
export type PushOutcome = z.infer<typeof PushOutcome>;

export const NotifiedDevice = z.object({
  id: z.uuid(),
  name: z.string().nullable(),
  isThis: z.boolean(),
  since: z.string(),
  outcome: PushOutcome,
  /** When the push service took the last one. */
  acceptedAt: z.string().nullable(),
});
export type NotifiedDevice = z.infer<typeof NotifiedDevice>;

export const NotificationSettings = z.object({
  choices: NotificationChoices,
  /** For the browser's `subscribe` (base64url); null on the LGWAN side, whose terminals no push service reaches. */
  pushKey: z.string().nullable(),
  devices: z.array(NotifiedDevice),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

export const PushSubscriptionRequest = z.object({
  /** The address that the browser got from its push service. */
  endpoint: z.url().max(2000),
  /** In which language this device is told. */
  language: z.enum(["ja", "en"]).default("ja"),
});
export type PushSubscriptionRequest = z.infer<typeof PushSubscriptionRequest>;

/** What the push service said to the test. `status` is its HTTP status; 0 when it was not reached. */
export const PushTestAnswer = z.object({
  outcome: z.enum(["accepted", "refused", "unreachable", "gone"]),
  status: z.int(),
  service: z.string(),
});
export type PushTestAnswer = z.infer<typeof PushTestAnswer>;

export const NewsQuery = z.object({
  /** The `next` of an earlier answer: only what is newer. */
  after: z.iso.datetime({ offset: true }).optional(),
});
export type NewsQuery = z.infer<typeof NewsQuery>;

/** What a device that was woken shows. */
export const News = z.object({
  items: z.array(
    z.object({
      /** Notifications with the same tag replace each other. */
      tag: z.string(),
      title: z.string(),
      body: z.string(),
      path: z.string(),
      isSilent: z.boolean(),
    }),
  ),
  /** How many rooms wait for the reader. */
  waiting: z.int(),
  /** Ask with this the next time. */
  next: z.string(),
});
export type News = z.infer<typeof News>;

/** What a person can say about where they are: 在席, 会議中, 在宅, 外勤, 休暇. */
export const StatusKind = z.enum(["available", "meeting", "telework", "outside", "leave"]);
export type StatusKind = z.infer<typeof StatusKind>;

export const PersonStatus = z.object({
  personId: z.uuid(),
  /** Null when nothing is said, or its time is over. */
  status: StatusKind.nullable(),
  /** A few words: 「15時に戻ります」. */
  words: z.string().nullable(),
  until: z.string().nullable(),
  /** Of two, the later one is true. */
  changedAt: z.string(),
});
export type PersonStatus = z.infer<typeof PersonStatus>;

export const OwnStatus = PersonStatus.extend({
  /** Nobody is told whether this person is at a screen, or typing. */
  hidesPresence: z.boolean(),
});
export type OwnStatus = z.infer<typeof OwnStatus>;

export const StatusRequest = z.object({
  status: StatusKind.nullable(),
  words: z.string().trim().max(40).nullable(),
  until: z.iso.datetime({ offset: true }).nullable(),
  hidesPresence: z.boolean(),
});
export type StatusRequest = z.infer<typeof StatusRequest>;

export const StatusesQuery = z.object({
  /** Comma-separated. */
  ids: z.string().regex(/^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,99}$/),
});
export type StatusesQuery = z.infer<typeof StatusesQuery>;

export const StatusesPage = z.object({ items: z.array(PersonStatus) });
export type StatusesPage = z.infer<typeof StatusesPage>;

/** What the stream carries of it. */
export const reachEvents = {
  /** To the person's own connections: what they have said. Watchers get the same beside the stream (docs/architecture/presence.md). */
  "status.changed": OwnStatus,
} as const;
export type ReachEvents = { [Name in keyof typeof reachEvents]: z.infer<(typeof reachEvents)[Name]> };
