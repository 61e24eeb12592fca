/** Every part of 「管理」, in the order of its list: accounts and offices first, then what the modules add. */
import { governanceAdministration } from "#capabilities/governance/web/index.ts";
import { equipmentAdministration } from "#core/equipment/web/index.ts";
import { identityAdministration } from "#core/identity/web/index.ts";
import { licenceAdministration } from "#core/licences/web/index.ts";
import type { AdministrationSection } from "#web/kit/module.ts";
import { modules } from "../modules.ts";

export const administrationSections: readonly AdministrationSection[] = [
  ...identityAdministration,
  ...equipmentAdministration,
  ...licenceAdministration,
  ...governanceAdministration,
  ...modules.flatMap((module) => module.administrationSections ?? []),
];
