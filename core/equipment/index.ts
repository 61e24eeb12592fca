/** The register of what people hold, and the log of removable media. See docs/architecture/equipment.md and removable-media.md. */

export { importEquipment } from "./actions/import-equipment.ts";
export { askForMedium } from "./media/actions/ask-for-medium.ts";
export { stepMediaLoan } from "./media/actions/step-media-loan.ts";
export { warnOfOverdueMedia } from "./media/actions/warn-overdue.ts";
export { makeMediaReaches } from "./media/media-reach.ts";
export { equipmentRoutes } from "./routes.ts";
