/** In place: the discrete Fourier transform of a power of two of complex numbers (radix 2). */
export function transform(real: Float64Array, imaginary: Float64Array): void {
  const length = real.length;
  for (let i = 1, j = 0; i < length; i++) {
    let bit = length >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      [real[i], real[j]] = [real[j]!, real[i]!];
      [imaginary[i], imaginary[j]] = [imaginary[j]!, imaginary[i]!];
    }
  }
  for (let size = 2; size <= length; size <<= 1) {
    const half = size >> 1;
    const angle = (-2 * Math.PI) / size;
    for (let k = 0; k < half; k++) {
      const cosine = Math.cos(angle * k);
      const sine = Math.sin(angle * k);
      for (let at = k; at < length; at += size) {
        const other = at + half;
        const re = real[other]! * cosine - imaginary[other]! * sine;
        const im = real[other]! * sine + imaginary[other]! * cosine;
        real[other] = real[at]! - re;
        imaginary[other] = imaginary[at]! - im;
        real[at]! += re;
        imaginary[at]! += im;
      }
    }
  }
}

/**
 * How alike the lines of a plane are to themselves, moved by 0, 1, 2 … samples: all lines together, each lag divided by
 * how much of a line overlaps, the lag 0 being 1.
 *
 * @param read sample `at` of line `line`
 */
export function likeness(
  lines: number,
  length: number,
  read: (line: number, at: number) => number,
): Float64Array {
  let size = 2;
  while (size < length * 2) size <<= 1;
  const power = new Float64Array(size);
  const real = new Float64Array(size);
  const imaginary = new Float64Array(size);
  // Two lines at once: one in the real part, one in the imaginary; their powers add up.
  for (let line = 0; line < lines; line += 2) {
    real.fill(0);
    imaginary.fill(0);
    for (let at = 0; at < length; at++) {
      real[at] = read(line, at);
      if (line + 1 < lines) imaginary[at] = read(line + 1, at);
    }
    transform(real, imaginary);
    for (let k = 0; k < size; k++) power[k]! += real[k]! ** 2 + imaginary[k]! ** 2;
  }
  imaginary.fill(0);
  transform(power, imaginary);
  const zero = power[0]! / length;
  return Float64Array.from({ length }, (_, lag) => power[lag]! / (length - lag) / (zero || 1));
}
