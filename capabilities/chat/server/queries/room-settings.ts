import { statement, type Transaction } from "#core/db/index.ts";
import { type RoomSettingsRow, roomSettingsColumns } from "./room-items.ts";

const settings = statement<RoomSettingsRow & { id: string }>(
  "chat.settings-of-rooms",
  `select r.id, ${roomSettingsColumns} from room r where r.tenant_id = $1 and r.id = any($2::uuid[]) order by r.id`,
);

/** The settings of rooms as they are now. */
export async function settingsOfRooms(
  tx: Transaction,
  tenantId: string,
  roomIds: readonly string[],
): Promise<(RoomSettingsRow & { id: string })[]> {
  return roomIds.length === 0 ? [] : tx.all(settings, [tenantId, roomIds]);
}
