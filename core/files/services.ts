import type { CrossingTables } from "#core/crossing/index.ts";
import type { Database } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Sanitiser } from "#core/sanitise/index.ts";
import type { FileRooms } from "./rooms.ts";
import type { BlobStore } from "./storage/index.ts";

/** What files stand on. */
export type FileServices = {
  readonly database: Database;
  readonly clock: Clock;
  readonly store: BlobStore;
  readonly rooms: FileRooms;
  readonly tables: Pick<CrossingTables, "tableOf">;
  readonly sanitiser: Sanitiser;
  /** A folder of this machine for what is being looked at; nothing stays in it. */
  readonly workFolder: string;
};
