/** One of a few, each with its words. */
export function Choice<Value extends string>({
  legend,
  value,
  onChange,
  choices,
  words,
  isDisabled,
  note,
}: {
  legend: string;
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly Value[];
  words: (value: Value) => string;
  isDisabled?: (value: Value) => boolean;
  note?: string | null;
}) {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="mb-1 text-sm font-bold">{legend}</legend>
      {choices.map((each) => (
        <label key={each} className="flex min-h-11 items-center gap-3 rounded-lg px-2 hover:bg-hover">
          <input
            type="radio"
            name={legend}
            className="size-5 shrink-0 accent-accent"
            checked={value === each}
            disabled={isDisabled?.(each) ?? false}
            onChange={() => onChange(each)}
          />
          {words(each)}
        </label>
      ))}
      {note && <p className="text-sm text-warn">{note}</p>}
    </fieldset>
  );
}
