import { useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Message, RoomItem } from "../../contract.ts";
import { useChat, useChatState } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Shows what goes and what stays. An owner says why they delete what somebody else wrote. */
export default function DeleteDialog({
  room,
  message,
  onClose,
}: {
  room: RoomItem;
  message: Message;
  onClose: () => void;
}) {
  const chat = useChat();
  const isMine = useChatState((state) => state.me) === message.senderId;
  const [reason, setReason] = useState("");
  const [problem, setProblem] = useState<unknown>();
  const [isDeleting, setDeleting] = useState(false);
  const canDelete = isMine || reason.trim() !== "";
  const remove = async () => {
    if (!canDelete) return;
    setDeleting(true);
    try {
      await chat.deleteMessage(room.id, message.id, reason.trim());
      tell(text("delete.done"));
      onClose();
    } catch (error) {
      setProblem(error);
      setDeleting(false);
    }
  };
  return (
    <Dialog
      title={text("delete.title")}
      role="alertdialog"
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="danger" isPending={isDeleting} isDisabled={!canDelete} onPress={() => void remove()}>
            {text("delete.do")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3">
        {problem !== undefined && <Notice tone="danger">{wordsOf(problem)}</Notice>}
        <p className="line-clamp-4 rounded-lg bg-sunken px-4 py-2.5 text-sm">
          <bdi>{message.body.slice(0, 300)}</bdi>
        </p>
        <p className="text-sm">{text(isMine ? "delete.effect" : "delete.effect.others")}</p>
        {!isMine && (
          <label className="flex flex-col gap-1 text-sm font-bold">
            {text("delete.reason")}
            <input
              value={reason}
              maxLength={200}
              onChange={(event) => setReason(event.target.value)}
              className="min-h-11 rounded-lg border border-line-strong bg-ground px-3 text-base font-normal"
            />
          </label>
        )}
      </div>
    </Dialog>
  );
}
