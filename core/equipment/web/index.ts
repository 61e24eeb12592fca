/** The register of equipment for who is entrusted with accounts, the log of removable media and one's own equipment for all. */
import { DeviceIcon, ThreadIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection, SettingsSection } from "#web/kit/module.ts";
import { text } from "./text/index.ts";

export const equipmentSettings: readonly SettingsSection[] = [
  {
    id: "equipment",
    title: () => text("held.title"),
    about: () => text("held.about"),
    icon: DeviceIcon,
    isShown: (me) => me.person.kind !== "guest",
    load: () => import("./components/held-section.tsx"),
  },
  {
    id: "media",
    title: () => text("media.title"),
    about: () => text("media.about"),
    icon: ThreadIcon,
    isShown: (me) => me.person.kind !== "guest",
    load: () => import("./media/media-section.tsx"),
  },
];

export const equipmentAdministration: readonly AdministrationSection[] = [
  {
    id: "equipment",
    title: () => text("title"),
    about: () => text("about"),
    icon: DeviceIcon,
    offices: ["accounts"],
    load: () => import("./components/equipment-section.tsx"),
  },
  {
    id: "media",
    title: () => text("media.title"),
    about: () => text("media.about"),
    icon: ThreadIcon,
    offices: ["accounts"],
    load: () => import("./media/media-section.tsx"),
  },
];
