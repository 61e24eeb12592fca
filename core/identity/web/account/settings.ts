import { LockIcon, PeopleIcon } from "#web/kit/components/icons.tsx";
import type { SettingsSection } from "#web/kit/module.ts";
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
    id: "accounts",
    title: () => identityText("accounts.settings.title"),
    about: () => identityText("accounts.settings.about"),
    icon: PeopleIcon,
    isShown: (me) => me.account.isAdministrator && me.person.kind === "staff",
    load: () => import("./accounts-section.tsx"),
  },
];
