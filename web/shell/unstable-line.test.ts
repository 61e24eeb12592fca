import { expect, it } from "vitest";
import { LineWatch } from "./unstable-line.ts";

it("calls a line unstable that was lost twice within a minute, and forgives it", () => {
  const watch = new LineWatch();
  watch.see("connecting", 0);
  watch.see("connected", 1_000);
  watch.see("reconnecting", 5_000);
  watch.see("connected", 6_000);
  expect(watch.isUnstable(6_000)).toBe(false);
  watch.see("reconnecting", 20_000);
  watch.see("offline", 21_000);
  expect(watch.isUnstable(21_000)).toBe(true);
  watch.see("connected", 22_000);
  expect(watch.isUnstable(22_000)).toBe(true);
  expect(watch.isUnstable(66_000)).toBe(false);
});
