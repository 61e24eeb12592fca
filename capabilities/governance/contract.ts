/** Governance as both sides see it: the audit record, inspections, reviews of use. Schema and type share one name. */
export * from "./audit-contract.ts";
export * from "./inspection-contract.ts";
export * from "./records-contract.ts";
export * from "./use-review-contract.ts";
