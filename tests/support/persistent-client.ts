import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { newId } from "#shared/ids.ts";

/** What happened to a client on its way. */
export type ClientCounts = {
  sends: number;
  acknowledged: number;
  /** Requests that were sent again with the same clientMessageId. */
  retries: number;
  /** Retries that were answered with the message of before: the answer was lost, not the message. */
  answeredFromBefore: number;
  /** Streams that were opened again at the position reached. */
  resumes: number;
  resets: number;
  events: number;
  /** Messages of the stream whose seq was already there, though the position said otherwise. */
  doubled: number;
  /** Messages of the stream whose seq did not follow the one before. */
  gaps: number;
  positionsBack: number;
};

export type Acknowledged = {
  roomId: string;
  clientMessageId: string;
  id: string;
  seq: number;
  body: string;
};

const epochSize = 2 ** 40;

/**
 * A client as a careful program would be: sends again with the same clientMessageId until it is answered, keeps its
 * position and resumes from there, and takes a snapshot only when it is told to. It writes down everything.
 */
export class PersistentClient {
  readonly counts: ClientCounts = {
    sends: 0,
    acknowledged: 0,
    retries: 0,
    answeredFromBefore: 0,
    resumes: 0,
    resets: 0,
    events: 0,
    doubled: 0,
    gaps: 0,
    positionsBack: 0,
  };
  readonly acknowledged: Acknowledged[] = [];
  /** By room: the messages in the order in which they came. */
  readonly received = new Map<string, { seq: number; id: string; body: string; clientMessageId: string }[]>();
  /** Answers that are neither done, nor a refusal to be tried again. There should be none. */
  readonly strange: string[] = [];
  position: number | undefined;
  isConnected = false;
  readonly #base: () => string;
  readonly #token: string;
  readonly #roomIds: readonly string[];
  #socket: WebSocket | undefined;
  #stopped = false;
  /** Up to this seq a room came by the snapshot after a reset; events below it repeat it. */
  readonly #snapshot = new Map<string, number>();

  constructor(base: () => string, token: string, roomIds: readonly string[]) {
    this.#base = base;
    this.#token = token;
    this.#roomIds = roomIds;
    for (const roomId of roomIds) this.received.set(roomId, []);
  }

  /** Keeps the stream open until `stop`, however often it breaks. */
  async keepStream(): Promise<void> {
    while (!this.#stopped) {
      await this.#streamOnce();
      this.isConnected = false;
      if (!this.#stopped) await sleep(50);
    }
  }

  stop(): void {
    this.#stopped = true;
    this.#socket?.terminate();
  }

  /** Sends until it is acknowledged. */
  async send(roomId: string, body: string): Promise<void> {
    const clientMessageId = newId();
    this.counts.sends++;
    for (let attempt = 0; ; attempt++) {
      if (attempt > 0) {
        this.counts.retries++;
        await sleep(50);
      }
      const answer = await this.request("POST", `/api/v1/rooms/${roomId}/messages`, {
        clientMessageId,
        body,
      });
      if (answer === undefined) continue;
      if (answer.status === 200 && attempt > 0) this.counts.answeredFromBefore++;
      const { id, seq } = answer.body as { id: string; seq: number };
      this.counts.acknowledged++;
      this.acknowledged.push({ roomId, clientMessageId, id, seq, body });
      return;
    }
  }

  /** One request; undefined when it should be tried again: no answer, or 503. Everything else but 2xx is strange. */
  async request(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown } | undefined> {
    let answer: Response;
    let text: string;
    try {
      answer = await fetch(this.#base() + path, {
        method,
        headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(15_000),
      });
      text = await answer.text();
    } catch {
      return undefined;
    }
    if (answer.status === 503) return undefined;
    if (!answer.ok) {
      this.strange.push(`${method} ${path} → ${answer.status} ${text.slice(0, 300)}`);
      return undefined;
    }
    return { status: answer.status, body: text === "" ? undefined : JSON.parse(text) };
  }

  #streamOnce(): Promise<void> {
    return new Promise((resolve) => {
      const socket = new WebSocket(`${this.#base().replace("http", "ws")}/api/v1/stream`, {
        handshakeTimeout: 5000,
      });
      this.#socket = socket;
      let work: Promise<unknown> = Promise.resolve();
      socket.on("open", () =>
        socket.send(JSON.stringify({ type: "hello", token: this.#token, position: this.position })),
      );
      socket.on("message", (data) => {
        const frame = JSON.parse(String(data));
        // In order, also behind a snapshot that is being read.
        work = work.then(() => this.#take(frame)).catch((error) => this.strange.push(String(error)));
      });
      socket.on("error", () => {});
      socket.on("close", () => void work.then(() => resolve()));
    });
  }

  async #take(frame: {
    type: string;
    position: number;
    code?: string;
    roomId: string;
    message: { seq: number; id: string; body: string; clientMessageId: string };
  }): Promise<void> {
    if (frame.type === "reset") {
      this.counts.resets++;
      this.position = undefined;
      return;
    }
    if (frame.type === "error") {
      if (frame.code !== "service-unavailable") this.strange.push(`stream: ${JSON.stringify(frame)}`);
      return;
    }
    const before = this.position;
    if (before !== undefined && Math.floor(before / epochSize) === Math.floor(frame.position / epochSize)) {
      if (frame.position < before) this.counts.positionsBack++;
      if (frame.type.includes(".") && frame.position === before) this.counts.doubled++;
    }
    this.position = frame.position;
    if (frame.type === "ready") {
      if (before === undefined) await this.#readSnapshot();
      else this.counts.resumes++;
      this.isConnected = true;
    }
    if (!frame.type.includes(".")) return;
    this.counts.events++;
    if (frame.type === "message.sent") this.#keep(frame.roomId, frame.message);
  }

  #keep(roomId: string, message: { seq: number; id: string; body: string; clientMessageId: string }): void {
    const list = this.received.get(roomId)!;
    const last = list.at(-1)?.seq ?? 0;
    if (message.seq <= last) {
      if (message.seq > (this.#snapshot.get(roomId) ?? 0)) this.counts.doubled++;
      return;
    }
    if (message.seq !== last + 1) this.counts.gaps++;
    list.push(message);
  }

  async #readSnapshot(): Promise<void> {
    for (const roomId of this.#roomIds) {
      const list = this.received.get(roomId)!;
      for (;;) {
        const after = list.at(-1)?.seq ?? 0;
        const page = await this.request("GET", `/api/v1/rooms/${roomId}/messages?after=${after}&limit=200`);
        if (page === undefined) {
          if (this.#stopped) return;
          await sleep(50);
          continue;
        }
        const { items } = page.body as {
          items: { seq: number; id: string; body: string; clientMessageId: string }[];
        };
        list.push(...items);
        if (items.length === 0) break;
      }
      this.#snapshot.set(roomId, list.at(-1)?.seq ?? 0);
    }
  }
}
