/**
 * The devices with which people sign in: named, approved where the municipality asks for it, and cut off at once when one
 * is lost.
 */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";
import { PersonSummary } from "../person-summary.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const reason = shortText(200).refine((text) => text.trim().length > 0, "a reason");
const zone = z.string().regex(/^[a-z][a-z0-9-]{0,30}$/);

/**
 * `unasked`: nobody has asked for approval. `waiting`: asked for. `cut-off`: reported lost, or taken out of use; it must
 * delete what it kept.
 */
export const DeviceApproval = z.enum(["unasked", "waiting", "approved", "refused", "cut-off"]);
export type DeviceApproval = z.infer<typeof DeviceApproval>;

/** The office's, or the holder's own. */
export const DeviceOwnership = z.enum(["issued", "personal"]);
export type DeviceOwnership = z.infer<typeof DeviceOwnership>;

export const CutOffReason = z.enum(["lost", "stolen", "replaced", "consent-withdrawn", "left", "other"]);
export type CutOffReason = z.infer<typeof CutOffReason>;

/** A device as its holder sees it. */
export const OwnDevice = z.object({
  id: z.uuid(),
  /** The name that its holder gave it, else what the browser says of itself. */
  name: z.string().nullable(),
  /** What the browser says of itself. */
  browser: z.string().nullable(),
  zone,
  approval: DeviceApproval,
  owned: DeviceOwnership.nullable(),
  /** Four figures by which the holder and who approves know that they speak of the same device. */
  number: z.string(),
  requestedAt: z.string().nullable(),
  decidedAt: z.string().nullable(),
  decisionNote: z.string().nullable(),
  consentedAt: z.string().nullable(),
  cutOffAt: z.string().nullable(),
  cutOffBecause: CutOffReason.nullable(),
  /** When the device has said that it deleted what it kept. */
  wipedAt: z.string().nullable(),
  firstUsedAt: z.string(),
  lastUsedAt: z.string(),
  liveSessions: z.int(),
  isThis: z.boolean(),
});
export type OwnDevice = z.infer<typeof OwnDevice>;

/** A device as those who approve see it. */
export const DeviceItem = OwnDevice.omit({ isThis: true }).extend({
  person: PersonSummary,
  requestNote: z.string().nullable(),
  decidedBy: z.string().nullable(),
});
export type DeviceItem = z.infer<typeof DeviceItem>;

export const OwnDevices = z.object({
  items: z.array(OwnDevice),
  /** Whether devices of the Internet side need approval now, and until when those without it still work. */
  isApprovalNeeded: z.boolean(),
  graceUntil: z.string().nullable(),
  allowsPersonal: z.boolean(),
  consentText: z.string(),
});
export type OwnDevices = z.infer<typeof OwnDevices>;

export const DevicesQuery = z.object({
  /** Part of a name, its kana, a section, or of the device's name. */
  q: shortText(200).optional(),
  approval: DeviceApproval.optional(),
  cursor: z.string().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type DevicesQuery = z.infer<typeof DevicesQuery>;

export const DevicesPage = z.object({
  items: z.array(DeviceItem),
  next: z.string().nullable(),
  /** How many wait for a decision. */
  waiting: z.int(),
});
export type DevicesPage = z.infer<typeof DevicesPage>;

export const NameDeviceRequest = z.object({
  name: shortText(60).refine((text) => text.trim().length > 0, "a name"),
});
export type NameDeviceRequest = z.infer<typeof NameDeviceRequest>;

export const CutOffDeviceRequest = z.object({ because: CutOffReason, note: shortText(200).optional() });
export type CutOffDeviceRequest = z.infer<typeof CutOffDeviceRequest>;

export const DecideDeviceRequest = z.object({
  isApproved: z.boolean(),
  owned: DeviceOwnership,
  note: shortText(200).optional(),
});
export type DecideDeviceRequest = z.infer<typeof DecideDeviceRequest>;

export const RestoreDeviceRequest = z.object({ reason });
export type RestoreDeviceRequest = z.infer<typeof RestoreDeviceRequest>;

/** What somebody says of the device whose sign-in was refused with `device-not-approved`. */
export const DescribeDeviceRequest = z.object({
  /** From the refusal; good for half an hour. */
  ticket: z.string().min(1).max(1000),
  name: shortText(60).refine((text) => text.trim().length > 0, "a name"),
  owned: DeviceOwnership,
  note: shortText(200).optional(),
  /** For a personal device: that the holder agrees to the text of the refusal. */
  consents: z.boolean().optional(),
});
export type DescribeDeviceRequest = z.infer<typeof DescribeDeviceRequest>;

/** Where the request stands; `number` is told to who approves. */
export const DeviceRequestState = z.object({ approval: DeviceApproval, number: z.string() });
export type DeviceRequestState = z.infer<typeof DeviceRequestState>;

export const boundClassChoices = ["video-tablet", "remote-tablet", "telework", "section"] as const;

/** What a municipality asks of devices. */
export const DeviceRule = z.object({
  isApprovalNeeded: z.boolean(),
  requiredFrom: z.string().nullable(),
  graceUntil: z.string().nullable(),
  allowsPersonal: z.boolean(),
  /** Classes whose accounts are bound to their approved devices on every side, while approval is needed. */
  boundClasses: z.array(z.enum(boundClassChoices)),
  /** What the holder of a personal device agrees to. */
  consentText: z.string(),
  /** Whether these are the municipality's own words. */
  hasOwnConsentText: z.boolean(),
  /** Minutes without a touch after which the screen is covered; null: never. */
  idleMinutes: z.object({ lgwan: z.int().nullable(), internet: z.int().nullable() }),
  /** How many people use devices on the Internet side that are not approved. */
  unapproved: z.int(),
});
export type DeviceRule = z.infer<typeof DeviceRule>;

const minutes = z.int().min(1).max(240).nullable();
export const ChangeDeviceRuleRequest = z.object({
  isApprovalNeeded: z.boolean(),
  /** When it is switched on: how long devices that are in use may go on without approval. */
  graceDays: z.int().min(0).max(90),
  allowsPersonal: z.boolean(),
  boundClasses: z.array(z.enum(boundClassChoices)).max(boundClassChoices.length),
  /** Chonai's own words when null. */
  consentText: shortText(2000).nullable(),
  idleMinutes: z.object({ lgwan: minutes, internet: minutes }),
  reason,
});
export type ChangeDeviceRuleRequest = z.infer<typeof ChangeDeviceRuleRequest>;
