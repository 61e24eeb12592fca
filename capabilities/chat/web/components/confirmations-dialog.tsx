import { useEffect, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { BellIcon } from "#web/kit/components/icons.tsx";
import { Failure } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { ConfirmationFacts, ConfirmationsResponse } from "../../contract.ts";
import { useChat, useChatState, useRoom } from "../client/context.ts";
import { text } from "../text/index.ts";
import { ColumnsLoading, PeopleColumn } from "./people-columns.tsx";

/** Who has confirmed and who has not, side by side, by section; who asked reminds the latter. */
export default function ConfirmationsDialog({
  roomId,
  message,
  onClose,
}: {
  roomId: string;
  message: { id: string; senderId: string; body: string; sentAt: string; confirmation?: ConfirmationFacts };
  onClose: () => void;
}) {
  const chat = useChat();
  const room = useRoom(roomId);
  const me = useChatState((state) => state.me);
  const [answer, setAnswer] = useState<ConfirmationsResponse>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const [isReminding, setReminding] = useState(false);
  const { confirmation } = message;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again when somebody confirms, or on another attempt
  useEffect(() => {
    let isOver = false;
    chat.listConfirmations(roomId, message.id).then(
      (found) => {
        if (isOver) return;
        setAnswer(found);
        setProblem(undefined);
      },
      (error) => !isOver && setProblem(error),
    );
    return () => {
      isOver = true;
    };
  }, [chat, roomId, message.id, confirmation?.confirmedCount, attempt]);
  const mayRemind = message.senderId === me || room?.role === "owner";
  const remind = async () => {
    setReminding(true);
    try {
      tell(text("confirmation.reminded", { count: await chat.remind(roomId, message.id) }));
    } catch (error) {
      tell(wordsOf(error), "danger");
    } finally {
      setReminding(false);
    }
  };
  return (
    <Dialog
      title={text("confirmation.title")}
      width="large"
      onClose={onClose}
      footer={
        mayRemind &&
        answer &&
        answer.waiting.length > 0 && (
          <Button icon={<BellIcon />} isPending={isReminding} onPress={() => void remind()}>
            {text("confirmation.remind", { count: answer.waiting.length })}
          </Button>
        )
      }
    >
      <div className="mb-4 rounded-lg bg-sunken px-4 py-2.5">
        <p className="line-clamp-2 text-sm">
          <bdi>{message.body.slice(0, 300)}</bdi>
        </p>
        <p className="mt-0.5 text-xs text-ink-3">{longMoment(message.sentAt)}</p>
        {confirmation?.deadline && (
          <p className="mt-0.5 text-xs font-bold text-warn">
            {text("confirmation.until", { moment: longMoment(confirmation.deadline) })}
          </p>
        )}
        {confirmation?.remindedAt && (
          <p className="mt-0.5 text-xs text-ink-3">
            {text("confirmation.remindedAt", { moment: longMoment(confirmation.remindedAt) })}
          </p>
        )}
      </div>
      {problem !== undefined ? (
        <Failure error={problem} onRetry={() => setAttempt((before) => before + 1)} />
      ) : answer ? (
        <div className="grid grid-cols-2 gap-3 md:gap-5">
          <PeopleColumn
            kind="waiting"
            title={text("confirmation.waiting", { count: answer.waiting.length })}
            empty={text("confirmation.allDone")}
            people={answer.waiting.map((person) => ({ person }))}
          />
          <PeopleColumn
            kind="done"
            title={text("confirmation.done", { count: answer.confirmed.length })}
            empty={text("confirmation.noneDone")}
            people={answer.confirmed.map(({ person, confirmedAt, operator }) => ({
              person,
              note: operator
                ? `${shortMoment(confirmedAt)}　${text("message.operator", { name: operator.name })}`
                : shortMoment(confirmedAt),
            }))}
          />
        </div>
      ) : (
        <ColumnsLoading />
      )}
    </Dialog>
  );
}
