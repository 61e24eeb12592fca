import { useStore } from "#web/kit/state/store.ts";
import { clock } from "#web/kit/text/dates.ts";
import type { Message } from "../../contract.ts";
import { usePerson } from "../client/context.ts";
import { selection, toggleSelected } from "../client/selection.ts";
import { text } from "../text/index.ts";

/** For the row: room for the box beside the message, and the colour of what is picked. */
export const selectColumn = "pl-9 print:pl-0 has-[[data-pick]:checked]:bg-accent-soft print:bg-transparent";

/** While messages are being selected, the whole row is the box that picks it; it stands in a column of its own, `selectColumn`. */
export function SelectBox({ message }: { message: Message }) {
  const isPicked = useStore(selection, (now) => now?.messages.has(message.seq) ?? false);
  const sender = usePerson(message.senderId);
  return (
    <label data-print="hide" className="absolute inset-0 z-20 flex cursor-pointer items-center pl-4">
      <input
        type="checkbox"
        data-pick
        checked={isPicked}
        onChange={() => toggleSelected(message)}
        aria-label={text("selection.choose", { name: sender?.name ?? "", time: clock(message.sentAt) })}
        className="size-5 accent-[var(--accent)]"
      />
    </label>
  );
}
