/** Accounts as licences: bought, used, and what they cost. See docs/architecture/licences.md. */
export { planAsInThePaper } from "./actions/save-licences.ts";
export { licenceRoutes } from "./routes.ts";
