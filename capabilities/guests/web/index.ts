/** Guests on the screen: a sponsor's page, the office's page with reviews, and the page on which an invitation is accepted. */
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import { applyGuests, type GuestEvent, guestApply } from "./apply.ts";
import { countGuestDuties, guestDuties, guestState } from "./state.ts";
import { text } from "./text/index.ts";

export type { guestApply } from "./apply.ts";
export const loadInvitationPage = () => import("./components/invitation-page.tsx");
export const loadGuestAttention = () => import("./components/guest-attention.tsx");

export const guestModule: WebModule = {
  name: "guests",
  settingsSections: [
    {
      id: "guests",
      title: () => text("title"),
      about: () => text("about"),
      icon: PeopleIcon,
      isShown: (me) => me.person.kind === "staff",
      load: () => import("./components/own-guests.tsx"),
    },
  ],
  administrationSections: [
    {
      id: "guests",
      title: () => text("all.title"),
      about: () => text("all.about"),
      icon: PeopleIcon,
      offices: ["accounts"],
      load: () => import("./components/all-guests.tsx"),
    },
  ],
  start({ me }) {
    const isSponsor = me.person.kind === "staff";
    guestDuties.set(0);
    return {
      Provider: ({ children }) => children,
      // Beside the others' snapshots: what waits is a number in a corner.
      takeSnapshot: async (signal) => {
        if (isSponsor) await countGuestDuties(signal);
      },
      applyEvents: (events) => {
        const before = guestState.get();
        for (const event of events)
          if (isGuestEvent(event)) guestState.update((state) => applyGuests(state, event));
        if (isSponsor && guestState.get() !== before) void countGuestDuties().catch(() => {});
      },
      waiting: new Store(0),
      duties: guestDuties,
      countUnsent: () => 0,
      stop: () => guestDuties.set(0),
    };
  },
};

function isGuestEvent(event: { type: string }): event is GuestEvent & StreamEvent {
  return Object.hasOwn(guestApply, event.type);
}
