import type { SectionRole } from "../../contract.ts";

/** Every role in its order. Named here, since the contract's schemas would bring their library into the page. */
const everyRole: { readonly [Key in SectionRole]: true } = {
  "information-head": true,
  "security-officer": true,
  "systems-officer": true,
};
// The keys are the record's own.
export const sectionRoles = Object.keys(everyRole) as readonly SectionRole[];
