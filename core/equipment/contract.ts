/** The register of what people hold (機器台帳), as both sides see it. Schema and type share one name. */
import { z } from "zod";
import { PersonSummary, Zone } from "#core/identity/contract.ts";
import { findTextFault } from "#shared/text.ts";

export * from "./media/media-contract.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");

export const EquipmentKind = z.enum(["pc", "tablet", "phone", "sim-dongle", "usb-memory", "other"]);
export type EquipmentKind = z.infer<typeof EquipmentKind>;

export const EquipmentState = z.enum(["in-store", "handed-out", "lost", "retired"]);
export type EquipmentState = z.infer<typeof EquipmentState>;

/** One thing, and where it is now. */
export const EquipmentItem = z.object({
  id: z.uuid(),
  /** 備品番号: unique in the municipality. */
  number: z.string(),
  kind: EquipmentKind,
  owned: z.enum(["issued", "personal"]),
  model: z.string(),
  serial: z.string(),
  simNumber: z.string(),
  network: z.enum(["lgwan", "internet"]).nullable(),
  state: EquipmentState,
  holder: PersonSummary.nullable(),
  sectionName: z.string().nullable(),
  /** JST day on which it is to be back. */
  dueOn: z.string().nullable(),
  /** The browser on it with which its holder signs in is known: a loss cuts it off. */
  isLinked: z.boolean(),
  isOverdue: z.boolean(),
  note: z.string(),
});
export type EquipmentItem = z.infer<typeof EquipmentItem>;

export const EquipmentQuery = z.object({
  /** Part of number, model, serial or SIM number, of the holder's name or kana, or of the section. */
  q: shortText(200).optional(),
  kind: EquipmentKind.optional(),
  state: EquipmentState.optional(),
  /** Only what should be back already. */
  overdue: z.enum(["yes"]).optional(),
  cursor: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type EquipmentQuery = z.infer<typeof EquipmentQuery>;

export const EquipmentPage = z.object({
  items: z.array(EquipmentItem),
  next: z.string().nullable(),
  /** How many there are in each state, of the whole register. */
  counts: z.object({ "in-store": z.int(), "handed-out": z.int(), lost: z.int(), retired: z.int() }),
});
export type EquipmentPage = z.infer<typeof EquipmentPage>;

export const EquipmentEvent = z.object({
  at: z.string(),
  what: z.enum(["imported", "handed-out", "returned", "lost", "found", "retired", "linked", "unlinked"]),
  byName: z.string().nullable(),
  holderName: z.string().nullable(),
  sectionName: z.string().nullable(),
  note: z.string(),
});
export type EquipmentEvent = z.infer<typeof EquipmentEvent>;

export const EquipmentDetail = EquipmentItem.extend({
  events: z.array(EquipmentEvent),
  /** Browsers of its holder, one of which may be the one on it. */
  devices: z.array(
    z.object({
      id: z.uuid(),
      name: z.string().nullable(),
      /** Four figures that holder and keeper compare. */
      number: z.string(),
      zone: Zone,
      isCutOff: z.boolean(),
      isLinked: z.boolean(),
    }),
  ),
});
export type EquipmentDetail = z.infer<typeof EquipmentDetail>;

/** What its reader holds, and for a section's officer on the LGWAN side what the section has; the keeper's notes are left out. */
export const HeldEquipment = z.object({ own: z.array(EquipmentItem), section: z.array(EquipmentItem) });
export type HeldEquipment = z.infer<typeof HeldEquipment>;

/** How many things there are, without those out of use. */
export const EquipmentCounts = z.object({
  kinds: z.array(z.object({ kind: EquipmentKind, state: EquipmentState, count: z.int() })),
  /** Of things that are handed out, by section; null: nobody has said which. */
  sections: z.array(z.object({ name: z.string().nullable(), count: z.int() })),
});
export type EquipmentCounts = z.infer<typeof EquipmentCounts>;

/** The browser on a thing; null takes the link away. */
export const LinkDeviceRequest = z.object({ deviceId: z.uuid().nullable() });
export type LinkDeviceRequest = z.infer<typeof LinkDeviceRequest>;

/** What a loss has ended. */
export const MovedEquipment = z.object({ sessionsEnded: z.int() });
export type MovedEquipment = z.infer<typeof MovedEquipment>;

/** The register as a table, headings first, in the columns that an import reads. */
export const EquipmentExport = z.object({ rows: z.array(z.array(z.string())) });
export type EquipmentExport = z.infer<typeof EquipmentExport>;

/** What happens to a thing. `found` brings a lost one back into the store. */
export const MoveEquipmentRequest = z.discriminatedUnion("what", [
  z.object({
    what: z.literal("handed-out"),
    holderId: z.uuid(),
    dueOn: z.iso.date().nullable(),
    note: shortText(200),
  }),
  z.object({ what: z.enum(["returned", "lost", "found", "retired"]), note: shortText(200) }),
]);
export type MoveEquipmentRequest = z.infer<typeof MoveEquipmentRequest>;

export const ImportEquipmentRequest = z.object({
  /** The file's bytes in base64: CSV in any of the usual encodings, or a workbook. */
  file: z
    .string()
    .max(14_000_000)
    .regex(/^[A-Za-z0-9+/]*={0,2}$/),
  /** Only says what would happen. */
  isDryRun: z.boolean(),
});
export type ImportEquipmentRequest = z.infer<typeof ImportEquipmentRequest>;

/** With errors nothing is imported. */
export const EquipmentReport = z.object({
  rows: z.int(),
  added: z.int(),
  changed: z.int(),
  unchanged: z.int(),
  isImported: z.boolean(),
  /** The first hundred. */
  issues: z.array(
    z.object({ row: z.int().nullable(), column: z.string().nullable(), ja: z.string(), en: z.string() }),
  ),
  issueCount: z.int(),
});
export type EquipmentReport = z.infer<typeof EquipmentReport>;
