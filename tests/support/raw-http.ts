import { connect, type Socket } from "node:net";

export type RawAnswer = { status: number; headers: Record<string, string>; body: string };

/**
 * Bytes on a socket, for what no well-behaved client sends. The answers are cut from what came back by their
 * Content-Length.
 */
export class RawConnection {
  readonly socket: Socket;
  received = Buffer.alloc(0);
  isClosed = false;
  readonly #waiting = new Set<() => void>();

  constructor(url: string) {
    const { hostname, port } = new URL(url);
    this.socket = connect(Number(port), hostname);
    this.socket.on("data", (data) => {
      this.received = Buffer.concat([this.received, data]);
      this.#wake();
    });
    this.socket.on("close", () => {
      this.isClosed = true;
      this.#wake();
    });
    this.socket.on("error", () => {});
  }

  write(data: string | Buffer): void {
    this.socket.write(data);
  }

  /** Whole answers that have come so far. */
  get answers(): RawAnswer[] {
    const answers: RawAnswer[] = [];
    let rest = this.received;
    for (;;) {
      const end = rest.indexOf("\r\n\r\n");
      if (end < 0) return answers;
      const [first = "", ...lines] = rest.subarray(0, end).toString("latin1").split("\r\n");
      const headers = Object.fromEntries(
        lines.map((line) => {
          const at = line.indexOf(":");
          return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
        }),
      );
      const length = Number(headers["content-length"] ?? 0);
      if (rest.length < end + 4 + length) return answers;
      answers.push({
        status: Number(first.split(" ")[1]),
        headers,
        body: rest.subarray(end + 4, end + 4 + length).toString("utf8"),
      });
      rest = rest.subarray(end + 4 + length);
    }
  }

  /** Waits until so many answers are there, or the other side has closed. */
  async untilAnswered(count = 1, within = 20_000): Promise<RawAnswer[]> {
    await this.#until(() => this.isClosed || this.answers.length >= count, within);
    return this.answers;
  }

  async untilClosed(within = 20_000): Promise<RawAnswer[]> {
    await this.#until(() => this.isClosed, within);
    return this.answers;
  }

  close(): void {
    this.socket.destroy();
  }

  async #until(condition: () => boolean, within: number): Promise<void> {
    const end = Date.now() + within;
    while (!condition()) {
      const left = end - Date.now();
      if (left <= 0) throw new Error(`nothing came but ${JSON.stringify(this.received.toString("latin1"))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.add(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  #wake(): void {
    for (const done of this.#waiting) done();
    this.#waiting.clear();
  }
}

/** One request of these very bytes. */
export async function sendRaw(url: string, data: string | Buffer, count = 1): Promise<RawAnswer[]> {
  const connection = new RawConnection(url);
  connection.write(data);
  const answers = await connection.untilAnswered(count);
  connection.close();
  return answers;
}
