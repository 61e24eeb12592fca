/**
 * The chat of one signed-in account: its state, and what can be done. Requests never change the state by themselves:
 * what they do comes back on the stream and is applied there. Only pages that were asked for are added directly.
 */

import type { PersonSummary } from "#core/identity/contract.ts";
import { excerptOf } from "#shared/excerpt.ts";
import { newId } from "#shared/ids.ts";
import { query, request } from "#web/kit/api/client.ts";
import { Problem } from "#web/kit/api/problem.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Session } from "#web/kit/module.ts";
import { serverNow } from "#web/kit/state/clock.ts";
import { type Notice, openRoom, tellNotice } from "#web/kit/state/reach.ts";
import { Store } from "#web/kit/state/store.ts";
import type { StreamEvent } from "#web/kit/sync/sync-client.ts";
import type {
  AddMembersRequest,
  AddMembersResponse,
  ChangeRoomRequest,
  ChatSettings,
  ConfirmationsResponse,
  CreateRoomRequest,
  DeleteMessageRequest,
  EditMessageRequest,
  FoundRoomsPage,
  MembersPage,
  Message,
  MessagesPage,
  MyConfirmations,
  Reaction,
  ReactionsResponse,
  ReadPositionResponse,
  RemindResponse,
  RoomChangesPage,
  RoomItem,
  RoomList,
  RoomNotify,
  RoomRole,
  RoomsPage,
  SectionRooms,
  ThreadsPage,
  VersionsResponse,
} from "../../contract.ts";
import { defaultChatSettings, emptyRoomList } from "../../defaults/contract.ts";
import { apply, type ChatEvent, chatApply } from "../apply.ts";
import {
  confirmationsPath,
  firstUnread,
  isFar,
  messagesPath,
  type PagePlace,
  pageAt,
  roomOfAddress,
  roomsPath,
} from "../early.ts";
import {
  type ChatState,
  findRun,
  mentions,
  openQuestions,
  stateFromSnapshot,
  withChangesPage,
  withMembersPage,
  withMessagesNear,
  withMessagesPage,
  withNewestMessagesOnly,
  withoutAnyMembers,
  withoutMessages,
  withPeers,
  withThread,
} from "../state.ts";
import { text } from "../text/index.ts";
import type { Arrange } from "./arrange.ts";
import { Asking } from "./asking.ts";
import { Drafts } from "./drafts.ts";
import { LastSent } from "./last-sent.ts";
import { isCalling } from "./list-rooms.ts";
import { Outbox } from "./outbox.ts";
import { People } from "./people.ts";
import { Places } from "./places.ts";
import { Replies } from "./replies.ts";

/** So many messages of one room are loaded at most while one reads through it, give or take a page. */
const loadedMessages = 1200;

/** So many rooms are kept that somebody seemed about to open. */
const expectedRooms = 6;

export type { PagePlace } from "../early.ts";

/** Milliseconds after which a message is no longer announced by the browser. */
const newsFor = 5 * 60_000;

/** Milliseconds in which pages ask for names again after an import. */
const renewWithin = 3000;

export class ChatClient {
  readonly session: Session;
  readonly state: Store<ChatState>;
  /** False until the first snapshot is there. */
  readonly isReady = new Store(false);
  readonly waiting = new Store(0);
  /** How many messages wait for the reader to confirm them. */
  readonly duties = new Store(0);
  readonly asking = new Asking();
  /** How often the stream has said that a thread of a room is other: lists of threads are asked for again. */
  readonly threadChanges = new Store<{ readonly [roomId: string]: number }>({});
  readonly people = new People();
  readonly outbox: Outbox;
  readonly drafts: Drafts;
  readonly replies: Replies;
  readonly places: Places;
  /** Rooms that one was taken out of while this page was open, by what they were called. */
  readonly leftRooms = new Store<{ readonly [roomId: string]: string }>({});
  /** What the municipality has decided about sending. */
  readonly settings = new Store<ChatSettings>(defaultChatSettings);
  /** Where one wrote last on this device, and with how many guests. */
  readonly lastSent: LastSent;
  /** What was copied last from the field of a room: it may be meant for that room alone. */
  copied: { roomId: string; roomName: string; words: string } | undefined;
  readonly #stopped = new AbortController();
  #renewing: ReturnType<typeof setTimeout> | undefined;
  readonly #reading = new Map<
    string,
    { seq: number; timer: ReturnType<typeof setTimeout> | undefined; sent: number }
  >();
  readonly #fetching = new Map<string, Promise<void>>();
  /** Rooms that were expected to be opened and have not been. */
  #expected: string[] = [];
  #arranged: Promise<unknown> = Promise.resolve();
  #placesKnown: Promise<void> = Promise.resolve();
  /** What changed while pages were on their way: they may show what was before it. */
  readonly #missed = new Set<ChatEvent[]>();

