import { WebSocket } from "ws";
import { newId } from "#shared/ids.ts";

export type Answer<Body = unknown> = { status: number; body: Body; headers: Headers };

/** A program that uses the public API, as bots and other people's tests do. */
export class ApiClient {
  readonly base: string;
  readonly token: string | undefined;

  constructor(base: string, token: string | undefined) {
    this.base = base;
    this.token = token;
  }

  async call<Body = Record<string, never>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(this.base + path, {
      method,
      headers: {
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text ? JSON.parse(text) : undefined) as Body,
      headers: response.headers,
    };
  }

  get<Body = any>(path: string) {
    return this.call<Body>("GET", path);
  }

  post<Body = any>(path: string, body: unknown, headers?: Record<string, string>) {
    return this.call<Body>("POST", path, body, headers);
  }

  put<Body = any>(path: string, body?: unknown) {
    return this.call<Body>("PUT", path, body);
  }

  delete<Body = any>(path: string) {
    return this.call<Body>("DELETE", path);
  }

  /** Makes a group with these members. */
  async createGroup(memberIds: readonly string[], name = "試験のルーム"): Promise<any> {
    const answer = await this.post(
      "/api/v1/rooms",
      { kind: "group", name, memberIds },
      { "idempotency-key": newId() },
    );
    if (answer.status !== 201) throw new Error(`no room: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  send(roomId: string, body: string, more: Record<string, unknown> = {}) {
    return this.post(`/api/v1/rooms/${roomId}/messages`, { clientMessageId: newId(), body, ...more });
  }

  /** Brings a file to a room in one request. */
  async upload(
    roomId: string,
    name: string,
    contents: Uint8Array | string,
    more: Record<string, string> = {},
    key: string = newId(),
  ): Promise<Answer<any>> {
    const form = new FormData();
    for (const [field, value] of Object.entries({ roomId, ...more })) form.append(field, value);
    form.append("file", new File([contents as BlobPart], name));
    const response = await fetch(`${this.base}/api/v1/files`, {
      method: "POST",
      headers: {
        "idempotency-key": key,
        ...(this.token ? { authorization: `Bearer ${this.token}` } : {}),
      },
      body: form,
    });
    return { status: response.status, body: await response.json(), headers: response.headers };
  }

  /** Bytes instead of JSON: contents, pages. */
  async bytes(path: string, headers: Record<string, string> = {}): Promise<Answer<Buffer>> {
    const response = await fetch(this.base + path, {
      headers: { ...(this.token ? { authorization: `Bearer ${this.token}` } : {}), ...headers },
    });
    return {
      status: response.status,
      body: Buffer.from(await response.arrayBuffer()),
      headers: response.headers,
    };
  }

  /** Opens the stream and waits for `ready`. */
  async stream(position?: number): Promise<StreamClient> {
    const stream = new StreamClient(this.base, this.token, position);
    await stream.until((frame) => frame.type === "ready");
    return stream;
  }
}

export type Frame = { type: string; position: number } & Record<string, any>;

/** The stream as a client sees it: every frame in the order in which it came. */
export class StreamClient {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  closed: { code: number } | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(base: string, token: string | undefined, position?: number) {
    this.socket = new WebSocket(`${base.replace("http", "ws")}/api/v1/stream`);
    this.socket.on("open", () => this.socket.send(JSON.stringify({ type: "hello", token, position })));
    this.socket.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#wake();
    });
    this.socket.on("close", (code) => {
      this.closed = { code };
      this.#wake();
    });
    this.socket.on("error", () => {});
  }

  /** Events only: without ready, position and the like. */
  get events(): Frame[] {
    return this.frames.filter((frame) => frame.type.includes("."));
  }

  /** Waits for a frame; the first that is there already counts. Fails when the stream closes before. */
  async until(test: (frame: Frame) => boolean, within = 10_000): Promise<Frame> {
    const deadline = Date.now() + within;
    for (;;) {
      const found = this.frames.find(test);
      if (found) return found;
      if (this.closed)
        throw new Error(`stream closed with ${this.closed.code}: ${JSON.stringify(this.frames.at(-1))}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no such frame; last: ${JSON.stringify(this.frames.slice(-3))}`);
      await this.#change(left);
    }
  }

  async untilClosed(within = 10_000): Promise<{ code: number }> {
    const deadline = Date.now() + within;
    while (!this.closed) {
      if (Date.now() > deadline) throw new Error("stream stays open");
      await this.#change(deadline - Date.now());
    }
    return this.closed;
  }

  close(): void {
    this.socket.close();
  }

  #change(within: number): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(done);
        resolve();
      };
      const timer = setTimeout(done, within);
      this.#waiting.add(done);
    });
  }

  #wake(): void {
    for (const done of [...this.#waiting]) done();
  }
}
