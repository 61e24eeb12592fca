import { useCallback, useEffect, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Whether every section gets a room of its own by itself. What it does is said before it is done. */
export function SectionRoomsSwitch() {
  const chat = useChat();
  const [isOn, setOn] = useState<boolean>();
  const [problem, setProblem] = useState<unknown>();
  const [isAsked, setAsked] = useState(false);
  const load = useCallback(() => {
    setProblem(undefined);
    chat.readSectionRooms().then((answer) => setOn(answer.isOn), setProblem);
  }, [chat]);
  useEffect(load, [load]);
  if (problem !== undefined) return <Failure error={problem} onRetry={load} />;
  if (isOn === undefined)
    return (
      <Loading>
        <Skeleton className="h-11 w-64" />
      </Loading>
    );
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Tag tone={isOn ? "ok" : "plain"}>
        {text(isOn ? "administration.sections.on" : "administration.sections.off")}
      </Tag>
      <Button size="small" onPress={() => setAsked(true)}>
        {text(isOn ? "administration.sections.stop" : "administration.sections.begin")}
      </Button>
      {isAsked && (
        <SwitchDialog
          isOn={isOn}
          onClose={() => setAsked(false)}
          onSwitched={(now) => {
            setAsked(false);
            setOn(now);
          }}
        />
      )}
    </div>
  );
}

function SwitchDialog({
  isOn,
  onClose,
  onSwitched,
}: {
  isOn: boolean;
  onClose: () => void;
  onSwitched: (isOn: boolean) => void;
}) {
  const chat = useChat();
  const [isSwitching, setSwitching] = useState(false);
  const words = text(isOn ? "administration.sections.stop" : "administration.sections.begin");
  const switchTo = async () => {
    setSwitching(true);
    try {
      const answer = await chat.switchSectionRooms(!isOn);
      tell(text(answer.isOn ? "administration.sections.begun" : "administration.sections.stopped"));
      onSwitched(answer.isOn);
    } catch (error) {
      tell(wordsOf(error), "danger");
      onClose();
    }
  };
  return (
    <Dialog
      title={words}
      role="alertdialog"
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isSwitching} onPress={() => void switchTo()}>
            {words}
          </Button>
        </>
      }
    >
      <p>{text(isOn ? "administration.sections.stop.effect" : "administration.sections.begin.effect")}</p>
    </Dialog>
  );
}
