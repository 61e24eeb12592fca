import { randomBytes } from "node:crypto";
import { RawConnection } from "./raw-http.ts";

/** A stream on a bare socket that answers nothing by itself: no pong, no close. */
export function openRawStream(url: string, path = "/api/v1/stream"): RawConnection {
  const connection = new RawConnection(url);
  connection.write(
    [
      `GET ${path} HTTP/1.1`,
      "Host: localhost",
      "Connection: Upgrade",
      "Upgrade: websocket",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "\r\n",
    ].join("\r\n"),
  );
  return connection;
}

/** A text frame as a client sends it: masked, at most 65,535 bytes. */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = randomBytes(4);
  for (let i = 0; i < payload.length; i++) payload[i]! ^= mask[i % 4]!;
  const head = Buffer.from([0x81, 0xfe, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, payload]);
}
