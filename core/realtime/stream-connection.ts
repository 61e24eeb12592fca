import type { Database } from "#core/db/index.ts";
import { AppError, type Clock } from "#core/kernel/index.ts";
import { encodeEvent, openTopic, type RecentEvent, type Subscriber, TenantDispatcher } from "./dispatcher.ts";
import { encodeTextFrame } from "./frame.ts";
import { type Gate, topicOfEvent, withheldEvent } from "./gates.ts";
import { epochOf } from "./positions.ts";
import type { ClientFrame, Party } from "./presence.ts";
import type { Realtime } from "./realtime.ts";
import type { SealedEvent } from "./seal-stream.ts";

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
  /** A guest: of others only those are known with whom a room is shared. */
  seesOnlyRoommates: boolean;
  /** What of its person's topics the session may have where it sits. */
  gate: Gate;
};

export type StreamServices = {
  database: Database;
  clock: Clock;
  realtime: Realtime;
  /** The municipality that a token names, if we have it; throws `unauthenticated`. */
  tenantOf: (token: string | undefined) => Promise<string>;
  /** The session of a token in the listener's zone as the database has it now; throws `unauthenticated`. */
  authenticate: (token: string | undefined) => Promise<StreamSession>;
  /** The topics of a person, in one read for many people: those that the session may have, and those it may not. */
  topicsOf: (session: StreamSession) => Promise<{ open: readonly string[]; closed: readonly string[] }>;
  /** Whether a person does not want it known that they are at a screen. */
  hidesPresence: (tenantId: string, personId: string) => Promise<boolean>;
};

/** A reader that leaves more than this lying is dropped and resumes by itself; it slows nobody. */
const slowReaderBytes = 1024 * 1024;

