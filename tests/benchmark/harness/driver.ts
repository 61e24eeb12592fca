/**
 * What the harness asks of a server under test. The same for Chonai and its peers, and the interface that other people's
 * harnesses use too: a driver does not count, time or check anything.
 */
export type Driver = {
  name: string;
  /** The processes whose CPU and memory are counted. The postmaster stands for itself and all its children. */
  pids(): { server: number[]; postmaster: number | null };
  /** Makes accounts, and rooms with their members where the server knows rooms before somebody joins. */
  setup(users: readonly string[], rooms: readonly RoomPlan[]): Promise<void>;
  /** Fills a room's archive, which holds one message, until it holds so many; returns how many it holds. */
  seedHistory(room: string, count: number): Promise<number>;
  /** Cursors for `history` that lie anywhere in a room's archive. */
  middleCursors(room: string, count: number): Promise<string[]>;
  /** Resolves when the user is signed in and ready to receive. */
  connect(user: string): Promise<Session>;
};

export type RoomPlan = { name: string; members: readonly string[]; messages?: number };

export type Session = {
  user: string;
  /** Becomes a member; the first to join makes the room. */
  join(room: string): Promise<void>;
  /** Sends without waiting. `id` comes back to `onMessage` at every member, the sender included. */
  send(room: string, text: string, id: string): void;
  onMessage(listener: ((id: string) => void) | null): void;
  onError?: (error: unknown) => void;
  /** A page of the archive: the newest when `before` is '', else what precedes a cursor. `cursor` null: no more. */
  history(
    room: string,
    page: { max?: number; before?: string },
  ): Promise<{ ids: string[]; cursor: string | null }>;
  /** Gives up what an idle client does not keep: a keep-alive connection for requests. */
  rest?(): void;
  close(): void;
};

/** u0, u1, … */
export function userNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `u${index}`);
}

/** About 100 characters, as the peers' harness sends. */
export const text =
  "lorem ipsum dolor sit amet consectetur adipiscing elit sed do eiusmod tempor incididunt ut labore";

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Works on all items, at most `width` at a time; the answers keep the items' order. */
export async function inParallel<Item, Answer>(
  items: readonly Item[],
  width: number,
  work: (item: Item, index: number) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const index = next++;
      answers[index] = await work(items[index]!, index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return answers;
}

let reported = 0;

/** Opens the sessions of the first `count` users. Their errors are shown, the first few of them. */
export function connectAll(driver: Driver, count: number): Promise<Session[]> {
  return inParallel(userNames(count), 32, async (user) => watch(await driver.connect(user)));
}

export function watch(session: Session): Session {
  session.onError = (error) => {
    if (reported++ < 3) console.error("session error", String(error).slice(0, 300));
  };
  return session;
}

/** All ids of a room's archive, paged through the protocol from the newest to the oldest. */
export async function readArchive(session: Session, room: string): Promise<string[]> {
  const ids: string[] = [];
  let before = "";
  for (let page = 0; page < 2000; page++) {
    const { ids: found, cursor } = await session.history(room, { max: 50, before });
    ids.push(...found);
    if (found.length < 50 || !cursor) break;
    before = cursor;
  }
  return ids;
}
