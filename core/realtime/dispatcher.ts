import { encodeTextFrame } from "./frame.ts";
import { type Gate, type Gates, topicOfEvent, withheldEvent } from "./gates.ts";
import { TenantPresence } from "./presence.ts";
import type { SealedEvent } from "./seal-stream.ts";
import { type Withdrawals, withdrawnBy, withoutWords } from "./withdrawals.ts";

/** What the dispatcher needs of a connection; the socket is behind it. */
export interface Subscriber {
  readonly personId: string;
  readonly sessionId: string;
  /** Milliseconds since 1970 after which nothing more is delivered: the end of the session or of the account. */
  readonly expiresAt: number;
  readonly topics: Set<string>;
  /** Topics that the person belongs to and this session may not have where it sits. */
  readonly closed: Set<string>;
  readonly gate: Gate;
  /** Frames of the batch that is being delivered. */
  pending: Buffer[];
  /** Writes frames; false when the reader is too slow and was dropped. */
  write(frames: Buffer): void;
  close(reason: "session-ended" | "expired" | "reset"): void;
}

/** An event of the log as the dispatcher keeps it for those who come back soon. */
export type RecentEvent = SealedEvent & { frame: Buffer };

/** How much of the stream each municipality keeps in memory for clients that come back: by events and by bytes. */
const recentEvents = 20_000;
const recentBytes = 16 * 1024 * 1024;

export type DispatcherOptions = {
  withdrawals: Withdrawals;
  gates: Gates;
  /** Told of every session whose end is delivered, on every node. */
  onSessionEnded: (sessionId: string) => void;
  /** Told, on every node, that what may be had at all is other than before. */
  onRightsChanged: () => void;
};

/**
 * One municipality's live connections on this node. Events arrive here in the order of their positions, once each;
 * everything below happens synchronously, so a connection that attaches sees either all of a batch or nothing of it.
 */
export class TenantDispatcher {
  /** Everything up to this position was delivered to the connections that are attached. */
  position: number;
  /** Who is here: beside the stream, and no part of it. */
  readonly presence = new TenantPresence();
  readonly #persons = new Map<string, Set<Subscriber>>();
  readonly #topics = new Map<string, Set<Subscriber>>();
  /** True after a new epoch has replaced it: whoever is about to attach starts afresh instead. */
  isEnded = false;
  readonly #options: DispatcherOptions;
  #recent: RecentEvent[] = [];
  #recentBytes = 0;

  constructor(position: number, options: DispatcherOptions) {
    this.position = position;
    this.#options = options;
  }

