/** The register of what people hold: handed out, returned, lost, with its history. See docs/architecture/equipment.md. */
export { equipmentRoutes } from "./routes.ts";
