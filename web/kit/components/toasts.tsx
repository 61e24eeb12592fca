/** Short notices in the corner, read out politely. They say what was done; what must be answered is a dialog. */
import { Store, useStore } from "../state/store.ts";
import { text } from "../text/index.ts";
import { Button, IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { CheckIcon, CloseIcon, WarningIcon } from "./icons.tsx";

type Toast = { id: number; words: string; tone: "ok" | "danger"; undo: (() => void) | undefined };

const toasts = new Store<readonly Toast[]>([]);
let last = 0;

/** @param undo makes what was done undone; it can be pressed for twelve seconds */
export function tell(words: string, tone: Toast["tone"] = "ok", undo?: () => void): void {
  const id = ++last;
  toasts.update((all) => [...all.slice(-2), { id, words, tone, undo }]);
  setTimeout(() => dismiss(id), tone === "ok" && !undo ? 5000 : 12_000);
}

function dismiss(id: number): void {
  toasts.update((all) => all.filter((toast) => toast.id !== id));
}

export function Toasts() {
  const shown = useStore(toasts, (all) => all);
  return (
    <div
      aria-live="polite"
      data-print="hide"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-50 flex flex-col items-center gap-2 px-4 md:bottom-32"
    >
      {shown.map(({ id, words, tone, undo }) => (
        <div
          key={id}
          className={classes(
            "pointer-events-auto flex max-w-lg animate-appear items-center gap-2 rounded-xl border bg-raised py-1.5 pl-4 pr-1.5 text-sm shadow-2",
            tone === "danger" ? "border-danger-line text-danger" : "border-line text-ink",
          )}
        >
          {tone === "danger" ? <WarningIcon /> : <CheckIcon />}
          <span className="min-w-0 flex-1">{words}</span>
          {undo && (
            <Button
              size="small"
              kind="quiet"
              onPress={() => {
                dismiss(id);
                undo();
              }}
            >
              {text("action.undo")}
            </Button>
          )}
          <IconButton
            label={text("notice.close")}
            icon={<CloseIcon size={18} />}
            onPress={() => dismiss(id)}
          />
        </div>
      ))}
    </div>
  );
}