  get connectionCount(): number {
    let count = 0;
    for (const set of this.#persons.values()) count += set.size;
    return count;
  }

  /** How many live connections receive a topic's events. */
  countTopic(topicId: string): number {
    return this.#topics.get(topicId)?.size ?? 0;
  }

  /** The oldest position from which `recentAfter` can answer. */
  get recentFrom(): number {
    return this.#recent[0] ? this.#recent[0].position - 1 : this.position;
  }

  /** Kept events after a position, in order. */
  recentAfter(position: number): readonly RecentEvent[] {
    let low = 0;
    let high = this.#recent.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#recent[middle]!.position <= position) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? this.#recent : this.#recent.slice(low);
  }

  attach(subscriber: Subscriber): void {
    add(this.#persons, subscriber.personId, subscriber);
    for (const topicId of subscriber.topics) add(this.#topics, topicId, subscriber);
  }

  detach(subscriber: Subscriber): void {
    remove(this.#persons, subscriber.personId, subscriber);
    for (const topicId of subscriber.topics) remove(this.#topics, topicId, subscriber);
  }

  /** Whether a subscriber may have an event, now: rights are those of delivery, not of sending. */
  static mayReceive(subscriber: Pick<Subscriber, "personId" | "topics">, event: SealedEvent): boolean {
    return event.personId === null
      ? event.topicId !== null && subscriber.topics.has(event.topicId)
      : event.personId === subscriber.personId;
  }

  /** Delivers a batch. Events at or below `position` were delivered before and are passed over. */
  deliver(events: readonly SealedEvent[], now: number): void {
    const touched: Subscriber[] = [];
    const ended: Subscriber[] = [];
    for (const event of events) {
      if (event.position <= this.position) continue;
      if (event.position !== this.position + 1)
        throw new Error(`position ${event.position} does not follow ${this.position}`);
      this.position = event.position;
      const frame = encodeEvent(event);
      this.#remember({ ...event, frame });
      if (event.effect === "end-session") this.#options.onSessionEnded(event.topicId!);
      else if (event.effect === "withdraw") this.#withdraw(event);
      else if (event.effect === "rights") this.#changeRights(event);
      else if (event.effect === "tell-watchers") this.presence.tellStatus(event.personId!, event.fields);
      const audience =
        event.personId === null ? this.#topics.get(event.topicId!) : this.#persons.get(event.personId);
      if (!audience) continue;
      if (event.effect === "subscribe") {
        for (const subscriber of audience) this.#subscribe(subscriber, event, frame, touched);
        continue;
      }
      for (const subscriber of audience) {
        if (subscriber.expiresAt <= now) {
          ended.push(subscriber);
          continue;
        }
        if (subscriber.pending.length === 0) touched.push(subscriber);
        subscriber.pending.push(frame);
      }
      if (event.effect) this.#apply(event, audience, ended);
    }
    flush(touched);
    for (const subscriber of ended)
      subscriber.close(subscriber.expiresAt <= now ? "expired" : "session-ended");
  }

  /** All connections, for the heartbeat. */
  *subscribers(): Iterable<Subscriber> {
    for (const set of this.#persons.values()) yield* set;
  }

  #apply(event: SealedEvent, audience: ReadonlySet<Subscriber>, ended: Subscriber[]): void {
    for (const subscriber of audience) {
      if (event.effect === "unsubscribe") {
        subscriber.topics.delete(event.topicId!);
        subscriber.closed.delete(event.topicId!);
        remove(this.#topics, event.topicId!, subscriber);
      } else if (event.effect === "end-session" && subscriber.sessionId === event.topicId) {
        ended.push(subscriber);
      }
    }
  }

  /** Tells one of a topic's new subscribers of it, and gives the topic where the session may have it. */
  #subscribe(subscriber: Subscriber, event: SealedEvent, frame: Buffer, touched: Subscriber[]): void {
    if (subscriber.pending.length === 0) touched.push(subscriber);
    const told = openTopic(this.#options.gates, subscriber, event);
    if (told === event) add(this.#topics, event.topicId!, subscriber);
    subscriber.pending.push(told === event ? frame : encodeEvent(told));
  }

  /** Whoever has a topic no longer, or can have it now, starts afresh; so does everybody when it is about all topics. */
  #changeRights(event: SealedEvent): void {
    const topic = topicOfEvent(this.#options.gates, event);
    if (!topic) return this.#options.onRightsChanged();
    for (const subscriber of [...this.subscribers()]) {
      const has = subscriber.topics.has(topic.id);
      if (!has && !subscriber.closed.has(topic.id)) continue;
      if ((subscriber.gate.decide(topic).kind === "allow") !== has) subscriber.close("reset");
    }
  }

  /** Whoever comes back from now on is not told again what was taken back. */
  #withdraw(event: SealedEvent): void {
    const withdrawn = withdrawnBy(this.#options.withdrawals, event);
    if (!withdrawn) return;
    for (const [index, kept] of this.#recent.entries()) {
      const told = withoutWords(this.#options.withdrawals, kept, withdrawn);
      if (told === kept) continue;
      const frame = encodeEvent(told);
      this.#recentBytes += frame.length - kept.frame.length;
      this.#recent[index] = { ...told, frame };
    }
  }

  #remember(event: RecentEvent): void {
    this.#recent.push(event);
    this.#recentBytes += event.frame.length;
    if (this.#recent.length <= recentEvents && this.#recentBytes <= recentBytes) return;
    // Cut a quarter at a time, so that cutting costs little for each event.
    const cut = Math.ceil(this.#recent.length / 4);
    for (let i = 0; i < cut; i++) this.#recentBytes -= this.#recent[i]!.frame.length;
    this.#recent = this.#recent.slice(cut);
  }
}

/**
 * Subscribes to the topic of an event if the session may have it. Returns the event, or what is told of it instead to
 * whom its topic is closed.
 */
export function openTopic(
  gates: Gates,
  subscriber: Pick<Subscriber, "topics" | "closed" | "gate">,
  event: SealedEvent,
): SealedEvent {
  const topic = topicOfEvent(gates, event);
  const decision = topic && subscriber.gate.decide(topic);
  if (!decision || decision.kind === "allow") {
    subscriber.topics.add(event.topicId!);
    return event;
  }
  subscriber.closed.add(event.topicId!);
  return withheldEvent(gates, event, decision);
}

/** The frame of an event, shared by all who receive it. */
export function encodeEvent(event: SealedEvent): Buffer {
  const comma = event.fields === "" ? "" : ",";
  return encodeTextFrame(`{"type":"${event.type}","position":${event.position}${comma}${event.fields}}`);
}

/** One write for each connection; connections with the same frames share the joined bytes. */
function flush(touched: readonly Subscriber[]): void {
  let previous: readonly Buffer[] = [];
  let joined: Buffer | undefined;
  for (const subscriber of touched) {
    const frames = subscriber.pending;
    subscriber.pending = [];
    if (frames.length === 1) {
      subscriber.write(frames[0]!);
      continue;
    }
    if (!joined || !sameFrames(frames, previous)) {
      joined = Buffer.concat(frames);
      previous = frames;
    }
    subscriber.write(joined);
  }
}

function sameFrames(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

function add(map: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const set = map.get(key);
  if (set) set.add(subscriber);
  else map.set(key, new Set([subscriber]));
}

function remove(map: Map<string, Set<Subscriber>>, key: string, subscriber: Subscriber): void {
  const set = map.get(key);
  if (!set?.delete(subscriber)) return;
  if (set.size === 0) map.delete(key);
}
