import { afterEach, expect, it, vi } from "vitest";
import { noteServerTime, serverNow } from "./clock.ts";

afterEach(() => vi.useRealTimers());

it("follows the server's clock when the device's is off, and the device's own when it is not", () => {
  vi.useFakeTimers({ now: new Date("2026-11-21T04:00:00.400Z") });
  expect(serverNow()).toBe(Date.parse("2026-11-21T04:00:00.400Z"));
  noteServerTime("Sat, 21 Nov 2026 03:00:00 GMT");
  expect(serverNow()).toBe(Date.parse("2026-11-21T03:00:00Z"));
  vi.advanceTimersByTime(60_000);
  expect(serverNow()).toBe(Date.parse("2026-11-21T03:01:00Z"));
  noteServerTime(null);
  noteServerTime("tomorrow");
  expect(serverNow()).toBe(Date.parse("2026-11-21T03:01:00Z"));
  noteServerTime("Sat, 21 Nov 2026 04:01:00 GMT");
  expect(serverNow()).toBe(Date.now());
});
