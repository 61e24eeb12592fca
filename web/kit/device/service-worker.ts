/**
 * The page's side of the service worker: registering it, noticing a new version, and hearing which place a notification
 * wants to be opened. Browsers have service workers only where the address is safe: https, or the device itself.
 */
import { Store } from "../state/store.ts";

/** True when a newer version of the program is on the device and waits to be taken. */
export const isUpdateReady = new Store(false);

const updateEvery = 3_600_000;
const soonestUpdate = 60_000;
let registration: ServiceWorkerRegistration | undefined;
let checkedAt = 0;

/** On a device that has none yet, the worker fetches the whole program: so long after the start, in milliseconds, it stands in the way of nothing. */
const restBeforeFirst = 4000;
let hurry = () => {};
let started: Promise<void> | undefined;

/** Why this page can be neither kept nor notified, when the browser or the address does not allow it. */
export function canServe(): boolean {
  return isSecureContext && "serviceWorker" in navigator;
}

/** Registers the worker and watches for new versions. `onOpen` gets the address that a notification stands for. */
export function startServiceWorker(onOpen: (path: string) => void): Promise<void> {
  started ??= start(onOpen);
  return started;
}

async function start(onOpen: (path: string) => void): Promise<void> {
  if (!canServe()) return;
  const { serviceWorker } = navigator;
  // The first worker takes the page over without a reload; a later one only after the reader has agreed.
  let isControlled = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => {
    if (isControlled) location.reload();
    isControlled = true;
  });
  serviceWorker.addEventListener("message", ({ data }: MessageEvent<{ type?: string; path?: string }>) => {
    if (data?.type === "open" && data.path?.startsWith("/")) onOpen(data.path);
  });
  if (!isControlled && !(await serviceWorker.getRegistration().catch(() => undefined)))
    await new Promise<void>((resolve) => {
      hurry = resolve;
      setTimeout(resolve, restBeforeFirst);
    });
  try {
    registration = await serviceWorker.register("/service-worker.js", { updateViaCache: "none" });
  } catch {
    // A browser that keeps nothing (private windows) works without.
    return;
  }
  checkedAt = Date.now();
  const watch = (worker: ServiceWorker | null) =>
    worker?.addEventListener("statechange", () => {
      if (worker.state === "installed" && serviceWorker.controller) isUpdateReady.set(true);
    });
  if (registration.waiting && serviceWorker.controller) isUpdateReady.set(true);
  watch(registration.installing);
  registration.addEventListener("updatefound", () => watch(registration?.installing ?? null));
  setInterval(lookForUpdate, updateEvery);
}

/** Asks whether there is a newer version: now and then, and when a line has come back, which is when servers change. */
export function lookForUpdate(): void {
  if (!registration || Date.now() - checkedAt < soonestUpdate) return;
  checkedAt = Date.now();
  registration.update().catch(() => {});
}

/** Takes the newer version; the page is loaded again, with drafts and unsent messages as they were. */
export function takeUpdate(): void {
  registration?.waiting?.postMessage("take-over");
}

/**
 * The registration that can subscribe and show, or undefined where there is none. Who asks for it needs it now: a first worker
 * does not wait any longer.
 */
export async function readyRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  hurry();
  await started;
  return presentRegistration();
}

/** The same, if it is there already. */
export async function presentRegistration(): Promise<ServiceWorkerRegistration | undefined> {
  return registration && navigator.serviceWorker.ready;
}
