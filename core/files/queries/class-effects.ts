import { scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { classifications, isStricter } from "#shared/classification.ts";
import { isId } from "#shared/ids.ts";
import type { ClassEffects, FileClass } from "../contract.ts";
import { askCrossing, classOf, decideChangeFile, type FileFacts } from "../policy.ts";
import type { FileServices } from "../services.ts";
import { factsOf, findFile } from "./find-files.ts";

const countOpen = statement<{ classification: FileClass; open: number }>(
  "files.count-open-carry-outs",
  `select classification, count(*)::int as open from file_carry_out
    where tenant_id = $1 and file_id = $2 and is_approved and withdrawn_at is null and expires_at > $3
      and downloads_used < downloads_allowed group by classification`,
);

const sides = [
  { zone: "lgwan", kind: "staff" },
  { zone: "internet", kind: "staff" },
  { zone: "internet", kind: "guest" },
] as const;

/** What each class would mean for a file, by the very table that decides: for its own change, before it is made. */
export async function listClassEffects(
  services: FileServices,
  actor: Actor,
  fileId: string,
): Promise<ClassEffects> {
  if (!isId(fileId)) throw notFound();
  const { tenantId } = actor;
  return services.database.transaction(scopeOf(tenantId), async (tx) => {
    const file = await findFile(tx, tenantId, fileId);
    if (!file) throw notFound();
    const table = await services.tables.tableOf(tenantId, tx);
    const room = (await services.rooms.list(tx, tenantId, actor.personId, [file.room_id])).get(file.room_id);
    const facts = factsOf(file, room);
    assertAllowed(actor, decideChangeFile(table, actor, facts));
    const open = await tx.all(countOpen, [tenantId, fileId, services.clock.now()]);
    const ofRoom = room!.classification;
    const own = classifications.filter((one) => ofRoom === "unknown" || isStricter(one, ofRoom));
    return {
      items: [null, ...own].map((classification) => {
        const meant: FileFacts = { ...facts, classification };
        const effective = classOf(meant);
        const ask = (side: (typeof sides)[number], deed: "read" | "open-pages" | "download") =>
          askCrossing(table, { ...side, offices: [] }, deed, { ...meant, classification: effective }).kind ===
          "allow";
        return {
          classification,
          effective,
          sides: sides.map((side) => ({
            ...side,
            may: !ask(side, "read")
              ? ("nothing" as const)
              : ask(side, "download")
                ? ("download" as const)
                : ask(side, "open-pages")
                  ? ("pages" as const)
                  : ("name" as const),
          })),
          endsCarryOuts: open
            .filter((one) => effective === "unknown" || isStricter(effective, one.classification))
            .reduce((sum, one) => sum + one.open, 0),
        };
      }),
    };
  });
}
