/** Chat: rooms, messages, who has read. See README.md beside this file. */
export { admitGuest, dismissGuest, expectRoomsForGuest } from "./server/actions/admit-guest.ts";
export {
  countDueMessages,
  type DueInRoom,
  disposeDrafts,
  disposeMessages,
  disposeReadPositions,
} from "./server/actions/dispose-messages.ts";
export { followOrganisation } from "./server/actions/follow-organisation.ts";
export {
  type ImportedMessage,
  type ImportedRoom,
  importConversations,
} from "./server/actions/import-conversations.ts";
export { type ImportedRoomList, importRoomLists } from "./server/actions/import-room-lists.ts";
export { noteInspection } from "./server/actions/note-inspection.ts";
export { makeSendMessage, type SendMessage, type Sent } from "./server/actions/send-message.ts";
export { chatGates } from "./server/gates.ts";
export { chatFileRooms } from "./server/queries/file-rooms.ts";
export { unsafeListForInspection, unsafeListRoomsOf } from "./server/queries/list-for-inspection.ts";
export { unsafeDescribeForRecord, unsafeListForRecord } from "./server/queries/list-for-record.ts";
export { listNamedRooms } from "./server/queries/list-named-rooms.ts";
export { listRoomNames } from "./server/queries/list-room-names.ts";
export { listRoommates, makeListTopics } from "./server/queries/list-topics.ts";
export {
  getRecordRoom,
  listRecordRooms,
  listRoomIdsOf,
  type RecordRoom,
} from "./server/queries/records-of-rooms.ts";
export { findRoomClasses, listRoomGroups } from "./server/queries/room-groups.ts";
export { makeChatReaches } from "./server/reach.ts";
export { chatRoutes } from "./server/routes.ts";
export { chatWithdrawals } from "./server/withdrawals.ts";
