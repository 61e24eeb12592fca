/**
 * Identifiers. Every id in Chonai is a UUIDv7 string in lower case (RFC 9562 §5.7).
 * A UUIDv7 is an id, never an order: clocks step back, nodes disagree. Order by `seq` or `position`.
 */

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

/** Makes a UUIDv7 from the given milliseconds since 1970 (UTC); works in browsers and on the server. */
export function newId(now: number = Date.now()): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[0] = now / 2 ** 40;
  bytes[1] = now / 2 ** 32;
  bytes[2] = now / 2 ** 24;
  bytes[3] = now / 2 ** 16;
  bytes[4] = now / 2 ** 8;
  bytes[5] = now;
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  let id = "";
  for (let i = 0; i < 16; i++) {
    id += hex[bytes[i]!];
    if (i === 3 || i === 5 || i === 7 || i === 9) id += "-";
  }
  return id;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** True for a UUID in the canonical lower-case form; anything else is answered as an unknown id. */
export function isId(value: string): boolean {
  return uuid.test(value);
}
