import { useEffect, useRef, useState } from "react";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import {
  CopyIcon,
  LinkIcon,
  MoreIcon,
  PeopleIcon,
  ReplyIcon,
  SmileIcon,
} from "#web/kit/components/icons.tsx";
import type { Message } from "../../contract.ts";
import { text } from "../text/index.ts";

export type MessageAction = "reply" | "react" | "copy" | "link" | "readers";

const actions = [
  { action: "reply", words: "message.reply", Icon: ReplyIcon },
  { action: "react", words: "message.react", Icon: SmileIcon },
  { action: "copy", words: "message.copy", Icon: CopyIcon },
  { action: "link", words: "message.link", Icon: LinkIcon },
  { action: "readers", words: "message.readers", Icon: PeopleIcon },
] as const;

/** What can be done with the message under the pointer or the focus. On a phone they open from one button. */
export function MessageActions({
  message,
  isMine,
  onAct,
}: {
  message: Message;
  isMine: boolean;
  onAct: (action: MessageAction, message: Message) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const menu = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!isOpen) return;
    menu.current?.querySelector("button")?.focus();
    const close = (event: Event) => {
      if (!(event.target instanceof Node) || !menu.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", close);
    return () => document.removeEventListener("pointerdown", close);
  }, [isOpen]);

  return (
    <div
      data-print="hide"
      role="toolbar"
      aria-label={text("message.actions")}
      className={classes("absolute top-0 z-10", isMine ? "left-3 md:-top-5 md:left-6" : "right-2 md:right-4")}
    >
      <div className="hidden rounded-lg border border-line bg-raised p-0.5 shadow-1 md:flex">
        {actions.map(({ action, words, Icon }) => (
          <IconButton
            key={action}
            className="size-8"
            label={text(words)}
            icon={<Icon size={18} />}
            onPress={() => onAct(action, message)}
          />
        ))}
      </div>
      <div className="md:hidden" ref={menu}>
        <IconButton
          label={text("message.actions")}
          aria-expanded={isOpen}
          icon={<MoreIcon />}
          className="bg-raised shadow-1"
          onPress={() => setOpen(!isOpen)}
        />
        {isOpen && (
          <div
            className={classes(
              "absolute top-12 z-20 w-56 animate-appear overflow-hidden rounded-xl border border-line bg-raised py-1 shadow-2",
              isMine ? "left-0" : "right-0",
            )}
          >
            {actions.map(({ action, words, Icon }) => (
              <button
                key={action}
                type="button"
                className="focus-inside flex min-h-12 w-full items-center gap-3 px-4 text-left text-base hover:bg-hover"
                onClick={() => {
                  setOpen(false);
                  onAct(action, message);
                }}
              >
                <Icon />
                {text(words)}
              </button>
            ))}
          </div>
        )}
      </div>
    </div>
  );
}
