/**
 * What is kept on this device for one account in one zone: what has not been sent, drafts, where the reader was, and the
 * names of the rooms for a start without a network. Each account has its own
 * database, so nobody who signs in after another finds anything; signing out deletes it. When the browser keeps nothing
 * (private windows, a full disk), memory serves until the page is closed.
 *
 * A page that goes may take its last writes with it, since a database answers later. So what is not on the disk yet when the
 * page goes is left as *last words* in `localStorage`, which writes at once; whoever opens the database next puts them there.
 */

export type Table = "outbox" | "drafts" | "replies" | "kept" | "places" | "uploads";

const tables: readonly Table[] = ["outbox", "drafts", "replies", "kept", "places", "uploads"];
const version = 5;
/** What people wrote; the rest is found again. */
const writtenTables: readonly Table[] = ["outbox", "drafts", "replies"];

/** `value` is left out when the key was deleted. */
type Write = { readonly table: Table; readonly key: string; readonly value?: unknown };

export class DeviceStore {
  readonly #name: string;
  readonly #memory = new Map<Table, Map<string, unknown>>(tables.map((table) => [table, new Map()]));
  #database: Promise<IDBDatabase | undefined> | undefined;
  /** What was written and has not reached the disk yet, the latest of each key. */
  readonly #pending = new Map<string, Write>();
  readonly #stopped = new AbortController();
  #isLeaving = false;

  /** `owner` names the account, who sits at it, and the zone. */
  constructor(owner: string) {
    this.#name = `chonai ${owner}`;
    const { signal } = this.#stopped;
    addEventListener("pagehide", () => this.#leaveLastWords(), { signal });
    addEventListener("pageshow", () => void this.#return(), { signal });
    // Another tab of this account has gone with last words: this one is there to write them down.
    addEventListener("storage", ({ key }) => key === this.#lastWordsKey && void this.#return(), { signal });
  }

  /** A line to the other tabs of the same account in this browser. */
  openChannel(about: Table): BroadcastChannel {
    return new BroadcastChannel(`${this.#name} ${about}`);
  }

  /** Runs `keep` when the page may be going for good. A phone does not say so, it only puts the page away. */
  whenLeaving(keep: () => void, signal: AbortSignal): void {
    addEventListener("pagehide", keep, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep(), {
      signal,
    });
  }

  /** False when nothing would survive a reload. */
  async isLasting(): Promise<boolean> {
    return (await this.#open()) !== undefined;
  }

  async list<T>(table: Table): Promise<T[]> {
    const found = await this.#run(table, "readonly", (store) => store.getAll());
    return (found ?? [...this.#memory.get(table)!.values()]) as T[];
  }

  async put(table: Table, key: string, value: unknown): Promise<void> {
    this.#memory.get(table)!.set(key, value);
    await this.#write({ table, key, value }, (store) => store.put(value, key));
  }

  async delete(table: Table, key: string): Promise<void> {
    this.#memory.get(table)!.delete(key);
    await this.#write({ table, key }, (store) => store.delete(key));
  }

  /** Deletes everything that this account has on the device. */
  async destroy(): Promise<void> {
    this.#stopped.abort();
    this.#pending.clear();
    this.#forgetLastWords();
    (await this.#open())?.close();
    this.#database = Promise.resolve(undefined);
    for (const table of this.#memory.values()) table.clear();
    await new Promise<void>((resolve) => {
      try {
        const request = indexedDB.deleteDatabase(this.#name);
        request.onsuccess = () => resolve();
        request.onerror = () => resolve();
        // Another tab still has it open; it closes it as soon as it hears, and then it goes.
        request.onblocked = () => resolve();
      } catch {
        resolve();
      }
    });
  }

  #open(): Promise<IDBDatabase | undefined> {
    this.#database ??= new Promise((resolve) => {
      try {
        const request = indexedDB.open(this.#name, version);
        request.onupgradeneeded = () => {
          for (const table of tables)
            if (!request.result.objectStoreNames.contains(table)) request.result.createObjectStore(table);
        };
        request.onsuccess = () => {
          const database = request.result;
          database.onversionchange = ({ newVersion }) => {
            // Signed out in another tab: nothing of this account is left behind any more.
            if (newVersion === null) this.#stopped.abort();
            database.close();
            this.#database = Promise.resolve(undefined);
          };
          this.#takeLastWords(database).then(() => resolve(database));
        };
        request.onerror = () => resolve(undefined);
        request.onblocked = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
    return this.#database;
  }

  get #lastWordsKey(): string {
    return `${this.#name} last words`;
  }

  async #write(write: Write, ask: (store: IDBObjectStore) => IDBRequest): Promise<void> {
    const id = `${write.table} ${write.key}`;
    if (writtenTables.includes(write.table)) this.#pending.set(id, write);
    // Whoever is told after the device that the page goes may still write.
    if (this.#isLeaving) this.#leaveLastWords();
    await this.#run(write.table, "readwrite", ask);
    if (this.#pending.get(id) === write) this.#pending.delete(id);
  }

  #leaveLastWords(): void {
    this.#isLeaving = true;
    if (this.#pending.size === 0 || this.#stopped.signal.aborted) return;
    try {
      const words = new Map(this.#pending);
      for (const write of parseLastWords(localStorage.getItem(this.#lastWordsKey))) {
        const id = `${write.table} ${write.key}`;
        if (!words.has(id)) words.set(id, write);
      }
      localStorage.setItem(this.#lastWordsKey, JSON.stringify([...words.values()]));
    } catch {
      // A full or forbidden storage: the database may still have been quick enough.
    }
  }

  async #return(): Promise<void> {
    this.#isLeaving = false;
    const database = await this.#open();
    if (database) await this.#takeLastWords(database);
  }

  /** Puts what a page left when it went on the disk, and forgets it when it is there. */
  #takeLastWords(database: IDBDatabase): Promise<void> {
    return new Promise((resolve) => {
      try {
        const left = localStorage.getItem(this.#lastWordsKey);
        const words = parseLastWords(left);
        if (words.length === 0) return resolve();
        const transaction = database.transaction([...writtenTables], "readwrite", { durability: "strict" });
        for (const { table, key, value } of words)
          if (value === undefined) transaction.objectStore(table).delete(key);
          else transaction.objectStore(table).put(value, key);
        transaction.oncomplete = () => {
          // Unless another tab has gone meanwhile and left more.
          if (localStorage.getItem(this.#lastWordsKey) === left) this.#forgetLastWords();
          resolve();
        };
        transaction.onerror = () => resolve();
        transaction.onabort = () => resolve();
      } catch {
        resolve();
      }
    });
  }

  #forgetLastWords(): void {
    try {
      localStorage.removeItem(this.#lastWordsKey);
    } catch {
      // Nothing was kept.
    }
  }

  /** Runs one request and waits until it is on the disk; undefined when there is no disk. */
  async #run<T>(
    table: Table,
    mode: IDBTransactionMode,
    ask: (store: IDBObjectStore) => IDBRequest<T>,
  ): Promise<T | undefined> {
    const database = await this.#open();
    if (!database) return undefined;
    return new Promise((resolve) => {
      try {
        const transaction = database.transaction(table, mode, { durability: "strict" });
        const request = ask(transaction.objectStore(table));
        transaction.oncomplete = () => resolve(request.result);
        transaction.onerror = () => resolve(undefined);
        transaction.onabort = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
  }
}

function parseLastWords(words: string | null): Write[] {
  const writes = JSON.parse(words ?? "[]") as Write[];
  return writes.filter(({ table }) => writtenTables.includes(table));
}
