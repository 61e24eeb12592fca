import { Button } from "#web/kit/components/button.tsx";
import { CheckIcon } from "#web/kit/components/icons.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Whether the message that is being written asks to be confirmed, and until when. */
export function AskConfirmation({ roomId }: { roomId: string }) {
  const { asking } = useChat();
  const question = useStore(asking.questions, (questions) => questions[roomId]);
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <Button
        kind={question ? "secondary" : "quiet"}
        size="small"
        icon={<CheckIcon size={18} />}
        aria-pressed={question !== undefined}
        preventFocusOnPress
        onPress={() => asking.set(roomId, question ? undefined : { deadline: "" })}
      >
        {text("confirmation.ask")}
      </Button>
      {question && (
        <label className="flex items-center gap-1.5 text-sm text-ink-2">
          {text("confirmation.deadline")}
          <input
            type="datetime-local"
            value={question.deadline}
            onChange={(event) => asking.set(roomId, { deadline: event.target.value })}
            className="min-h-9 rounded-lg border border-line-strong bg-ground px-2 text-sm max-md:min-h-11"
          />
        </label>
      )}
    </span>
  );
}
