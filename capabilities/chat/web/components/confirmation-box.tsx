import { useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { CheckIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { serverNow } from "#web/kit/state/clock.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { Message } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Under a message that asks to be confirmed: until when, the button, and how many have. */
export function ConfirmationBox({
  roomId,
  message,
  onShow,
}: {
  roomId: string;
  message: Message;
  onShow: () => void;
}) {
  const { confirmation } = message;
  if (!confirmation) return null;
  const { deadline, mine, confirmedCount, askedCount } = confirmation;
  const isLate = mine === "waiting" && deadline !== null && Date.parse(deadline) < serverNow();
  return (
    <div
      className={classes(
        "mt-1 flex max-w-full flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border px-3 py-1.5 text-sm",
        mine === "waiting" ? "border-warn-line bg-warn-soft" : "border-line bg-ground",
      )}
    >
      <span className={classes("font-bold", mine === "waiting" ? "text-warn" : "text-ink-2")}>
        {text("confirmation.label")}
        {deadline && (
          <time dateTime={deadline} title={longMoment(deadline)} className="ml-2 font-normal">
            {text(isLate ? "confirmation.late" : "confirmation.until", { moment: shortMoment(deadline) })}
          </time>
        )}
      </span>
      {mine === "confirmed" && (
        <span className="inline-flex items-center gap-1 font-bold text-ok">
          <CheckIcon size={16} />
          {text("confirmation.mine")}
        </span>
      )}
      {mine === "waiting" && <ConfirmButton roomId={roomId} messageId={message.id} />}
      <button
        type="button"
        onClick={onShow}
        className="min-h-8 rounded-sm text-link tabular-nums underline underline-offset-4 max-md:min-h-11 print:no-underline"
      >
        {text("confirmation.count", { done: confirmedCount, all: askedCount })}
      </button>
    </div>
  );
}

/** 確認しました: one press. The message itself changes when the server says so. */
export function ConfirmButton({ roomId, messageId }: { roomId: string; messageId: string }) {
  const chat = useChat();
  const [isPending, setPending] = useState(false);
  const confirm = async () => {
    setPending(true);
    try {
      await chat.confirm(roomId, messageId);
    } catch (error) {
      tell(wordsOf(error), "danger");
      setPending(false);
    }
  };
  return (
    <Button kind="primary" size="small" isPending={isPending} onPress={() => void confirm()}>
      {text("confirmation.do")}
    </Button>
  );
}
