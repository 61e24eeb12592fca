/**
 * What time it is by the server's clock. Phones and terminals are minutes or an hour off; whether something is today's, over, or
 * news is asked of the clock that wrote the times. How long something has lasted on this device is asked of the device's own.
 */

/** Milliseconds by which the server is ahead of this device. */
let ahead = 0;
/** An answer's time has whole seconds and has travelled: closer than this the device's clock is as good. */
const trusted = 5000;

/** `date` is an answer's Date header. */
export function noteServerTime(date: string | null, now = Date.now()): void {
  const moment = Date.parse(date ?? "");
  if (Number.isNaN(moment)) return;
  const off = moment - now;
  ahead = Math.abs(off) < trusted ? 0 : off;
}

export function serverNow(): number {
  return Date.now() + ahead;
}
