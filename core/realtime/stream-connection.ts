import type { Database } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { encodeEvent, type RecentEvent, type Subscriber, TenantDispatcher } from "./dispatcher.ts";
import { encodeTextFrame } from "./frame.ts";
import { epochOf } from "./positions.ts";
import type { Realtime } from "./realtime.ts";
import type { SealedEvent } from "./seal-stream.ts";
import { readStreamLog } from "./stream-log.ts";

/** The wire below a stream connection. */
export interface StreamTransport {
  /** Writes bytes that are already framed. */
  write(frames: Buffer): void;
  /** Bytes that were written and not yet taken by the reader's network. */
  readonly waitingBytes: number;
  /** Resolves when the waiting bytes are gone, or the connection is. */
  drained(): Promise<void>;
  close(code: number, reason: string): void;
  terminate(): void;
}

/** Whom a session speaks for, as the stream needs to know it. */
export type StreamSession = {
  tenantId: string;
  personId: string;
  sessionId: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
};

export type StreamServices = {
  database: Database;
  clock: Clock;
  realtime: Realtime;
  /** The session of a token in the listener's zone, as it was a moment ago or as it is now; throws `unauthenticated`. */
  authenticate: (token: string | undefined, how: "known" | "anew") => Promise<StreamSession>;
  /** What a person is subscribed to, in one read for many people. */
  topicsOf: (tenantId: string, personId: string) => Promise<readonly string[]>;
};

/**
 * A reader that leaves more than this lying is dropped and resumes by itself; it slows nobody. What is being written
 * now does not count: one batch may be larger, and nobody can have read it yet.
 */
const slowReaderBytes = 1024 * 1024;
/** A replay writes about this much and waits until the reader has taken it. */
const replayBytes = 256 * 1024;

/** Close codes of the application (RFC 6455 §7.4.2); docs/architecture/errors-and-pages.md lists them. */
export const closeCodes = {
  unauthenticated: 4401,
  slow: 4408,
  invalid: 4400,
  reset: 4409,
  unavailable: 4503,
} as const;

/**
 * One client on the stream: hello → ready → events. Until it is ready it is not attached, and nothing is kept for it.
 * While it replays it pulls from the log at its own speed; it goes live in the same instant in which nothing is left.
 */
export class StreamConnection implements Subscriber {
  personId = "";
  sessionId = "";
  expiresAt = 0;
  topics: Set<string> = new Set();
  pending: Buffer[] = [];
  #dispatcher: TenantDispatcher | undefined;
  #closed = false;
  readonly #transport: StreamTransport;
  readonly #services: StreamServices;

  constructor(transport: StreamTransport, services: StreamServices) {
    this.#transport = transport;
    this.#services = services;
  }

  get isLive(): boolean {
    return this.#dispatcher !== undefined;
  }

