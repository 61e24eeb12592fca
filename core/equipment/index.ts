/** The register of what people hold, and the log of removable media. See docs/architecture/equipment.md and removable-media.md. */

export { warnOfOverdueMedia } from "./media/actions/warn-overdue.ts";
export { makeMediaReaches } from "./media/media-reach.ts";
export { equipmentRoutes } from "./routes.ts";
