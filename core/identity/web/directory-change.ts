import { Store } from "#web/kit/state/store.ts";
import type { IdentityState } from "./apply.ts";

/** Rises with each change of the directory that this page has heard of; open screens of the directory ask again. */
export const directoryChange = new Store(0);

/** When thousands hear of an import at once, their pages ask within this time and not in one moment; milliseconds. */
const spread = 3000;

/** For administrators of the directory; loaded only for them. */
export const tellOfStoppedImports = async () =>
  (await import("./imports/stopped-imports.ts")).tellOfStoppedImports();

/** Tells the open screens of the directory what has come over the stream. */
export function showDirectoryChange(before: IdentityState, after: IdentityState): void {
  const rise = () => directoryChange.update((count) => count + 1);
  if (after.changeId !== before.changeId) setTimeout(rise, Math.random() * spread);
  else if (after.people !== before.people) rise();
  if (after.stoppedImports !== before.stoppedImports) void tellOfStoppedImports();
}
