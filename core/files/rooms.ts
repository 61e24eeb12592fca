import type { Transaction } from "#core/db/index.ts";
import type { FileClass } from "./contract.ts";

/** A room as far as its files need to know it, seen by one person. */
export type FileRoom = {
  readonly id: string;
  readonly kind: "direct" | "group" | "section" | "municipality";
  readonly name: string;
  readonly classification: FileClass | "unknown";
  readonly isArchived: boolean;
  /** The person's own part; null for somebody outside. */
  readonly role: "owner" | "member" | null;
  /** Whether the person may post there now. */
  readonly mayPost: boolean;
};

/** What the feature that has rooms tells of them. */
export type FileRooms = {
  /** Rooms by id as this person sees them; unknown ones are left out. */
  list(
    tx: Transaction,
    tenantId: string,
    personId: string,
    roomIds: readonly string[],
  ): Promise<ReadonlyMap<string, FileRoom>>;
  /** Owners of rooms, who decide about their files. */
  listOwners(
    tx: Transaction,
    tenantId: string,
    roomIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Those of these pairs (`room person`) in which the person is a member of the room. */
  listMemberships(
    tx: Transaction,
    tenantId: string,
    pairs: readonly { roomId: string; personId: string }[],
  ): Promise<ReadonlySet<string>>;
};
