import { memo, type ReactNode, useState } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { classes } from "#web/kit/components/classes.ts";
import { text } from "../text/index.ts";

/** A text longer than this is folded until the reader asks for the rest. */
const foldedCharacters = 1200;
const foldedLines = 24;

const link = /https?:\/\/[\x21-\x7e]+/g;

/** 「@佐藤 花子さん」 as it stands in a text that mentions somebody. */
export function mentionOf(person: Pick<PersonSummary, "name">): string {
  return `@${person.name}さん`;
}

/**
 * What somebody wrote: characters only, never HTML. Line ends stay, links can be followed, people who were mentioned are
 * marked, and the text is isolated so that it cannot turn the lines around it.
 */
export const MessageBody = memo(function MessageBody({
  body,
  mentioned,
  me,
}: {
  body: string;
  mentioned: readonly PersonSummary[];
  me: string;
}) {
  const [isUnfolded, setUnfolded] = useState(false);
  const isLong = body.length > foldedCharacters || countLines(body) > foldedLines;
  const shown = isLong && !isUnfolded ? foldText(body) : body;
  return (
    <>
      <div className="people-text" dir="auto">
        {withMentions(shown, mentioned, me)}
        {isLong && !isUnfolded && "…"}
      </div>
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

function withMentions(body: string, mentioned: readonly PersonSummary[], me: string): ReactNode {
  if (mentioned.length === 0) return withLinks(body);
  const byWords = new Map(mentioned.map((person) => [mentionOf(person), person]));
  // The longest first, so that a name that begins another one does not cut it.
  const words = [...byWords.keys()].sort((a, b) => b.length - a.length).map(asLiteral);
  return body.split(new RegExp(`(${words.join("|")})`)).map((part, index) => {
    const person = byWords.get(part);
    const key = `${index}`;
    if (!person) return <span key={key}>{withLinks(part)}</span>;
    return (
      <span
        key={key}
        className={classes(
          "rounded-sm px-0.5 font-bold",
          person.id === me ? "bg-mention text-mention-ink" : "text-link",
        )}
      >
        {part}
      </span>
    );
  });
}

function withLinks(body: string): ReactNode {
  if (!body.includes("://")) return body;
  const parts: ReactNode[] = [];
  let end = 0;
  for (const match of body.matchAll(link)) {
    // What ends a sentence does not belong to the address.
    const address = match[0].replace(/[.,;:!?'")\]}>]+$/, "");
    if (!isAddress(address)) continue;
    parts.push(body.slice(end, match.index));
    parts.push(
      <a
        key={match.index}
        href={address}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="break-all text-link underline underline-offset-2 hover:decoration-2"
      >
        {address}
      </a>,
    );
    end = match.index + address.length;
  }
  parts.push(body.slice(end));
  return parts;
}

function isAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function asLiteral(words: string): string {
  return words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
