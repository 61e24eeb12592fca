import { decode, type Layout, tileSide } from "./code.ts";
import { likeness } from "./fourier.ts";
import { chipSide, type Pixels } from "./invisible.ts";

/** A chip is looked at in this many samples each way. */
const samples = 4;
const grid = tileSide * samples;
const tile = tileSide * chipSide;
/** The plane has half the picture's pixels each way: JPEG keeps colours no finer. */
const reduction = 2;
/** From 45 % to 220 % of the size in which the page was given out. */
const smallest = (tile * 0.45) / reduction;
const largest = (tile * 2.2) / reduction;
/** The mark's strength is 9; what differs more from its neighbours is the page's own colour. */
const reach = 14;

/**
 * Reads a hidden mark out of a picture: a screenshot, scaled between a half and the double, cut, encoded as JPEG. The
 * tile repeats itself over the page, so the distance at which the picture is like itself tells the scale; folded to one
 * tile, the known chips tell where the tile begins. Undefined when no mark's check holds.
 */
export function readMark(picture: Pixels, layout: Layout): Uint8Array | undefined {
  const plane = yellowness(picture);
  for (const period of candidates(plane)) {
    const folded = fold(plane, period);
    for (const shift of beginnings(folded, layout)) {
      const payload = decode(layout, readChips(folded, shift));
      if (payload) return payload;
    }
  }
  return undefined;
}

type Plane = { values: Float32Array; width: number; height: number };
type Period = { x: number; y: number };

/** How blue the picture is against its red and green, without the page's own colours. */
function yellowness({ data, width: fullWidth, height: fullHeight }: Pixels): Plane {
  const [width, height] = [Math.floor(fullWidth / reduction), Math.floor(fullHeight / reduction)];
  const blue = new Float32Array(width * height);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let i = 0; i < reduction; i++)
        for (let j = 0; j < reduction; j++) {
          const from = ((y * reduction + i) * fullWidth + x * reduction + j) * 3;
          sum += data[from + 2]! - (data[from]! + data[from + 1]!) / 2;
        }
      blue[y * width + x] = sum / reduction ** 2;
    }
  return { values: withoutOwnColours(blue, width, height), width, height };
}

/**
 * Each sample less the mean of those around it that are of its colour: within a coloured cell of a table the mark is all
 * that differs, and the cell's own colour goes.
 */
function withoutOwnColours(blue: Float32Array, width: number, height: number): Float32Array {
  const values = new Float32Array(blue.length);
  const offsets: number[] = [];
  for (let offset = -22; offset <= 22; offset += 4) offsets.push(offset);
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const own = blue[y * width + x]!;
      let sum = 0;
      let count = 0;
      for (const down of offsets) {
        const row = y + down;
        if (row < 0 || row >= height) continue;
        for (const right of offsets) {
          const column = x + right;
          if (column < 0 || column >= width) continue;
          const difference = blue[row * width + column]! - own;
          if (difference > reach || difference < -reach) continue;
          sum += difference;
          count++;
        }
      }
      values[y * width + x] = count < 4 ? 0 : -sum / count;
    }
  return values;
}

/** Sizes of the tile that are worth trying, the likeliest first. */
function candidates(plane: Plane): Period[] {
  const { values, width, height } = plane;
  const across = likeness(height, width, (line, at) => values[line * width + at]!);
  const down = likeness(width, height, (line, at) => values[at * width + line]!);
  const scores: { period: number; score: number }[] = [];
  for (let period = smallest; period <= largest; period *= 1.0008) {
    const score = scoreOf(across, period) + scoreOf(down, period);
    scores.push({ period, score });
  }
  scores.sort((one, other) => other.score - one.score);
  const best: number[] = [];
  for (const { period } of scores) {
    if (best.every((known) => Math.abs(known / period - 1) > 0.01)) best.push(period);
    if (best.length === 6) break;
  }
  // Width and height are rounded to pixels one by one, so their scales differ by a little.
  return best.map((period) => ({ x: refine(across, period), y: refine(down, period) }));
}

/** How like itself the picture is at all multiples of a distance, farther ones being sharper. */
function scoreOf(lags: Float64Array, period: number): number {
  let score = 0;
  let count = 0;
  for (let multiple = 1; multiple * period < lags.length * 0.9; multiple++) {
    score += at(lags, multiple * period);
    count++;
  }
  return count === 0 ? 0 : score / Math.sqrt(count);
}

function refine(lags: Float64Array, period: number): number {
  let best = period;
  let highest = Number.NEGATIVE_INFINITY;
  for (let factor = 0.995; factor <= 1.005; factor += 0.0002) {
    const score = scoreOf(lags, period * factor);
    if (score <= highest) continue;
    highest = score;
    best = period * factor;
  }
  return best;
}

function at(lags: Float64Array, place: number): number {
  const low = Math.floor(place);
  const part = place - low;
  return (lags[low] ?? 0) * (1 - part) + (lags[low + 1] ?? 0) * part;
}

/** All tiles of the picture laid on one another. */
function fold({ values, width, height }: Plane, period: Period): Float64Array {
  const sums = new Float64Array(grid * grid);
  const counts = new Float64Array(grid * grid);
  const columns = Int32Array.from({ length: width }, (_, x) =>
    Math.floor((((x + 0.5) % period.x) / period.x) * grid),
  );
  for (let y = 0; y < height; y++) {
    const row = Math.floor((((y + 0.5) % period.y) / period.y) * grid) * grid;
    for (let x = 0; x < width; x++) {
      const place = row + columns[x]!;
      sums[place]! += values[y * width + x]!;
      counts[place]!++;
    }
  }
  for (let place = 0; place < sums.length; place++) sums[place]! /= counts[place]! || 1;
  return sums;
}

/** Where in the folded tile the tile may begin, by its known chips; the likeliest first. */
function beginnings(folded: Float64Array, layout: Layout): { x: number; y: number }[] {
  const found: { x: number; y: number; score: number }[] = [];
  const centre = samples / 2;
  for (let y = 0; y < grid; y++)
    for (let x = 0; x < grid; x++) {
      let score = 0;
      for (const { chip, sign } of layout.sync) {
        const row = (y + Math.floor(chip / tileSide) * samples + centre) % grid;
        const column = (x + (chip % tileSide) * samples + centre) % grid;
        score += sign * folded[row * grid + column]!;
      }
      found.push({ x, y, score });
    }
  return found.sort((one, other) => other.score - one.score).slice(0, 12);
}

function readChips(folded: Float64Array, shift: { x: number; y: number }): Float64Array {
  return Float64Array.from({ length: tileSide * tileSide }, (_, chip) => {
    let sum = 0;
    for (let i = 0; i < samples; i++)
      for (let j = 0; j < samples; j++) {
        const row = (shift.y + Math.floor(chip / tileSide) * samples + i) % grid;
        const column = (shift.x + (chip % tileSide) * samples + j) % grid;
        sum += folded[row * grid + column]!;
      }
    return sum;
  });
}
