import { performance } from "node:perf_hooks";
import type { Subscriber } from "./dispatcher.ts";
import { encodeTextFrame } from "./frame.ts";

/** Whether somebody is at a screen: active, or connected without using it, or neither. */
export type Presence = "active" | "away" | "offline";

/** What a client says after its hello. */
export type ClientFrame =
  /** Whether somebody uses this page, and which room is open on it. */
  | { type: "activity"; isActive: boolean; roomId: string | null }
  /** The people on its screen: of these it is told. */
  | { type: "watch"; personIds: readonly string[] }
  | { type: "typing"; roomId: string };

/** A live connection, as far as presence is concerned. */
export type Party = {
  readonly subscriber: Subscriber;
  /** A guest: told only of people with whom a room is shared at that moment. */
  readonly seesOnlyRoommates: boolean;
  /** Bytes that its network has not taken yet. */
  readonly waitingBytes: () => number;
  isActive: boolean;
  openRoom: string | null;
  watched: ReadonlySet<string>;
  typedAt: number;
};

/** Changes are told together, this often at most. */
const flushEvery = 2000;
/** A reload, a change of networks: who is back by then was never gone. */
const goneAfter = 20_000;
/** A client with more than this lying in its socket has better things to receive. */
const congestedBytes = 16 * 1024;
/** When this share of the time went into work, presence waits. */
const busyAbove = 0.9;
const typingEvery = 2500;
/** In a room with more live connections nobody is told who types. */
export const typingAudience = 100;

/**
 * Who is here, in one municipality and on this node: in memory alone, told in frames without a position, and the first
 * thing to be left out under load. See docs/architecture/presence.md.
 */
export class TenantPresence {
  readonly #parties = new Map<string, Set<Party>>();
  readonly #watchers = new Map<string, Set<Party>>();
  readonly #open = new Map<string, Set<Party>>();
  readonly #hidden = new Set<string>();
  /** What watchers were told last; people who are not in it are offline. */
  readonly #told = new Map<string, Presence>();
  /** People without a connection who may be back soon: since when, and the rooms they were in. */
  readonly #gone = new Map<string, { since: number; rooms: ReadonlySet<string> }>();
  readonly #changed = new Set<string>();
  readonly #owed = new Map<Party, Set<string>>();
  #timer: NodeJS.Timeout | undefined;
  #load = performance.eventLoopUtilization();

