import type { Source } from "./source.ts";

export type ZipEntry = {
  /** As the container writes it; Shift_JIS names are told apart by `isUtf8`. */
  rawName: Buffer;
  isUtf8: boolean;
  method: number;
  encrypted: boolean;
  compressed: number;
  size: number;
  crc: number;
  /** Where its local header starts. */
  offset: number;
  /** Where its packed bytes start. */
  dataOffset: number;
  isFolder: boolean;
  isLink: boolean;
};

/** Why a container is not one that can be trusted to mean the same to every program that opens it. */
export class ZipFault extends Error {
  readonly reason: "broken" | "overlapping" | "two-types" | "too-many";

  constructor(reason: ZipFault["reason"], detail: string) {
    super(`${reason}: ${detail}`);
    this.reason = reason;
  }
}

const endLength = 22;
const local = 0x04034b50;
const central = 0x02014b50;
const end = 0x06054b50;

/** Where a ZIP's end record stands, or undefined: the end record is what makes a file a ZIP to most programs. */
export async function findZipEnd(source: Source): Promise<number | undefined> {
  const start = Math.max(0, source.size - endLength - 0xffff);
  const tail = await source.read(start, endLength + 0xffff);
  for (let at = tail.length - endLength; at >= 0; at--) {
    if (tail.readUInt32LE(at) !== end) continue;
    if (start + at + endLength + tail.readUInt16LE(at + 20) > source.size) continue;
    const directory = tail.readUInt32LE(at + 16);
    const size = tail.readUInt32LE(at + 12);
    // A real one has its directory where it says, or shifted by what was put in front.
    const isThere = async (place: number) => {
      const head = await source.read(place, 4);
      return head.length === 4 && head.readUInt32LE(0) === central;
    };
    if (directory === 0xffffffff || (await isThere(directory)) || (await isThere(start + at - size)))
      return start + at;
  }
  return undefined;
}

/**
 * The entries of a ZIP whose every byte is accounted for: local headers and directory agree, nothing overlaps (bombs),
 * nothing stands in front or behind (two types at once). Programs differ in what they make of anything else.
 *
 * @throws ZipFault
 */
export async function readZipDirectory(source: Source, entryLimit: number): Promise<ZipEntry[]> {
  const endAt = await findZipEnd(source);
  if (endAt === undefined) throw new ZipFault("broken", "no end record");
  const record = await source.read(endAt, endLength);
  if (endAt + endLength + record.readUInt16LE(20) !== source.size)
    throw new ZipFault("two-types", "bytes behind the end");
  const place = await directoryPlace(source, endAt, record);
  if (place.count > entryLimit) throw new ZipFault("too-many", `${place.count} entries`);
  if (place.size > entryLimit * 1024 || place.offset + place.size > endAt)
    throw new ZipFault("broken", "directory out of place");
  const directory = await source.read(place.offset, place.size);
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let i = 0; i < place.count; i++) {
    if (at + 46 > directory.length || directory.readUInt32LE(at) !== central)
      throw new ZipFault("broken", "directory");
    const { entry, next } = readEntry(directory, at);
    entries.push(entry);
    at = next;
  }
  await checkLayout(source, entries, place.offset);
  return entries;
}

async function directoryPlace(source: Source, endAt: number, record: Buffer) {
  const place = {
    count: record.readUInt16LE(10),
    size: record.readUInt32LE(12),
    offset: record.readUInt32LE(16),
  };
  if (place.count !== 0xffff && place.size !== 0xffffffff && place.offset !== 0xffffffff) return place;
  const locator = await source.read(endAt - 20, 20);
  if (locator.length < 20 || locator.readUInt32LE(0) !== 0x07064b50) return place;
  const long = await source.read(Number(locator.readBigUInt64LE(8)), 56);
  if (long.length < 56 || long.readUInt32LE(0) !== 0x06064b50) throw new ZipFault("broken", "ZIP64 end");
  return {
    count: Number(long.readBigUInt64LE(32)),
    size: Number(long.readBigUInt64LE(40)),
    offset: Number(long.readBigUInt64LE(48)),
  };
}

