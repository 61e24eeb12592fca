import { lazy, memo, type ReactNode, Suspense, useCallback, useMemo, useState } from "react";
import { classes } from "#web/kit/components/classes.ts";
import { type Mentioned, mentionOf } from "../client/mention-words.ts";
import { linkedMessages } from "../client/transcript.ts";
import { text } from "../text/index.ts";
import { Markup } from "./markup.tsx";

const MessageCard = lazy(() => import("./message-card.tsx"));

/** A text longer than this is folded until the reader asks for the rest. */
const foldedCharacters = 1200;
const foldedLines = 24;

/** Somebody whom a text mentions; `count`: how many people a section, a post or everybody is. */
export type MentionedInBody = Mentioned & { readonly count?: number; readonly isForReader?: boolean };

/**
 * What somebody wrote, with its marks drawn: never HTML. Line ends stay, links can be followed, people who were
 * mentioned are marked, and the text is isolated so that it cannot turn or paint over the lines around it.
 */
export const MessageBody = memo(function MessageBody({
  body,
  mentioned,
  me,
}: {
  body: string;
  mentioned: readonly MentionedInBody[];
  me: string;
}) {
  const [isUnfolded, setUnfolded] = useState(false);
  const isLong = body.length > foldedCharacters || countLines(body) > foldedLines;
  const shown = isLong && !isUnfolded ? `${foldText(body)}…` : body;
  const linked = useMemo(() => linkedMessages(body, location.origin), [body]);
  const drawWords = useCallback((words: string) => withMentions(words, mentioned, me), [mentioned, me]);
  return (
    <>
      <div className="people-text" dir="auto">
        <Markup body={shown} drawWords={drawWords} />
      </div>
      {linked.length > 0 && (
        <Suspense>
          {linked.map(({ roomId, seq }) => (
            <MessageCard key={`${roomId} ${seq}`} roomId={roomId} seq={seq} />
          ))}
        </Suspense>
      )}
      {isLong && (
        <button
          type="button"
          onClick={() => setUnfolded(!isUnfolded)}
          aria-expanded={isUnfolded}
          className="mt-1 min-h-9 text-sm font-bold text-link underline underline-offset-4 print:hidden"
        >
          {text(isUnfolded ? "message.fold" : "message.expand")}
        </button>
      )}
    </>
  );
});

function foldText(body: string): string {
  const lines = body.split("\n", foldedLines).join("\n");
  const cut = lines.slice(0, foldedCharacters);
  // Not through the middle of a character that is two units long.
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut;
}

function countLines(body: string): number {
  let lines = 1;
  for (let at = body.indexOf("\n"); at >= 0 && lines <= foldedLines; at = body.indexOf("\n", at + 1)) lines++;
  return lines;
}

function withMentions(words: string, mentioned: readonly MentionedInBody[], me: string): ReactNode {
  if (mentioned.length === 0 || !words.includes("@")) return words;
  const byWords = new Map(mentioned.map((person) => [mentionOf(person), person]));
  // The longest first, so that a name that begins another one does not cut it.
  const names = [...byWords.keys()].sort((a, b) => b.length - a.length).map(asLiteral);
  return words.split(new RegExp(`(${names.join("|")})`)).map((part, index) => {
    const person = byWords.get(part);
    const key = `${index}`;
    if (!person) return part;
    return (
      <span
        key={key}
        className={classes(
          "rounded-sm px-0.5 font-bold",
          person.id === me || person.isForReader ? "bg-mention text-mention-ink" : "text-link",
        )}
      >
        {part}
        {person.count !== undefined && (
          <span className="ml-0.5 text-xs font-normal">{text("mention.reach", { count: person.count })}</span>
        )}
      </span>
    );
  });
}

function asLiteral(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
