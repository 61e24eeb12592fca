/** Guests: by invitation, for a time, with a sponsor, looked through twice a year. See docs/architecture/guests.md. */
export { followSponsors } from "./server/actions/follow-sponsors.ts";
export { lookThroughGuests } from "./server/actions/look-through.ts";
export { makeGuestReaches } from "./server/reach.ts";
export { type GuestServices, guestRoutes } from "./server/routes.ts";
