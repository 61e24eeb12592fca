/** What the service worker does with a push. The push itself says nothing: what there is to show is asked of the server. */
import type { SubscriptionChange, WorkerScope } from "./worker-scope.ts";

type News = {
  items: readonly { tag: string; title: string; body: string; path: string; isSilent: boolean }[];
  waiting: number;
  next: string;
};

/** When the server cannot be asked: that there is something, and nothing else. */
const unknown: News["items"][number] = {
  tag: "chonai",
  title: "新しい連絡があります",
  body: "",
  path: "/rooms",
  isSilent: false,
};

/** A moment, and nothing else: what was shown before it is not shown again. The page removes it when one signs out. */
const notes = "chonai-notes";
const shownUntil = "/shown-until";

export async function showNews(worker: WorkerScope): Promise<void> {
  const { registration } = worker;
  const after = await (await caches.match(shownUntil, { cacheName: notes }))?.text();
  const path = `/api/v1/notifications${after ? `?after=${encodeURIComponent(after)}` : ""}`;
  const answer = await fetch(path, { cache: "no-store" }).catch(() => undefined);
  // The session is over: this device is no longer anybody's.
  if (answer?.status === 401) {
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    return closeAll(registration);
  }
  const news: News = answer?.ok ? await answer.json() : { items: [unknown], waiting: 0, next: "" };
  if (news.next) await (await caches.open(notes)).put(shownUntil, new Response(news.next));
  if (answer?.ok) await (navigator as Navigator & Partial<Badging>).setAppBadge?.(news.waiting);
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  // Whoever looks at the page sees it there.
  if (windows.some((window) => window.focused && window.visibilityState === "visible")) return;
  for (const item of news.items) await show(registration, item);
  if (news.items.length > 0) return;
  // It was read meanwhile. Browsers take the permission away from those who are pushed and show nothing.
  await show(registration, { ...unknown, isSilent: true });
  await closeAll(registration);
}

/** The browser has changed its address at the push service: the server is told the new one. */
export async function subscribeAgain(worker: WorkerScope, event: SubscriptionChange): Promise<void> {
  const options = event.oldSubscription?.options;
  const next =
    event.newSubscription ??
    (options && (await worker.registration.pushManager.subscribe({ ...options, userVisibleOnly: true })));
  if (!next) return;
  await fetch("/api/v1/push-subscription", {
    method: "PUT",
    headers: { "Content-Type": "application/json", "X-Chonai-Client": "web" },
    body: JSON.stringify({ endpoint: next.endpoint }),
  });
}

async function show(
  registration: ServiceWorkerRegistration,
  { tag, title, body, path, isSilent }: News["items"][number],
): Promise<void> {
  const options: NotificationOptions & { renotify: boolean } = {
    tag,
    body,
    data: { path },
    icon: "/icons/icon-192.png",
    badge: "/icons/badge-96.png",
    lang: "ja",
    silent: isSilent,
    renotify: !isSilent,
  };
  await registration.showNotification(title, options);
}

async function closeAll(registration: ServiceWorkerRegistration): Promise<void> {
  for (const shown of await registration.getNotifications()) shown.close();
}

type Badging = { setAppBadge(count: number): Promise<void> };