  constructor(session: Session) {
    this.session = session;
    this.state = new Store<ChatState>(stateFromSnapshot({ me: session.me, rooms: { items: [] } }));
    this.outbox = new Outbox(session.device);
    this.places = new Places(session.device);
    this.drafts = new Drafts(session.device, {
      authorId: session.me.operator?.id ?? session.me.person.id,
      zone: session.me.zone,
    });
    this.replies = new Replies(session.device);
    this.lastSent = new LastSent(session.me.account.id);
    this.people.meet([session.me.person, ...(session.me.operator ? [session.me.operator] : [])]);
  }

  start(): void {
    void this.outbox.start();
    void this.drafts.start();
    void this.replies.start();
    this.#placesKnown = this.places.start();
    void this.#showKept();
    this.session.connection.subscribe(() => {
      if (this.session.connection.get() !== "connected") return;
      this.outbox.hurry();
      this.drafts.saveAll();
      for (const roomId of this.#reading.keys()) this.#sendReading(roomId);
    });
  }

  stop(): void {
    this.#stopped.abort();
    this.outbox.stop();
    this.drafts.stop();
    this.replies.stop();
    this.places.stop();
  }

  async takeSnapshot(signal: AbortSignal): Promise<void> {
    const rooms = this.#fetchRooms(signal);
    const roomId = openRoom.get() ?? roomOfAddress(location).roomId;
    const [{ items, list }, confirmations, shown] = await Promise.all([
      rooms,
      request<MyConfirmations>("GET", confirmationsPath, { signal }),
      roomId && this.#fetchShown(roomId, rooms, signal),
    ]);
    this.people.meet(items.flatMap((room) => (room.peer ? [room.peer] : [])));
    if (shown) this.#meetOwn(shown);
    const messages = roomId && shown ? { [roomId]: shown } : {};
    this.#set(stateFromSnapshot({ me: this.session.me, rooms: { items, list }, confirmations, messages }));
    this.isReady.set(true);
    // What the room list does not need comes behind it.
    this.drafts.meet(signal, (roomId) => this.state.get().rooms[roomId] !== undefined).catch(() => {});
    this.readSettings(signal).catch(() => {});
    // Names alone, for a start without a network: what was said is fetched anew.
    const kept = items.map((room) => ({ ...room, lastMessage: null }));
    await this.session.device.put("kept", "rooms", kept);
  }

  /**
   * What is on the screen of the open room, or will be: it comes with the snapshot, so that the screen is not empty between the
   * two. A room that is not open yet opens where its address says, else where one was, else at the first unread message.
   */
  async #fetchShown(
    roomId: string,
    rooms: Promise<{ items: RoomItem[] }>,
    signal: AbortSignal,
  ): Promise<MessagesPage | undefined> {
    try {
      let place: PagePlace = {};
      if (openRoom.get() === roomId) {
        const seq = this.places.get(roomId)?.seq;
        if (typeof seq === "number") place = { around: seq, limit: 80 };
      } else {
        const room = (await rooms).items.find(({ id }) => id === roomId);
        if (!room) return undefined;
        await this.#placesKnown;
        place = pageAt(roomOfAddress(location).at ?? this.openingSeq(room), room.lastSeq);
      }
      return await request("GET", messagesPath(roomId, place), { signal, attempts: 1 });
    } catch {
      // It may not be the reader's room any more; the rooms of the snapshot say so.
      return undefined;
    }
  }

