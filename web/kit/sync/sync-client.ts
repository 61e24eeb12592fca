/**
 * One WebSocket that keeps the state true. It says hello with the last position it has seen and goes on from there;
 * without one, or when the server says `reset`, a snapshot is taken first and what arrived meanwhile is applied after it.
 */
import { Store } from "../state/store.ts";
import { Backoff } from "./backoff.ts";

/** What a person is told about the line. */
export type Connection =
  /** Nothing has been seen yet. */
  | "connecting"
  | "connected"
  /** It was connected and will be again. */
  | "reconnecting"
  /** The device itself has no network. */
  | "offline";

export type StreamEvent = { readonly type: string; readonly position: number };

export type SyncOptions = {
  url: string;
  /** A line that was opened before there was this program, if one stands; asked for with each connection. */
  takeStream?: () => { readonly socket: WebSocket; readonly heard: readonly string[] } | undefined;
  /** Fetches everything that events change. Called before the first event and after a reset. */
  takeSnapshot: (signal: AbortSignal) => Promise<void>;
  /** Events in their order, as many as came together. */
  applyEvents: (events: readonly StreamEvent[]) => void;
  /** The server does not accept the session any more. */
  onSessionEnd: () => void;
};

/** The server says something at least every 25 s; a line that is silent for longer than this is dead. */
const silenceLimit = 60_000;
const unauthenticatedClose = 4401;

export class SyncClient {
  readonly connection = new Store<Connection>("connecting");
  readonly #options: SyncOptions;
  readonly #backoff = new Backoff(500, 20_000);
  readonly #stopped = new AbortController();
  readonly #hearers = new Set<(frame: { type: string }) => void>();
  #socket: WebSocket | undefined;
  #position: number | undefined;
  /** Events that wait for the snapshot; undefined when events are applied at once. */
  #held: StreamEvent[] | undefined = [];
  #batch: StreamEvent[] = [];
  #batchTimer: ReturnType<typeof setTimeout> | undefined;
  #snapshot: AbortController | undefined;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #silenceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: SyncOptions) {
    this.#options = options;
  }

  start(): void {
    const { signal } = this.#stopped;
    addEventListener("online", () => this.#connectNow(), { signal });
    addEventListener("offline", () => this.#lost(), { signal });
    // A phone that slept finds its line dead long before a timer would.
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState === "visible" && this.connection.get() !== "connected")
          this.#connectNow();
      },
      { signal },
    );
    this.#connect();
  }

  /** Says something beside the stream, when there is a line. */
  say(frame: object): void {
    if (this.connection.get() === "connected" && this.#socket?.readyState === 1)
      this.#socket.send(JSON.stringify(frame));
  }

  /** Hears what comes beside the stream: frames without a position. */
  hear(handler: (frame: { type: string }) => void): () => void {
    this.#hearers.add(handler);
    return () => this.#hearers.delete(handler);
  }

  stop(): void {
    this.#stopped.abort();
    this.#snapshot?.abort();
    clearTimeout(this.#retryTimer);
    clearTimeout(this.#batchTimer);
    this.#drop();
  }

  #connectNow(): void {
    if (this.#socket) return;
    this.#backoff.reset();
    clearTimeout(this.#retryTimer);
    this.#connect();
  }

  #connect(): void {
    if (this.#stopped.signal.aborted) return;
    const early = this.#options.takeStream?.();
    const socket = early?.socket ?? new WebSocket(this.#options.url);
    this.#socket = socket;
    this.#heard();
    socket.onopen = () => {
      socket.send(
        JSON.stringify({ type: "hello", ...(this.#position !== undefined && { position: this.#position }) }),
      );
    };
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket || typeof data !== "string") return;
      this.#heard();
      this.#receive(JSON.parse(data));
    };
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      if (code === unauthenticatedClose) this.#options.onSessionEnd();
      else this.#lost();
    };
    for (const frame of early?.heard ?? []) this.#receive(JSON.parse(frame));
  }

  #receive(frame: { type: string; position?: number; code?: string }): void {
    switch (frame.type) {
      case "ready":
        this.#backoff.reset();
        if (this.#held) {
          this.#position = frame.position;
          void this.#takeSnapshot();
        } else this.#setConnected();
        return;
      case "reset":
        this.#position = undefined;
        this.#hold();
        return;
      case "position":
        if (frame.position !== undefined && this.#batch.length === 0) this.#seen(frame.position);
        return;
      case "error":
        if (frame.code === "unauthenticated") this.#options.onSessionEnd();
        return;
      default:
        if (typeof frame.position !== "number") {
          for (const hear of this.#hearers) hear(frame);
          return;
        }
        if (this.#held) this.#held.push(frame as StreamEvent);
        else this.#gather(frame as StreamEvent);
    }
  }

  /** The first event is applied at once; those that follow within a frame's time are applied together. */
  #gather(event: StreamEvent): void {
    this.#batch.push(event);
    if (this.#batchTimer !== undefined) return;
    this.#flush();
    this.#batchTimer = setTimeout(() => {
      this.#batchTimer = undefined;
      this.#flush();
    }, 16);
  }

  #flush(): void {
    const events = this.#batch;
    if (events.length === 0) return;
    this.#batch = [];
    this.#options.applyEvents(events);
    this.#seen(events.at(-1)!.position);
  }

  #seen(position: number): void {
    if (this.#position === undefined || position > this.#position) this.#position = position;
  }

  #hold(): void {
    this.#flush();
    this.#snapshot?.abort();
    this.#held = [];
  }

  async #takeSnapshot(): Promise<void> {
    this.#snapshot?.abort();
    const snapshot = new AbortController();
    this.#snapshot = snapshot;
    const backoff = new Backoff(1000, 20_000);
    while (!snapshot.signal.aborted) {
      try {
        await this.#options.takeSnapshot(snapshot.signal);
        break;
      } catch {
        if (snapshot.signal.aborted) return;
        await new Promise((resolve) => setTimeout(resolve, backoff.next()));
      }
    }
    if (snapshot.signal.aborted) return;
    const held = this.#held ?? [];
    this.#held = undefined;
    if (held.length > 0) {
      this.#options.applyEvents(held);
      this.#seen(held.at(-1)!.position);
    }
    if (this.#socket) this.#setConnected();
  }

  #setConnected(): void {
    this.connection.set("connected");
  }

  #heard(): void {
    clearTimeout(this.#silenceTimer);
    this.#silenceTimer = setTimeout(() => this.#lost(), silenceLimit);
  }

  #lost(): void {
    if (this.#stopped.signal.aborted) return;
    this.#flush();
    this.#drop();
    // Without a snapshot there is nothing to go on from: start afresh.
    if (this.#held) {
      this.#snapshot?.abort();
      this.#held = [];
      this.#position = undefined;
    }
    this.connection.set(
      !navigator.onLine ? "offline" : this.connection.get() === "connecting" ? "connecting" : "reconnecting",
    );
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => this.#connect(), this.#backoff.next());
  }

  #drop(): void {
    clearTimeout(this.#silenceTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }
}
