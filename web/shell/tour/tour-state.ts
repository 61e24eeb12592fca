/** Whether the tour is shown. It comes by itself once on each device; from the help it can be started again. */
import { Store } from "#web/kit/state/store.ts";

const key = "chonai.tour";

function wasSeen(): boolean {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    // A device that keeps nothing would show it at every start.
    return true;
  }
}

export const isTourShown = new Store(!wasSeen());

export function startTour(): void {
  isTourShown.set(true);
}

export function endTour(): void {
  try {
    localStorage.setItem(key, "seen");
  } catch {
    // It comes no more until the page is loaded again.
  }
  isTourShown.set(false);
}
