import { followOrganisation } from "#capabilities/chat/index.ts";
import { followSponsors } from "#capabilities/guests/index.ts";
import type { OrganisationListener } from "#core/identity/index.ts";

/** What follows the organisation, in this order; handed to everything that changes posts, sections or people. */
export const organisationListeners: readonly OrganisationListener[] = [followOrganisation, followSponsors];
