import { useEffect, useId, useRef, useState } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { inputClass } from "#web/kit/components/field.tsx";
import { CheckIcon, CloseIcon, SearchIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { Skeleton } from "#web/kit/components/states.tsx";
import { isComposing } from "#web/kit/keys/shortcuts.ts";
import { useChat } from "../client/context.ts";
import { text } from "../text/index.ts";

type Result =
  | { state: "searching" }
  | { state: "found"; words: string; people: readonly PersonSummary[] }
  | { state: "failed"; words: string };

/**
 * Finds people by name, kana or section while one types, and chooses one or several. A combobox in the sense of ARIA:
 * the arrow keys walk, Enter chooses, the focus stays in the field.
 */
export function PeoplePicker({
  label,
  chosen,
  onChange,
  isSingle = false,
  without,
  error,
}: {
  label: string;
  chosen: readonly PersonSummary[];
  onChange: (people: readonly PersonSummary[]) => void;
  isSingle?: boolean;
  /** People who cannot be chosen: oneself, those who are there already. */
  without: ReadonlySet<string>;
  error?: string | null;
}) {
  const chat = useChat();
  const id = useId();
  const [words, setWords] = useState("");
  const [result, setResult] = useState<Result>({ state: "searching" });
  const [at, setAt] = useState(0);
  const list = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const search = new AbortController();
    setResult((now) => (now.state === "found" ? now : { state: "searching" }));
    const timer = setTimeout(
      async () => {
        try {
          const page = await chat.people.search(words.trim(), search.signal);
          setResult({ state: "found", words, people: page.items });
          setAt(0);
        } catch (problem) {
          if (!search.signal.aborted) setResult({ state: "failed", words: wordsOf(problem) });
        }
      },
      words ? 200 : 0,
    );
    return () => {
      clearTimeout(timer);
      search.abort();
    };
  }, [chat, words]);

  const people = result.state === "found" ? result.people.filter((person) => !without.has(person.id)) : [];
  const isChosen = (person: PersonSummary) => chosen.some((each) => each.id === person.id);
  const toggle = (person: PersonSummary | undefined) => {
    if (!person) return;
    if (isChosen(person)) onChange(chosen.filter((each) => each.id !== person.id));
    else onChange(isSingle ? [person] : [...chosen, person]);
  };
  const current = people[Math.min(at, people.length - 1)];

  // Enter before the answer is there chooses the first of the answer, not of what still stands in the list.
  const isAnswered = result.state === "found" && result.words === words;
  const isEnterWaiting = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: acts on the answer when it comes
  useEffect(() => {
    if (!isAnswered || !isEnterWaiting.current) return;
    isEnterWaiting.current = false;
    toggle(people[0]);
  }, [isAnswered]);

  return (
    <div className="flex min-h-0 flex-col gap-2">
      <label htmlFor={id} className="text-sm font-bold">
        {label}
      </label>
      <div className="relative">
        <span className="pointer-events-none absolute inset-y-0 left-3.5 flex items-center text-ink-3">
          <SearchIcon />
        </span>
        <input
          id={id}
          role="combobox"
          aria-expanded={people.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${current.id}` : undefined}
          aria-describedby={`${id}-hint`}
          aria-invalid={Boolean(error)}
          value={words}
          autoComplete="off"
          placeholder={text("create.people.hint")}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => {
            if (isComposing(event.nativeEvent)) return;
            const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
            if (by) {
              event.preventDefault();
              const next = Math.min(people.length - 1, Math.max(0, at + by));
              setAt(next);
              list.current?.children[next]?.scrollIntoView({ block: "nearest" });
            } else if (event.key === "Enter") {
              event.preventDefault();
              if (isAnswered) toggle(current);
              else isEnterWaiting.current = true;
            } else if (event.key === "Backspace" && words === "" && !isSingle) onChange(chosen.slice(0, -1));
          }}
          className={classes(inputClass, "pl-11")}
        />
      </div>
      <p id={`${id}-hint`} role="status" className={classes("text-sm", error ? "text-danger" : "text-ink-3")}>
        {error ??
          (result.state === "failed"
            ? result.words
            : result.state === "searching"
              ? text("create.searching")
              : people.length === 0
                ? words && text("create.nobody", { words })
                : "")}
      </p>
      {!isSingle && chosen.length > 0 && (
        <ul
          className="flex max-h-24 flex-wrap gap-1.5 overflow-y-auto"
          aria-label={text("create.chosen", { count: chosen.length })}
        >
          {chosen.map((person) => (
            <li key={person.id}>
              <button
                type="button"
                onClick={() => toggle(person)}
                className="inline-flex min-h-8 items-center gap-1 rounded-full border border-accent-line bg-accent-soft pl-3 pr-2 text-sm hover:bg-accent-soft-hover max-md:min-h-11"
              >
                <PersonName person={person} />
                <span className="sr-only">{text("create.unchoose")}</span>
                <CloseIcon size={14} />
              </button>
            </li>
          ))}
        </ul>
      )}
      <div
        ref={list}
        id={`${id}-list`}
        role="listbox"
        aria-label={label}
        aria-multiselectable={!isSingle}
        className="h-64 overflow-y-auto rounded-lg border border-line max-md:h-[34dvh]"
      >
        {result.state === "searching"
          ? [0, 1, 2, 3].map((row) => (
              <div key={row} role="presentation" className="flex items-center gap-3 px-3 py-2.5">
                <Skeleton className="size-9 rounded-full" />
                <Skeleton className="h-4 w-40" />
              </div>
            ))
          : people.map((person, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the field has the focus and its keys choose
              <div
                key={person.id}
                tabIndex={-1}
                id={`${id}-${person.id}`}
                role="option"
                aria-selected={isChosen(person)}
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => {
                  setAt(index);
                  toggle(person);
                }}
                className={classes(
                  "flex min-h-13 items-center gap-3 px-3 py-1.5",
                  person === current ? "bg-hover" : "hover:bg-hover",
                )}
              >
                <Avatar person={person} size={36} />
                <span className="min-w-0 flex-1 leading-5">
                  <span className="block truncate text-base">
                    <PersonName person={person} />
                  </span>
                  <span className="block truncate text-sm text-ink-3">{placeOf(person)}</span>
                </span>
                <span className={classes("text-accent", !isChosen(person) && "invisible")}>
                  <CheckIcon />
                </span>
              </div>
            ))}
      </div>
    </div>
  );
}
