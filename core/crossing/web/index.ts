/** What may cross between zones: the page where its rules are written. */
import type { ReactNode } from "react";
import { GlobeIcon, SwapIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { CrossingEvents } from "../contract.ts";
import { newestVersion } from "./draft.ts";
import { text } from "./text/index.ts";

const none = new Store(0);

/** The page needs nothing from around it. */
function Plain({ children }: { children: ReactNode }) {
  return children;
}

export const crossingModule: WebModule = {
  name: "crossing",
  administrationSections: [
    {
      id: "crossing",
      title: () => text("title"),
      about: () => text("about"),
      icon: SwapIcon,
      offices: ["rules"],
      load: () => import("./components/crossing-section.tsx"),
    },
    {
      id: "zones",
      title: () => text("zone.title"),
      about: () => text("zone.about"),
      icon: GlobeIcon,
      offices: ["rules"],
      load: () => import("./components/zones-section.tsx"),
    },
  ],
  start: () => ({
    Provider: Plain,
    takeSnapshot: async () => {},
    applyEvents: (events) => {
      for (const event of events)
        if (event.type === "crossing.changed")
          newestVersion.set((event as unknown as CrossingEvents["crossing.changed"]).newest);
    },
    waiting: none,
    duties: none,
    countUnsent: () => 0,
    stop: () => {},
  }),
};
