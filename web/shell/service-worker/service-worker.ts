/**
 * The program's own service worker. It keeps the shell (pages' HTML, scripts, styles, letters) so that a reload without
 * a network shows the application, and it shows what a push announces. It never keeps an answer of the API or a file:
 * what belongs to an account stands in the account's own store (device-store.ts), and goes when one signs out.
 */
import { showNews, subscribeAgain } from "./push.ts";
import type { WorkerScope } from "./worker-scope.ts";

const worker = self as unknown as WorkerScope;

/** Filled in by the build: the shell's files, and a name that changes with them. */
const shell = JSON.parse("__CHONAI_SHELL__") as { version: string; files: readonly string[] };

const shellCache = `chonai-shell ${shell.version}`;
/** Letters and icons: the same for years, so that a new version does not fetch them again. */
const lettersCache = "chonai-letters";
/** A page that takes longer than this comes from the device. */
const patience = 4000;

worker.addEventListener("install", (event) => {
  event.waitUntil(keepShell());
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(forgetOldShells().then(() => worker.clients.claim()));
});

worker.addEventListener("message", (event) => {
  // The reader has agreed to the new version; until then the old one serves.
  if (event.data === "take-over") event.waitUntil(worker.skipWaiting());
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin || pathname.startsWith("/api/")) return;
  if (request.mode === "navigate") event.respondWith(answerPage(request));
  else if (/^\/(assets|icons)\//.test(pathname)) event.respondWith(answerAsset(request, pathname));
});

worker.addEventListener("push", (event) => event.waitUntil(showNews(worker)));

worker.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAgain(worker, event)));

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const { path } = (event.notification.data ?? {}) as { path?: string };
  event.waitUntil(openPath(path ?? "/rooms"));
});

/** The page of the server when it answers soon, else the one that is kept. Each address has the same page. */
async function answerPage(request: Request): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(patience) });
    // 502 to 504 come from a proxy whose server is away.
    if (answer.status < 502) return answer;
  } catch {
    // No network, or one that takes too long.
  }
  return (await caches.match("/", { cacheName: shellCache })) ?? Response.error();
}

async function answerAsset(request: Request, pathname: string): Promise<Response> {
  const kept = await caches.match(request, { ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  if (answer.ok && /\.(woff2|png|svg)$/.test(pathname))
    await (await caches.open(lettersCache)).put(request, answer.clone()).catch(() => {});
  return answer;
}

/**
 * One file after the other, since the page itself asks for its first data at this moment, on a line that may be thin. Names under
 * /assets carry a hash of their contents: what the page has fetched already is taken from the browser.
 */
async function keepShell(): Promise<void> {
  const cache = await caches.open(shellCache);
  await cache.add(new Request("/", { cache: "no-cache" }));
  for (const path of shell.files) await cache.add(path);
}

async function forgetOldShells(): Promise<void> {
  for (const name of await caches.keys())
    if (name.startsWith("chonai-shell ") && name !== shellCache) await caches.delete(name);
}

/** Shows a place in the window that is open, or opens one. */
async function openPath(path: string): Promise<void> {
  const [client] = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  if (!client) return void (await worker.clients.openWindow(path));
  client.postMessage({ type: "open", path });
  await client.focus().catch(() => {});
}
