/** This device's subscription at its browser's push service, and telling the server of it. */
import { request } from "#web/kit/api/client.ts";
import { canServe, presentRegistration, readyRegistration } from "#web/kit/device/service-worker.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { NotificationSettings } from "../contract.ts";
import { chooseForDevice, deviceChoice } from "./device-choice.ts";

export async function currentSubscription(): Promise<PushSubscription | null> {
  const registration = await presentRegistration();
  return (await registration?.pushManager?.getSubscription()) ?? null;
}

/** Why this device cannot be notified now; `fine` when it can. */
export type Obstacle =
  | "fine"
  /** http: browsers allow nothing of it. */
  | "insecure"
  /** A page of an iPhone or iPad that is not on the home screen. */
  | "ios-not-installed"
  | "unsupported"
  | "denied"
  /** Not asked yet. */
  | "not-asked";

export function findObstacle(): Obstacle {
  if (!isSecureContext) return "insecure";
  if (isApplePhone() && !isInstalled()) return "ios-not-installed";
  if (!canServe() || !("Notification" in window)) return "unsupported";
  if (Notification.permission === "denied") return "denied";
  return Notification.permission === "granted" ? "fine" : "not-asked";
}

export function isInstalled(): boolean {
  return (
    matchMedia("(display-mode: standalone)").matches ||
    (navigator as Navigator & { standalone?: boolean }).standalone === true
  );
}

/** iPads say that they are a Mac, but have a screen to touch. */
export function isApplePhone(): boolean {
  return (
    /iPhone|iPad/.test(navigator.userAgent) ||
    (/Mac/.test(navigator.userAgent) && navigator.maxTouchPoints > 1)
  );
}

/** Asks the browser for permission (only from a press) and switches this device on. */
export async function switchOn(): Promise<Obstacle> {
  const obstacle = findObstacle();
  if (obstacle !== "fine" && obstacle !== "not-asked") return obstacle;
  if ((await Notification.requestPermission()) !== "granted") return findObstacle();
  chooseForDevice({ isOn: true, wasAsked: true });
  const { pushKey } = await request<NotificationSettings>("GET", "/notification-settings");
  // A browser that does not reach its push service still tells while the page is open; the page 「通知」 says so.
  if (pushKey) await subscribe(pushKey).catch(() => {});
  return "fine";
}

export async function switchOff(): Promise<void> {
  chooseForDevice({ isOn: false, wasAsked: true });
  await (await currentSubscription())?.unsubscribe();
  await request("DELETE", "/push-subscription");
}

/** At each start: what the browser has, the server knows, in the language of this device. */
export async function keepSubscription(): Promise<void> {
  if (!deviceChoice.get().isOn || findObstacle() !== "fine") return;
  const subscription = await currentSubscription();
  if (subscription) await tellServer(subscription).catch(() => {});
}

/** Signing out: this browser wakes for nobody. */
export async function forgetSubscription(): Promise<void> {
  if (!canServe()) return;
  await caches.delete("chonai-notes");
  await (await currentSubscription())?.unsubscribe().catch(() => false);
}

async function subscribe(pushKey: string): Promise<void> {
  const registration = await readyRegistration();
  if (!registration?.pushManager) return;
  const key = Uint8Array.from(atob(pushKey.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
    c.charCodeAt(0),
  );
  const known = await registration.pushManager.getSubscription();
  // An installation whose key has changed cannot use the old address.
  if (known && !sameBytes(known.options.applicationServerKey, key)) await known.unsubscribe();
  await tellServer(
    await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key }),
  );
}

function sameBytes(a: ArrayBuffer | null, b: Uint8Array): boolean {
  const bytes = new Uint8Array(a ?? new ArrayBuffer(0));
  return bytes.length === b.length && bytes.every((byte, index) => byte === b[index]);
}

async function tellServer({ endpoint }: PushSubscription): Promise<void> {
  await request("PUT", "/push-subscription", { body: { endpoint, language: currentLanguage() } });
}
