/** Every part of 「管理」, in the order of its list: accounts and offices first, then what the modules add. */
import { identityAdministration } from "#core/identity/web/index.ts";
import { licenceAdministration } from "#core/licences/web/index.ts";
import type { AdministrationSection } from "#web/kit/module.ts";
import { modules } from "../modules.ts";

export const administrationSections: readonly AdministrationSection[] = [
  ...identityAdministration,
  ...licenceAdministration,
  ...modules.flatMap((module) => module.administrationSections ?? []),
];
