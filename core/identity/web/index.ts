/** Identity's front door for the shell: the pages before one is in, the account's menu, and what its events do. */
export { identityAdministration, identitySettings } from "./account/settings.ts";
export {
  applyIdentity,
  type IdentityEvent,
  type IdentityState,
  identityApply,
  identityState,
} from "./apply.ts";
export { AccountMenu, type AccountMenuItem } from "./components/account-menu.tsx";
export { showDirectoryChange, tellOfStoppedImports } from "./directory-change.ts";
export { text as identityText } from "./text/index.ts";

/** Loaded apart: who is signed in needs neither. */
export const loadQrCode = async () => ({ default: (await import("./components/qr-code.tsx")).QrCode });
export const loadEntryPage = () => import("./components/entry-page.tsx");
export const loadOperatorGuard = () => import("./components/operator-guard.tsx");
export const loadSignOutDialog = () => import("./components/sign-out-dialog.tsx");
export type { DirectoryView } from "./directory/directory-page.tsx";
export const loadDirectoryPage = () => import("./directory/directory-page.tsx");
export type EntryParts = typeof import("./components/entry-parts.ts");
export const loadEntryParts = () => import("./components/entry-parts.ts");
