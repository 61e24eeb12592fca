import net from "node:net";

/**
 * The client's end of HTTP and of the stream, as thin as it can be: the client shares its cores with the server that it
 * measures, so whatever it spends is missing there. All sockets read into one buffer, and what is read is used or copied
 * before the next read.
 */
const sharedBuffer = Buffer.allocUnsafe(256 * 1024);

function open(
  host: string,
  port: number,
  onBytes: (bytes: Buffer) => void,
  onEnd: (error: Error) => void,
): net.Socket {
  const socket = net.connect({
    host,
    port,
    noDelay: true,
    onread: {
      buffer: sharedBuffer,
      callback(length, buffer) {
        onBytes(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        return true;
      },
    },
  });
  socket.on("error", onEnd);
  socket.on("close", () => onEnd(new Error("closed")));
  return socket;
}

type Answer = { status: number; body: Buffer };

/** One keep-alive connection for requests. They are pipelined: answers come in the order of the questions. */
export class HttpConnection {
  readonly #host: string;
  readonly #port: number;
  readonly #head: string;
  #socket: net.Socket | undefined;
  #waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void }[] = [];
  #rest: Buffer | undefined;

  constructor(host: string, port: number, token: string) {
    this.#host = host;
    this.#port = port;
    this.#head = ` HTTP/1.1\r\nHost: ${host}:${port}\r\nAuthorization: Bearer ${token}\r\n`;
  }

  request(method: string, path: string, body?: string, headers = ""): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#socket ??= this.#open();
      const content =
        body === undefined
          ? "\r\n"
          : `Content-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
      this.#socket.write(`${method} ${path}${this.#head}${headers}${content}`);
    });
  }

  close(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }

  #open(): net.Socket {
    const socket = open(
      this.#host,
      this.#port,
      (bytes) => this.#take(bytes),
      (error) => {
        if (this.#socket === socket) this.#socket = undefined;
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      },
    );
    return socket;
  }

  #take(bytes: Buffer): void {
    let data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    for (;;) {
      const end = data.indexOf("\r\n\r\n");
      if (end < 0) break;
      const head = data.toString("latin1", 0, end);
      const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const from = end + 4;
      if (data.length < from + length) break;
      const answer = {
        status: Number(head.slice(9, 12)),
        body: Buffer.from(data.subarray(from, from + length)),
      };
      data = data.subarray(from + length);
      this.#waiting.shift()?.resolve(answer);
    }
    this.#rest = data.length > 0 ? Buffer.from(data) : undefined;
  }
}

const upgrade = (host: string, port: number) =>
  `GET /api/v1/stream HTTP/1.1\r\nHost: ${host}:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Key: Y2hvbmFpIGJlbmNobWFyaw==\r\nSec-WebSocket-Version: 13\r\n\r\n`;

/** A client's frame must be masked; a mask of zeros leaves the bytes as they are. */
function frame(opcode: number, payload: Buffer): Buffer {
  const head = payload.length < 126 ? Buffer.alloc(6) : Buffer.alloc(8);
  head[0] = 0x80 | opcode;
  head[1] = 0x80 | Math.min(payload.length, 126);
  if (payload.length >= 126) head.writeUInt16BE(payload.length, 2);
  return Buffer.concat([head, payload]);
}

const prefix = '{"type":"message.sent","position":';
const idKey = Buffer.from('"clientMessageId":"');
const quote = 34;

/**
 * The clientMessageIds of one server's messages, by position. All receivers of an event get the same frame, so its id is
 * searched for once; for the others its position and its length are enough to know it again.
 */
export class MessageIds {
  readonly #known: { position: number; length: number; id: string }[] = [];

  /** The id in a frame that holds a `message.sent`; undefined for every other frame. */
  find(data: Buffer, from: number, length: number): string | undefined {
    // Of all types only `message.sent` has an m and an s at these places.
    if (length < 100 || data[from + 9] !== 0x6d || data[from + 17] !== 0x73) return undefined;
    let position = 0;
    for (let at = from + prefix.length; ; at++) {
      const digit = data[at]! - 48;
      if (digit < 0 || digit > 9) break;
      position = position * 10 + digit;
    }
    const slot = position % 8192;
    const before = this.#known[slot];
    if (before !== undefined && before.position === position && before.length === length) return before.id;
    const start = data.indexOf(idKey, from + prefix.length) + idKey.length;
    const id = data.toString("latin1", start, data.indexOf(quote, start));
    this.#known[slot] = { position, length, id };
    return id;
  }
}

/** The stream of one client: hello, ready, then messages. */
export class StreamConnection {
  onMessage: ((id: string) => void) | null = null;
  onError: ((error: Error) => void) | undefined;
  readonly #socket: net.Socket;
  readonly #ids: MessageIds;
  #rest: Buffer | undefined;
  #isUpgraded = false;
  #isClosed = false;
  #onReady: { resolve: (position: number) => void; reject: (error: Error) => void } | undefined;

  constructor(host: string, port: number, token: string, ids: MessageIds) {
    this.#ids = ids;
    this.#socket = open(
      host,
      port,
      (bytes) => this.#take(bytes),
      (error) => this.#fail(error),
    );
    this.#socket.write(upgrade(host, port));
    this.#socket.write(frame(1, Buffer.from(JSON.stringify({ type: "hello", token }))));
  }

  ready(): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#onReady = { resolve, reject };
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#socket.end(frame(8, Buffer.from([0x03, 0xe8])));
    setTimeout(() => this.#socket.destroy(), 500).unref();
  }

  #fail(error: Error): void {
    this.#onReady?.reject(error);
    if (!this.#isClosed) this.onError?.(error);
    this.#isClosed = true;
  }

  #take(bytes: Buffer): void {
    const data = this.#rest ? Buffer.concat([this.#rest, bytes]) : bytes;
    let at = 0;
    if (!this.#isUpgraded) {
      const end = data.indexOf("\r\n\r\n");
      if (end >= 0) {
        if (!data.toString("latin1", 0, 12).endsWith("101")) {
          this.#fail(new Error(data.toString("latin1", 0, end)));
          return;
        }
        this.#isUpgraded = true;
        at = end + 4;
      }
    }
    while (this.#isUpgraded && data.length - at >= 2) {
      let length = data[at + 1]!;
      let from = at + 2;
      if (length === 126) {
        if (data.length - at < 4) break;
        length = data.readUInt16BE(at + 2);
        from = at + 4;
      } else if (length === 127) {
        if (data.length - at < 10) break;
        length = Number(data.readBigUInt64BE(at + 2));
        from = at + 10;
      }
      if (data.length < from + length) break;
      const opcode = data[at]! & 0x0f;
      if (opcode === 1) {
        const id = this.#ids.find(data, from, length);
        if (id === undefined) this.#takeOther(data.subarray(from, from + length));
        else this.onMessage?.(id);
      } else if (opcode === 8) this.#fail(new Error("the server closes the stream"));
      else if (opcode === 9) this.#socket.write(frame(10, Buffer.from(data.subarray(from, from + length))));
      at = from + length;
    }
    this.#rest = at < data.length ? Buffer.from(data.subarray(at)) : undefined;
  }

  #takeOther(payload: Buffer): void {
    if (this.#onReady && payload.toString("latin1", 0, 15) === '{"type":"ready"') {
      const { position } = JSON.parse(payload.toString()) as { position: number };
      this.#onReady.resolve(position);
      this.#onReady = undefined;
    } else if (payload.toString("latin1", 0, 15) === '{"type":"error"')
      this.#fail(new Error(payload.toString()));
  }
}
