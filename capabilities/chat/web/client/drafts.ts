/**
 * What is being written in each room. Kept on the device at every change, so that a reload or an ended session loses nothing, and
 * on the server a moment later, so that the account's other devices and tabs in this zone go on with it. When two wrote apart, the
 * server keeps the later one and gives the other back as one of `others`: nothing that was typed is lost.
 */
import { query, request } from "#web/kit/api/client.ts";
import { Problem } from "#web/kit/api/problem.ts";
import type { DeviceStore } from "#web/kit/device/device-store.ts";
import { Store } from "#web/kit/state/store.ts";
import type { ChatEvents, DraftContent, DraftsPage, SaveDraftRequest, SavedDraft } from "../../contract.ts";
import type { Mentioned } from "./mention-words.ts";

export type Draft = {
  readonly roomId: string;
  readonly body: string;
  /** People and others who were picked; those still named in the text are mentioned when it is sent. */
  readonly mentioned: readonly Mentioned[];
  /** seq of the message that is being answered. */
  readonly replyTo: number | null;
  /** The server's version on which this rests; 0 for none. */
  readonly version: number;
  /** Whether the server does not have it yet. */
  readonly isUnsaved: boolean;
  /** What other devices had written. */
  readonly others: readonly DraftContent[];
};

export function emptyDraft(roomId: string): Draft {
  return { roomId, body: "", mentioned: [], replyTo: null, version: 0, isUnsaved: false, others: [] };
}

type Change = Partial<Pick<Draft, "body" | "mentioned" | "replyTo" | "others">>;

type IsMember = (roomId: string) => boolean;

const deviceAfter = 250;
const serverAfter = 1200;