function readEntry(directory: Buffer, at: number): { entry: ZipEntry; next: number } {
  const flags = directory.readUInt16LE(at + 8);
  const nameLength = directory.readUInt16LE(at + 28);
  const extraLength = directory.readUInt16LE(at + 30);
  const next = at + 46 + nameLength + extraLength + directory.readUInt16LE(at + 32);
  if (next > directory.length) throw new ZipFault("broken", "directory entry");
  const rawName = Buffer.from(directory.subarray(at + 46, at + 46 + nameLength));
  const entry: ZipEntry = {
    rawName,
    isUtf8: (flags & 0x800) !== 0,
    method: directory.readUInt16LE(at + 10),
    encrypted: (flags & 1) !== 0,
    crc: directory.readUInt32LE(at + 16),
    compressed: directory.readUInt32LE(at + 20),
    size: directory.readUInt32LE(at + 24),
    offset: directory.readUInt32LE(at + 42),
    dataOffset: 0,
    isFolder: rawName.at(-1) === 0x2f,
    // The upper half of the external attributes is the Unix mode where Unix made the entry.
    isLink: directory[at + 5] === 3 && directory.readUInt32LE(at + 38) >>> 28 === 0xa,
  };
  readLongSizes(directory.subarray(at + 46 + nameLength, at + 46 + nameLength + extraLength), entry);
  return { entry, next };
}

/** ZIP64: each of these stands in the extra field only when the short field is full. */
function readLongSizes(extra: Buffer, entry: ZipEntry): void {
  for (let at = 0; at + 4 <= extra.length; ) {
    const length = extra.readUInt16LE(at + 2);
    const body = extra.subarray(at + 4, at + 4 + length);
    if (extra.readUInt16LE(at) === 1) {
      let place = 0;
      for (const field of ["size", "compressed", "offset"] as const) {
        if (entry[field] !== 0xffffffff || place + 8 > body.length) continue;
        entry[field] = Number(body.readBigUInt64LE(place));
        place += 8;
      }
    }
    at += 4 + length;
  }
}

async function checkLayout(source: Source, entries: ZipEntry[], directoryOffset: number): Promise<void> {
  let expected = 0;
  for (const entry of [...entries].sort((one, other) => one.offset - other.offset)) {
    if (entry.offset < expected) throw new ZipFault("overlapping", "entries share bytes");
    const gap = entry.offset - expected;
    if (gap > 0 && !(await isDescriptor(source, expected, gap)))
      throw new ZipFault("two-types", "bytes between entries");
    const header = await source.read(entry.offset, 30);
    if (header.length < 30 || header.readUInt32LE(0) !== local) throw new ZipFault("broken", "local header");
    const nameLength = header.readUInt16LE(26);
    const name = await source.read(entry.offset + 30, nameLength);
    if (!name.equals(entry.rawName) || header.readUInt16LE(8) !== entry.method)
      throw new ZipFault("two-types", "local header and directory differ");
    entry.dataOffset = entry.offset + 30 + nameLength + header.readUInt16LE(28);
    expected = entry.dataOffset + entry.compressed;
  }
  if (expected > directoryOffset) throw new ZipFault("overlapping", "entries reach into the directory");
  if (directoryOffset > expected && !(await isDescriptor(source, expected, directoryOffset - expected)))
    throw new ZipFault("two-types", "bytes before the directory");
}

/** Sizes that a writer which could not seek put behind the packed bytes. */
async function isDescriptor(source: Source, at: number, length: number): Promise<boolean> {
  if (length === 12 || length === 20) return true;
  if (length !== 16 && length !== 24) return false;
  return (await source.read(at, 4)).readUInt32LE(0) === 0x08074b50;
}
