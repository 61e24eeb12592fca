/** What governance adds to 「管理」, and what of it waits for its reader. */
import { ArchiveIcon, DutyIcon, HistoryIcon, SearchIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection, WebModule } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import { applyGovernance, type GovernanceEvent, governanceApply } from "./apply.ts";
import { countGovernanceDuties, governanceDuties, governanceState } from "./state.ts";
import { text } from "./text/index.ts";

export const loadGovernanceAttention = () => import("./governance-attention.tsx");

export const governanceAdministration: readonly AdministrationSection[] = [
  {
    id: "audit",
    title: () => text("audit.title"),
    about: () => text("audit.about"),
    icon: HistoryIcon,
    offices: ["audit"],
    load: () => import("./audit/audit-section.tsx"),
  },
  {
    id: "use-reviews",
    title: () => text("use.title"),
    about: () => text("use.about"),
    icon: DutyIcon,
    offices: ["audit"],
    load: () => import("./use-review/use-review-section.tsx"),
  },
  {
    id: "records",
    title: () => text("records.title"),
    about: () => text("records.about"),
    icon: ArchiveIcon,
    offices: ["records", "audit"],
    load: () => import("./records/records-section.tsx"),
  },
  {
    id: "inspections",
    title: () => text("inspections.title"),
    about: () => text("inspections.about"),
    icon: SearchIcon,
    offices: ["records", "audit"],
    load: () => import("./inspections/inspections-section.tsx"),
  },
];

export const governanceModule: WebModule = {
  name: "governance",
  start({ me }) {
    const reviews = me.zone === "lgwan" && me.account.offices.includes("audit");
    governanceDuties.set(0);
    return {
      Provider: ({ children }) => children,
      takeSnapshot: async (signal) => {
        if (reviews) await countGovernanceDuties(signal);
      },
      applyEvents: (events) => {
        const before = governanceState.get();
        for (const event of events)
          if (isGovernanceEvent(event)) governanceState.update((state) => applyGovernance(state, event));
        if (reviews && governanceState.get() !== before) void countGovernanceDuties().catch(() => {});
      },
      waiting: new Store(0),
      duties: governanceDuties,
      countUnsent: () => 0,
      stop: () => governanceDuties.set(0),
    };
  },
};

function isGovernanceEvent(event: { type: string }): event is GovernanceEvent & StreamEvent {
  return Object.hasOwn(governanceApply, event.type);
}
