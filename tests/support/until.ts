import { setTimeout as sleep } from "node:timers/promises";

/** Waits until the condition holds; the error says what was waited for. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  within = 60_000,
): Promise<void> {
  const end = performance.now() + within;
  for (let pause = 5; !(await condition()); pause = Math.min(pause * 1.5, 100)) {
    if (performance.now() > end) throw new Error(`waited ${within} ms in vain: ${what}`);
    await sleep(pause);
  }
}
