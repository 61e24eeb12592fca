/**
 * Who may do what, and why. Each entity has one policy.ts with decisions that carry their reason and, beside them, the
 * same rules as SQL predicates for lists; a property test proves that the two agree.
 */
export type { Actor, DeviceFacts } from "./actor.ts";
export { administers, type Office, offices } from "./administration.ts";
export {
  allow,
  assertAllowed,
  type Decision,
  decisionOf,
  deny,
  hidden,
  noteDecision,
  type Rule,
} from "./decision.ts";
export type { AccountClass, PersonKind, Zone } from "./words.ts";
