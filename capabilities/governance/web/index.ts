/** What governance adds to 「管理」. */
import { HistoryIcon, SearchIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection } from "#web/kit/module.ts";
import { text } from "./text/index.ts";

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
    id: "inspections",
    title: () => text("inspections.title"),
    about: () => text("inspections.about"),
    icon: SearchIcon,
    offices: ["records", "audit"],
    load: () => import("./inspections/inspections-section.tsx"),
  },
];
