import { useMemo } from "react";
import { Dialog as PlainDialog, Popover } from "react-aria-components";
import { classes } from "#web/kit/components/classes.ts";
import type { Message, Reaction } from "../../contract.ts";
import { text } from "../text/index.ts";
import { reactions, signOf, wordsOfReaction } from "./reaction-words.ts";

/** The office's words, then a few signs. Opens at the message's row and gives the focus back to it. */
export function ReactionPicker({
  message,
  row,
  onPick,
  onClose,
}: {
  message: Message;
  row: HTMLElement;
  onPick: (reaction: Reaction, isOn: boolean) => void;
  onClose: () => void;
}) {
  const trigger = useMemo(() => ({ current: row }), [row]);
  const mine = new Set(message.reactions?.filter((each) => each.mine).map((each) => each.reaction));
  return (
    <Popover
      isOpen
      triggerRef={trigger}
      placement="bottom"
      onOpenChange={(isOpen) => !isOpen && onClose()}
      className="w-80 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-raised shadow-2"
    >
      <PlainDialog aria-label={text("reaction.pick")} className="p-2 outline-none">
        <div className="grid grid-cols-12 gap-1">
          {reactions.map((reaction) => {
            const sign = signOf(reaction);
            return (
              <button
                key={reaction}
                type="button"
                // biome-ignore lint/a11y/noAutofocus: the first choice of what was just opened
                autoFocus={reaction === reactions[0]}
                aria-pressed={mine.has(reaction)}
                onClick={() => onPick(reaction, !mine.has(reaction))}
                className={classes(
                  "focus-inside min-h-11 rounded-lg border hover:bg-hover",
                  sign ? "col-span-4 border-transparent py-1" : "col-span-6 font-bold",
                  mine.has(reaction) ? "border-accent bg-accent-soft text-accent" : "border-line text-ink",
                )}
              >
                {sign && (
                  <span aria-hidden="true" className="block text-xl leading-7">
                    {sign}
                  </span>
                )}
                <span className={sign ? "block text-xs text-ink-2" : ""}>{wordsOfReaction(reaction)}</span>
              </button>
            );
          })}
        </div>
      </PlainDialog>
    </Popover>
  );
}
