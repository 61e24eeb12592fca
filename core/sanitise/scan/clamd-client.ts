import { createReadStream } from "node:fs";
import { connect, type Socket } from "node:net";
import { SanitiserUnavailable, type ScanResult } from "../sanitiser.ts";

/** Where ClamAV's daemon listens. */
export type ClamdAddress = { socket: string } | { host: string; port: number };

/** What the daemon knows: `date` is that of its newest definitions, undefined when it has only local ones. */
export type ClamdVersion = { program: string; date: Date | undefined };

const chunkLength = 256 * 1024;

/**
 * Talks with ClamAV's daemon in its own protocol (clamd(8)): INSTREAM, so that it needs no right to any file of ours.
 * A daemon that is missing, slow, or answers anything but a verdict is `SanitiserUnavailable`.
 */
export class ClamdClient {
  readonly #address: ClamdAddress;
  readonly #timeout: number;

  /** @param timeout milliseconds without a byte from the daemon */
  constructor(address: ClamdAddress, timeout = 120_000) {
    this.#address = address;
    this.#timeout = timeout;
  }

  async scan(path: string): Promise<ScanResult> {
    const answer = await this.#ask("INSTREAM", async (socket) => {
      for await (const chunk of createReadStream(path, { highWaterMark: chunkLength })) {
        const length = Buffer.alloc(4);
        length.writeUInt32BE(chunk.length);
        socket.write(length);
        if (!socket.write(chunk)) await drained(socket);
        if (socket.destroyed) return;
      }
      socket.write(Buffer.alloc(4));
    });
    if (answer === "stream: OK") return { clean: true };
    const found = /^stream: (.+) FOUND$/.exec(answer);
    if (found) return { clean: false, signature: found[1]! };
    throw unavailable(answer);
  }

  async version(): Promise<ClamdVersion> {
    const answer = await this.#ask("VERSION");
    const [program = answer, , date] = answer.split("/");
    const at = date ? new Date(`${date} UTC`) : undefined;
    return { program, date: at && !Number.isNaN(at.getTime()) ? at : undefined };
  }

  async ping(): Promise<void> {
    const answer = await this.#ask("PING");
    if (answer !== "PONG") throw unavailable(answer);
  }

  /** Reads the definitions anew; the daemon goes on scanning by the old ones meanwhile. */
  async reload(): Promise<void> {
    const answer = await this.#ask("RELOAD");
    if (answer !== "RELOADING") throw unavailable(answer);
  }

  #ask(command: string, send?: (socket: Socket) => Promise<void>): Promise<string> {
    return new Promise((resolve, reject) => {
      const address = this.#address;
      const socket = "socket" in address ? connect(address.socket) : connect(address.port, address.host);
      let answer = "";
      const fail = (reason: unknown) => {
        socket.destroy();
        reject(unavailable(String(reason instanceof Error ? reason.message : reason), reason));
      };
      socket.setTimeout(this.#timeout, () => fail("no answer in time"));
      socket.on("error", (error) => {
        // The daemon may close before it has read all: it has its verdict, or says that the file is too large.
        if (answer === "") fail(error);
      });
      socket.on("data", (bytes: Buffer) => {
        answer += bytes.toString("utf8");
      });
      socket.on("close", () => {
        const text = answer.split("\0", 1)[0]!.trim();
        if (text === "") fail("closed without an answer");
        else resolve(text);
      });
      socket.on("connect", () => {
        socket.write(`z${command}\0`);
        send?.(socket).catch(fail);
      });
    });
  }
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off("drain", done);
      socket.off("close", done);
      resolve();
    };
    socket.on("drain", done);
    socket.on("close", done);
  });
}

function unavailable(answer: string, cause?: unknown): SanitiserUnavailable {
  return new SanitiserUnavailable(
    "clamd",
    {
      ja: `ウイルス検査ができません（clamd: ${answer}）。検査できるまでファイルは保留されます。`,
      en: `Files cannot be scanned (clamd: ${answer}). They wait until they can.`,
    },
    { cause },
  );
}
