import { useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Calendar, type Day, today } from "#web/kit/components/calendar.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import type { RoomItem } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Goes to a day of the room: to its first message, or the next one after it. */
export default function DateDialog({
  room,
  onGo,
  onClose,
}: {
  room: RoomItem;
  onGo: (seq: number) => void;
  onClose: () => void;
}) {
  const chat = useChat();
  const [isLooking, setLooking] = useState(false);
  const [problem, setProblem] = useState<string>();

  const go = async (day: Day) => {
    setLooking(true);
    setProblem(undefined);
    try {
      const seq = await chat.findMessageAt(room.id, `${day}T00:00:00+09:00`);
      if (seq === undefined) setProblem(text("date.none"));
      else onGo(seq);
    } catch (error) {
      setProblem(wordsOf(error));
    } finally {
      setLooking(false);
    }
  };

  return (
    <Dialog title={text("date.title")} width="small" onClose={onClose}>
      <div className="flex flex-col items-center gap-3" aria-busy={isLooking}>
        <p className="text-sm text-ink-2">{text("date.about")}</p>
        <Calendar label={text("date.title")} last={today()} onChoose={(day) => void go(day)} />
        {problem && (
          <p role="alert" className="text-sm text-danger">
            {problem}
          </p>
        )}
        <Button kind="quiet" size="small" isDisabled={room.lastSeq === 0} onPress={() => onGo(1)}>
          {text("date.first")}
        </Button>
      </div>
    </Dialog>
  );
}
