/**
 * The one source of the present. Everything that decides by time takes a Clock, so that a test can stand at
 * 31 March 23:59 JST. See docs/architecture/time.md.
 */
export type Clock = { now(): Date };

export const systemClock: Clock = { now: () => new Date() };

/** A clock that stands still until it is moved: for tests and dry runs. */
export function fixedClock(
  start: Date | string,
): Clock & { set(to: Date | string): void; advance(ms: number): void } {
  let present = new Date(start);
  return {
    now: () => new Date(present),
    set(to) {
      present = new Date(to);
    },
    advance(ms) {
      present = new Date(present.getTime() + ms);
    },
  };
}
