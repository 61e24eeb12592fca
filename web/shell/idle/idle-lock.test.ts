import { beforeEach, expect, test, vi } from "vitest";
import { IdleLock } from "./idle-lock.ts";

let now = 0;
const kept = new Map<string, string>();
beforeEach(() => {
  now = 1_000_000;
  kept.clear();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
});
const lock = (session = "one") => new IdleLock(session, 5, () => now);
const minutes = (count: number) => count * 60_000;

test("the screen is covered after the minutes, and what is typed then uncovers nothing", () => {
  const tab = lock();
  tab.look();
  now += minutes(5) - 1;
  tab.look();
  expect(tab.isCovered.get()).toBe(false);
  now += 1;
  tab.look();
  expect(tab.isCovered.get()).toBe(true);
  tab.uncover();
  expect(tab.isCovered.get()).toBe(false);
});

test("tabs agree: about the cover, about taking it away, and a reload comes back covered", () => {
  const [one, two] = [lock(), lock()];
  now += minutes(5);
  one.look();
  two.look();
  expect([one.isCovered.get(), two.isCovered.get(), kept.size]).toEqual([true, true, 1]);
  const reloaded = lock();
  reloaded.look();
  expect(reloaded.isCovered.get()).toBe(true);
  two.uncover();
  one.look();
  reloaded.look();
  expect([one.isCovered.get(), reloaded.isCovered.get()]).toEqual([false, false]);
});

test("what somebody else left in this browser covers nothing", () => {
  const before = lock();
  now += minutes(5);
  before.look();
  const next = lock("two");
  next.look();
  expect(next.isCovered.get()).toBe(false);
});

test("a browser that keeps nothing covers all the same", () => {
  vi.stubGlobal("localStorage", undefined);
  const tab = lock();
  now += minutes(6);
  tab.look();
  expect(tab.isCovered.get()).toBe(true);
  tab.look();
  expect(tab.isCovered.get()).toBe(true);
});
