import { createHash } from "node:crypto";

/**
 * The hidden mark as a tile of chips, each of which makes its square of the page a touch yellower or leaves it: 8 bytes
 * and a check of 24 bits through a convolutional code of rate 1/3, scattered over the tile, and known chips between them
 * by which the tile is found again.
 */
export const tileSide = 20;
export const payloadLength = 8;

const checkBits = 24;
const messageBits = payloadLength * 8 + checkBits;
/** Constraint length 7; generators 133, 165, 171 (octal), the usual ones of this rate. */
const memory = 6;
const generators = [0o133, 0o165, 0o171] as const;
const codedBits = (messageBits + memory) * generators.length;
const chips = tileSide * tileSide;

export type Layout = {
  /** Chip of each coded bit. */
  data: Uint16Array;
  /** Chips whose sign is known, and the sign: 1 or −1. */
  sync: { chip: number; sign: number }[];
  /** Flips coded bits, so that no payload makes a pattern that can be seen. */
  whitening: Int8Array;
};

/** Where the bits stand follows from the installation's key: without it a mark can neither be read nor written. */
export function layoutOf(key: Uint8Array): Layout {
  const draw = drawFrom(key);
  const order = Uint16Array.from({ length: chips }, (_, index) => index);
  for (let i = chips - 1; i > 0; i--) {
    const j = draw() % (i + 1);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const sync = [...order.subarray(codedBits)].map((chip) => ({ chip, sign: draw() & 1 ? 1 : -1 }));
  const whitening = Int8Array.from({ length: codedBits }, () => (draw() & 1 ? 1 : -1));
  return { data: order.slice(0, codedBits), sync, whitening };
}

/** The tile of a payload: 1 or −1 for each chip, row by row. */
export function encode(layout: Layout, payload: Uint8Array): Int8Array {
  if (payload.length !== payloadLength) throw new RangeError(`a mark carries ${payloadLength} bytes`);
  const tile = new Int8Array(chips);
  for (const { chip, sign } of layout.sync) tile[chip] = sign;
  const bits = [...bitsOf(payload), ...bitsOf(checkOf(payload)), ...new Array(memory).fill(0)];
  let state = 0;
  let at = 0;
  for (const bit of bits) {
    const window = (bit << memory) | state;
    for (const generator of generators) {
      tile[layout.data[at]!] = (parity(window & generator) ? 1 : -1) * layout.whitening[at]!;
      at++;
    }
    state = window >> 1;
  }
  return tile;
}

/**
 * The payload of a tile that was read back, undefined when its check does not hold.
 *
 * @param soft for each chip how surely it is 1 (positive) or −1 (negative)
 */
export function decode(layout: Layout, soft: Float64Array): Uint8Array | undefined {
  const states = 1 << memory;
  const steps = messageBits + memory;
  const choices = new Uint8Array(steps * states);
  let score = new Float64Array(states).fill(Number.NEGATIVE_INFINITY);
  score[0] = 0;
  for (let step = 0; step < steps; step++) {
    const next = new Float64Array(states).fill(Number.NEGATIVE_INFINITY);
    const values = generators.map((_, index) => {
      const at = step * generators.length + index;
      return soft[layout.data[at]!]! * layout.whitening[at]!;
    });
    for (let state = 0; state < states; state++) {
      if (score[state] === Number.NEGATIVE_INFINITY) continue;
      for (let bit = 0; bit < 2; bit++) {
        if (bit === 1 && step >= messageBits) continue;
        const window = (bit << memory) | state;
        let sum = score[state]!;
        for (let index = 0; index < generators.length; index++)
          sum += parity(window & generators[index]!) ? values[index]! : -values[index]!;
        const to = window >> 1;
        if (sum <= next[to]!) continue;
        next[to] = sum;
        // The bit that falls out of the window names the state that this came from; the bit that came in is in `to`.
        choices[step * states + to] = state & 1;
      }
    }
    score = next;
  }
  const bits = new Uint8Array(steps);
  for (let step = steps - 1, state = 0; step >= 0; step--) {
    bits[step] = state >> (memory - 1);
    state = ((state << 1) & (states - 1)) | choices[step * states + state]!;
  }
  const payload = bytesOf(bits.subarray(0, payloadLength * 8));
  const check = bytesOf(bits.subarray(payloadLength * 8, messageBits));
  return Buffer.compare(check, checkOf(payload)) === 0 ? payload : undefined;
}

function checkOf(payload: Uint8Array): Uint8Array {
  return createHash("sha256")
    .update("chonai mark")
    .update(payload)
    .digest()
    .subarray(0, checkBits / 8);
}

/** Numbers of 32 bits, the same for the same key. */
function drawFrom(key: Uint8Array): () => number {
  let block = Buffer.alloc(0);
  let counter = 0;
  let at = 0;
  return () => {
    if (at >= block.length) {
      block = createHash("sha256").update("chonai mark layout").update(key).update(`${counter++}`).digest();
      at = 0;
    }
    at += 4;
    return block.readUInt32LE(at - 4);
  };
}

function parity(value: number): number {
  let bits = value;
  bits ^= bits >> 4;
  bits ^= bits >> 2;
  bits ^= bits >> 1;
  return bits & 1;
}

function bitsOf(bytes: Uint8Array): number[] {
  return [...bytes].flatMap((byte) => [7, 6, 5, 4, 3, 2, 1, 0].map((place) => (byte >> place) & 1));
}

function bytesOf(bits: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(bits.length / 8);
  for (const [index, bit] of bits.entries()) bytes[index >> 3]! |= bit << (7 - (index & 7));
  return bytes;
}
