/** The page of accounts as licences, for who is entrusted with accounts or rules. Loaded when it is opened. */
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import type { AdministrationSection } from "#web/kit/module.ts";
import { text } from "./text/index.ts";

export const licenceAdministration: readonly AdministrationSection[] = [
  {
    id: "licences",
    title: () => text("title"),
    about: () => text("about"),
    icon: PeopleIcon,
    offices: ["accounts", "rules"],
    load: () => import("./components/licences-section.tsx"),
  },
];
