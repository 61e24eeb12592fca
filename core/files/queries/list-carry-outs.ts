import { scopeOf } from "#core/db/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { carryOutRules } from "../carry-out-policy.ts";
import type { CarryOutCounts, CarryOutList, CarryOutsQuery } from "../contract.ts";
import type { FileServices } from "../services.ts";
import {
  countCarryOutNews,
  describeCarryOuts,
  listCarryOutsToDecide,
  listDecidedCarryOuts,
  listOwnCarryOuts,
} from "./carry-outs.ts";

/** Requests that somebody made, or those that wait for their decision and those that they decided. */
export async function listCarryOuts(
  services: FileServices,
  actor: Actor,
  { side }: CarryOutsQuery,
): Promise<CarryOutList> {
  const { tenantId } = actor;
  const now = services.clock.now();
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    noteDecision(actor, side === "mine" ? carryOutRules.own : carryOutRules.ownerDecides);
    const table = await services.tables.tableOf(tenantId, tx);
    const rows =
      side === "mine"
        ? await listOwnCarryOuts(tx, actor)
        : [
            ...(await listCarryOutsToDecide(tx, services.rooms, actor, now)),
            ...(await listDecidedCarryOuts(tx, actor, now)),
          ];
    return { items: await describeCarryOuts(tx, { rooms: services.rooms, table }, actor, rows, now) };
  });
}

/** How much waits for somebody. */
export async function countCarryOuts(services: FileServices, actor: Actor): Promise<CarryOutCounts> {
  const now = services.clock.now();
  return services.database.transaction(scopeOf(actor.tenantId), async (tx) => {
    noteDecision(actor, carryOutRules.own);
    const waiting = await listCarryOutsToDecide(tx, services.rooms, actor, now);
    return { toDecide: waiting.length, news: await countCarryOutNews(tx, actor) };
  });
}
