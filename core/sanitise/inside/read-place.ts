/** Where a photo was taken, in degrees (EXIF's GPS block); undefined when it does not say or says nonsense. */
export function readPlace(exif: Buffer): { latitude: number; longitude: number } | undefined {
  try {
    const tiff = exif.toString("latin1", 0, 4) === "Exif" ? exif.subarray(6) : exif;
    const isLittle = tiff.toString("latin1", 0, 2) === "II";
    const short = (at: number) => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
    const long = (at: number) => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
    const find = (block: number, tag: number) => {
      for (let i = 0; i < short(block); i++) {
        const at = block + 2 + i * 12;
        if (short(at) === tag) return at + 8;
      }
      return undefined;
    };
    const pointer = find(long(4), 0x8825);
    if (pointer === undefined) return undefined;
    const block = long(pointer);
    const degrees = (reference: number, value: number) => {
      const [letter, place] = [find(block, reference), find(block, value)];
      if (letter === undefined || place === undefined) return Number.NaN;
      const part = (index: number) => long(long(place) + index * 8) / long(long(place) + index * 8 + 4);
      const size = part(0) + part(1) / 60 + part(2) / 3600;
      return "SW".includes(String.fromCharCode(tiff[letter]!)) ? -size : size;
    };
    const place = { latitude: degrees(1, 2), longitude: degrees(3, 4) };
    const isReal = Math.abs(place.latitude) <= 90 && Math.abs(place.longitude) <= 180;
    return isReal ? place : undefined;
  } catch {
    return undefined;
  }
}
