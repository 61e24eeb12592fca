import { useEffect, useState } from "react";
import { DialogTrigger, Dialog as PlainDialog, Popover } from "react-aria-components";
import { wordsOf } from "#web/kit/api/problem.ts";
import { IconButton } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { Message, MessageReaction, ReactionsResponse } from "../../contract.ts";
import { sameElements, useChat } from "../client/context.ts";
import { text } from "../text/index.ts";
import { signOf, wordsOfReaction } from "./reaction-words.ts";

/** Reactions under a message: a press adds one's own or takes it back; the last button says who. */
export function ReactionChips({ roomId, message }: { roomId: string; message: Message }) {
  if (!message.reactions) return null;
  return (
    <fieldset
      aria-label={text("reaction.label")}
      className="mt-1 flex max-w-full flex-wrap items-center gap-1 max-md:gap-1.5"
    >
      {message.reactions.map((each) => (
        <Chip key={each.reaction} roomId={roomId} messageId={message.id} reaction={each} />
      ))}
      <DialogTrigger>
        <IconButton
          label={text("reaction.who")}
          icon={<PeopleIcon size={16} />}
          className="size-7 rounded-full! print:hidden"
        />
        <Popover className="w-72 max-w-[calc(100vw-1rem)] rounded-xl border border-line bg-raised shadow-2">
          <PlainDialog
            aria-label={text("reaction.who")}
            className="max-h-80 overflow-y-auto p-4 outline-none"
          >
            <Who roomId={roomId} messageId={message.id} reactions={message.reactions} />
          </PlainDialog>
        </Popover>
      </DialogTrigger>
    </fieldset>
  );
}

function Chip({
  roomId,
  messageId,
  reaction: { reaction, count, personIds, mine },
}: {
  roomId: string;
  messageId: string;
  reaction: MessageReaction;
}) {
  const chat = useChat();
  const [isPending, setPending] = useState(false);
  const names = useStore(
    chat.people.known,
    (known) => personIds.slice(0, 3).flatMap((id) => known[id]?.name ?? []),
    sameElements,
  );
  const sign = signOf(reaction);
  const words = wordsOfReaction(reaction);
  const who = names.join("、") + (count > names.length ? text("reaction.others") : "");
  const label = text(mine ? "reaction.chip.mine" : "reaction.chip", { reaction: words, count, who });
  const toggle = async () => {
    if (isPending) return;
    setPending(true);
    try {
      await chat.react(roomId, messageId, reaction, !mine);
    } catch (error) {
      tell(wordsOf(error), "danger");
    } finally {
      setPending(false);
    }
  };
  return (
    <button
      type="button"
      aria-pressed={mine}
      aria-label={label}
      title={label}
      onClick={() => void toggle()}
      className={classes(
        "inline-flex min-h-7 items-center gap-1 rounded-full border px-2.5 text-sm leading-5 max-md:min-h-11 max-md:px-3.5",
        mine
          ? "border-accent bg-accent-soft font-bold text-accent"
          : "border-line bg-ground text-ink-2 hover:bg-hover hover:text-ink",
        isPending && "opacity-60",
      )}
    >
      <span aria-hidden="true">{sign ?? words}</span>
      <span className="tabular-nums">{count}</span>
    </button>
  );
}

/** Everybody by name. Asked for anew when the reactions change under the reader's eyes. */
function Who({
  roomId,
  messageId,
  reactions,
}: {
  roomId: string;
  messageId: string;
  reactions: readonly MessageReaction[];
}) {
  const chat = useChat();
  const [answer, setAnswer] = useState<ReactionsResponse>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other reactions, or another attempt, are asked for again
  useEffect(() => {
    let isOver = false;
    chat.listReactions(roomId, messageId).then(
      (found) => {
        if (isOver) return;
        setAnswer(found);
        setProblem(undefined);
      },
      (error) => !isOver && setProblem(error),
    );
    return () => {
      isOver = true;
    };
  }, [chat, roomId, messageId, reactions, attempt]);
  if (problem !== undefined)
    return <Failure error={problem} onRetry={() => setAttempt((before) => before + 1)} />;
  if (!answer)
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-4 w-24" />
        <Skeleton className="h-8 w-full" />
      </Loading>
    );
  return (
    <>
      {answer.items.map(({ reaction, people }) => (
        <section key={reaction} className="mb-3 last:mb-0">
          <h3 className="flex items-baseline gap-1.5 text-sm font-bold">
            {signOf(reaction) && <span aria-hidden="true">{signOf(reaction)}</span>}
            {wordsOfReaction(reaction)}
            <span className="font-normal text-ink-3">
              {text("reaction.people", { count: people.length })}
            </span>
          </h3>
          <ul>
            {people.map((person) => (
              <li key={person.id} className="py-1 text-sm leading-5">
                <PersonName person={person} />
                <span className="ml-2 text-xs text-ink-3">{placeOf(person)}</span>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}
