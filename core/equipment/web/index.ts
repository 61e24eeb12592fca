/** The page of the register of equipment, for who is entrusted with accounts. Loaded when it is opened. */
import { DeviceIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection } from "#web/kit/module.ts";
import { text } from "./text/index.ts";

export const equipmentAdministration: readonly AdministrationSection[] = [
  {
    id: "equipment",
    title: () => text("title"),
    about: () => text("about"),
    icon: DeviceIcon,
    offices: ["accounts"],
    load: () => import("./components/equipment-section.tsx"),
  },
];