export class Drafts {
  readonly drafts = new Store<{ readonly [roomId: string]: Draft }>({});
  readonly #device: DeviceStore;
  /** Whose drafts these are: who sits at the account, in which zone. */
  readonly #owner: { authorId: string; zone: string };
  readonly #changed = new Set<string>();
  readonly #saving = new Set<string>();
  readonly #stopped = new AbortController();
  readonly #started: Promise<void>;
  readonly #otherTabs: BroadcastChannel;
  #isMember: IsMember = () => true;
  #begin = () => {};
  #timer: ReturnType<typeof setTimeout> | undefined;
  #serverTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(device: DeviceStore, owner: { authorId: string; zone: string }) {
    this.#device = device;
    this.#owner = owner;
    this.#otherTabs = device.openChannel("drafts");
    this.#otherTabs.onmessage = ({ data }) => this.#hear(data as Draft);
    this.#started = new Promise((resolve) => {
      this.#begin = resolve;
    });
  }

  async start(): Promise<void> {
    this.#device.whenLeaving(() => void this.keep(), this.#stopped.signal);
    const kept = await this.#device.list<Partial<Draft> & { roomId: string }>("drafts");
    this.drafts.update((drafts) => ({
      ...Object.fromEntries(kept.map((draft) => [draft.roomId, { ...emptyDraft(draft.roomId), ...draft }])),
      ...drafts,
    }));
    this.#begin();
  }

  stop(): void {
    void this.keep();
    this.#stopped.abort();
    this.#otherTabs.close();
    clearTimeout(this.#serverTimer);
  }

  get(roomId: string): Draft {
    return this.drafts.get()[roomId] ?? emptyDraft(roomId);
  }

  change(roomId: string, change: Change): void {
    this.#set({ ...this.get(roomId), ...change, isUnsaved: true });
    this.#serverTimer ??= setTimeout(() => this.saveAll(), serverAfter);
  }

  /** It was sent: the server forgets it too, other devices' texts excepted. */
  clear(roomId: string): void {
    this.change(roomId, { body: "", mentioned: [], replyTo: null });
    void this.keep();
    this.saveAll();
  }

  /** Drafts that hold something and stand on this device alone. */
  count(): number {
    return Object.values(this.drafts.get()).filter((draft) => draft.isUnsaved && draft.body.trim() !== "")
      .length;
  }

  /** Brings the server's drafts and those of this device together: at the start and after the line was away. */
  async meet(signal: AbortSignal, isMember: IsMember = this.#isMember): Promise<void> {
    this.#isMember = isMember;
    await this.#started;
    const { items } = await request<DraftsPage>("GET", "/drafts", { signal });
    const known = new Set(items.map((item) => item.roomId));
    for (const item of items) this.#take(item);
    for (const draft of Object.values(this.drafts.get()))
      if (draft.version > 0 && !isMember(draft.roomId)) this.keepHere(draft.roomId);
      else if (draft.version > 0 && !known.has(draft.roomId) && !this.#saving.has(draft.roomId))
        // Sent or thrown away on another device; what was written here since stays.
        this.#set(draft.isUnsaved ? { ...draft, version: 0 } : emptyDraft(draft.roomId));
    this.saveAll();
  }

  /** The server shows a draft no more, since its author is not in the room: it stays on this device alone. */
  keepHere(roomId: string): void {
    const draft = this.drafts.get()[roomId];
    if (draft) this.#set({ ...draft, version: 0, isUnsaved: false });
  }

  /** Another device or tab has changed a draft. */
  apply(event: ChatEvents["draft.changed"]): void {
    const { roomId, zone, authorId, version } = event;
    if (zone !== this.#owner.zone || authorId !== this.#owner.authorId) return;
    const draft = this.get(roomId);
    if (this.#saving.has(roomId) || draft.version === (version ?? 0)) return;
    // Older than what is known: an echo of one's own.
    if (version !== null && version < draft.version) return;
    this.meet(this.#stopped.signal).catch(() => {});
  }

  /** Gives the server what it does not have yet. What fails stays on the device and goes with the next change. */
  saveAll(): void {
    clearTimeout(this.#serverTimer);
    this.#serverTimer = undefined;
    for (const draft of Object.values(this.drafts.get())) if (draft.isUnsaved) void this.#save(draft.roomId);
  }

  async #save(roomId: string): Promise<void> {
    if (this.#saving.has(roomId) || this.#stopped.signal.aborted) return;
    this.#saving.add(roomId);
    const sent = this.get(roomId);
    try {
      const saved = await this.#put(sent);
      const now = this.get(roomId);
      const isSame = contentOf(now) === contentOf(sent);
      this.#set({ ...now, ...saved, isUnsaved: !isSame });
    } catch (error) {
      // A draft that the server refuses (of a room that was left) stays here and is not offered to it again and again.
      if (error instanceof Problem && !error.isRetryable)
        this.#set({ ...this.get(roomId), isUnsaved: false });
    }
    this.#saving.delete(roomId);
    if (this.get(roomId).isUnsaved) this.#serverTimer ??= setTimeout(() => this.saveAll(), serverAfter * 3);
  }

  async #put(draft: Draft): Promise<Pick<Draft, "version" | "others">> {
    const { roomId, body, replyTo, version, others } = draft;
    const options = { signal: this.#stopped.signal, attempts: 1 };
    if (body === "" && replyTo === null && others.length === 0) {
      if (version > 0) await request("DELETE", `/drafts/${roomId}${query({ version })}`, options);
      return { version: 0, others: [] };
    }
    const content: SaveDraftRequest = {
      body,
      replyTo,
      mentioned: [...draft.mentioned],
      basedOn: version,
      others: [...others],
    };
    const saved = await request<SavedDraft>("PUT", `/drafts/${roomId}`, { ...options, body: content });
    return { version: saved.version, others: saved.others };
  }

  #take(item: SavedDraft): void {
    const draft = this.get(item.roomId);
    if (draft.version === item.version || this.#saving.has(item.roomId)) return;
    // What was typed here and is not saved goes to the server, which keeps both.
    if (draft.isUnsaved) return;
    const { body, mentioned, replyTo } = item.content;
    const { version, others } = item;
    // A text that only this device has, and nobody's version: it is not overwritten but saved.
    if (draft.version === 0 && draft.body.trim() !== "" && draft.body !== body)
      this.#set({ ...draft, isUnsaved: true });
    else this.#set({ roomId: item.roomId, body, mentioned, replyTo, version, others, isUnsaved: false });
  }

  /** Another tab writes: its text stands here too, unless something is written here that nobody else has. */
  #hear(draft: Draft): void {
    if (this.get(draft.roomId).isUnsaved || this.#saving.has(draft.roomId)) return;
    // The tab that wrote it gives it to the server.
    this.drafts.update((drafts) => ({ ...drafts, [draft.roomId]: { ...draft, isUnsaved: false } }));
  }

  #set(draft: Draft): void {
    this.drafts.update((drafts) => ({ ...drafts, [draft.roomId]: draft }));
    this.#changed.add(draft.roomId);
    this.#timer ??= setTimeout(() => void this.keep(), deviceAfter);
  }

  /** Puts what has changed on the device's disk now. */
  async keep(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const changed = [...this.#changed];
    this.#changed.clear();
    const kept = changed.map((roomId) => {
      const draft = this.get(roomId);
      if (!this.#stopped.signal.aborted) this.#otherTabs.postMessage(draft);
      const isEmpty = draft.body === "" && draft.replyTo === null && draft.version === 0;
      return isEmpty && draft.others.length === 0
        ? this.#device.delete("drafts", roomId)
        : this.#device.put("drafts", roomId, draft);
    });
    await Promise.all(kept);
  }
}

function contentOf({ body, mentioned, replyTo, others }: Draft): string {
  return JSON.stringify([body, mentioned, replyTo, others]);
}
