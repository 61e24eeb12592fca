/** Being reached: presence on the screen, one's own status, and the settings 「通知」. */
import { createElement } from "react";
import { BellIcon, StatusIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import { applyReach, type ReachEvent, reachApply } from "./apply.ts";
import { AskOnPhone } from "./components/ask-on-phone.tsx";
import { ReachContext } from "./context.ts";
import { ReachClient } from "./reach-client.ts";
import { text } from "./text/index.ts";

export type { reachApply } from "./apply.ts";
export { forgetSubscription } from "./push.ts";

export const reachModule: WebModule = {
  name: "reach",
  settingsSections: [
    {
      id: "status",
      title: () => text("status.title"),
      about: () => text("status.about"),
      icon: StatusIcon,
      load: () => import("./components/status-section.tsx"),
    },
    {
      id: "notifications",
      title: () => text("notifications.title"),
      about: () => text("notifications.about"),
      icon: BellIcon,
      load: () => import("./components/notifications-section.tsx"),
    },
  ],
  start(session) {
    const reach = new ReachClient(session);
    reach.start();
    return {
      Provider: ({ children }) =>
        createElement(ReachContext, { value: reach }, children, createElement(AskOnPhone)),
      takeSnapshot: (signal) => reach.takeSnapshot(signal),
      applyEvents: (events) => {
        for (const event of events)
          if (isReachEvent(event)) {
            const { own } = applyReach({ own: reach.own.get() }, event);
            if (own) reach.setOwn(own);
          }
      },
      waiting: new Store(0),
      duties: new Store(0),
      countUnsent: () => 0,
      stop: () => reach.stop(),
    };
  },
};

function isReachEvent(event: { type: string }): event is ReachEvent & StreamEvent {
  return Object.hasOwn(reachApply, event.type);
}