  async #fetchRooms(signal: AbortSignal): Promise<{ items: RoomItem[]; list: RoomList }> {
    const items: RoomItem[] = [];
    let list = emptyRoomList;
    let cursor: string | null = null;
    do {
      const page: RoomsPage = await request("GET", roomsPath(cursor), { signal });
      items.push(...page.items);
      list = page.list;
      cursor = page.next;
    } while (cursor);
    return { items, list };
  }

  /** Until the server has answered: the rooms as this device knew them. */
  async #showKept(): Promise<void> {
    const [items] = await this.session.device.list<RoomItem[]>("kept");
    if (!items || this.isReady.get() || this.#stopped.signal.aborted) return;
    this.people.meet(items.flatMap((room) => (room.peer ? [room.peer] : [])));
    this.#set(stateFromSnapshot({ me: this.session.me, rooms: { items } }));
    this.isReady.set(true);
  }

  applyEvents(events: readonly StreamEvent[]): void {
    let state = this.state.get();
    for (const event of events) {
      if (isPersonChanged(event)) {
        this.people.meet([event.person]);
        state = withPeers(state, [event.person]);
      }
      if (event.type === "directory.changed") this.#renewNamesSoon();
      if (!isChatEvent(event)) continue;
      if (event.type === "room.left") this.#roomLeft(event);
      state = apply(state, event);
      if (isMessageChange(event)) for (const missed of this.#missed) missed.push(event);
      if (event.type === "message.sent" && event.message.senderId === state.me)
        this.outbox.arrived(event.message);
      if (event.type === "draft.changed") this.drafts.apply(event);
      if (event.type === "thread.changed") this.#threadsChanged(event.roomId);
      if (event.type === "confirmation.reminded") this.#tellReminder(event);
      if (event.type === "message.sent") this.#tellNotice(event);
      if (event.type === "member.added") this.people.meet([event.member.person]);
      if (event.type === "members.described") this.people.meet(event.people.map(({ person }) => person));
      if (event.type === "room.joined" && event.room.peer) this.people.meet([event.room.peer]);
    }
    this.#set(state);
  }

  /** Nothing that was being written there goes any more; it stays on this device, to be taken elsewhere. */
  #roomLeft({ roomId }: Extract<ChatEvent, { type: "room.left" }>): void {
    const name = this.state.get().rooms[roomId]?.name;
    if (name !== undefined) this.leftRooms.update((names) => ({ ...names, [roomId]: name }));
    for (const message of this.outbox.messages.get())
      if (message.roomId === roomId) this.outbox.stopHeld(message.clientMessageId);
    this.drafts.keepHere(roomId);
  }

  /**
   * An import has changed many people: the members of rooms are fetched again where they are looked at, and the names of
   * direct rooms. Thousands hear of it at once, so their pages ask within some seconds and not in one moment.
   */
  #renewNamesSoon(): void {
    this.#renewing ??= setTimeout(async () => {
      this.#renewing = undefined;
      const { signal } = this.#stopped;
      if (signal.aborted) return;
      this.#set(withoutAnyMembers(this.state.get()));
      const peers = Object.values(this.state.get().rooms).flatMap(({ peer }) => (peer ? [peer.id] : []));
      try {
        const people = await this.people.renew(peers, signal);
        this.#set(withPeers(this.state.get(), people));
      } catch {
        // The next snapshot brings the names too.
      }
    }, Math.random() * renewWithin);
  }

  /** A message that is for the reader: told when they look elsewhere. What arrives after a long sleep is no news. */
  #tellNotice({ roomId, message }: Extract<ChatEvent, { type: "message.sent" }>): void {
    const room = this.state.get().rooms[roomId];
    const me = this.session.me.person.id;
    const isMention = mentions(message, me);
    if (!room || message.senderId === me || serverNow() - Date.parse(message.sentAt) > newsFor) return;
    // A question to confirm waits for an answer, in a muted room too.
    const isQuestion = message.confirmation !== undefined;
    if (!isQuestion && room.notify === "none") return;
    if (!isQuestion && !isMention && (room.kind !== "direct" || room.notify !== "all")) return;
    this.#notice(isQuestion ? "confirmation" : room.kind === "direct" ? "direct" : "mention", room, {
      seq: message.seq,
      personId: message.senderId,
      excerpt: excerptOf(message.body),
    });
  }

  /** Asked once more: said on this page, and by the browser when the reader looks elsewhere. */
  #tellReminder({
    roomId,
    seq,
    byId,
    remindedAt,
  }: Extract<ChatEvent, { type: "confirmation.reminded" }>): void {
    const state = this.state.get();
    const room = state.rooms[roomId];
    if (!room || serverNow() - Date.parse(remindedAt) > newsFor) return;
    const asked = state.confirmations.waiting.find((item) => item.roomId === roomId && item.seq === seq);
    this.#notice("reminder", room, { seq, personId: byId, excerpt: asked?.excerpt ?? "" });
    tell(text("confirmation.remindedMe", { room: room.name }));
  }

  #notice(
    kind: Notice["kind"],
    room: RoomItem,
    { seq, personId, excerpt }: { seq: number; personId: string; excerpt: string },
  ): void {
    tellNotice({
      kind,
      roomId: room.id,
      roomName: room.name,
      senderName: this.people.known.get()[personId]?.name ?? room.name,
      excerpt,
      path: `/rooms/${room.id}?at=${seq}`,
    });
  }

  /** Fetches a page of a room's messages into the state. The same page is asked for once at a time. */
  async loadMessages(roomId: string, place: PagePlace = {}): Promise<void> {
    const path = messagesPath(roomId, place);
    await this.#once(path, async () => {
      const missed: ChatEvent[] = [];
      this.#missed.add(missed);
      const page = await request<MessagesPage>("GET", path, { signal: this.#stopped.signal }).finally(() =>
        this.#missed.delete(missed),
      );
      this.#meetOwn(page);
      this.#set(missed.reduce(apply, withMessagesPage(this.state.get(), roomId, page)));
    });
  }

  /** Loads what is needed to open a room at a message, or at its newest without one. */
  async loadPlace(roomId: string, seq: number | undefined): Promise<void> {
    const lastSeq = this.state.get().rooms[roomId]?.lastSeq ?? 0;
    if (!this.isPlaceLoaded(roomId, seq)) await this.loadMessages(roomId, pageAt(seq, lastSeq));
    if (seq !== undefined && !isFar(seq, lastSeq) && !this.holds(roomId, seq))
      await this.loadMessages(roomId, { around: seq, limit: 80 });
  }

  /** Whether a room can be opened there without asking. */
  isPlaceLoaded(roomId: string, seq: number | undefined): boolean {
    const state = this.state.get();
    const lastSeq = state.rooms[roomId]?.lastSeq ?? 0;
    return state.messages[roomId] !== undefined && (lastSeq === 0 || this.holds(roomId, seq ?? lastSeq));
  }

  /** Where a room opens when its address names no message: where one was, else the first unread message, else the newest. */
  openingSeq(room: RoomItem): number | undefined {
    return this.places.get(room.id)?.seq ?? firstUnread(room);
  }

  /**
   * Somebody is about to open a room: what it opens with is fetched already. Of the rooms that were not opened after all the last
   * few stay.
   */
  expectOpening(room: RoomItem): void {
    if (openRoom.get() === room.id || this.session.connection.get() !== "connected") return;
    if (!this.state.get().messages[room.id]) {
      this.#expected = [...this.#expected.filter((id) => id !== room.id), room.id];
      const [oldest] = this.#expected.length > expectedRooms ? this.#expected.splice(0, 1) : [];
      if (oldest) this.#set(withoutMessages(this.state.get(), oldest));
    }
    const asked = [
      this.loadPlace(room.id, this.openingSeq(room)),
      this.loadMembers(room.id),
      this.loadChanges(room.id),
    ];
    // What does not come now is asked for, and its failure told, when the room is opened.
    for (const each of asked) each.catch(() => {});
  }

  /** The room is open now, and stays loaded as such. */
  opened(roomId: string): void {
    this.places.opened(roomId);
    this.#expected = this.#expected.filter((id) => id !== roomId);
  }

  /** What the server shows of one's own is no longer unsent. */
  #meetOwn({ items }: MessagesPage): void {
    for (const message of items)
      if (message.senderId === this.session.me.person.id) this.outbox.arrived(message);
  }

  /** Loads the members of a room, unless they are known. */
  async loadMembers(roomId: string): Promise<void> {
    if (this.state.get().members[roomId]) return;
    await this.#once(`members ${roomId}`, async () => {
      const page = await request<MembersPage>("GET", `/rooms/${roomId}/members`, {
        signal: this.#stopped.signal,
      });
      this.people.meet(page.items.map((member) => member.person));
      this.#set(withMembersPage(this.state.get(), roomId, page));
    });
  }

  /** Makes a room and gives its id; for a direct room that exists, that room's. */
  async createRoom(room: CreateRoomRequest): Promise<string> {
    const made = await request<RoomItem>("POST", "/rooms", { body: room, idempotencyKey: newId() });
    await this.#untilJoined(made.id);
    return made.id;
  }

  async addMember(roomId: string, personId: string): Promise<void> {
    await request("PUT", `/rooms/${roomId}/members/${personId}`);
  }

  /** Removes a member, or leaves when it is oneself. */
  async removeMember(roomId: string, personId: string): Promise<void> {
    await request("DELETE", `/rooms/${roomId}/members/${personId}`);
  }

  /** Adds one's reaction to a message, or takes it back. */
  async react(roomId: string, messageId: string, reaction: Reaction, isOn: boolean): Promise<void> {
    await request(isOn ? "PUT" : "DELETE", `/rooms/${roomId}/messages/${messageId}/reactions/${reaction}`);
  }

  /** Changes what one's message says. `version` is the one that was read. */
  async editMessage(roomId: string, message: Message, change: EditMessageRequest): Promise<void> {
    await request("PUT", `/rooms/${roomId}/messages/${message.id}`, { body: change });
  }

  async deleteMessage(roomId: string, messageId: string, reason: string): Promise<void> {
    const body: DeleteMessageRequest = reason ? { reason } : {};
    await request("PUT", `/rooms/${roomId}/messages/${messageId}/deletion`, { body });
  }

  listVersions(roomId: string, messageId: string): Promise<VersionsResponse> {
    return request("GET", `/rooms/${roomId}/messages/${messageId}/versions`, {
      signal: this.#stopped.signal,
    });
  }

  /** Loads the newest two hundred messages of a thread, the first one always among them. */
  async loadThread(roomId: string, seq: number): Promise<void> {
    const missed: ChatEvent[] = [];
    this.#missed.add(missed);
    const read = (place: PagePlace) =>
      request<MessagesPage>("GET", `/rooms/${roomId}/messages${query({ thread: seq, ...place })}`, {
        signal: this.#stopped.signal,
      });
    const [first, newest] = await Promise.all([
      read({ after: seq - 1, limit: 1 }),
      read({ limit: 200 }),
    ]).finally(() => this.#missed.delete(missed));
    const items = [...first.items.filter((item) => item.seq < (newest.items[0]?.seq ?? 0)), ...newest.items];
    this.#set(missed.reduce(apply, withThread(this.state.get(), roomId, seq, items)));
  }

  /** 話題一覧: those with the newest message first; `before` is the `newestSeq` of the last one that is known. */
  listThreads(
    roomId: string,
    page: { limit: number; before?: number },
    signal: AbortSignal = this.#stopped.signal,
  ): Promise<ThreadsPage> {
    return request("GET", `/rooms/${roomId}/threads${query(page)}`, { signal });
  }

  #threadsChanged(roomId: string): void {
    this.threadChanges.update((all) => ({ ...all, [roomId]: (all[roomId] ?? 0) + 1 }));
  }

  /** Gives a thread a title (話題), or takes it away. */
  async titleThread(roomId: string, seq: number, title: string | null): Promise<void> {
    await request("PUT", `/rooms/${roomId}/threads/${seq}`, { body: { title } });
  }

  /** What the municipality has decided about sending, as it is now. */
  async readSettings(signal: AbortSignal = this.#stopped.signal): Promise<ChatSettings> {
    const settings = await request<ChatSettings>("GET", "/chat-settings", { signal });
    this.settings.set(settings);
    return settings;
  }

  /** For administrators; other devices learn it with their next snapshot. */
  async changeSettings(settings: ChatSettings): Promise<void> {
    this.settings.set(await request<ChatSettings>("PUT", "/chat-settings", { body: settings }));
  }

  /** Whether sections get their rooms by themselves; for administrators. */
  readSectionRooms(): Promise<SectionRooms> {
    return request("GET", "/section-rooms", { signal: this.#stopped.signal });
  }

  switchSectionRooms(isOn: boolean): Promise<SectionRooms> {
    return request("PUT", "/section-rooms", { body: { isOn } satisfies SectionRooms });
  }

  /** 確認しました. */
  async confirm(roomId: string, messageId: string): Promise<void> {
    await request("PUT", `/rooms/${roomId}/messages/${messageId}/confirmation`);
  }

  listConfirmations(roomId: string, messageId: string): Promise<ConfirmationsResponse> {
    return request("GET", `/rooms/${roomId}/messages/${messageId}/confirmations`, {
      signal: this.#stopped.signal,
    });
  }

  /** Asks those once more who have not confirmed; gives their number. */
  async remind(roomId: string, messageId: string): Promise<number> {
    const path = `/rooms/${roomId}/messages/${messageId}/confirmation/reminders`;
    return (await request<RemindResponse>("POST", path, { body: {} })).remindedCount;
  }

  async listReactions(roomId: string, messageId: string): Promise<ReactionsResponse> {
    const answer = await request<ReactionsResponse>(
      "GET",
      `/rooms/${roomId}/messages/${messageId}/reactions`,
      { signal: this.#stopped.signal },
    );
    this.people.meet(answer.items.flatMap((item) => item.people));
    return answer;
  }

  /** Adds several people, or a whole section; gives how many are new. */
  async addMembers(roomId: string, who: AddMembersRequest): Promise<number> {
    const answer = await request<AddMembersResponse>("POST", `/rooms/${roomId}/members`, {
      body: who,
      attempts: 3,
    });
    return answer.added;
  }

  async changeRole(roomId: string, personId: string, role: RoomRole): Promise<void> {
    await request("PUT", `/rooms/${roomId}/members/${personId}/role`, { body: { role } });
  }

  async changeRoom(roomId: string, wanted: ChangeRoomRequest): Promise<void> {
    await request("PUT", `/rooms/${roomId}/settings`, { body: wanted });
  }

  async archiveRoom(roomId: string, isArchived: boolean): Promise<void> {
    await request("PUT", `/rooms/${roomId}/archive`, { body: { isArchived } });
  }

  async changeNotify(roomId: string, notify: RoomNotify): Promise<void> {
    await request("PUT", `/rooms/${roomId}/preference`, { body: { notify } });
  }

  /** Public rooms by name, reading or purpose. */
  findRooms(q: string, signal: AbortSignal): Promise<FoundRoomsPage> {
    return request("GET", `/public-rooms${query({ q, limit: 100 })}`, { signal });
  }

  /** Joins a public room and waits until it is in the list. */
  async joinRoom(roomId: string): Promise<void> {
    await this.addMember(roomId, this.state.get().me);
    await this.#untilJoined(roomId);
  }

  /** Everything in these rooms is read. */
  async markAllRead(rooms: readonly RoomItem[]): Promise<void> {
    const positions = rooms
      .filter((room) => room.unread > 0)
      .map((room) => ({ roomId: room.id, seq: room.lastSeq }));
    if (positions.length > 0) await request("PUT", "/read-positions", { body: { positions } });
  }

  /** Changes the own list, one change after the other; when another device was first, the same change is made on its list. */
  arrange(change: Arrange): Promise<void> {
    const done = this.#arranged.then(() => this.#arrange(change));
    this.#arranged = done.catch(() => {});
    return done;
  }

  async #arrange(change: Arrange): Promise<void> {
    let list = this.state.get().list;
    for (let attempt = 1; ; attempt++) {
      try {
        list = await request<RoomList>("PUT", "/room-list", { body: change(list) });
        this.#set(apply(this.state.get(), { type: "room-list.arranged", list }));
        return;
      } catch (error) {
        if (attempt === 3 || !(error instanceof Problem) || error.code !== "room-list-changed") throw error;
        list = (await request<RoomsPage>("GET", `/rooms${query({ limit: 1 })}`)).list;
      }
    }
  }

  /** Loads what was done to a room, unless it is known. */
  async loadChanges(roomId: string): Promise<void> {
    if (this.state.get().changes[roomId]) return;
    await this.#once(`changes ${roomId}`, async () => {
      const page = await request<RoomChangesPage>("GET", `/rooms/${roomId}/changes${query({ limit: 500 })}`, {
        signal: this.#stopped.signal,
      });
      this.#set(withChangesPage(this.state.get(), roomId, page));
    });
  }

  /** The reader has seen everything up to `seq`. Told to the server at once, then at most twice a second. */
  markRead(roomId: string, seq: number): void {
    const room = this.state.get().rooms[roomId];
    if (!room || seq <= room.readSeq) return;
    const reading = this.#reading.get(roomId) ?? { seq: 0, timer: undefined, sent: 0 };
    this.#reading.set(roomId, reading);
    if (seq <= reading.seq) return;
    reading.seq = seq;
    reading.timer ??= setTimeout(() => this.#sendReading(roomId), 150);
  }

  /** A room was left by the reader: keep its newest messages, let the rest go. */
  leaveScreen(roomId: string): void {
    this.#set(withNewestMessagesOnly(this.state.get(), roomId, 100));
  }

  /** The reader is at `from`..`to`: beyond a bound, what is far from there is let go. */
  keepNear(roomId: string, from: number, to: number): void {
    let loaded = 0;
    for (const run of this.state.get().messages[roomId]?.runs ?? []) loaded += run.items.length;
    if (loaded <= loadedMessages) return;
    const keep = { near: loadedMessages / 4, newest: 100 };
    this.#set(withMessagesNear(this.state.get(), roomId, { from, to }, keep));
  }

  /** The first message of a day (midnight in Japan as RFC 3339) or after it, else the newest; undefined in an empty room. */
  async findMessageAt(roomId: string, moment: string): Promise<number | undefined> {
    const path = `/rooms/${roomId}/messages${query({ at: moment, limit: 1 })}`;
    const page = await request<MessagesPage>("GET", path, { signal: this.#stopped.signal });
    return page.items[0]?.seq;
  }

  /** Whether a seq of a room is loaded. */
  holds(roomId: string, seq: number): boolean {
    return findRun(this.state.get().messages[roomId], seq) !== undefined;
  }

  async #sendReading(roomId: string): Promise<void> {
    const reading = this.#reading.get(roomId);
    if (!reading) return;
    clearTimeout(reading.timer);
    reading.timer = undefined;
    const room = this.state.get().rooms[roomId];
    const seq = Math.min(reading.seq, Number.MAX_SAFE_INTEGER);
    if (!room || seq <= room.readSeq || seq <= reading.sent) return;
    reading.sent = seq;
    try {
      await request<ReadPositionResponse>("PUT", `/rooms/${roomId}/read-position`, {
        body: { seq },
        signal: this.#stopped.signal,
      });
    } catch {
      // Told again when the line is back or the next message is seen.
      reading.sent = 0;
      reading.seq = 0;
    }
  }

  /** The room comes on the stream; without a line it is shown when the line is back. */
  #untilJoined(roomId: string): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => finish(), 3000);
      const finish = () => {
        clearTimeout(timer);
        unsubscribe();
        resolve();
      };
      const unsubscribe = this.state.subscribe(() => this.state.get().rooms[roomId] && finish());
      if (this.state.get().rooms[roomId]) finish();
    });
  }

  async #once(key: string, work: () => Promise<void>): Promise<void> {
    let running = this.#fetching.get(key);
    if (!running) {
      running = work().finally(() => this.#fetching.delete(key));
      this.#fetching.set(key, running);
    }
    await running;
  }

  #set(state: ChatState): void {
    const before = this.state.get();
    this.state.set(state);
    this.duties.set(openQuestions(state, "waiting").length);
    if (before.rooms === state.rooms) return;
    let waiting = 0;
    for (const room of Object.values(state.rooms)) if (isCalling(room)) waiting += room.unread;
    this.waiting.set(waiting);
  }
}

/** Events that change a message which a page on its way may show as it was before. */
function isMessageChange(event: ChatEvent): boolean {
  return /^(message\.(sent|edited|deleted)|confirmation\.changed|thread\.changed|reactions\.changed)$/.test(
    event.type,
  );
}

function isChatEvent(event: { type: string }): event is ChatEvent & StreamEvent {
  return Object.hasOwn(chatApply, event.type);
}

/** Identity tells when somebody moves or marries: the names that are shown here follow. */
function isPersonChanged(event: StreamEvent): event is StreamEvent & { person: PersonSummary } {
  return event.type === "person.changed";
}
