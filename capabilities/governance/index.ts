/** Governance: reading the audit record, inspection. See README.md beside this file. */
export { tellFinishedInspections } from "./server/actions/inspect.ts";
export { findChainStanding } from "./server/actions/read-audit.ts";
export { writeAllTraces } from "./server/actions/write-traces.ts";
export { makeInspectionReaches } from "./server/inspection-reach.ts";
export { disposalTask, dispose } from "./server/records/actions/dispose.ts";
export { listDueByTheClock } from "./server/records/actions/list-due.ts";
export { recordTask, writeRecord } from "./server/records/actions/write-record.ts";
export { listHeldRecords } from "./server/records/held-records.ts";
export { type GovernanceServices, governanceRoutes } from "./server/routes.ts";
export { openUseReviews } from "./server/use-review/actions/open-use-reviews.ts";
