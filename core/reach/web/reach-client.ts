/**
 * The reach module at work for a signed-in account: tells the line whether this page is used and whom it shows, takes
 * what comes beside the stream, and shows notices of the browser while the reader looks elsewhere.
 */
import { query, request } from "#web/kit/api/client.ts";
import type { Session } from "#web/kit/module.ts";
import {
  listenToScreens,
  openRoom,
  type Presence,
  presences,
  statuses,
  typists,
  watched,
} from "#web/kit/state/reach.ts";
import { Store } from "#web/kit/state/store.ts";
import type { OwnStatus, PersonStatus, StatusesPage, StatusRequest } from "../contract.ts";
import { Notices } from "./notices.ts";
import { keepSubscription } from "./push.ts";

/** A page that nobody has touched for so long is away. */
const activeFor = 5 * 60_000;
/** Typing is said again at most this often, and believed a little longer. */
const typingEvery = 3000;
const typingFor = 5000;
/** People on the screen come and go while one scrolls. */
const watchAfter = 300;
const watchedAtMost = 200;

type SideFrame =
  | { type: "presence"; people: readonly { id: string; presence: Presence }[] }
  | ({ type: "status" } & PersonStatus)
  | { type: "typing"; roomId: string; personId: string };

export class ReachClient {
  readonly own = new Store<OwnStatus | undefined>(undefined);
  /** Why `own` could not be fetched. */
  problem: unknown;
  readonly #session: Session;
  readonly #notices = new Notices();
  readonly #stopped = new AbortController();
  readonly #asked = new Set<string>();
  #isActive: boolean | undefined;
  #usedAt = Date.now();
  #typedAt = 0;
  #watchTimer: ReturnType<typeof setTimeout> | undefined;
  #idleTimer: ReturnType<typeof setInterval> | undefined;
  #ends: (() => void)[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  start(): void {
    const { line, connection } = this.#session;
    const { signal } = this.#stopped;
    const used = () => {
      this.#usedAt = Date.now();
      this.#sayActivity();
    };
    for (const name of ["pointerdown", "keydown", "focus"])
      addEventListener(name, used, { signal, passive: true });
    document.addEventListener("visibilitychange", used, { signal });
    this.#idleTimer = setInterval(() => this.#sayActivity(), 30_000);
    listenToScreens({
      typing: (roomId) => this.#sayTyping(roomId),
      notice: (notice) => void this.#notices.show(notice),
    });
    this.#ends = [
      line.hear((frame) => this.#hear(frame as SideFrame)),
      connection.subscribe(() => {
        if (connection.get() !== "connected") return;
        // A new line knows nothing of the one before.
        this.#isActive = undefined;
        this.#asked.clear();
        this.#sayActivity();
        this.#watchSoon();
      }),
      openRoom.subscribe(() => {
        this.#isActive = undefined;
        this.#sayActivity();
      }),
      watched.subscribe(() => this.#watchSoon()),
    ];
    this.#notices.start();
    void keepSubscription();
  }

  stop(): void {
    this.#stopped.abort();
    clearInterval(this.#idleTimer);
    clearTimeout(this.#watchTimer);
    for (const end of this.#ends) end();
    listenToScreens(undefined);
    this.#notices.stop();
    presences.set({});
    statuses.set({});
    typists.set({});
  }

  /** One's own status is no reason to keep the rooms waiting: without it the page shows what went wrong. */
  async takeSnapshot(signal: AbortSignal): Promise<void> {
    try {
      this.setOwn(await request<OwnStatus>("GET", "/me/status", { signal }));
    } catch (error) {
      this.problem = error;
    }
  }

  async changeStatus(status: StatusRequest): Promise<void> {
    await request<OwnStatus>("PUT", "/me/status", { body: status });
  }

  setOwn(own: OwnStatus): void {
    this.own.set(own);
    this.#learn([own]);
  }

  #hear(frame: SideFrame): void {
    if (frame.type === "presence")
      presences.update((all) => ({
        ...all,
        ...Object.fromEntries(frame.people.map(({ id, presence }) => [id, presence])),
      }));
    else if (frame.type === "status") this.#learn([frame]);
    else if (frame.type === "typing") this.#typed(frame.roomId, frame.personId);
  }

  /** Of two statuses the later one is true, whichever came first. */
  #learn(news: readonly PersonStatus[]): void {
    statuses.update((all) => {
      const newer = news.filter(
        ({ personId, changedAt }) => !(all[personId] && all[personId].changedAt > changedAt),
      );
      return { ...all, ...Object.fromEntries(newer.map((status) => [status.personId, status])) };
    });
  }

  #typed(roomId: string, personId: string): void {
    const until = Date.now() + typingFor;
    typists.update((all) => ({ ...all, [roomId]: { ...all[roomId], [personId]: until } }));
    setTimeout(() => {
      typists.update((all) => {
        const left = Object.entries(all[roomId] ?? {}).filter(([, end]) => end > Date.now());
        return { ...all, [roomId]: Object.fromEntries(left) };
      });
    }, typingFor + 50);
  }

  #sayActivity(): void {
    const isActive = document.visibilityState === "visible" && Date.now() - this.#usedAt < activeFor;
    if (isActive === this.#isActive || this.#session.connection.get() !== "connected") return;
    this.#isActive = isActive;
    this.#session.line.say({ type: "activity", isActive, roomId: openRoom.get() });
  }

  #sayTyping(roomId: string): void {
    const now = Date.now();
    if (now - this.#typedAt < typingEvery) return;
    this.#typedAt = now;
    this.#session.line.say({ type: "typing", roomId });
  }

  #watchSoon(): void {
    this.#watchTimer ??= setTimeout(() => {
      this.#watchTimer = undefined;
      if (this.#session.connection.get() !== "connected") return;
      const personIds = watched.get().slice(0, watchedAtMost);
      this.#session.line.say({ type: "watch", personIds });
      void this.#askStatuses(personIds.filter((id) => !this.#asked.has(id)));
    }, watchAfter);
  }

  async #askStatuses(personIds: readonly string[]): Promise<void> {
    for (let from = 0; from < personIds.length; from += 100) {
      const ids = personIds.slice(from, from + 100);
      for (const id of ids) this.#asked.add(id);
      try {
        const page = await request<StatusesPage>("GET", `/people/statuses${query({ ids: ids.join(",") })}`, {
          signal: this.#stopped.signal,
        });
        this.#learn(page.items);
      } catch {
        // An adornment: asked again when they are shown the next time.
        for (const id of ids) this.#asked.delete(id);
      }
    }
  }
}