  /** Opens the stream for a client's first frame. Errors are told to the client before the close. */
  async open(hello: { token?: string; position?: number }, cookie: string | undefined): Promise<void> {
    const services = this.#services;
    try {
      const token = hello.token ?? cookie;
      const session = await services.authenticate(token, "known");
      if (this.#closed) return;
      this.personId = session.personId;
      this.sessionId = session.sessionId;
      this.expiresAt = session.expiresAt;
      const dispatcher = await services.realtime.dispatcherOf(session.tenantId);
      // Subscriptions that change while the topics are read are in the log after this position.
      const from = dispatcher.position;
      const [topics] = await Promise.all([
        services.topicsOf(session.tenantId, session.personId),
        // Once more: an end of the session before `from` is seen here, a later one is in the log too.
        services.authenticate(token, "anew"),
      ]);
      this.topics = new Set(topics);
      if (this.#closed) return;
      if (hello.position === undefined) this.#goLive(dispatcher, from, undefined);
      else await this.#resume(services, session.tenantId, dispatcher, from, hello.position);
    } catch (error) {
      this.fail(error);
    }
  }

  write(frames: Buffer): void {
    if (this.#closed) return;
    if (this.#transport.waitingBytes <= slowReaderBytes) return this.#transport.write(frames);
    this.detach();
    // Not a polite close: its bytes would wait behind the others.
    this.#transport.terminate();
  }

  close(reason: "session-ended" | "expired" | "reset"): void {
    this.detach();
    if (reason === "reset") {
      this.#transport.write(encodeTextFrame('{"type":"reset"}'));
      this.#transport.close(closeCodes.reset, "reset");
    } else {
      this.#transport.write(encodeTextFrame('{"type":"error","code":"unauthenticated"}'));
      this.#transport.close(closeCodes.unauthenticated, reason);
    }
  }

  /** Tells the client what is wrong and closes. */
  fail(error: unknown): void {
    if (this.#closed) return;
    this.detach();
    const code = error instanceof AppError ? error.code : "internal";
    const closeCode =
      code === "unauthenticated"
        ? closeCodes.unauthenticated
        : code === "invalid-request"
          ? closeCodes.invalid
          : closeCodes.unavailable;
    this.#transport.write(encodeTextFrame(`{"type":"error","code":"${code}"}`));
    this.#transport.close(closeCode, code);
  }

  /** The heartbeat's frame: tells an idle client how far the stream is, and that the line is alive. */
  beat(): void {
    if (!this.#dispatcher) return;
    if (this.expiresAt <= this.#services.clock.now().getTime()) this.close("expired");
    else this.write(encodeTextFrame(`{"type":"position","position":${this.#dispatcher.position}}`));
  }

  detach(): void {
    this.#closed = true;
    this.#dispatcher?.detach(this);
    this.#dispatcher = undefined;
  }

  /** Attaches and says ready; everything after `ready` arrives by delivery. One synchronous step. */
  #goLive(dispatcher: TenantDispatcher, topicsAsOf: number, ready: "said" | undefined): void {
    if (this.#closed) return;
    // A new epoch began meanwhile, or changes of the topics are no longer at hand: the client comes again.
    if (dispatcher.isRetired || topicsAsOf < dispatcher.recentFrom) throw new AppError("service-unavailable");
    this.#applyEffects(dispatcher.recentAfter(topicsAsOf), topicsAsOf);
    if (!ready) this.#sayReady(dispatcher.position);
    if (this.#closed) return;
    this.#dispatcher = dispatcher;
    dispatcher.attach(this);
  }

  async #resume(
    services: StreamServices,
    tenantId: string,
    dispatcher: TenantDispatcher,
    topicsAsOf: number,
    position: number,
  ): Promise<void> {
    if (epochOf(position) !== epochOf(dispatcher.position) || position > dispatcher.position)
      return this.#sayReset(dispatcher, topicsAsOf);
    if (position < dispatcher.recentFrom) {
      const range = await services.realtime.logRange(tenantId);
      if (this.#closed) return;
      if (position < range.forgottenPosition) return this.#sayReset(dispatcher, topicsAsOf);
    }
    this.#sayReady(position);
    let at = position;
    while (!this.#closed) {
      if (at >= dispatcher.recentFrom) {
        const recent = dispatcher.recentAfter(at);
        const page = firstBytes(recent);
        this.#replay(page, topicsAsOf);
        at = page.at(-1)?.position ?? at;
        if (page.length === recent.length) return this.#goLive(dispatcher, Math.max(topicsAsOf, at), "said");
        await this.#transport.drained();
      } else {
        const log = await readStreamLog(services.database, tenantId, at);
        if (this.#closed) return;
        // Forgotten while it was being replayed: what is missing cannot be left out in silence.
        if (log[0]?.position !== at + 1) return this.#sayReset(dispatcher, topicsAsOf);
        let rest: readonly RecentEvent[] = log.map((event) => ({ ...event, frame: encodeEvent(event) }));
        while (rest.length > 0 && !this.#closed) {
          const page = firstBytes(rest);
          this.#replay(page, topicsAsOf);
          rest = rest.slice(page.length);
          await this.#transport.drained();
        }
        at = log.at(-1)!.position;
      }
      if (this.expiresAt <= services.clock.now().getTime()) return this.close("expired");
    }
  }

  /** Writes what this person may have of a page, with the rights of now. */
  #replay(events: readonly RecentEvent[], topicsAsOf: number): void {
    const frames: Buffer[] = [];
    for (const event of events) {
      if (TenantDispatcher.mayReceive(this, event)) frames.push(event.frame);
      if (event.position > topicsAsOf) this.#applyEffects([event], topicsAsOf);
    }
    if (frames.length > 0) this.write(Buffer.concat(frames));
  }

  /** What changed after the topics were read: subscriptions, and an end of this session. */
  #applyEffects(events: readonly SealedEvent[], after: number): void {
    for (const event of events) {
      if (event.position <= after || event.personId !== this.personId || event.topicId === null) continue;
      if (event.effect === "subscribe") this.topics.add(event.topicId);
      else if (event.effect === "unsubscribe") this.topics.delete(event.topicId);
      else if (event.effect === "end-session" && event.topicId === this.sessionId && !this.#closed)
        this.close("session-ended");
    }
  }

  #sayReady(position: number): void {
    this.write(encodeTextFrame(`{"type":"ready","position":${position}}`));
  }

  #sayReset(dispatcher: TenantDispatcher, topicsAsOf: number): void {
    this.write(encodeTextFrame('{"type":"reset"}'));
    this.#goLive(dispatcher, topicsAsOf, undefined);
  }
}

/** The first events of a list that together are not much more than one portion of a replay; at least one. */
function firstBytes(events: readonly RecentEvent[]): readonly RecentEvent[] {
  let bytes = 0;
  const end = events.findIndex((event) => {
    bytes += event.frame.length;
    return bytes >= replayBytes;
  });
  return end < 0 ? events : events.slice(0, end + 1);
}
