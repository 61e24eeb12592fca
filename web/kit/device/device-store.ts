/**
 * What is kept on this device for one account in one zone: what has not been sent, drafts, where the reader was, and the
 * names of the rooms for a start without a network. Each account has its own
 * database, so nobody who signs in after another finds anything; signing out deletes it. When the browser keeps nothing
 * (private windows, a full disk), memory serves until the page is closed.
 */

export type Table = "outbox" | "drafts" | "replies" | "kept" | "places";

const tables: readonly Table[] = ["outbox", "drafts", "replies", "kept", "places"];
const version = 4;

export class DeviceStore {
  readonly #name: string;
  readonly #memory = new Map<Table, Map<string, unknown>>(tables.map((table) => [table, new Map()]));
  #database: Promise<IDBDatabase | undefined> | undefined;

  /** `owner` names the account, who sits at it, and the zone. */
  constructor(owner: string) {
    this.#name = `chonai ${owner}`;
  }

  /** A line to the other tabs of the same account in this browser. */
  openChannel(about: Table): BroadcastChannel {
    return new BroadcastChannel(`${this.#name} ${about}`);
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
    await this.#run(table, "readwrite", (store) => store.put(value, key));
  }

  async delete(table: Table, key: string): Promise<void> {
    this.#memory.get(table)!.delete(key);
    await this.#run(table, "readwrite", (store) => store.delete(key));
  }

  /** Deletes everything that this account has on the device. */
  async destroy(): Promise<void> {
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
          database.onversionchange = () => {
            database.close();
            this.#database = Promise.resolve(undefined);
          };
          resolve(database);
        };
        request.onerror = () => resolve(undefined);
        request.onblocked = () => resolve(undefined);
      } catch {
        resolve(undefined);
      }
    });
    return this.#database;
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
