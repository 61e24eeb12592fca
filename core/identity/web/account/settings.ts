import { DeviceIcon, LockIcon, PeopleIcon, PlusIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection, SettingsSection } from "#web/kit/module.ts";
import { text as identityText } from "../text/index.ts";

/** What identity adds to the settings page. Everything else of it is loaded when it is opened. */
export const identitySettings: readonly SettingsSection[] = [
  {
    id: "account",
    title: () => identityText("account.settings.title"),
    about: () => identityText("account.settings.about"),
    icon: LockIcon,
    load: () => import("./account-section.tsx"),
  },
  {
    id: "devices",
    title: () => identityText("devices.settings.title"),
    about: () => identityText("devices.settings.about"),
    icon: DeviceIcon,
    load: () => import("../devices/own-devices-section.tsx"),
  },
  {
    id: "device-approval",
    title: () => identityText("deviceApproval.settings.title"),
    about: () => identityText("deviceApproval.settings.about"),
    icon: DeviceIcon,
    // Whoever administers accounts finds the same page under 「管理」.
    isShown: (me) => me.account.isSystemsOfficer && !me.account.offices.includes("accounts"),
    load: () => import("../devices/devices-section.tsx"),
  },
];

/** What identity adds to 「管理」. */
export const identityAdministration: readonly AdministrationSection[] = [
  {
    id: "offices",
    title: () => identityText("administration.offices.title"),
    about: () => identityText("administration.offices.about"),
    icon: LockIcon,
    offices: [],
    load: () => import("../offices/offices-section.tsx"),
  },
  {
    id: "accounts",
    title: () => identityText("accounts.settings.title"),
    about: () => identityText("accounts.settings.about"),
    icon: PeopleIcon,
    offices: ["accounts"],
    load: () => import("./accounts-section.tsx"),
  },
  {
    id: "directory",
    title: () => identityText("administration.directory.title"),
    about: () => identityText("administration.directory.about"),
    icon: PlusIcon,
    offices: ["accounts"],
    load: () => import("../directory/administration-section.tsx"),
  },
  {
    id: "devices",
    title: () => identityText("deviceApproval.settings.title"),
    about: () => identityText("deviceApproval.settings.about"),
    icon: DeviceIcon,
    offices: ["accounts"],
    load: () => import("../devices/devices-section.tsx"),
  },
  {
    id: "identity-providers",
    title: () => identityText("providers.settings.title"),
    about: () => identityText("providers.settings.about"),
    icon: LockIcon,
    offices: ["accounts"],
    load: () => import("../sso/providers-section.tsx"),
  },
];
