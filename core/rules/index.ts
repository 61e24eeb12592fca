/** The operating rules (運用ルール): what must be read and agreed to before one works. See README.md beside this file. */
export { recordAgreement } from "./actions/agree.ts";
export { expectAgreement } from "./actions/expect-agreement.ts";
export { publishFirstVersions } from "./actions/publish-first-version.ts";
export { findCurrentRules } from "./queries/current-rules.ts";
export { makeRulesReaches } from "./reach.ts";
export { type RulesServices, rulesRoutes } from "./routes.ts";
export { rulesTasks } from "./tasks.ts";
