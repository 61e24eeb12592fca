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
import type { Message, SendMessageRequest } from "../../contract.ts";

export type UnsentMessage = {
  readonly clientMessageId: string;
  readonly roomId: string;
  readonly body: string;
  readonly replyTo: number | null;
  readonly mentions: readonly string[];
  readonly createdAt: number;
  /** waiting: goes as soon as it can. failed: refused for good, the person decides. sent: the event is on its way. */
  readonly state: "waiting" | "failed" | "sent";
  /** Why it was refused, in words. */
  readonly problem: string | null;
};

export type NewMessage = Pick<UnsentMessage, "roomId" | "body" | "replyTo" | "mentions">;

export class Outbox {
  /** In the order of writing. */
  readonly messages = new Store<readonly UnsentMessage[]>([]);
  readonly #device: DeviceStore;
  /** Messages that are on their way to the disk; none is sent before it is there. */
  readonly #keeping = new Map<string, Promise<void>>();
  readonly #pumping = new Set<string>();
  readonly #stopped = new AbortController();
  #wake: (() => void)[] = [];

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  /** Takes up what an earlier page left. */
  async start(): Promise<void> {
    const kept = await this.#device.list<UnsentMessage>("outbox");
    const known = new Set(this.messages.get().map((message) => message.clientMessageId));
    const all = [...kept.filter((message) => !known.has(message.clientMessageId)), ...this.messages.get()];
    this.messages.set(all.sort((a, b) => a.createdAt - b.createdAt));
    for (const roomId of new Set(all.map((message) => message.roomId))) void this.#pump(roomId);
  }

  stop(): void {
    this.#stopped.abort();
    this.hurry();
  }

  /** Tries again at once: the line is back, or the person asked. */
  hurry(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  async send(message: NewMessage): Promise<void> {
    const unsent: UnsentMessage = {
      ...message,
      clientMessageId: newId(),
      createdAt: Date.now(),
      state: "waiting",
      problem: null,
    };
    this.messages.update((all) => [...all, unsent]);
    const kept = this.#device.put("outbox", unsent.clientMessageId, unsent);
    this.#keeping.set(unsent.clientMessageId, kept);
    await kept;
    this.#keeping.delete(unsent.clientMessageId);
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

  /** Takes a message back before it was sent, and gives its text. */
  discard(clientMessageId: string): UnsentMessage | undefined {
    const message = this.messages.get().find((each) => each.clientMessageId === clientMessageId);
    this.#forget(clientMessageId);
    return message;
  }

  /** The stream, or a fetched page, shows this message: it is no longer unsent. */
  arrived(message: Message): void {
    if (this.messages.get().some((each) => each.clientMessageId === message.clientMessageId))
      this.#forget(message.clientMessageId);
  }

  countUnsent(): number {
    return this.messages.get().filter((message) => message.state !== "sent").length;
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
    const body: SendMessageRequest = {
      clientMessageId: message.clientMessageId,
      body: message.body,
      ...(message.replyTo !== null && { replyTo: message.replyTo }),
      ...(message.mentions.length > 0 && { mentions: [...message.mentions] }),
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
    this.messages.update((all) => all.filter((message) => message.clientMessageId !== clientMessageId));
    void this.#device.delete("outbox", clientMessageId);
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
