import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { type Member, type Message, type MessagesPage, Reaction, type RoomItem } from "../contract.ts";
import { apply, type ChatEvent } from "./apply.ts";
import {
  type ChatState,
  findMessage,
  stateFromSnapshot,
  withMessagesNear,
  withMessagesPage,
} from "./state.ts";

const me = "me";
const people = [me, "sato", "suzuki"];

/** A server of one room in a few lines: acts, remembers its events, answers snapshots. */
function buildServer() {
  const messages: Message[] = [];
  const read = new Map(people.map((id) => [id, 0]));
  const present = new Set(people);
  const reacted = new Map<string, string[]>();
  const events: ChatEvent[] = [];

  const member = (id: string): Member => ({
    person: {
      id,
      kind: "staff",
      name: id,
      kana: id,
      sectionId: null,
      sectionName: null,
      postName: null,
      affiliation: null,
    },
    role: "member",
    isAutomatic: false,
    sectionOrder: null,
    postRank: null,
    readSeq: read.get(id) ?? 0,
    joinedAt: "2026-11-21T05:05:00Z",
  });
  const room = (): RoomItem => {
    const readSeq = read.get(me) ?? 0;
    const last = messages.at(-1);
    const mentionSeqs = messages
      .filter((message) => message.seq > readSeq && message.mentions.includes(me))
      .map((message) => message.seq);
    return {
      id: "room",
      kind: "group",
      name: "財政課",
      kana: "",
      description: "",
      visibility: "closed",
      posting: "everybody",
      archivedAt: null,
      classification: "2",
      version: 1,
      peer: null,
      role: "member",
      isAutomatic: false,
      notify: "all",
      memberCount: present.size,
      guestCount: 0,
      lastSeq: messages.length,
      readSeq,
      unread: messages.length - readSeq,
      mentions: mentionSeqs.length,
      mentionSeqs,
      lastMessage: last ? { senderId: last.senderId, excerpt: last.body, sentAt: last.sentAt } : null,
      createdAt: "2026-11-21T05:05:00Z",
    };
  };
  const reactionsOf = (seq: number) =>
    Reaction.options.flatMap((reaction) => {
      const personIds = reacted.get(`${seq} ${reaction}`) ?? [];
      return personIds.length > 0
        ? [{ reaction, count: personIds.length, personIds, mine: personIds.includes(me) }]
        : [];
    });
  return {
    events,
    send(senderId: string, mentions: string[]) {
      if (!present.has(senderId)) return;
      const message: Message = {
        id: newId(),
        seq: messages.length + 1,
        senderId,
        operatorId: null,
        body: `${messages.length + 1}件目`,
        sentAt: "2026-11-21T05:05:00Z",
        clientMessageId: newId(),
        replyTo: null,
        mentions,
      };
      messages.push(message);
      read.set(senderId, message.seq);
      events.push({ type: "message.sent", roomId: "room", message });
    },
    read(personId: string, seq: number) {
      const to = Math.min(seq, messages.length);
      if (!present.has(personId) || to <= (read.get(personId) ?? 0)) return;
      read.set(personId, to);
      events.push({ type: "read-positions.moved", roomId: "room", positions: [{ personId, seq: to }] });
    },
    toggle(personId: string) {
      if (personId === me) {
        if (present.delete(me)) events.push({ type: "room.left", roomId: "room" });
        else {
          present.add(me);
          events.push({ type: "room.joined", room: room() });
        }
        return;
      }
      const counts = () => ({ roomId: "room", memberCount: present.size, guestCount: 0 });
      if (present.delete(personId)) events.push({ type: "member.removed", personId, ...counts() });
      else {
        present.add(personId);
        events.push({ type: "member.added", member: member(personId), ...counts() });
      }
    },
    react(personId: string, seq: number, reaction: Reaction) {
      const message = messages[seq - 1];
      if (!message || message.deletion || !present.has(personId)) return;
      const before = reacted.get(`${seq} ${reaction}`) ?? [];
      const isOn = !before.includes(personId);
      reacted.set(
        `${seq} ${reaction}`,
        isOn ? [...before, personId] : before.filter((each) => each !== personId),
      );
      const reactions = reactionsOf(seq).map(({ mine: _, ...count }) => count);
      events.push({
        type: "reactions.changed",
        roomId: "room",
        seq,
        reactions,
        by: { personId, reaction, isOn },
      });
    },
    edit(seq: number, mentions: string[]) {
      const message = messages[seq - 1];
      if (!message || message.deletion) return;
      const version = (message.version ?? 1) + 1;
      const change = { body: `${seq}件目の${version}`, mentions, version, editedAt: "2026-11-21T06:00:00Z" };
      messages[seq - 1] = { ...message, ...change };
      events.push({ type: "message.edited", roomId: "room", seq, senderId: message.senderId, ...change });
    },
    remove(seq: number, personId: string) {
      const before = messages[seq - 1];
      if (!before || before.deletion) return;
      for (const reaction of Reaction.options) reacted.delete(`${seq} ${reaction}`);
      const deletion = { at: "2026-11-21T07:00:00Z", personId, reason: null };
      const { editedAt: _, ...message } = before;
      const version = (before.version ?? 1) + 1;
      messages[seq - 1] = { ...message, body: "", mentions: [], version, deletion };
      events.push({ type: "message.deleted", roomId: "room", seq, version, deletion });
    },
    page: (from = 1, to = messages.length): MessagesPage => ({
      items: messages.slice(from - 1, to).map((message) => {
        const reactions = reactionsOf(message.seq);
        return reactions.length > 0 ? { ...message, reactions } : message;
      }),
      hasBefore: from > 1,
      hasAfter: to < messages.length,
    }),
    snapshot(): ChatState {
      const inRoom = present.has(me);
      return stateFromSnapshot({
        me: { person: { id: me } },
        rooms: { items: inRoom ? [room()] : [] },
        messages: inRoom ? { room: this.page() } : {},
        members: inRoom ? { room: { items: [...present].sort().map(member) } } : {},
      });
    },
  };
}

