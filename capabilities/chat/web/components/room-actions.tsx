import { type ReactNode, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { AtIcon, ChatIcon, CheckIcon, ChevronIcon, MuteIcon, StarIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { RoomItem, RoomNotify } from "../../contract.ts";
import { favour, moveFavourite } from "../client/arrange.ts";
import { useChat, useChatState } from "../client/context.ts";
import { text } from "../text/index.ts";
import { OwnSectionsDialog } from "./own-sections-dialog.tsx";

export type RoomAction = { id: string; icon: ReactNode; words: string; onAction: () => void };

const notifyIcons = { all: <ChatIcon />, mentions: <AtIcon />, none: <MuteIcon /> } as const;

/** What one can do with a room in one's own list, and the dialog that some of it needs. */
export function useRoomActions(room: RoomItem): { actions: RoomAction[]; dialog: ReactNode } {
  const chat = useChat();
  const favourites = useChatState((state) => state.list.favourites);
  const [isPlacing, setPlacing] = useState(false);
  const run = (work: Promise<unknown>) => void work.catch((error) => tell(wordsOf(error), "danger"));
  const at = favourites.indexOf(room.id);
  const actions: RoomAction[] = [
    {
      id: "favourite",
      icon: <StarIcon />,
      words: text(at < 0 ? "list.favour" : "list.unfavour"),
      onAction: () => run(chat.arrange(favour(room.id, at < 0))),
    },
  ];
  if (at > 0)
    actions.push({
      id: "up",
      icon: <span className="rotate-180">{<ChevronIcon />}</span>,
      words: text("list.up"),
      onAction: () => run(chat.arrange(moveFavourite(room.id, -1))),
    });
  if (at >= 0 && at < favourites.length - 1)
    actions.push({
      id: "down",
      icon: <ChevronIcon />,
      words: text("list.down"),
      onAction: () => run(chat.arrange(moveFavourite(room.id, 1))),
    });
  if (room.unread > 0)
    actions.push({
      id: "read",
      icon: <CheckIcon />,
      words: text("list.read"),
      onAction: () => run(chat.markAllRead([room])),
    });
  for (const notify of ["all", "mentions", "none"] satisfies RoomNotify[])
    if (notify !== room.notify)
      actions.push({
        id: notify,
        icon: notifyIcons[notify],
        words: text(`list.notify.${notify}`),
        onAction: () => run(chat.changeNotify(room.id, notify)),
      });
  actions.push({
    id: "place",
    icon: <ChevronIcon />,
    words: text("list.place"),
    onAction: () => setPlacing(true),
  });
  const dialog = isPlacing ? <OwnSectionsDialog room={room} onClose={() => setPlacing(false)} /> : null;
  return { actions, dialog };
}
