/** Where somebody wrote last on this device, and how many guests were in each room then. Ids and numbers, no content. */

type Remembered = { roomId?: string; guests: { [roomId: string]: number } };

const roomsRemembered = 300;

export class LastSent {
  readonly #key: string;

  constructor(accountId: string) {
    this.#key = `chonai.last-sent ${accountId}`;
  }

  roomId(): string | undefined {
    return this.#read().roomId;
  }

  /** How many guests were in a room when one wrote there last; undefined when one has not. */
  guestsIn(roomId: string): number | undefined {
    return this.#read().guests[roomId];
  }

  note(roomId: string, guests: number): void {
    const { [roomId]: _, ...others } = this.#read().guests;
    const kept = Object.entries({ ...others, [roomId]: guests }).slice(-roomsRemembered);
    try {
      localStorage.setItem(this.#key, JSON.stringify({ roomId, guests: Object.fromEntries(kept) }));
    } catch {
      // A device that keeps nothing asks a little less.
    }
  }

  #read(): Remembered {
    try {
      const kept = JSON.parse(localStorage.getItem(this.#key) ?? "{}") as Partial<Remembered>;
      return { guests: {}, ...kept };
    } catch {
      return { guests: {} };
    }
  }
}
