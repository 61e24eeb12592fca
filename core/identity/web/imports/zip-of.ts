const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crcOf(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = table[(crc ^ byte) & 0xff]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A ZIP container (APPNOTE 6.3) of small texts, stored as they are. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const [path, bytes] = [new TextEncoder().encode(name), new TextEncoder().encode(text)];
    // Version 2.0, names in UTF-8, stored, 1 January 1980.
    const common = [
      ...numbers(2, 20, 0x800, 0, 0, 0x21),
      ...numbers(4, crcOf(bytes), bytes.length, bytes.length),
      ...numbers(2, path.length, 0),
    ];
    const local = Uint8Array.from([...numbers(4, 0x04034b50), ...common]);
    const entry = [...numbers(4, 0x02014b50), ...numbers(2, 20), ...common];
    directory.push(Uint8Array.from([...entry, ...numbers(2, 0, 0, 0), ...numbers(4, 0, offset)]), path);
    parts.push(local, path, bytes);
    offset += local.length + path.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = Object.keys(files).length;
  const end = [
    ...numbers(4, 0x06054b50),
    ...numbers(2, 0, 0, count, count),
    ...numbers(4, size, offset),
    ...numbers(2, 0),
  ];
  return joined([...parts, ...directory, Uint8Array.from(end)]);
}

/** Numbers in little-endian order, each of so many bytes. */
function numbers(width: 2 | 4, ...values: number[]): number[] {
  return values.flatMap((value) => Array.from({ length: width }, (_, byte) => (value >>> (8 * byte)) & 0xff));
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
