/**
 * What may cross between network zones: one declarative table for each municipality, one function that decides by it,
 * and the sentence that says why. See docs/architecture/crossing.md.
 */

export { beginCrossing } from "./actions/save-crossing.ts";
export type {
  Classification,
  CrossingDeed,
  CrossingQuestion,
  CrossingRule,
  CrossingTable,
} from "./contract.ts";
export { CrossingTables } from "./crossing-tables.ts";
export { type Deciding, decideCrossing, findDeciding } from "./decide.ts";
export { defaultTable } from "./default-table.ts";
export { classOfNewRooms } from "./queries/class-of-new-rooms.ts";
export type { CrossingStock, FileGroup, RoomGroup } from "./queries/effect-of-crossing.ts";
export { type Reader, Reading, type ReadRoom, readerOf, readingOf } from "./reading.ts";
export { crossingRoutes } from "./routes.ts";
