/**
 * What has been written and not yet acknowledged. A message is kept on the device before its request goes, is sent in the
 * order of its room, and leaves when the server has it; the id that the client made lets it be sent again without
 * being doubled. It survives a reload, a lost line and an ended session.
 */
import { newId } from "#shared/ids.ts";
import { request, waitOf } from "#web/kit/api/client.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import type { DeviceStore } from "#web/kit/device/device-store.ts";
import { Store } from "#web/kit/state/store.ts";
import { Backoff } from "#web/kit/sync/backoff.ts";
import type { MentionTargetRequest, Message, SendMessageRequest } from "../../contract.ts";
import { text } from "../text/index.ts";
import type { Mentioned } from "./mention-words.ts";

export type UnsentMessage = {
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly body: string;
  readonly replyTo: number | null;
  readonly mentions: readonly string[];
  readonly mentionTargets?: readonly MentionTargetRequest[];
  /** What was picked while writing, to give it back with the text. */
  readonly mentioned?: readonly Mentioned[];
  /** What few messages ask for beside their text. */
  readonly extras?: Pick<SendMessageRequest, "confirmation" | "threadSeq" | "fileIds">;
  readonly createdAt: number;
  /**
   * held: waits on this device until `heldUntil`, to be taken back before anybody sees it. waiting: goes as soon as it can.
   * failed: refused for good, the person decides. sent: the event is on its way.
   */
  readonly state: "held" | "waiting" | "failed" | "sent";
  readonly heldUntil?: number;
  /** Why it was refused, in words. */
  readonly problem: string | null;
};

export type NewMessage = Pick<
  UnsentMessage,
  "roomId" | "body" | "replyTo" | "mentions" | "mentioned" | "extras"
> & {
  readonly mentionTargets?: readonly MentionTargetRequest[];
};

/** A held message that an earlier page left longer ago than this does not go by itself: the moment has passed. */
const staleAfter = 5 * 60_000;

export class Outbox {
  /** In the order of writing. */
  readonly messages = new Store<readonly UnsentMessage[]>([]);
  readonly #device: DeviceStore;
  /** Messages that are on their way to the disk; none is sent before it is there. */
  readonly #keeping = new Map<string, Promise<void>>();
  readonly #pumping = new Set<string>();
  readonly #stopped = new AbortController();
  /** Written on this page and not tried yet: no other tab can know of it. */
  readonly #untried = new Set<string>();
  readonly #otherTabs: BroadcastChannel;
  #wake: (() => void)[] = [];

  constructor(device: DeviceStore) {
    this.#device = device;
    this.#otherTabs = device.openChannel("outbox");
    this.#otherTabs.onmessage = ({ data }) => this.#drop(String(data));
  }

  /** Takes up what an earlier page left. */
  async start(): Promise<void> {
    const kept = await this.#device.list<UnsentMessage>("outbox");
    const known = new Set(this.messages.get().map((message) => message.clientMessageId));
    const all = [...kept.filter((message) => !known.has(message.clientMessageId)), ...this.messages.get()];
    this.messages.set(all.sort((a, b) => a.createdAt - b.createdAt));
    this.#guardHeld();
    for (const message of kept) {
      if (message.state !== "held") continue;
      if (Date.now() - (message.heldUntil ?? 0) > staleAfter)
        this.#change(message.clientMessageId, { state: "failed", problem: text("message.held.stale") });
      else this.#schedule(message);
    }
    for (const roomId of new Set(all.map((message) => message.roomId))) void this.#pump(roomId);
  }

  stop(): void {
    this.#stopped.abort();
    this.#otherTabs.close();
    this.hurry();
  }

  /** Tries again at once: the line is back, or the person asked. */
  hurry(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** Keeps a message and sends it, after `holdFor` milliseconds: until then it can be taken back unseen. */
  async send(message: NewMessage, holdFor = 0): Promise<void> {
    const now = Date.now();
    // What follows a held message in its room does not overtake it.
    const ahead = this.messages
      .get()
      .filter((each) => each.roomId === message.roomId && each.state === "held");
    const heldUntil = Math.max(now + holdFor, ...ahead.map((each) => each.heldUntil ?? 0));
    const unsent: UnsentMessage = {
      ...message,
      clientMessageId: newId(),
      createdAt: now,
      state: heldUntil > now ? "held" : "waiting",
      heldUntil,
      problem: null,
    };
    this.messages.update((all) => [...all, unsent]);
    this.#untried.add(unsent.clientMessageId);
    const kept = this.#device.put("outbox", unsent.clientMessageId, unsent);
    this.#keeping.set(unsent.clientMessageId, kept);
    if (unsent.state === "held") this.#schedule(unsent);
    await kept;
    this.#keeping.delete(unsent.clientMessageId);
    void this.#pump(message.roomId);
  }

  /** Lets a held message go now, and those of its room that were written before it. */
  release(clientMessageId: string): void {
    const message = this.messages.get().find((each) => each.clientMessageId === clientMessageId);
    if (!message) return;
    for (const each of this.messages.get())
      if (each.roomId === message.roomId && each.state === "held" && each.createdAt <= message.createdAt)
        this.#change(each.clientMessageId, { state: "waiting" });
    void this.#pump(message.roomId);
  }

  /** Sends a refused message once more. */
  retry(clientMessageId: string): void {
    const message = this.messages.get().find((each) => each.clientMessageId === clientMessageId);
    if (!message) return;
    this.#change(clientMessageId, { state: "waiting", problem: null });
    this.hurry();
    void this.#pump(message.roomId);
  }

  /** A held message no longer goes by itself; it is about to be taken back. */
  stopHeld(clientMessageId: string): void {
    const message = this.messages.get().find((each) => each.clientMessageId === clientMessageId);
    if (message?.state === "held") this.#change(clientMessageId, { state: "failed", problem: null });
  }

  /** Takes a message back before it was sent. */
  discard(clientMessageId: string): void {
    this.#forget(clientMessageId);
  }

  /** The stream, or a fetched page, shows this message: it is no longer unsent. */
  arrived(message: Message): void {
    if (this.messages.get().some((each) => each.clientMessageId === message.clientMessageId))
      this.#forget(message.clientMessageId);
  }

  countUnsent(): number {
    return this.messages.get().filter((message) => message.state !== "sent").length;
  }

  #schedule(message: UnsentMessage): void {
    const timer = setTimeout(
      () => void this.#releaseInTime(message.clientMessageId),
      Math.max(0, (message.heldUntil ?? 0) - Date.now()),
    );
    this.#stopped.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }

  /** Another tab of this browser may have taken it back: what the device no longer keeps does not go. */
  async #releaseInTime(clientMessageId: string): Promise<void> {
    await this.#keeping.get(clientMessageId);
    const held = this.messages.get().find((each) => each.clientMessageId === clientMessageId);
    if (held?.state !== "held") return;
    const kept = await this.#device.list<UnsentMessage>("outbox");
    if (kept.some((each) => each.clientMessageId === clientMessageId)) this.release(clientMessageId);
    else this.#forget(clientMessageId);
  }

