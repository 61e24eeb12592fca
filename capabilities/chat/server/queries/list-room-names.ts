import { statement, type Transaction } from "#core/db/index.ts";

const listNames = statement<{ id: string; name: string | null; kind: string }>(
  "chat.list-room-names",
  "select id, name, kind from room where tenant_id = $1 and id = any($2::uuid[])",
);

/** Names of rooms by id, for those who watch over the record; a direct room says that it is one. */
export async function listRoomNames(
  tx: Transaction,
  tenantId: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await tx.all(listNames, [tenantId, ids]);
  return new Map(rows.map(({ id, name }) => [id, name ?? "個人のルーム"]));
}