/** What is replayed at once: events read, and bytes written before the reader has to have taken them. */
const replayPage = 500;
const replayBytes = 128 * 1024;

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
  closed: Set<string> = new Set();
  pending: Buffer[] = [];
  #dispatcher: TenantDispatcher | undefined;
  /** Since its first word about activity; programs that say none are not present. */
  #party: Promise<Party | undefined> | undefined;
  #session: StreamSession | undefined;
  #closed = false;
  #leavePresence: (() => void) | undefined;
  readonly #transport: StreamTransport;
  readonly #services: StreamServices;

  constructor(transport: StreamTransport, services: StreamServices) {
    this.#transport = transport;
    this.#services = services;
  }

  get gate(): Gate {
    return this.#session!.gate;
  }

  get isLive(): boolean {
    return this.#dispatcher !== undefined;
  }

  /** Opens the stream for a client's first frame. Errors are told to the client before the close. */
  async open(hello: { token?: string; position?: number }, cookie: string | undefined): Promise<void> {
    const services = this.#services;
    try {
      const token = hello.token ?? cookie;
      const tenantId = await services.tenantOf(token);
      const dispatcher = await services.realtime.dispatcherOf(tenantId);
      // What changes while the session and the topics are read is in the log after this position.
      const from = dispatcher.position;
      const session = await services.authenticate(token);
      this.#session = session;
      this.personId = session.personId;
      this.sessionId = session.sessionId;
      this.expiresAt = session.expiresAt;
      const { open, closed } = await services.topicsOf(session);
      this.topics = new Set(open);
      this.closed = new Set(closed);
      if (hello.position === undefined) this.#goLive(dispatcher, from, undefined);
      else await this.#resume(dispatcher, tenantId, from, hello.position);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Takes what the client says after its hello. Nothing of it changes data, and what comes too early is passed over. */
  async hear(frame: ClientFrame): Promise<void> {
    const dispatcher = this.#dispatcher;
    if (!dispatcher) return;
    if (frame.type === "activity") this.#party ??= this.#enterPresence(dispatcher);
    const party = await this.#party;
    if (!party || this.#closed) return;
    if (frame.type === "activity") dispatcher.presence.setActivity(party, frame.isActive, frame.roomId);
    else if (frame.type === "watch") dispatcher.presence.watch(party, frame.personIds);
    else dispatcher.presence.typing(party, frame.roomId, dispatcher.countTopic(frame.roomId));
  }

  async #enterPresence(dispatcher: TenantDispatcher): Promise<Party | undefined> {
    const session = this.#session!;
    try {
      const isHidden = await this.#services.hidesPresence(session.tenantId, session.personId);
      if (this.#closed) return undefined;
      const party: Party = {
        subscriber: this,
        seesOnlyRoommates: session.seesOnlyRoommates,
        waitingBytes: () => this.#transport.waitingBytes,
        isActive: false,
        openRoom: null,
        watched: new Set(),
        typedAt: Number.NEGATIVE_INFINITY,
      };
      dispatcher.presence.enter(party, isHidden);
      this.#leavePresence = () => dispatcher.presence.leave(party);
      return party;
    } catch {
      // The database is away; the client says it again.
      this.#party = undefined;
      return undefined;
    }
  }

  write(frames: Buffer): void {
    if (this.#closed) return;
    // What was waiting before: one large batch is nobody's fault.
    if (this.#transport.waitingBytes > slowReaderBytes) {
      this.detach();
      // Not a polite close: its bytes would wait behind the others.
      this.#transport.terminate();
      return;
    }
    this.#transport.write(frames);
  }

  close(reason: "session-ended" | "expired" | "reset"): void {
    if (this.#closed) return;
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
    this.#leavePresence?.();
    this.#leavePresence = undefined;
    this.#dispatcher?.detach(this);
    this.#dispatcher = undefined;
  }

  /** Attaches and says ready; everything after `ready` arrives by delivery. One synchronous step. */
  #goLive(dispatcher: TenantDispatcher, topicsAsOf: number, ready: "said" | undefined): void {
    if (this.#closed) return;
    // The stream has begun a new epoch, or forgot the changes of subscriptions since they were read: start afresh.
    if (dispatcher.isEnded || dispatcher.recentFrom > topicsAsOf) return this.close("reset");
    this.#applyEffects(dispatcher.recentAfter(topicsAsOf), topicsAsOf);
    if (this.#closed) return;
    if (!ready) this.#sayReady(dispatcher.position);
    this.#dispatcher = dispatcher;
    if (!this.#closed) dispatcher.attach(this);
  }

  async #resume(
    dispatcher: TenantDispatcher,
    tenantId: string,
    topicsAsOf: number,
    position: number,
  ): Promise<void> {
    if (epochOf(position) !== epochOf(dispatcher.position) || position > dispatcher.position)
      return this.#sayReset(dispatcher, topicsAsOf);
    if (this.#session?.seesOnlyRoommates && this.#wasElsewhere(dispatcher, position))
      return this.#sayReset(dispatcher, topicsAsOf);
    if (position < dispatcher.recentFrom) {
      const range = await this.#services.realtime.logRange(tenantId);
      if (position < range.forgottenPosition) return this.#sayReset(dispatcher, topicsAsOf);
    }
    this.#sayReady(position);
    let at = position;
    while (!this.#closed && !dispatcher.isEnded) {
      const recent = at >= dispatcher.recentFrom ? dispatcher.recentAfter(at) : undefined;
      const events = recent ? recent.slice(0, replayPage) : await this.#readLog(tenantId, at);
      // A page holds everybody's events, so it begins with the next position, or the log was cut under the reader.
      if (events.length > 0 && events[0]!.position !== at + 1) return this.close("reset");
      if (events.length === 0 && !recent) return this.close("reset");
      await this.#replay(events, topicsAsOf);
      if (this.expiresAt <= this.#services.clock.now().getTime()) return this.close("expired");
      at = events.at(-1)?.position ?? at;
      if (at === dispatcher.position && !this.#closed)
        return this.#goLive(dispatcher, Math.max(topicsAsOf, at), "said");
    }
    if (dispatcher.isEnded && !this.#closed) this.close("reset");
  }

  /**
   * Whether somebody has come to a topic since, or may have. A room's past events tell who came and left before; a guest
   * who came later starts from a snapshot, which holds those who are there.
   */
  #wasElsewhere(dispatcher: TenantDispatcher, position: number): boolean {
    return (
      position < dispatcher.recentFrom ||
      dispatcher
        .recentAfter(position)
        .some((event) => event.effect === "subscribe" && event.personId === this.personId)
    );
  }

  async #readLog(tenantId: string, after: number): Promise<RecentEvent[]> {
    const events = await this.#services.realtime.readAgain(tenantId, after);
    return events.map((event) => ({ ...event, frame: encodeEvent(event) }));
  }

  /** Writes what this person may have of a page, with the rights of now, at the speed of the reader. */
  async #replay(events: readonly RecentEvent[], topicsAsOf: number): Promise<void> {
    let frames: Buffer[] = [];
    let bytes = 0;
    for (const event of events) {
      if (this.#changesRights(event)) return this.close("reset");
      if (TenantDispatcher.mayReceive(this, event)) {
        const frame = event.effect === "subscribe" ? this.#frameOfTopic(event, topicsAsOf) : event.frame;
        frames.push(frame);
        bytes += frame.length;
      }
      if (event.position > topicsAsOf) this.#applyEffects([event], topicsAsOf);
      if (bytes < replayBytes && event !== events.at(-1)) continue;
      if (this.#closed) return;
      if (frames.length > 0) this.#transport.write(Buffer.concat(frames));
      frames = [];
      bytes = 0;
      await this.#transport.drained();
    }
  }

  /** Whether what is on the client's screen may be more, or less, than it may have now. */
  #changesRights(event: SealedEvent): boolean {
    if (event.effect !== "rights") return false;
    const topic = topicOfEvent(this.#services.realtime.gates, event);
    return !topic || this.topics.has(topic.id) || this.closed.has(topic.id);
  }

  /** The frame of an event that opened a topic: with its words only where the session has the topic now. */
  #frameOfTopic(event: RecentEvent, topicsAsOf: number): Buffer {
    const { gates } = this.#services.realtime;
    const topic = topicOfEvent(gates, event);
    if (!topic) return event.frame;
    const decision = this.gate.decide(topic);
    const isOpen = event.position > topicsAsOf ? decision.kind === "allow" : this.topics.has(topic.id);
    return isOpen ? event.frame : encodeEvent(withheldEvent(gates, event, decision));
  }

  /** Subscriptions and rights that changed after the topics were read. */
  #applyEffects(events: readonly SealedEvent[], after: number): void {
    for (const event of events) {
      if (event.position <= after) continue;
      if (this.#changesRights(event)) return this.close("reset");
      if (event.personId !== this.personId || event.topicId === null) continue;
      if (event.effect === "subscribe") openTopic(this.#services.realtime.gates, this, event);
      else if (event.effect === "unsubscribe") {
        this.topics.delete(event.topicId);
        this.closed.delete(event.topicId);
      } else if (event.effect === "end-session" && event.topicId === this.sessionId)
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