  /**
   * While something is held the browser asks before the page goes. A phone that is put away may sleep at once, so there the
   * message goes then.
   */
  #guardHeld(): void {
    const { signal } = this.#stopped;
    const held = () => this.messages.get().filter((message) => message.state === "held");
    addEventListener("beforeunload", (event) => held().length > 0 && event.preventDefault(), { signal });
    document.addEventListener(
      "visibilitychange",
      () => {
        if (document.visibilityState !== "hidden" || !matchMedia("(pointer: coarse)").matches) return;
        for (const message of held()) this.release(message.clientMessageId);
      },
      { signal },
    );
  }

  /** Sends the waiting messages of one room, one after the other. */
  async #pump(roomId: string): Promise<void> {
    if (this.#pumping.has(roomId)) return;
    this.#pumping.add(roomId);
    const backoff = new Backoff(1000, 30_000);
    while (!this.#stopped.signal.aborted) {
      const next = this.messages.get().find((each) => each.roomId === roomId && each.state === "waiting");
      if (!next) break;
      try {
        await this.#sendOnce(next);
        backoff.reset();
      } catch (error) {
        if (this.#stopped.signal.aborted) break;
        if (error instanceof Problem && error.code === "unauthenticated") break;
        if (error instanceof Problem && !error.isRetryable)
          this.#change(next.clientMessageId, { state: "failed", problem: wordsOf(error) });
        else await this.#wait((error instanceof Problem && waitOf(error)) || backoff.next());
      }
    }
    this.#pumping.delete(roomId);
  }

  async #sendOnce(message: UnsentMessage): Promise<void> {
    await this.#keeping.get(message.clientMessageId);
    if (!this.#untried.delete(message.clientMessageId) && !(await this.#isKept(message.clientMessageId)))
      return this.#drop(message.clientMessageId);
    const body: SendMessageRequest = {
      clientMessageId: message.clientMessageId,
      body: message.body,
      ...(message.replyTo !== null && { replyTo: message.replyTo }),
      ...(message.mentions.length > 0 && { mentions: [...message.mentions] }),
      ...(message.mentionTargets?.length && { mentionTargets: [...message.mentionTargets] }),
      ...message.extras,
    };
    await request<Message>("POST", `/rooms/${message.roomId}/messages`, {
      body,
      attempts: 1,
      signal: this.#stopped.signal,
    });
    // It is on the server's disk; on the screen it stays until the stream brings it.
    this.#change(message.clientMessageId, { state: "sent" });
    await this.#device.delete("outbox", message.clientMessageId);
  }

  #change(clientMessageId: string, change: Partial<UnsentMessage>): void {
    this.messages.update((all) =>
      all.map((message) =>
        message.clientMessageId === clientMessageId ? { ...message, ...change } : message,
      ),
    );
    const changed = this.messages.get().find((message) => message.clientMessageId === clientMessageId);
    if (changed && changed.state !== "sent") void this.#device.put("outbox", clientMessageId, changed);
  }

  #forget(clientMessageId: string): void {
    this.#drop(clientMessageId);
    void this.#device.delete("outbox", clientMessageId);
    if (!this.#stopped.signal.aborted) this.#otherTabs.postMessage(clientMessageId);
  }

  /** It is no longer this page's: it was sent, or another tab took it back. */
  #drop(clientMessageId: string): void {
    this.messages.update((all) => all.filter((message) => message.clientMessageId !== clientMessageId));
  }

  /** What another tab has taken back or sent, the device no longer keeps. */
  async #isKept(clientMessageId: string): Promise<boolean> {
    const kept = await this.#device.list<UnsentMessage>("outbox");
    return kept.some((message) => message.clientMessageId === clientMessageId);
  }

  #wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#wake.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
