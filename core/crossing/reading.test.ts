import fc from "fast-check";
import { expect, it } from "vitest";
import { classifications } from "#shared/classification.ts";
import { CrossingKind, CrossingRoomKind } from "./contract.ts";
import { decideCrossing } from "./decide.ts";
import { defaultTable, rule } from "./default-table.ts";
import { presets } from "./presets.ts";
import { type Reader, Reading } from "./reading.ts";

const named = "01900000-0000-7000-8000-000000000001";
const other = "01900000-0000-7000-8000-000000000002";
const withExceptions = {
  ...defaultTable,
  rules: [
    ...defaultTable.rules,
    rule({
      id: "one-room",
      rank: "exception",
      effect: "allow",
      deeds: ["read"],
      zones: { is: ["internet"] },
      kinds: ["staff"],
      classifications: ["3B"],
      rooms: { ids: [named] },
    }),
  ],
};
const tables = [withExceptions, ...presets.map(({ table }) => table)];
const reader = fc.record({
  zone: fc.constantFrom("lgwan", "internet", "public", "cloud"),
  kind: fc.constantFrom(...CrossingKind.options),
  offices: fc.constant<Reader["offices"]>([]),
});
const room = fc.record({
  id: fc.constantFrom(named, other),
  kind: fc.constantFrom(...CrossingRoomKind.options),
  classification: fc.constantFrom(...classifications),
});
const runs = { numRuns: 2000, seed: 20241002 };

it("what is remembered for lists is what the decision says, also for rooms that rules name", () => {
  fc.assert(
    fc.property(fc.constantFrom(...tables), reader, fc.array(room, { maxLength: 8 }), (table, who, rooms) => {
      const reading = new Reading(table, who);
      for (const { id, kind, classification } of rooms) {
        const decision = decideCrossing(table, {
          ...who,
          deed: "read",
          room: { id, kind },
          classification,
          origin: null,
        });
        expect(reading.decide({ id, kind, classification })).toEqual(decision);
        if (reading.isWhole) expect(decision.kind).toBe("allow");
      }
    }),
    runs,
  );
});

it("readings with one key decide alike", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...tables),
      fc.constantFrom(...tables),
      reader,
      reader,
      room,
      (one, two, first, second, asked) => {
        const [a, b] = [new Reading(one, first), new Reading(two, second)];
        if (a.key === b.key) expect(a.decide(asked).kind).toBe(b.decide(asked).kind);
      },
    ),
    runs,
  );
});
