import { encode, type Layout, tileSide } from "./code.ts";

/** Pixels of a chip: after scaling to a half it is still as large as JPEG's block. */
export const chipSide = 16;
/** How much yellower a marked square is, of 255: too little to be seen beside its neighbours. */
const strength = 9;

export type Pixels = { data: Buffer; width: number; height: number };

/**
 * Puts a mark into a picture of three channels, in place: squares are a touch yellower or not, which is where eyes are
 * weakest and what black on white has none of. What cannot lose blue (dark letters) gains red and green instead.
 */
export function hideMark(picture: Pixels, layout: Layout, payload: Uint8Array): void {
  const tile = encode(layout, payload);
  const { data, width, height } = picture;
  for (let y = 0; y < height; y++) {
    const row = (Math.floor(y / chipSide) % tileSide) * tileSide;
    for (let x = 0; x < width; x++) {
      if (tile[row + (Math.floor(x / chipSide) % tileSide)]! > 0) continue;
      const at = (y * width + x) * 3;
      const blue = data[at + 2]!;
      if (blue >= strength) {
        data[at + 2] = blue - strength;
        continue;
      }
      data[at + 2] = 0;
      const rest = strength - blue;
      data[at] = Math.min(255, data[at]! + rest);
      data[at + 1] = Math.min(255, data[at + 1]! + rest);
    }
  }
}
