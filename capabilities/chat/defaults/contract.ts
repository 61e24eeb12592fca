/** The part of the contract that has no schemas: what is so until somebody has chosen, and limits that fields show. Apart, since schemas would bring their library into the page. */
import type { ChatSettings, RoomList } from "../contract.ts";

/** The longest name, reading and description of a room, in characters. */
export const roomNameLimit = 100;
export const roomDescriptionLimit = 500;

/** How many of one's own questions the overview holds, the newest. */
export const askedShown = 100;

export const defaultChatSettings: ChatSettings = {
  holdSeconds: 10,
  reachShownAbove: 50,
  reachConfirmedAbove: 200,
  everybodyAbove: 50,
  everybodyBy: "owners",
};

/** What stands as the text of a message that brings files and says nothing; screens that show the files leave it out. */
export const filesAlone = "（ファイル）";

export const emptyRoomList: RoomList = { version: 0, favourites: [], sections: [], folded: ["archived"] };
