import { type Database, scopeOf } from "#core/db/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { NamedRooms } from "../contract.ts";
import { decideEditCrossing } from "../policy.ts";
import type { CrossingStock } from "./effect-of-crossing.ts";

const shown = 20;

/** Rooms to choose from in a rule. Who administers the rules finds no room here that they could not find elsewhere. */
export async function findRoomsByName(
  database: Database,
  stock: CrossingStock,
  actor: Actor,
  q: string,
): Promise<NamedRooms> {
  assertAllowed(actor, decideEditCrossing(actor));
  const items = await database.transaction(scopeOf(actor.tenantId), async (tx) =>
    stock.listNamedRooms?.(tx, actor, { q, limit: shown }),
  );
  return { items: items ?? [] };
}
