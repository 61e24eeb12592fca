import { classes } from "#web/kit/components/classes.ts";
import { useStore } from "#web/kit/state/store.ts";
import { clock } from "#web/kit/text/dates.ts";
import type { Message } from "../../contract.ts";
import { usePerson } from "../client/context.ts";
import { selection, toggleSelected } from "../client/selection.ts";
import { text } from "../text/index.ts";

/** While messages are being selected, the whole row is the box that picks it. */
export function SelectBox({ roomId, message }: { roomId: string; message: Message }) {
  const isSelecting = useStore(selection, (now) => now?.roomId === roomId);
  return isSelecting ? <Box message={message} /> : null;
}

function Box({ message }: { message: Message }) {
  const isPicked = useStore(selection, (now) => now?.messages.has(message.seq) ?? false);
  const sender = usePerson(message.senderId);
  return (
    <label
      data-print="hide"
      className={classes(
        "absolute inset-0 z-20 flex cursor-pointer items-start pl-0.5 pt-3.5",
        isPicked && "shadow-[inset_0_0_0_2px_var(--accent)]",
      )}
    >
      <input
        type="checkbox"
        checked={isPicked}
        onChange={() => toggleSelected(message)}
        aria-label={text("selection.choose", { name: sender?.name ?? "", time: clock(message.sentAt) })}
        className="size-4 accent-[var(--accent)]"
      />
    </label>
  );
}
