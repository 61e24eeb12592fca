import { expect, test } from "vitest";
import { type DeviceRuleFacts, decideDeviceEntry } from "./device-rule.ts";

const now = new Date("2026-11-21T01:00:00Z");
const later = new Date("2026-11-28T01:00:00Z");
const rule = (given: Partial<DeviceRuleFacts> = {}): DeviceRuleFacts => ({
  requiredFrom: new Date("2026-11-01T00:00:00Z"),
  graceUntil: null,
  allowsPersonal: true,
  boundClasses: ["video-tablet"],
  consentText: null,
  idleMinutes: { lgwan: null, internet: null },
  ...given,
});
const staff = { kind: "staff", class: "telework", administers: false } as const;
const tablet = { kind: "section", class: "video-tablet", administers: false } as const;

test("a device comes in by its approval, by the grace, or because nobody asks", () => {
  const entry = (...given: Parameters<typeof decideDeviceEntry>) => {
    const { kind, ...more } = decideDeviceEntry(...given);
    return [kind, ...("why" in more ? [more.why] : [more.until, more.asks])];
  };
  expect(entry(rule(), staff, "internet", "approved", now)).toEqual(["in", null, false]);
  for (const approval of ["unasked", "waiting", "refused"] as const)
    expect(entry(rule(), staff, "internet", approval, now)).toEqual(["out", "device-not-approved"]);
  // In the hall the network stands for the device, except for classes that are bound to theirs.
  expect(entry(rule(), staff, "lgwan", "unasked", now)).toEqual(["in", null, false]);
  expect(entry(rule(), tablet, "lgwan", "unasked", now)).toEqual(["out", "device-not-approved"]);
  expect(entry(rule(), { ...tablet, administers: true }, "lgwan", "unasked", now)).toEqual([
    "in",
    null,
    false,
  ]);
  // Guests agree to terms of their own.
  expect(entry(rule(), { ...staff, kind: "guest" }, "internet", "unasked", now)).toEqual(["in", null, false]);
  const grace = rule({ graceUntil: later });
  expect(entry(grace, staff, "internet", "unasked", now)).toEqual(["in", later, true]);
  expect(entry(grace, staff, "internet", "waiting", now)).toEqual(["in", later, false]);
  expect(entry(grace, staff, "internet", "refused", now)).toEqual(["out", "device-not-approved"]);
  expect(entry(grace, staff, "internet", "waiting", later)).toEqual(["out", "device-not-approved"]);
  // Whatever the rule is: what was reported lost stays out.
  for (const zone of ["lgwan", "internet"] as const)
    expect(entry(rule({ requiredFrom: null }), staff, zone, "cut-off", now)).toEqual([
      "out",
      "device-cut-off",
    ]);
  expect(entry(rule({ requiredFrom: later }), staff, "internet", "unasked", now)).toEqual([
    "in",
    null,
    false,
  ]);
});
