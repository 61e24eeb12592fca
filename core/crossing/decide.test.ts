import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifications } from "#shared/classification.ts";
import {
  CrossingDeed,
  CrossingKind,
  CrossingOffice,
  type CrossingQuestion,
  CrossingRoomKind,
  CrossingRule,
  type CrossingTable,
} from "./contract.ts";
import { decideCrossing, findDeciding } from "./decide.ts";
import { defaultTable } from "./default-table.ts";

const roomIds = ["01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-000000000002"];
const zone = fc.constantFrom("lgwan", "internet", "public", "cloud");
const some = <T>(values: readonly T[]) => fc.subarray([...values], { minLength: 1 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const zones = some(["lgwan", "internet", "public", "cloud"]);

const question: fc.Arbitrary<CrossingQuestion> = fc.record(
  {
    deed: fc.constantFrom(...CrossingDeed.options),
    zone,
    kind: fc.constantFrom(...CrossingKind.options),
    offices: fc.subarray([...CrossingOffice.options]),
    room: fc.record({ id: fc.constantFrom(...roomIds), kind: fc.constantFrom(...CrossingRoomKind.options) }),
    classification: fc.constantFrom(...classifications, "unknown" as const),
    origin: orNull(zone),
  },
  { requiredKeys: ["deed", "zone", "kind", "offices", "classification", "origin"] },
);

const conditions = {
  deeds: orNull(some(CrossingDeed.options)),
  zones: orNull(fc.oneof(fc.record({ is: zones }), fc.record({ not: zones }))),
  kinds: orNull(some(CrossingKind.options)),
  offices: orNull(some(CrossingOffice.options)),
  rooms: orNull(
    fc.oneof(fc.record({ kinds: some(CrossingRoomKind.options) }), fc.record({ ids: some(roomIds) })),
  ),
  classifications: orNull(some(classifications)),
  origins: orNull(zones),
  ask: fc.constantFrom("", "文書管理担当"),
  note: fc.constant(""),
};
const refusal = fc.record({
  ...conditions,
  id: fc.uuid().map((id) => `r-${id}`),
  rank: fc.constantFrom("limit" as const, "exception" as const, "principle" as const),
  effect: fc.constant("refuse" as const),
});
const permission = fc.record({
  ...conditions,
  id: fc.uuid().map((id) => `a-${id}`),
  rank: fc.constantFrom("exception" as const, "principle" as const),
  effect: fc.constant("allow" as const),
  deeds: some(CrossingDeed.options),
  zones: fc.record({ is: zones }),
  kinds: some(CrossingKind.options),
  classifications: some(classifications),
});
const table: fc.Arbitrary<CrossingTable> = fc
  .array(fc.oneof(refusal, permission), { maxLength: 12 })
  .map((rules) => ({ rules, ask: "情報システム担当課", newRooms: "2" }));

const runs = { numRuns: 3000, seed: 20241002 };
const isAllowed = (rules: CrossingTable, asked: CrossingQuestion) =>
  decideCrossing(rules, asked).kind === "allow";

describe("what decides", () => {
  it("answers every question by exactly one rule, with a sentence and whom to ask", () => {
    const met = { allow: 0, deny: 0 };
    fc.assert(
      fc.property(table, question, (rules, asked) => {
        const decision = decideCrossing(rules, asked);
        const { rule, effect } = findDeciding(rules, asked);
        if (decision.kind === "hidden") throw new Error("a crossing is never hidden");
        met[decision.kind] += 1;
        expect(decision.kind).toBe(effect === "allow" ? "allow" : "deny");
        const told = decision.kind === "allow" ? decision.by : decision.because;
        expect(told.id).toBe(`crossing.${typeof rule === "string" ? rule : rule.id}`);
        expect(told.ja).toMatch(/ことができます$|ことはできません$|できません$|ルールはありません$/);
        expect(told.en.length).toBeGreaterThan(5);
        if (decision.kind === "deny") expect(decision.ask.ja).not.toBe("");
        if (typeof rule !== "string") expect(CrossingRule.safeParse(rule).success).toBe(true);
      }),
      runs,
    );
    expect(met.allow).toBeGreaterThan(50);
    expect(met.deny).toBeGreaterThan(50);
  });

  it("refuses what nobody knows: no rule, no class, a zone that no permission names", () => {
    fc.assert(
      fc.property(table, question, (rules, asked) => {
        expect(isAllowed({ ...rules, rules: [] }, asked)).toBe(false);
        expect(isAllowed(rules, { ...asked, classification: "unknown" })).toBe(false);
        expect(isAllowed(rules, { ...asked, zone: "somewhere-new" })).toBe(false);
      }),
      runs,
    );
  });

  it("never allows more when a refusal is added, and never less when a permission is", () => {
    fc.assert(
      fc.property(table, refusal, fc.nat(), question, (rules, added, at, asked) => {
        const more = { ...rules, rules: rules.rules.toSpliced(at % (rules.rules.length + 1), 0, added) };
        if (isAllowed(more, asked)) expect(isAllowed(rules, asked)).toBe(true);
      }),
      runs,
    );
    fc.assert(
      fc.property(table, permission, question, (rules, added, asked) => {
        const more = { ...rules, rules: [...rules.rules, { ...added, rank: "principle" as const }] };
        if (isAllowed(rules, asked)) expect(isAllowed(more, asked)).toBe(true);
      }),
      runs,
    );
  });

  it("does not depend on the order of the rules", () => {
    fc.assert(
      fc.property(table, question, (rules, asked) => {
        expect(isAllowed({ ...rules, rules: rules.rules.toReversed() }, asked)).toBe(isAllowed(rules, asked));
      }),
      runs,
    );
  });

  it("lets nothing past a limit", () => {
    fc.assert(
      fc.property(table, refusal, question, (rules, added, asked) => {
        const alone = { ...rules, rules: [{ ...added, rank: "limit" as const }] };
        if (findDeciding(alone, asked).rule === "unpermitted") return;
        expect(isAllowed({ ...rules, rules: [...rules.rules, ...alone.rules] }, asked)).toBe(false);
      }),
      runs,
    );
  });
});

describe("the defaults", () => {
  const clerk: CrossingQuestion = {
    deed: "read",
    zone: "internet",
    kind: "staff",
    offices: [],
    room: { id: roomIds[0]!, kind: "group" },
    classification: "2",
    origin: null,
  };

  it("hold for every question", () => {
    fc.assert(
      fc.property(question, (asked) => {
        const allowed = isAllowed(defaultTable, asked);
        if (asked.zone === "public" || asked.zone === "cloud") expect(allowed).toBe(false);
        if (asked.classification === "3A" && asked.zone !== "lgwan") expect(allowed).toBe(false);
        if (asked.zone === "internet" && ["download", "copy"].includes(asked.deed))
          expect(allowed).toBe(false);
        if (asked.kind === "guest" && (asked.zone !== "internet" || !asked.room)) expect(allowed).toBe(false);
      }),
      runs,
    );
  });

  it.each([
    [
      {},
      "インターネット側では、職員・所属アカウントは機密性2・1のものを読む・ページの画像で開く・アップロードすることができます",
    ],
    [{ classification: "3A" }, "LGWAN 側のほかでは、機密性3Aのものを扱うことはできません"],
    [{ classification: "3C" }, "インターネット側で職員が機密性3Cのものを読むことを認めるルールはありません"],
    [{ deed: "download" }, "インターネット側では、ダウンロードする・コピーすることはできません"],
    [{ kind: "guest", zone: "lgwan" }, "インターネット側のほかでは、ゲストは扱うことはできません"],
    [{ classification: "unknown" }, "機密性の区分が分からないものは、扱うことができません"],
  ] as const)("say why: %o", (asked, sentence) => {
    const decision = decideCrossing(defaultTable, { ...clerk, ...asked });
    expect(decision.kind === "allow" ? decision.by.ja : decision.because.ja).toBe(sentence);
  });
});
