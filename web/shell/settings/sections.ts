/** Every part of the settings page, in the order of its list: the shell's own first, then what the modules add. */
import { equipmentSettings } from "#core/equipment/web/index.ts";
import { identitySettings } from "#core/identity/web/index.ts";
import { DisplayIcon } from "#web/kit/components/icons.tsx";
import type { SettingsSection } from "#web/kit/module.ts";
import { modules } from "../modules.ts";
import { text } from "../text/index.ts";

const display: SettingsSection = {
  id: "display",
  title: () => text("display.title"),
  about: () => text("display.about"),
  icon: DisplayIcon,
  load: () => import("./display-section.tsx"),
};

export const settingsSections: readonly SettingsSection[] = [
  display,
  ...identitySettings,
  ...equipmentSettings,
  ...modules.flatMap((module) => module.settingsSections ?? []),
];
