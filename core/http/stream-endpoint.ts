import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";
import { AppError, type Logger } from "#core/kernel/index.ts";
import { cookieNameOf } from "#core/zones/index.ts";
import { readCookie } from "./cookies.ts";
import { isOwnOrigin, type Listener } from "./listener.ts";

/** The first frame of a client. */
const Hello = z.object({
  type: z.literal("hello"),
  token: z.string().max(500).optional(),
  position: z.int().min(0).optional(),
});
export type Hello = z.infer<typeof Hello>;

/** What a client may say after its hello (docs/architecture/stream.md, "Beside the stream"). */
const ClientFrame = z.discriminatedUnion("type", [
  z.object({ type: z.literal("activity"), isActive: z.boolean(), roomId: z.uuid().nullable() }),
  z.object({ type: z.literal("watch"), personIds: z.array(z.uuid()).max(200) }),
  z.object({ type: z.literal("typing"), roomId: z.uuid() }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

/** One client's end of the stream, as the module that serves it sees it. */
export interface StreamPeer {
  open(hello: Hello, cookie: string | undefined): Promise<void>;
  hear(frame: ClientFrame): Promise<void>;
  fail(error: unknown): void;
  beat(): void;
  detach(): void;
}

/** What the stream's module gets to write with. */
export interface StreamWire {
  write(frames: Buffer): void;
  readonly waitingBytes: number;
  drained(): Promise<void>;
  close(code: number, reason: string): void;
  terminate(): void;
}

const streamPath = "/api/v1/stream";
/** Words of a client beyond these are passed over: at once, and refilled each second. */
const wordsAtOnce = 30;
const wordsEachSecond = 2;
/** A client says little: a frame above this closes the connection. */
const largestFrame = 16 * 1024;
/** Who has not said hello by then is not a client. */
const helloWithin = 10_000;
export const heartbeatInterval = 25_000;

/** How long the other side may take to answer a close: stopping must not wait for a phone that has gone. */
const closing = { closeTimeout: 2000 };

/** Serves the stream on a listener. Returns how to stop it. */
export function serveStream(
  listener: Listener,
  log: Logger,
  accept: (wire: StreamWire) => StreamPeer,
): () => void {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestFrame,
    perMessageDeflate: false,
    clientTracking: false,
    ...closing,
  });
  const cookieName = cookieNameOf(listener.settings.zone, listener.settings.secureCookies);
  const lines = new Set<Line>();

  listener.server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const path = (request.url ?? "").split("?", 1)[0];
    if (path !== streamPath) return refuse(socket, "404 Not Found");
    const origin = request.headers.origin;
    if (origin !== undefined && !isOwnOrigin(origin, request.headers.host))
      return refuse(socket, "403 Forbidden");
    const cookie = readCookie(request.headers.cookie, cookieName);
    sockets.handleUpgrade(request, socket, head, (ws) => {
      lines.add(new Line(ws, socket, cookie, accept, (line) => lines.delete(line)));
    });
  });

  const timer = setInterval(() => {
    const now = Date.now();
    for (const line of lines) line.beat(now);
  }, heartbeatInterval);
  const helloTimer = setInterval(() => {
    const now = Date.now();
    for (const line of lines) line.expectHello(now);
  }, 2000);
  timer.unref();
  helloTimer.unref();
  log.debug({ zone: listener.settings.zone }, "stream served");

  return () => {
    clearInterval(timer);
    clearInterval(helloTimer);
    for (const line of lines) line.close(1001, "stopping");
    sockets.close();
  };
}

/** Refuses a change of protocol. From here on the socket is ours: without a listener its errors would end the program. */
function refuse(socket: Duplex, status: string): void {
  socket.on("error", () => socket.destroy());
  socket.once("finish", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

/** One WebSocket. Frames are written to the socket below it as they are, made once for everybody who gets them. */
class Line implements StreamWire {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #peer: StreamPeer;
  readonly #cookie: string | undefined;
  readonly #since = Date.now();
  readonly #onGone: (line: Line) => void;
  #isAlive = true;
  #saidHello = false;
  #isGone = false;
  #words = wordsAtOnce;
  #wordsAt = Date.now();

  constructor(
    ws: WebSocket,
    socket: Duplex,
    cookie: string | undefined,
    accept: (wire: StreamWire) => StreamPeer,
    onGone: (line: Line) => void,
  ) {
    this.#ws = ws;
    this.#socket = socket;
    this.#cookie = cookie;
    this.#onGone = onGone;
    this.#peer = accept(this);
    ws.on("message", (data: Buffer, isBinary: boolean) => this.#receive(data, isBinary));
    ws.on("pong", () => {
      this.#isAlive = true;
    });
    ws.on("close", () => this.#gone());
    // The close follows; an error of one client is not the server's.
    ws.on("error", () => {});
  }

  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  write(frames: Buffer): void {
    if (this.#ws.readyState === 1) this.#socket.write(frames);
  }

  drained(): Promise<void> {
    if (!this.#socket.writableNeedDrain || this.#socket.destroyed) return Promise.resolve();
    return new Promise((resolve) => {
      const done = () => {
        this.#socket.off("drain", done);
        this.#socket.off("close", done);
        resolve();
      };
      this.#socket.on("drain", done);
      this.#socket.on("close", done);
    });
  }

  close(code: number, reason: string): void {
    this.#ws.close(code, reason);
    this.#gone();
  }

  terminate(): void {
    this.#ws.terminate();
  }

  beat(now: number): void {
    if (!this.#saidHello && now - this.#since < helloWithin) return;
    if (!this.#isAlive) return this.terminate();
    this.#isAlive = false;
    this.#ws.ping();
    this.#peer.beat();
  }

  expectHello(now: number): void {
    if (!this.#saidHello && now - this.#since > helloWithin)
      this.#peer.fail(new AppError("invalid-request", { where: "hello" }));
  }

  #receive(data: Buffer, isBinary: boolean): void {
    if (this.#saidHello && !isBinary) {
      const frame = parse(ClientFrame, data);
      if (!frame) return this.#peer.fail(new AppError("invalid-request", { where: "frame" }));
      if (this.#mayTalk()) void this.#peer.hear(frame);
      return;
    }
    const hello = this.#saidHello || isBinary ? undefined : parse(Hello, data);
    if (!hello) return this.#peer.fail(new AppError("invalid-request", { where: "hello" }));
    this.#saidHello = true;
    void this.#peer.open(hello, this.#cookie);
  }

  /** Too many words are no reason to cut a line: they are passed over. */
  #mayTalk(): boolean {
    const now = Date.now();
    const refill = (Math.max(0, now - this.#wordsAt) * wordsEachSecond) / 1000;
    this.#words = Math.min(wordsAtOnce, this.#words + refill);
    this.#wordsAt = now;
    if (this.#words < 1) return false;
    this.#words -= 1;
    return true;
  }

  #gone(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    this.#peer.detach();
    this.#onGone(this);
  }
}

function parse<Frame>(schema: z.ZodType<Frame>, data: Buffer): Frame | undefined {
  try {
    const result = schema.safeParse(JSON.parse(data.toString("utf8")));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}
