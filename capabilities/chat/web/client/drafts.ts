/** What is being written in each room. Kept on the device, so that a reload or an ended session loses nothing. */
import type { DeviceStore } from "#web/kit/device/device-store.ts";
import { Store } from "#web/kit/state/store.ts";

export type Mentioned = { readonly id: string; readonly name: string };

export type Draft = {
  readonly roomId: string;
  readonly body: string;
  /** People who were picked; those still named in the text are mentioned when it is sent. */
  readonly mentioned: readonly Mentioned[];
  /** seq of the message that is being answered. */
  readonly replyTo: number | null;
};

export function emptyDraft(roomId: string): Draft {
  return { roomId, body: "", mentioned: [], replyTo: null };
}

export class Drafts {
  readonly drafts = new Store<{ readonly [roomId: string]: Draft }>({});
  readonly #device: DeviceStore;
  readonly #unsaved = new Set<string>();
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  async start(): Promise<void> {
    addEventListener("pagehide", () => this.#save(), { signal: this.#stopped.signal });
    const kept = await this.#device.list<Draft>("drafts");
    this.drafts.update((drafts) => ({
      ...Object.fromEntries(kept.map((draft) => [draft.roomId, draft])),
      ...drafts,
    }));
  }

  stop(): void {
    this.#stopped.abort();
    this.#save();
  }

  get(roomId: string): Draft {
    return this.drafts.get()[roomId] ?? emptyDraft(roomId);
  }

  change(roomId: string, change: Partial<Draft>): void {
    const draft = { ...this.get(roomId), ...change };
    this.drafts.update((drafts) => ({ ...drafts, [roomId]: draft }));
    this.#unsaved.add(roomId);
    this.#timer ??= setTimeout(() => this.#save(), 250);
  }

  clear(roomId: string): void {
    this.change(roomId, emptyDraft(roomId));
    this.#save();
  }

  /** Drafts that hold something, other than blanks. */
  count(): number {
    return Object.values(this.drafts.get()).filter((draft) => draft.body.trim() !== "").length;
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const roomId of this.#unsaved) {
      const draft = this.get(roomId);
      if (draft.body === "" && draft.replyTo === null) void this.#device.delete("drafts", roomId);
      else void this.#device.put("drafts", roomId, draft);
    }
    this.#unsaved.clear();
  }
}
