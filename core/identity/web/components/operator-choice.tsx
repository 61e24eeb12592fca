import { useState } from "react";
import { findable, makeMatcher } from "#shared/match-words.ts";
import { inputClass } from "#web/kit/components/field.tsx";
import { text } from "../text/index.ts";

export type Operator = { id: string; name: string; kana: string; isRecent: boolean };

/** From so many on they are searched. */
const searchedFrom = 7;

/** Who sits here: those who sat here last first; found by name, kana or romaji. */
export function OperatorChoice({
  operators,
  value,
  onChange,
  error,
}: {
  operators: readonly Operator[];
  value: string;
  onChange: (id: string) => void;
  error?: string | null;
}) {
  const [words, setWords] = useState("");
  const match = makeMatcher(words);
  const shown = operators.filter(
    (operator) => operator.id === value || !words.trim() || match(findable(operator.name, operator.kana)),
  );
  const recent = shown.filter((operator) => operator.isRecent);
  const others = shown.filter((operator) => !operator.isRecent);
  const list = (people: readonly Operator[]) =>
    people.map((operator) => (
      <label key={operator.id} className="flex min-h-11 items-center gap-3 rounded-md px-2 hover:bg-hover">
        <input
          type="radio"
          name="operator"
          checked={operator.id === value}
          onChange={() => onChange(operator.id)}
          className="size-5 shrink-0 accent-[var(--accent)]"
        />
        <bdi>{operator.name}</bdi>
        <span className="text-sm text-ink-3">{operator.kana}</span>
      </label>
    ));
  return (
    <fieldset className="flex flex-col gap-1.5" aria-describedby={error ? "operator-error" : undefined}>
      <legend className="mb-1 text-sm font-bold">{text("signIn.operator")}</legend>
      <p className="text-sm text-ink-3">{text("signIn.operator.hint")}</p>
      {operators.length >= searchedFrom && (
        <input
          type="search"
          aria-label={text("operator.search")}
          placeholder={text("operator.search")}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          autoComplete="off"
          className={inputClass}
        />
      )}
      <div className="max-h-64 overflow-y-auto rounded-lg border border-line p-1">
        {recent.length > 0 && others.length > 0 && (
          <p className="px-2 pt-1 text-xs text-ink-3">{text("operator.recent")}</p>
        )}
        {list(recent)}
        {recent.length > 0 && others.length > 0 && (
          <p className="px-2 pt-2 text-xs text-ink-3">{text("operator.others")}</p>
        )}
        {list(others)}
        {shown.length === 0 && <p className="px-2 py-3 text-sm text-ink-2">{text("operator.none")}</p>}
      </div>
      {error && (
        <p id="operator-error" className="text-sm text-danger">
          {error}
        </p>
      )}
    </fieldset>
  );
}

/** What a refusal or an answer says of who may sit here. */
export function operatorsOf(facts: Readonly<Record<string, unknown>>): Operator[] {
  if (!Array.isArray(facts.operators)) return [];
  return facts.operators
    .filter((each) => typeof each?.id === "string" && typeof each?.name === "string")
    .map((each) => ({
      id: each.id,
      name: each.name,
      kana: typeof each.kana === "string" ? each.kana : "",
      isRecent: each.isRecent === true,
    }));
}
