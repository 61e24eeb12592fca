import type { CrossingPreset, CrossingRule, CrossingTable } from "./contract.ts";
import { defaultTable, rule } from "./default-table.ts";

/**
 * Where to begin, by the network model (三層の対策) of the municipality. Presets are suggestions: what its own security
 * policy says goes before them. α: work on LGWAN. α′: the same, and permitted clouds are reached from there. β: work on
 * the Internet side. β′: important systems are there as well.
 */
export const presets: readonly CrossingPreset[] = presetsFor([]);

/** @param clouds the installation's further zones of the outside kind; α′ speaks of these, or of `cloud` while there is none */
export function presetsFor(clouds: readonly string[]): CrossingPreset[] {
  const cloud = clouds.length > 0 ? [...clouds] : ["cloud"];
  return [
    { id: "alpha", table: defaultTable },
    {
      id: "alpha-prime",
      table: withRules([
        rule({
          id: "cloud-works",
          rank: "principle",
          effect: "allow",
          zones: { is: cloud },
          kinds: ["staff", "section"],
          classifications: ["3C", "2", "1"],
          deeds: ["read", "open-pages", "upload"],
        }),
        rule({
          id: "cloud-keeps-nothing",
          rank: "principle",
          effect: "refuse",
          zones: { is: cloud },
          deeds: ["download", "copy"],
        }),
      ]),
    },
    { id: "beta", table: workingOutside(["3C", "2", "1"], ["2", "1"]) },
    { id: "beta-prime", table: workingOutside(["3B", "3C", "2", "1"], ["3C", "2", "1"]) },
  ];
}

function withRules(more: readonly CrossingRule[], without: readonly string[] = []): CrossingTable {
  const kept = defaultTable.rules.filter(({ id }) => !without.includes(id));
  return { ...defaultTable, rules: [...kept, ...more] };
}

/** Staff work on the Internet side: they read these classes there, and take the second to their own devices. */
function workingOutside(
  read: CrossingRule["classifications"],
  taken: CrossingRule["classifications"],
): CrossingTable {
  const outside = {
    rank: "principle",
    effect: "allow",
    zones: { is: ["internet"] },
    kinds: ["staff", "section"],
  } satisfies Partial<CrossingRule>;
  return withRules(
    [
      rule({
        ...outside,
        id: "internet-works",
        classifications: read,
        deeds: ["read", "open-pages", "upload"],
      }),
      rule({
        ...outside,
        id: "internet-takes",
        classifications: taken,
        deeds: ["download", "copy", "carry-out"],
      }),
      rule({
        id: "guests-keep-nothing",
        rank: "principle",
        effect: "refuse",
        zones: { is: ["internet"] },
        kinds: ["guest"],
        deeds: ["download", "copy"],
      }),
    ],
    ["internet-reads", "internet-keeps-nothing", "carried-out-on-request"],
  );
}
