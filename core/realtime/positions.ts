/**
 * Positions of the stream. The high part is the epoch, which rises when a backup is restored; the low part counts the
 * municipality's events without gaps. Together they stay below 2^53: 8,192 epochs of 10^12 events each.
 */
const epochSize = 2 ** 40;

export function firstPositionOfEpoch(epoch: number): number {
  return epoch * epochSize;
}

export function epochOf(position: number): number {
  return Math.floor(position / epochSize);
}
