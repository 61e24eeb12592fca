/**
 * Deletes what this browser keeps of Chonai, for every account: when the device was reported lost, or its holder took the
 * consent back. What stays are choices about the screen, which say nothing of anybody.
 */
const kept = new Set(["chonai.settings"]);
/** A database that another tab still holds open goes as soon as that tab hears; nobody waits for it for ever. */
const patience = 3000;

export async function forgetEverything(): Promise<void> {
  forgetSmallThings(localStorage);
  forgetSmallThings(sessionStorage);
  await Promise.allSettled([forgetDatabases(), forgetCaches(), forgetWorkers()]);
}

function forgetSmallThings(storage: Storage): void {
  try {
    for (const key of Object.keys(storage))
      if (key.startsWith("chonai") && !kept.has(key)) storage.removeItem(key);
  } catch {
    // A browser that keeps nothing has nothing to forget.
  }
}

async function forgetDatabases(): Promise<void> {
  const found = await indexedDB.databases();
  await Promise.all(
    found.map(
      ({ name }) =>
        new Promise<void>((resolve) => {
          if (!name?.startsWith("chonai ")) return resolve();
          const deletion = indexedDB.deleteDatabase(name);
          deletion.onsuccess = () => resolve();
          deletion.onerror = () => resolve();
          setTimeout(resolve, patience);
        }),
    ),
  );
}

async function forgetCaches(): Promise<void> {
  if (!("caches" in window)) return;
  await Promise.all((await caches.keys()).map((name) => caches.delete(name)));
}

/** With the worker go the address at which it could be woken, and the notifications that it still shows. */
async function forgetWorkers(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  for (const registration of await navigator.serviceWorker.getRegistrations()) {
    for (const notification of await registration.getNotifications()) notification.close();
    await (await registration.pushManager?.getSubscription())?.unsubscribe();
    await registration.unregister();
  }
}
