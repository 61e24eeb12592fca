import { findRoomClasses, listNamedRooms, listRoomGroups } from "#capabilities/chat/index.ts";
import type { CrossingStock } from "#core/crossing/index.ts";
import { countFilesByRoom } from "#core/files/index.ts";
import { isStricter } from "#shared/classification.ts";

/** The rooms and files that a change of the rules about crossing touches: rooms are the chat's, files are `core/files`'. */
export const crossingStock: CrossingStock = {
  listRoomGroups,
  listNamedRooms,

  async listFileGroups(tx, tenantId, named) {
    const counted = await countFilesByRoom(tx, tenantId);
    const rooms = await findRoomClasses(tx, tenantId, [...new Set(counted.map(({ roomId }) => roomId))]);
    return counted.flatMap(({ roomId, classification: own, origin, fileCount }) => {
      const room = rooms.get(roomId);
      if (!room) return [];
      // A file is at least as confidential as its room.
      const classification = own && isStricter(own, room.classification) ? own : room.classification;
      return [
        {
          roomKind: room.kind,
          roomId: named.includes(roomId) ? roomId : null,
          classification,
          origin,
          fileCount,
        },
      ];
    });
  },
};
