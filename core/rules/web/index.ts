/** The operating rules: the screen in front when a new version takes effect, one's own agreement, and looking after the texts. */
import { createElement, lazy, Suspense } from "react";
import { request } from "#web/kit/api/client.ts";
import { LockIcon } from "#web/kit/components/icons.tsx";
import type { WebModule } from "#web/kit/module.ts";
import { Store, useStore } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import type { OwnRules } from "../contract.ts";
import { applyRules, type RulesEvent, type RulesState, rulesApply, stateOfRules } from "./apply.ts";
import { text } from "./text/index.ts";

export type { rulesApply } from "./apply.ts";

const RulesGate = lazy(() => import("./components/rules-gate.tsx"));

export const rulesModule: WebModule = {
  name: "rules",
  settingsSections: [
    {
      id: "rules",
      title: () => text("own.title"),
      about: () => text("own.about"),
      icon: LockIcon,
      load: () => import("./components/own-rules.tsx"),
    },
  ],
  administrationSections: [
    {
      id: "rules",
      title: () => text("manage.title"),
      about: () => text("manage.about"),
      icon: LockIcon,
      offices: ["rules"],
      load: () => import("./administration/rules-management.tsx"),
    },
  ],
  start({ me }) {
    const state = new Store<RulesState | undefined>(undefined);
    const Gate = () => {
      const isAsked = useStore(state, (now) => now?.text != null && !now.isAgreed);
      return isAsked ? createElement(Suspense, null, createElement(RulesGate, { state })) : null;
    };
    return {
      Provider: ({ children }) =>
        createElement(
          "div",
          { className: "flex min-h-0 min-w-0 flex-1 flex-col", "data-print": "grow" },
          createElement(Gate),
          createElement("div", { className: "flex min-h-0 min-w-0 flex-1", "data-print": "grow" }, children),
        ),
      takeSnapshot: async (signal) =>
        state.set(stateOfRules(me, await request<OwnRules>("GET", "/me/rules", { signal }))),
      applyEvents: (events) => {
        for (const event of events)
          if (isRulesEvent(event)) state.update((now) => now && applyRules(now, event));
      },
      waiting: new Store(0),
      duties: new Store(0),
      countUnsent: () => 0,
      stop: () => {},
    };
  },
};

function isRulesEvent(event: { type: string }): event is RulesEvent & StreamEvent {
  return Object.hasOwn(rulesApply, event.type);
}
