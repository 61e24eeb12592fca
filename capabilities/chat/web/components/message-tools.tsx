import { lazy, type ReactNode, Suspense, useCallback, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Message, RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { findMessage } from "../state.ts";
import { text } from "../text/index.ts";
import { canAct, type MessageAction } from "./message-actions.tsx";
import { ReactionPicker } from "./reaction-picker.tsx";

const EditDialog = lazy(() => import("./edit-dialog.tsx"));
const DeleteDialog = lazy(() => import("./delete-dialog.tsx"));
const ConfirmationsDialog = lazy(() => import("./confirmations-dialog.tsx"));
const VersionsDialog = lazy(() => import("./versions-dialog.tsx"));

type Open =
  | { action: "react"; message: Message; place: HTMLElement }
  | { action: "edit" | "delete" | "versions" | "confirmations"; message: Message };

/**
 * Does what was chosen for a message, by button, key or long press, and holds what opens for it. `overlay` stands once
 * beside the list.
 */
export function useMessageTools(
  room: RoomItem,
  me: string,
  on: {
    reply: (message: Message) => void;
    showReaders: (seq: number) => void;
    openThread: (seq: number) => void;
  },
): { act: (action: MessageAction, message: Message) => void; overlay: ReactNode } {
  const chat = useChat();
  const [open, setOpen] = useState<Open>();
  const { reply, showReaders, openThread } = on;
  const act = useCallback(
    (action: MessageAction, message: Message) => {
      if (!canAct(action, message, room, me)) return;
      switch (action) {
        case "reply":
          return reply(message);
        case "readers":
          return showReaders(message.seq);
        case "thread":
          return openThread(message.threadSeq ?? message.seq);
        case "copy":
        case "link":
          return void copyOf(action, room.id, message);
        case "confirm":
          return void chat
            .confirm(room.id, message.id)
            .then(() => tell(text("confirmation.mine.done")))
            .catch((error) => tell(wordsOf(error), "danger"));
        case "react": {
          const row = document.querySelector<HTMLElement>(`[data-seq="${message.seq}"]`);
          const place = row?.querySelector<HTMLElement>('[role="toolbar"]') ?? row;
          return place ? setOpen({ action, message, place }) : undefined;
        }
        default:
          return setOpen({ action, message });
      }
    },
    [chat, reply, showReaders, openThread, room, me],
  );
  const close = () => setOpen(undefined);
  const overlay = open && (
    <Suspense>
      {open.action === "react" && (
        <ReactionPicker
          message={open.message}
          row={open.place}
          onClose={close}
          onPick={(reaction, isOn) => {
            close();
            chat
              .react(room.id, open.message.id, reaction, isOn)
              .catch((error) => tell(wordsOf(error), "danger"));
          }}
        />
      )}
      {open.action === "edit" && <EditDialog room={room} message={open.message} onClose={close} />}
      {open.action === "delete" && <DeleteDialog room={room} message={open.message} onClose={close} />}
      {open.action === "confirmations" && (
        <Confirmations roomId={room.id} message={open.message} onClose={close} />
      )}
      {open.action === "versions" && (
        <VersionsDialog roomId={room.id} message={open.message} onClose={close} />
      )}
    </Suspense>
  );
  return { act, overlay };
}

/** The dialog follows the message while it is open. */
function Confirmations({
  roomId,
  message,
  onClose,
}: {
  roomId: string;
  message: Message;
  onClose: () => void;
}) {
  const now = useChatState((state) => findMessage(state.messages[roomId], message.seq)) ?? message;
  return <ConfirmationsDialog roomId={roomId} message={now} onClose={onClose} />;
}

async function copyOf(action: "copy" | "link", roomId: string, message: Message): Promise<void> {
  const { copyText } = await import("#web/kit/device/copy-text.ts");
  const words =
    action === "copy" ? message.body : `${location.origin}/rooms/${roomId}/messages/${message.seq}`;
  const isCopied = await copyText(words);
  if (isCopied) tell(text(action === "copy" ? "message.copied" : "message.linked"));
  else tell(text("message.copyFailed"), "danger");
}
