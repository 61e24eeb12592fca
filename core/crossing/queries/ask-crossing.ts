import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { AskCrossingRequest, CrossingAnswer, CrossingTable } from "../contract.ts";
import type { CrossingTables } from "../crossing-tables.ts";
import { decideCrossing, findDeciding } from "../decide.ts";
import { decideEditCrossing } from "../policy.ts";

/** Tries a question: by the very function that enforces, on the table that is being written or on the one in force. */
export async function askCrossing(
  crossing: CrossingTables,
  actor: Actor,
  { table, question }: AskCrossingRequest,
): Promise<CrossingAnswer> {
  assertAllowed(actor, decideEditCrossing(actor));
  const asked: CrossingTable = table ?? (await crossing.tableOf(actor.tenantId));
  const decision = decideCrossing(asked, question);
  const { rule } = findDeciding(asked, question);
  const told = decision.kind === "allow" ? decision.by : decision.because;
  return {
    isAllowed: decision.kind === "allow",
    ruleId: typeof rule === "string" ? null : rule.id,
    rank: typeof rule === "string" ? null : rule.rank,
    ja: told.ja,
    en: told.en,
    whom: decision.kind === "deny" ? decision.ask.ja : "",
  };
}
