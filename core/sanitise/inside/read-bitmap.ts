/** Windows bitmaps (BITMAPINFOHEADER and later, uncompressed, 1 to 32 bits), which libvips does not read. */
export function readBitmap(bytes: Buffer): { pixels: Buffer; width: number; height: number; channels: 3 } {
  const headerSize = bytes.readUInt32LE(14);
  const width = bytes.readInt32LE(18);
  const rawHeight = bytes.readInt32LE(22);
  const bits = bytes.readUInt16LE(28);
  const compression = bytes.readUInt32LE(30);
  const height = Math.abs(rawHeight);
  if (headerSize < 40 || width < 1 || height < 1 || width * height > 100_000_000)
    throw new Error("bitmap: size");
  // 3 is "uncompressed with masks"; the masks of 32 bits are the usual ones in practice.
  if (![1, 4, 8, 24, 32].includes(bits) || (compression !== 0 && !(compression === 3 && bits === 32)))
    throw new Error("bitmap: compression");
  const start = bytes.readUInt32LE(10);
  const palette = bytes.subarray(14 + headerSize, start);
  const stride = Math.ceil((width * bits) / 32) * 4;
  if (start + stride * height > bytes.length) throw new Error("bitmap: cut off");
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0; y < height; y++) {
    const row = start + stride * (rawHeight > 0 ? height - 1 - y : y);
    for (let x = 0; x < width; x++) {
      const to = (y * width + x) * 3;
      let from = row + (x * bits) / 8;
      let colours: Buffer = bytes;
      if (bits <= 8) {
        const bit = x * bits;
        const value = (bytes[row + (bit >> 3)]! >> (8 - bits - (bit & 7))) & ((1 << bits) - 1);
        from = value * 4;
        colours = palette;
        if (from + 3 > palette.length) throw new Error("bitmap: palette");
      }
      pixels[to] = colours[from + 2]!;
      pixels[to + 1] = colours[from + 1]!;
      pixels[to + 2] = colours[from]!;
    }
  }
  return { pixels, width, height, channels: 3 };
}
