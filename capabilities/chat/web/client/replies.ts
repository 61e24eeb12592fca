/**
 * What is being written in threads, kept on this device at every change: a reload or an ended session loses nothing. Other
 * than the text of a room's own field it is not given to the account's other devices.
 */
import type { DeviceStore } from "#web/kit/device/device-store.ts";
import { Store } from "#web/kit/state/store.ts";

type Kept = { readonly key: string; readonly body: string };

const deviceAfter = 250;

export class Replies {
  /** By room and first message of the thread, see `replyKey`. */
  readonly bodies = new Store<{ readonly [key: string]: string }>({});
  readonly #device: DeviceStore;
  readonly #changed = new Set<string>();
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  async start(): Promise<void> {
    this.#device.whenLeaving(() => void this.keep(), this.#stopped.signal);
    const kept = await this.#device.list<Kept>("replies");
    this.bodies.update((bodies) => ({
      ...Object.fromEntries(kept.map(({ key, body }) => [key, body])),
      ...bodies,
    }));
  }

  stop(): void {
    void this.keep();
    this.#stopped.abort();
  }

  change(key: string, body: string): void {
    this.bodies.update((bodies) => ({ ...bodies, [key]: body }));
    this.#changed.add(key);
    this.#timer ??= setTimeout(() => void this.keep(), deviceAfter);
  }

  /** It was sent: it goes from the disk at once, so that a reload does not offer it again. */
  clear(key: string): void {
    this.change(key, "");
    void this.keep();
  }

  /** Replies that have been begun and stand on this device alone. */
  count(): number {
    return Object.values(this.bodies.get()).filter((body) => body.trim() !== "").length;
  }

  /** Puts what has changed on the device's disk now. */
  async keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    await Promise.all(
      changed.map((key) => {
        const body = this.bodies.get()[key] ?? "";
        return body === ""
          ? this.#device.delete("replies", key)
          : this.#device.put("replies", key, { key, body } satisfies Kept);
      }),
    );
  }
}

export const replyKey = (roomId: string, threadSeq: number) => `${roomId} ${threadSeq}`;
