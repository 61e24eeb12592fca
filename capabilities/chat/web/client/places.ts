/**
 * Where the reader was in each room, and when it was last opened. Kept on the device: coming back to a room, after a
 * reload too, shows what one was reading. Ids and numbers alone, nothing of what was said.
 */
import type { DeviceStore } from "#web/kit/device/device-store.ts";

export type Place = {
  readonly roomId: string;
  /** The message at the top edge, or null at the newest. */
  readonly seq: number | null;
  /** How far below the top edge that message began, in pixels; negative when its beginning was out of sight. */
  readonly offset: number;
  /** When the room was last opened, in milliseconds. */
  readonly openedAt: number;
};

/** Rooms that have not been opened for longest are forgotten beyond so many. */
const keptRooms = 300;

export class Places {
  readonly #device: DeviceStore;
  readonly #places = new Map<string, Place>();
  readonly #unsaved = new Set<string>();
  readonly #stopped = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  async start(): Promise<void> {
    this.#device.whenLeaving(() => this.#save(), this.#stopped.signal);
    const kept = await this.#device.list<Place>("places");
    kept.sort((a, b) => b.openedAt - a.openedAt);
    for (const place of kept.slice(0, keptRooms))
      if (!this.#places.has(place.roomId)) this.#places.set(place.roomId, place);
    for (const place of kept.slice(keptRooms)) void this.#device.delete("places", place.roomId);
  }

  stop(): void {
    this.#stopped.abort();
    this.#save();
  }

  get(roomId: string): Place | undefined {
    return this.#places.get(roomId);
  }

  openedAt(roomId: string): number {
    return this.#places.get(roomId)?.openedAt ?? 0;
  }

  opened(roomId: string): void {
    this.#change(roomId, { openedAt: Date.now() });
  }

  moved(roomId: string, seq: number | null, offset: number): void {
    const known = this.#places.get(roomId);
    if (known?.seq === seq && known.offset === offset) return;
    this.#change(roomId, { seq, offset });
  }

  #change(roomId: string, change: Partial<Place>): void {
    const known = this.#places.get(roomId) ?? { roomId, seq: null, offset: 0, openedAt: Date.now() };
    this.#places.set(roomId, { ...known, ...change });
    this.#unsaved.add(roomId);
    this.#timer ??= setTimeout(() => this.#save(), 1000);
  }

  #save(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const roomId of this.#unsaved) void this.#device.put("places", roomId, this.#places.get(roomId));
    this.#unsaved.clear();
  }
}
