import type { Source } from "./source.ts";

/** The directory of an OLE compound file ([MS-CFB]): .doc, .xls, .ppt, encrypted OOXML, messages, Ichitaro. */
export type CompoundFile = {
  /** Names of storages and streams, without their folders. */
  names: Set<string>;
  /** The first bytes of a large stream (4,096 bytes and more), or undefined. */
  head(name: string, length: number): Promise<Buffer | undefined>;
};

export const compoundSignature = Buffer.from("d0cf11e0a1b11ae1", "hex");
const freeSector = 0xfffffff0;
const directorySectorLimit = 4096;

/** @throws RangeError or Error when the file is damaged */
export async function readCompoundFile(source: Source): Promise<CompoundFile> {
  const header = await source.read(0, 512);
  if (header.length < 512) throw new Error("compound file: header");
  const shift = header.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) throw new Error("compound file: sector size");
  const sectorSize = 1 << shift;
  const place = (sector: number) => (sector + 1) * sectorSize;
  const perSector = sectorSize / 4;

  /** Where the n-th sector of the allocation table is: 109 in the header, more in a chain of their own. */
  const tables: number[] = [];
  for (let i = 0; i < 109; i++) {
    const sector = header.readUInt32LE(76 + i * 4);
    if (sector < freeSector) tables.push(sector);
  }
  let more = header.readUInt32LE(68);
  for (let i = 0; more < freeSector && i < directorySectorLimit; i++) {
    const block = await source.read(place(more), sectorSize);
    if (block.length < sectorSize) break;
    for (let k = 0; k < perSector - 1; k++) {
      const sector = block.readUInt32LE(k * 4);
      if (sector < freeSector) tables.push(sector);
    }
    more = block.readUInt32LE(sectorSize - 4);
  }
  const next = async (sector: number): Promise<number> => {
    const table = tables[Math.floor(sector / perSector)];
    if (table === undefined) return 0xffffffff;
    const word = await source.read(place(table) + (sector % perSector) * 4, 4);
    return word.length === 4 ? word.readUInt32LE(0) : 0xffffffff;
  };

  const names = new Set<string>();
  const starts = new Map<string, { sector: number; size: number }>();
  let sector = header.readUInt32LE(48);
  for (let i = 0; sector < freeSector && i < directorySectorLimit; i++) {
    const block = await source.read(place(sector), sectorSize);
    for (let at = 0; at + 128 <= block.length; at += 128) {
      const length = block.readUInt16LE(at + 64);
      if (length < 2 || length > 64 || block[at + 66] === 0) continue;
      const name = block.toString("utf16le", at, at + length - 2);
      names.add(name);
      starts.set(name, { sector: block.readUInt32LE(at + 116), size: block.readUInt32LE(at + 120) });
    }
    sector = await next(sector);
  }
  return {
    names,
    async head(name, length) {
      const start = starts.get(name);
      // Smaller streams live in another chain; no real document's main stream is that small.
      if (!start || start.size < 4096) return undefined;
      return source.read(place(start.sector), Math.min(length, sectorSize));
    },
  };
}
