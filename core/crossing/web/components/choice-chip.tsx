import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components";
import { Button } from "#web/kit/components/button.tsx";
import { ChevronIcon } from "#web/kit/components/icons.tsx";
import { text } from "../text/index.ts";

/** A choice inside a sentence: the words that are chosen, and behind them what there is to choose from. */
export function ChoiceChip<Value extends string>({
  what,
  words,
  values,
  chosen,
  wordsOf,
  onChange,
  isNeeded,
  isChosen = false,
  children,
}: {
  what: string;
  /** As it stands in the sentence; undefined where the sentence says nothing of it. */
  words: string | undefined;
  values: readonly Value[];
  chosen: readonly Value[] | null;
  wordsOf: (value: Value) => string;
  /** Null when nothing is chosen any more. */
  onChange: (chosen: Value[] | null) => void;
  /** At least one has to stay. */
  isNeeded: boolean;
  /** Something is chosen that is not among the values. */
  isChosen?: boolean;
  children?: React.ReactNode;
}) {
  const toggle = (value: Value) => {
    const now = chosen?.includes(value)
      ? chosen.filter((each) => each !== value)
      : values.filter((each) => each === value || chosen?.includes(each));
    onChange(now.length > 0 ? now : null);
  };
  return (
    <DialogTrigger>
      <AriaButton
        aria-label={text("choice.change", { what, value: words ?? text("choice.any") })}
        className={`mx-0.5 inline-flex min-h-8 max-w-full items-center gap-0.5 rounded-md border px-2 text-left align-middle leading-6 hover:bg-hover max-md:min-h-11 ${
          chosen === null && !isChosen
            ? `border-dashed ${isNeeded ? "border-danger text-danger" : "border-line-strong text-ink-3"}`
            : "border-accent-line bg-accent-soft font-bold text-accent"
        }`}
      >
        <span className="min-w-0">{words ?? (isNeeded ? text("choice.pick", { what }) : `＋ ${what}`)}</span>
        <ChevronIcon size={14} />
      </AriaButton>
      <Popover className="max-h-[70dvh] w-80 max-w-[94vw] overflow-y-auto rounded-xl border border-line bg-raised shadow-2">
        <Dialog className="flex flex-col gap-1 p-3 outline-none" aria-label={what}>
          {({ close }) => (
            <>
              <p className="px-2 text-sm font-bold">{what}</p>
              {isNeeded && chosen === null && (
                <p className="px-2 text-sm text-danger">{text("choice.needed")}</p>
              )}
              {values.map((value) => (
                <label
                  key={value}
                  className="flex min-h-11 items-center gap-3 rounded-lg px-2 hover:bg-hover"
                >
                  <input
                    type="checkbox"
                    className="size-5 shrink-0 accent-accent"
                    checked={chosen?.includes(value) ?? false}
                    onChange={() => toggle(value)}
                  />
                  {wordsOf(value)}
                </label>
              ))}
              {children}
              <div className="flex justify-end gap-2 pt-1">
                {(chosen !== null || isChosen) && (
                  <Button size="small" kind="quiet" onPress={() => onChange(null)}>
                    {text("choice.any")}
                  </Button>
                )}
                <Button size="small" onPress={close}>
                  {text("choice.close")}
                </Button>
              </div>
            </>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