const act = fc.oneof(
  fc.record({
    act: fc.constant("send" as const),
    who: fc.constantFrom(...people),
    mentions: fc.subarray(people),
  }),
  fc.record({
    act: fc.constant("read" as const),
    who: fc.constantFrom(...people),
    seq: fc.integer({ min: 0, max: 12 }),
  }),
  fc.record({ act: fc.constant("toggle" as const), who: fc.constantFrom("sato", "suzuki") }),
  fc.record({
    act: fc.constant("react" as const),
    who: fc.constantFrom(...people),
    seq: fc.integer({ min: 1, max: 5 }),
    reaction: fc.constantFrom<Reaction>("done", "smile"),
  }),
  fc.record({
    act: fc.constant("edit" as const),
    seq: fc.integer({ min: 1, max: 8 }),
    mentions: fc.subarray(people),
  }),
  fc.record({
    act: fc.constant("remove" as const),
    seq: fc.integer({ min: 1, max: 8 }),
    who: fc.constantFrom(...people),
  }),
);

type Act =
  | { act: "send"; who: string; mentions: string[] }
  | { act: "read"; who: string; seq: number }
  | { act: "toggle"; who: string }
  | { act: "edit"; seq: number; mentions: string[] }
  | { act: "remove"; seq: number; who: string }
  | { act: "react"; who: string; seq: number; reaction: Reaction };

function run(server: ReturnType<typeof buildServer>, steps: readonly Act[]) {
  for (const step of steps) {
    if (step.act === "send") server.send(step.who, step.mentions);
    else if (step.act === "read") server.read(step.who, step.seq);
    else if (step.act === "edit") server.edit(step.seq, step.mentions);
    else if (step.act === "remove") server.remove(step.seq, step.who);
    else if (step.act === "react") server.react(step.who, step.seq, step.reaction);
    else server.toggle(step.who);
  }
}

describe("apply", () => {
  it("turns an old snapshot and the events since into a new snapshot", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 15 }), fc.array(act, { maxLength: 15 }), (before, after) => {
        const server = buildServer();
        run(server, before);
        const old = server.snapshot();
        const seen = server.events.length;
        run(server, after);
        expect(server.events.slice(seen).reduce(apply, old)).toEqual(server.snapshot());
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it("changes nothing when events are replayed over a snapshot that holds them", () => {
    fc.assert(
      fc.property(fc.array(act, { maxLength: 25 }), fc.nat(25), (steps, replayed) => {
        const server = buildServer();
        run(server, steps);
        const snapshot = server.snapshot();
        expect(server.events.slice(-replayed).reduce(apply, snapshot)).toEqual(snapshot);
      }),
      { seed: 20261121, numRuns: 500 },
    );
  });

  it("forgets a room that one has left and takes it back when one joins again", () => {
    const server = buildServer();
    server.send("sato", [me]);
    const old = server.snapshot();
    server.toggle(me);
    const left = apply(old, server.events.at(-1)!);
    expect(left).toEqual(server.snapshot());
    server.toggle(me);
    expect(apply(left, server.events.at(-1)!).rooms.room).toEqual(server.snapshot().rooms.room);
  });

  it("ignores events of rooms that it does not know", () => {
    const state = stateFromSnapshot({ me: { person: { id: me } }, rooms: { items: [] } });
    const server = buildServer();
    run(server, [
      { act: "send", who: "sato", mentions: [me] },
      { act: "read", who: me, seq: 1 },
      { act: "toggle", who: "sato" },
    ]);
    expect(server.events.reduce(apply, state)).toBe(state);
  });

  it("keeps a gap as a gap until the page between is there", () => {
    const server = buildServer();
    for (let i = 0; i < 30; i++) server.send("sato", []);
    const snapshot = server.snapshot();
    let state: ChatState = { ...snapshot, messages: {} };
    state = withMessagesPage(state, "room", server.page(1, 10));
    server.send("suzuki", []);
    state = apply(state, server.events.at(-1)!);
    expect(state.messages.room?.runs.map(({ from, to }) => [from, to])).toEqual([
      [1, 10],
      [31, 31],
    ]);
    state = withMessagesPage(state, "room", server.page(8, 30));
    expect(state.messages.room?.runs.map(({ from, to }) => [from, to])).toEqual([[1, 31]]);
    expect(findMessage(state.messages.room, 17)?.seq).toBe(17);
    expect(state.messages.room?.beginsAt).toBe(1);
  });

  it("lets go of what is far from the screen, keeps the newest, and fetches the rest again", () => {
    const server = buildServer();
    for (let i = 0; i < 100; i++) server.send("sato", []);
    const all = withMessagesPage({ ...server.snapshot(), messages: {} }, "room", server.page(1, 100));
    const near = withMessagesNear(all, "room", { from: 40, to: 45 }, { near: 10, newest: 5 });
    expect(near.messages.room?.runs.map(({ from, to }) => [from, to])).toEqual([
      [30, 55],
      [96, 100],
    ]);
    expect(findMessage(near.messages.room, 42)?.seq).toBe(42);
    expect(near.messages.room?.beginsAt).toBe(1);
    expect(
      withMessagesPage(near, "room", server.page(50, 99)).messages.room?.runs.map(({ from }) => from),
    ).toEqual([30]);
    const tail = withMessagesNear(all, "room", { from: 90, to: 95 }, { near: 10, newest: 5 });
    expect(tail.messages.room?.runs.map(({ from, to }) => [from, to])).toEqual([[80, 100]]);
  });
});
