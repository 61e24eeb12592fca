/** Governance: reading the audit record, inspection. See README.md beside this file. */
export { tellFinishedInspections } from "./server/actions/inspect.ts";
export { findChainStanding } from "./server/actions/read-audit.ts";
export { writeAllTraces } from "./server/actions/write-traces.ts";
export { type GovernanceServices, governanceRoutes } from "./server/routes.ts";