  /** True when a page of this person is being used now, hidden or not. */
  isActive(personId: string): boolean {
    for (const party of this.#parties.get(personId) ?? []) if (party.isActive) return true;
    return false;
  }

  enter(party: Party, isHidden: boolean): void {
    const { personId } = party.subscriber;
    if (isHidden) this.#hidden.add(personId);
    addTo(this.#parties, personId, party);
    this.#gone.delete(personId);
    this.#change(personId);
  }

  leave(party: Party): void {
    const { personId, topics } = party.subscriber;
    removeFrom(this.#parties, personId, party);
    for (const watched of party.watched) removeFrom(this.#watchers, watched, party);
    if (party.openRoom !== null) removeFrom(this.#open, party.openRoom, party);
    this.#owed.delete(party);
    if (!this.#parties.has(personId)) this.#gone.set(personId, { since: performance.now(), rooms: topics });
    this.#change(personId);
  }

  /** The client uses the page, or not, with this room open. */
  setActivity(party: Party, isActive: boolean, roomId: string | null): void {
    if (party.openRoom !== null) removeFrom(this.#open, party.openRoom, party);
    party.openRoom = roomId;
    if (roomId !== null) addTo(this.#open, roomId, party);
    if (party.isActive === isActive) return;
    party.isActive = isActive;
    this.#change(party.subscriber.personId);
  }

  /** The people on the client's screen from now on; it is told at once of those who are new there. */
  watch(party: Party, personIds: readonly string[]): void {
    const next = new Set(personIds);
    for (const id of party.watched) if (!next.has(id)) removeFrom(this.#watchers, id, party);
    const fresh = personIds.filter((id) => !party.watched.has(id));
    for (const id of fresh) addTo(this.#watchers, id, party);
    party.watched = next;
    if (fresh.length > 0) this.#tell(party, fresh);
  }

  /** Tells those who have the room open that this person types there. */
  typing(party: Party, roomId: string, connectionCount: number): void {
    const { subscriber } = party;
    const now = performance.now();
    if (!subscriber.topics.has(roomId) || this.#hidden.has(subscriber.personId)) return;
    if (connectionCount > typingAudience || now - party.typedAt < typingEvery) return;
    party.typedAt = now;
    let frame: Buffer | undefined;
    for (const other of this.#open.get(roomId) ?? []) {
      // Rights are those of this moment: an open page of somebody who was removed is told nothing.
      if (other.subscriber.personId === subscriber.personId || !other.subscriber.topics.has(roomId)) continue;
      if (other.waitingBytes() > congestedBytes) continue;
      frame ??= encodeTextFrame(JSON.stringify({ type: "typing", roomId, personId: subscriber.personId }));
      other.subscriber.write(frame);
    }
  }

  /** A person has said something about where they are: those who have them on the screen are told. */
  tellStatus(personId: string, fields: string): void {
    const { hidesPresence, ...status } = JSON.parse(`{${fields}}`) as { hidesPresence: boolean };
    if (hidesPresence) this.#hidden.add(personId);
    else this.#hidden.delete(personId);
    this.#change(personId);
    const frame = encodeTextFrame(JSON.stringify({ type: "status", ...status }));
    for (const party of this.#watchers.get(personId) ?? [])
      if (this.#maySee(party, personId) && party.waitingBytes() <= congestedBytes)
        party.subscriber.write(frame);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #presenceOf(personId: string): Presence {
    if (this.#hidden.has(personId)) return "offline";
    const parties = this.#parties.get(personId);
    if (!parties) return this.#gone.has(personId) ? (this.#told.get(personId) ?? "offline") : "offline";
    return this.isActive(personId) ? "active" : "away";
  }

  #change(personId: string): void {
    this.#changed.add(personId);
    this.#timer ??= setTimeout(() => this.#flush(), flushEvery).unref();
  }

  #flush(): void {
    this.#timer = undefined;
    const load = performance.eventLoopUtilization(this.#load);
    this.#load = performance.eventLoopUtilization();
    if (load.utilization <= busyAbove) {
      this.#collect();
      for (const [party, personIds] of this.#owed) {
        if (party.waitingBytes() > congestedBytes) continue;
        this.#owed.delete(party);
        this.#tell(party, [...personIds]);
      }
    }
    if (this.#changed.size > 0 || this.#owed.size > 0)
      this.#timer = setTimeout(() => this.#flush(), flushEvery).unref();
  }

  /** What has really changed is owed to those who watch. */
  #collect(): void {
    const now = performance.now();
    for (const personId of this.#changed) {
      const gone = this.#gone.get(personId);
      if (gone && now - gone.since < goneAfter) continue;
      this.#changed.delete(personId);
      const rooms = gone?.rooms;
      this.#gone.delete(personId);
      const presence = this.#presenceOf(personId);
      if ((this.#told.get(personId) ?? "offline") === presence) continue;
      if (presence === "offline") this.#told.delete(personId);
      else this.#told.set(personId, presence);
      for (const party of this.#watchers.get(personId) ?? [])
        if (this.#maySee(party, personId, rooms))
          this.#owed.set(party, (this.#owed.get(party) ?? new Set()).add(personId));
    }
  }

  /** People whom the reader may not see are left out, as people who are not here are in the first answer. */
  #tell(party: Party, personIds: readonly string[]): void {
    const people = personIds.flatMap((id) => {
      const presence = this.#presenceOf(id);
      return presence === "offline" || this.#maySee(party, id) ? [{ id, presence }] : [];
    });
    if (people.length > 0)
      party.subscriber.write(encodeTextFrame(JSON.stringify({ type: "presence", people })));
  }

  /** Guests are told of people with whom they share a room now; of somebody who has gone, then. */
  #maySee(party: Party, personId: string, rooms?: ReadonlySet<string>): boolean {
    if (!party.seesOnlyRoommates || party.subscriber.personId === personId) return true;
    const left = rooms ?? this.#gone.get(personId)?.rooms;
    if (left) return shares(party.subscriber.topics, left);
    for (const other of this.#parties.get(personId) ?? [])
      return shares(party.subscriber.topics, other.subscriber.topics);
    return false;
  }
}

function shares(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const [few, many] = a.size <= b.size ? [a, b] : [b, a];
  for (const topic of few) if (many.has(topic)) return true;
  return false;
}

function addTo<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key);
  if (set) set.add(value);
  else map.set(key, new Set([value]));
}

function removeFrom<T>(map: Map<string, Set<T>>, key: string, value: T): void {
  const set = map.get(key);
  if (!set?.delete(value)) return;
  if (set.size === 0) map.delete(key);
}
