import { expect } from "vitest";
import type { Message } from "#capabilities/chat/contract.ts";
import { apply, type ChatEvent } from "#capabilities/chat/web/apply.ts";
import { type ChatState, stateFromSnapshot } from "#capabilities/chat/web/state.ts";
import { build, scopeOf } from "#core/db/index.ts";
import type { Zone } from "#core/policy/index.ts";
import type { ApiClient, Frame, StreamClient } from "./api-client.ts";
import type { TestServer } from "./server.ts";

/** Somebody who looks on while an action happens. */
export type Observer = { name: string; person: { id: string; tenantId: string }; zone?: Zone };

/**
 * The property on which every screen rests: what a client makes of its old snapshot and the events equals a fresh
 * fetch. Checked for each observer (sender, member, guest, removed member, staff on the Internet side), with a second
 * action racing the first; returns the names of the events that each observer received.
 */
export async function verifyAction(
  server: TestServer,
  observers: readonly Observer[],
  action: () => Promise<unknown>,
  racing: () => Promise<unknown> = async () => {},
): Promise<Record<string, string[]>> {
  const watching = await Promise.all(
    observers.map(async (observer) => {
      const client = await server.as(observer.person, observer.zone ?? "lgwan");
      // Stream first, snapshot second, replay third: the order that leaves no gap.
      const stream = await client.stream();
      return { observer, client, stream, before: await fetchState(client, observer.person.id) };
    }),
  );
  await Promise.all([action(), racing()]);
  await settle(
    server,
    observers[0]!.person.tenantId,
    watching.map(({ stream }) => stream),
  );

  const received: Record<string, string[]> = {};
  for (const { observer, client, stream, before } of watching) {
    const applied = replay(before, stream.events);
    const fresh = await fetchState(client, observer.person.id, applied);
    expect(comparable(applied), `${observer.name}: apply(old, events) equals a fresh fetch`).toEqual(
      comparable(fresh),
    );
    // Applying everything once more over the result, as after a resume from an older position, changes nothing.
    expect(comparable(replay(applied, stream.events)), `${observer.name}: events are absolute`).toEqual(
      comparable(applied),
    );
    received[observer.name] = stream.events.map((event) => event.type);
    stream.close();
  }
  return received;
}

/** Everything that this client may see of the chat: rooms, and for each its newest messages and its members. */
async function fetchState(client: ApiClient, personId: string, like?: ChatState): Promise<ChatState> {
  const rooms = await client.get("/api/v1/rooms");
  const ids: string[] = rooms.body.items.map((room: { id: string }) => room.id);
  const pages = await Promise.all(ids.map((id) => client.get(`/api/v1/rooms/${id}/messages?limit=200`)));
  const members = await Promise.all(ids.map((id) => client.get(`/api/v1/rooms/${id}/members`)));
  const changes = await Promise.all(ids.map((id) => client.get(`/api/v1/rooms/${id}/changes`)));
  const confirmations = await client.get("/api/v1/me/confirmations");
  // Those that the client has asked for; in the first snapshot, all that there are.
  const threads: Record<string, Record<number, Message[]>> = {};
  for (const [i, id] of ids.entries())
    for (const { seq, thread } of pages[i]!.body.items as Message[]) {
      if (like ? !like.threads[id]?.[seq] : !thread) continue;
      const answer = await client.get(`/api/v1/rooms/${id}/messages?thread=${seq}&limit=200`);
      threads[id] = { ...threads[id], [seq]: answer.body.items };
    }
  // A room that appeared by an event has no pages yet on the client; a fresh client would not have asked either.
  const isAsked = (id: string, part: "messages" | "members" | "changes") =>
    like === undefined || like[part][id] !== undefined;
  return stateFromSnapshot({
    me: { person: { id: personId } },
    rooms: rooms.body,
    confirmations: confirmations.body,
    threads,
    messages: Object.fromEntries(
      ids.flatMap((id, i) => (isAsked(id, "messages") ? [[id, pages[i]!.body]] : [])),
    ),
    members: Object.fromEntries(
      ids.flatMap((id, i) => (isAsked(id, "members") ? [[id, members[i]!.body]] : [])),
    ),
    changes: Object.fromEntries(
      ids.flatMap((id, i) => (isAsked(id, "changes") ? [[id, changes[i]!.body]] : [])),
    ),
  });
}

function replay(state: ChatState, events: readonly Frame[]): ChatState {
  return events.reduce((current, event) => apply(current, event as unknown as ChatEvent), state);
}

/** Order of keys and of members does not matter; everything else does. */
function comparable(state: ChatState): unknown {
  return JSON.parse(JSON.stringify(state, (_key, value) => (isRecord(value) ? sortKeys(value) : value)));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function sortKeys(record: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Waits until everything committed is sealed and every stream has received all that it may. */
export async function settle(
  server: TestServer,
  tenantId: string,
  streams: readonly StreamClient[],
): Promise<void> {
  let position = 0;
  await expect
    .poll(
      async () => {
        const [published, sealed] = await server.database.transaction(scopeOf(tenantId), (tx) =>
          Promise.all([
            tx.first<{ n: number }>(
              build
                .selectFrom("outbox")
                .select((eb) => eb.fn.countAll<number>().as("n"))
                .where("tenant_id", "=", tenantId),
            ),
            tx.all<{ first_position: number; last_position: number }>(
              build
                .selectFrom("stream_batch")
                .select(["first_position", "last_position"])
                .where("tenant_id", "=", tenantId),
            ),
          ]),
        );
        position = Math.max(0, ...sealed.map((batch) => batch.last_position));
        return (
          sealed.reduce((sum, batch) => sum + batch.last_position - batch.first_position + 1, 0) -
          published!.n
        );
      },
      { timeout: 10_000, interval: 10 },
    )
    .toBe(0);
  const dispatcher = await server.chonai.realtime.dispatcherOf(tenantId);
  await expect
    .poll(() => dispatcher.position, { timeout: 10_000, interval: 5 })
    .toBeGreaterThanOrEqual(position);
  // The heartbeat's frame comes behind everything that was delivered before it.
  for (const subscriber of dispatcher.subscribers()) (subscriber as unknown as { beat(): void }).beat();
  await Promise.all(
    streams
      .filter((stream) => !stream.closed)
      .map((stream) => stream.until((frame) => frame.type === "position" && frame.position >= position)),
  );
}
