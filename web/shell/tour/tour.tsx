import { useState } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { ChatIcon, CheckIcon, SearchIcon, SettingsIcon } from "#web/kit/components/icons.tsx";
import { text } from "../text/index.ts";
import { endTour } from "./tour-state.ts";

const steps = [
  { id: "rooms", icon: ChatIcon },
  { id: "find", icon: SearchIcon },
  { id: "read", icon: CheckIcon },
  { id: "settings", icon: SettingsIcon },
] as const;

/** What the program is for, in four steps. Escape, the cross and 「とばす」 end it at any moment. */
export default function Tour() {
  const [at, setAt] = useState(0);
  const step = steps[at]!;
  const Icon = step.icon;
  const isLast = at === steps.length - 1;
  return (
    <Dialog
      title={text("tour.title")}
      width="small"
      onClose={endTour}
      footer={
        <>
          {isLast ? null : (
            <Button kind="quiet" onPress={endTour}>
              {text("tour.skip")}
            </Button>
          )}
          {at > 0 && <Button onPress={() => setAt(at - 1)}>{text("tour.back")}</Button>}
          <Button kind="primary" autoFocus onPress={() => (isLast ? endTour() : setAt(at + 1))}>
            {text(isLast ? "tour.end" : "tour.next")}
          </Button>
        </>
      }
    >
      <div aria-live="polite" className="flex min-h-44 flex-col items-center gap-3 text-center">
        <span className="mt-2 inline-flex size-16 items-center justify-center rounded-full bg-accent-soft text-accent">
          <Icon size={32} />
        </span>
        <p className="text-lg font-bold">{text(`tour.${step.id}`)}</p>
        <p className="text-ink-2">{text(`tour.${step.id}.more`)}</p>
        <p className="text-sm text-ink-3">{text("tour.at", { at: at + 1, of: steps.length })}</p>
      </div>
    </Dialog>
  );
}
