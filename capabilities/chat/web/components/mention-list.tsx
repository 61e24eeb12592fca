import { Avatar } from "#web/kit/components/avatar.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import type { Candidate } from "../client/mention-candidates.ts";
import { text } from "../text/index.ts";
import type { MentionPicking } from "./use-mention-picking.ts";

/** Whom the `@…` that is being typed may mean. The field has the focus and its keys choose. */
export function MentionList({
  id,
  picking: { candidates, picked, choose, pick },
  isBelow,
}: {
  id: string;
  picking: Pick<MentionPicking, "candidates" | "picked" | "choose" | "pick">;
  /** Under the field, in the flow: in a dialog, which grows with it. */
  isBelow?: boolean;
}) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label={text("composer.mention.label")}
      className={classes(
        "max-w-lg animate-appear overflow-y-auto rounded-xl border border-line bg-raised py-1 shadow-2",
        isBelow ? "mt-2 max-h-[30dvh]" : "absolute inset-x-0 bottom-full z-20 mb-2 max-h-[50dvh]",
      )}
    >
      {candidates.map((candidate, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys choose
        <div
          key={candidate.mentioned.id}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === picked}
          aria-disabled={isRefused(candidate)}
          // The field keeps the focus and its caret.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => pick(candidate)}
          onMouseEnter={() => choose(index)}
          className={classes(
            "flex min-h-11 items-center gap-3 px-3 py-1",
            index === picked && "bg-accent-soft",
            isRefused(candidate) && "opacity-70",
          )}
        >
          <CandidateView candidate={candidate} />
        </div>
      ))}
    </div>
  );
}

export function isRefused(candidate: Candidate): boolean {
  return candidate.kind !== "person" && candidate.refusal !== null;
}

function CandidateView({ candidate }: { candidate: Candidate }) {
  if (candidate.kind === "person")
    return (
      <>
        <Avatar person={candidate.person} size={28} />
        <span className="min-w-0 flex-1 truncate">
          <PersonName person={candidate.person} />
          <span className="ml-2 text-sm text-ink-3">{placeOf(candidate.person)}</span>
        </span>
      </>
    );
  return (
    <>
      <span className="inline-flex size-7 items-center justify-center rounded-lg bg-accent-soft text-accent">
        <PeopleIcon size={18} />
      </span>
      <span className="min-w-0 flex-1">
        <span className="font-bold">{candidate.mentioned.name}</span>
        <span className="ml-2 text-sm text-ink-3">{text(`mention.${candidate.kind}`)}</span>
        <span className="block text-sm text-ink-2">
          {candidate.refusal ?? text("mention.people", { count: candidate.count })}
        </span>
      </span>
    </>
  );
}
