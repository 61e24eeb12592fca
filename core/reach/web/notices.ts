/**
 * Notices of the browser while the application is open and the reader looks elsewhere. Of several tabs one shows them
 * (the holder of a lock), and none does while any of them is looked at.
 */
import { request } from "#web/kit/api/client.ts";
import { presentRegistration, readyRegistration } from "#web/kit/device/service-worker.ts";
import type { Notice } from "#web/kit/state/reach.ts";
import type { NotificationChoices, NotificationSettings } from "../contract.ts";
import { deviceChoice } from "./device-choice.ts";
import { currentSubscription } from "./push.ts";
import { text } from "./text/index.ts";

const showing = "chonai-shows-notices";
const looking = "chonai-is-looked-at";

export class Notices {
  readonly #stopped = new AbortController();
  #isShower = false;
  #stopLooking: (() => void) | undefined;
  #choices: Promise<NotificationChoices> | undefined;

  start(): void {
    // Without a safe address there are neither locks nor notifications.
    if (!navigator.locks) return;
    const { signal } = this.#stopped;
    const ended = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    navigator.locks
      .request(showing, { signal }, () => {
        this.#isShower = true;
        return ended;
      })
      .catch(() => {});
    const look = () => this.#look(document.visibilityState === "visible" && document.hasFocus());
    for (const name of ["focus", "blur"]) addEventListener(name, look, { signal });
    document.addEventListener("visibilitychange", look, { signal });
    look();
  }

  stop(): void {
    this.#stopped.abort();
    this.#look(false);
    void navigator.clearAppBadge?.().catch(() => {});
    void presentRegistration().then(async (registration) => {
      for (const shown of (await registration?.getNotifications()) ?? []) shown.close();
    });
  }

  async show(notice: Notice): Promise<void> {
    if (!this.#isShower || !("Notification" in window) || Notification.permission !== "granted") return;
    if (!deviceChoice.get().isOn || (await isLookedAt())) return;
    // The service worker tells it on a device that is woken by a push.
    if (await currentSubscription()) return;
    this.#choices ??= request<NotificationSettings>("GET", "/notification-settings").then(
      ({ choices }) => choices,
    );
    const choices = await this.#choices.catch(() => undefined);
    setTimeout(() => {
      this.#choices = undefined;
    }, 60_000);
    if (!choices || !isWanted(choices, notice.kind)) return;
    const { title, body } = wordsOf(notice, choices.shows);
    const options = {
      tag: choices.shows === "nothing" ? "chonai" : `chonai-${notice.roomId}`,
      body,
      data: { path: notice.path },
      icon: "/icons/icon-192.png",
      lang: "ja",
      silent: !deviceChoice.get().hasSound,
      renotify: true,
    };
    const registration = await readyRegistration();
    await registration?.showNotification(title, options);
  }

  #look(isLooking: boolean): void {
    if (!isLooking) {
      this.#stopLooking?.();
      this.#stopLooking = undefined;
      return;
    }
    if (this.#stopLooking || !navigator.locks) return;
    const stopped = new Promise<void>((resolve) => {
      this.#stopLooking = resolve;
    });
    void navigator.locks.request(looking, { mode: "shared" }, () => stopped);
  }
}

async function isLookedAt(): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held?.some(({ name }) => name === looking) ?? false;
}

function isWanted(choices: NotificationChoices, kind: Notice["kind"]): boolean {
  return {
    direct: choices.direct,
    mention: choices.mentions,
    confirmation: choices.confirmations,
    reminder: choices.reminders,
  }[kind];
}

function wordsOf(notice: Notice, shows: NotificationChoices["shows"]): { title: string; body: string } {
  if (shows === "nothing") return { title: text("notice.something"), body: "" };
  if (shows === "room") return { title: notice.roomName, body: text(`notice.${notice.kind}`) };
  return { title: notice.roomName, body: `${notice.senderName}: ${notice.excerpt}` };
}
