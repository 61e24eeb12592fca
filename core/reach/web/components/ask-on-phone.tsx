import { useEffect, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { BellIcon } from "#web/kit/components/icons.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { openRoom } from "#web/kit/state/reach.ts";
import { useStore } from "#web/kit/state/store.ts";
import { chooseForDevice, deviceChoice } from "../device-choice.ts";
import { findObstacle, type Obstacle, switchOn } from "../push.ts";
import { text } from "../text/index.ts";

/** Milliseconds. */
const restBeforeAsking = 1000;

/** Once, on a phone: a friendly question what for, before the browser asks its own. It covers nothing that one works with. */
export function AskOnPhone() {
  const { wasAsked, isOn } = useStore(deviceChoice, (choice) => choice);
  const [isPending, setPending] = useState(false);
  const isInRoom = useStore(openRoom, (roomId) => roomId !== null);
  const [obstacle, setObstacle] = useState<Obstacle>();
  const isPhone = matchMedia("(hover: none) and (pointer: coarse)").matches;
  // Looked up when the first screen stands: what the browser allows, it tells slowly.
  useEffect(() => {
    const timer = setTimeout(() => setObstacle(findObstacle()), restBeforeAsking);
    return () => clearTimeout(timer);
  }, []);
  if (
    isInRoom ||
    wasAsked ||
    isOn ||
    !isPhone ||
    (obstacle !== "not-asked" && obstacle !== "ios-not-installed")
  )
    return null;

  const accept = async () => {
    setPending(true);
    try {
      if ((await switchOn()) === "fine") tell(text("ask.done"));
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    chooseForDevice({ wasAsked: true });
  };

  return (
    <aside
      aria-labelledby="ask-notifications"
      data-print="hide"
      className="fixed inset-x-3 bottom-[calc(4.25rem+env(safe-area-inset-bottom))] z-30 animate-appear rounded-2xl border border-line bg-raised px-5 py-4 shadow-3 md:inset-x-auto md:bottom-6 md:right-6 md:max-w-md md:rounded-2xl"
    >
      <h2 id="ask-notifications" className="flex items-center gap-2 text-lg font-bold">
        <BellIcon size={24} />
        {text("ask.title")}
      </h2>
      <p className="mt-2 text-sm text-ink-2">
        {text(obstacle === "ios-not-installed" ? "ask.install" : "ask.body")}
      </p>
      <p className="mt-1 text-sm text-ink-3">{text("ask.laterWhere")}</p>
      <div className="mt-3 flex justify-end gap-3">
        <Button kind="quiet" onPress={() => chooseForDevice({ wasAsked: true })}>
          {text("ask.later")}
        </Button>
        {obstacle === "not-asked" && (
          <Button kind="primary" isPending={isPending} onPress={() => void accept()}>
            {text("ask.yes")}
          </Button>
        )}
      </div>
    </aside>
  );
}
