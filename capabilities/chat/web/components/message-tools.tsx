import { type ReactNode, useCallback, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Message } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";
import type { MessageAction } from "./message-actions.tsx";
import { ReactionPicker } from "./reaction-picker.tsx";

/** Keys on a message; each does what its button does. */
export const messageKeys: Readonly<Record<string, MessageAction>> = {
  r: "reply",
  a: "react",
  c: "copy",
  i: "readers",
  l: "link",
};

/**
 * Does what was chosen for a message, by button, key or long press, and holds what opens for it. `overlay` stands once
 * in the list.
 */
export function useMessageTools(
  roomId: string,
  on: { reply: (message: Message) => void; showReaders: (seq: number) => void },
): { act: (action: MessageAction, message: Message) => void; overlay: ReactNode } {
  const chat = useChat();
  const [open, setOpen] = useState<{ action: "react"; message: Message; row: HTMLElement }>();
  const { reply, showReaders } = on;
  const act = useCallback(
    (action: MessageAction, message: Message) => {
      if (action === "reply") reply(message);
      else if (action === "readers") showReaders(message.seq);
      else if (action === "react") {
        const row = document.querySelector<HTMLElement>(`[data-seq="${message.seq}"]`);
        const place = row?.querySelector<HTMLElement>('[role="toolbar"]') ?? row;
        if (place) setOpen({ action, message, row: place });
      } else void copyOf(action, roomId, message);
    },
    [reply, showReaders, roomId],
  );
  const overlay = open?.action === "react" && (
    <ReactionPicker
      message={open.message}
      row={open.row}
      onClose={() => setOpen(undefined)}
      onPick={(reaction, isOn) => {
        setOpen(undefined);
        chat.react(roomId, open.message.id, reaction, isOn).catch((error) => tell(wordsOf(error), "danger"));
      }}
    />
  );
  return { act, overlay };
}

async function copyOf(action: "copy" | "link", roomId: string, message: Message): Promise<void> {
  const { copyText } = await import("#web/kit/device/copy-text.ts");
  const words = action === "copy" ? message.body : `${location.origin}/rooms/${roomId}?at=${message.seq}`;
  const isCopied = await copyText(words);
  if (isCopied) tell(text(action === "copy" ? "message.copied" : "message.linked"));
  else tell(text("message.copyFailed"), "danger");
}
