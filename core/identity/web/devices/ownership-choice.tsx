import { useId } from "react";
import type { DeviceOwnership } from "../../contract.ts";

const choices = ["issued", "personal"] as const satisfies readonly DeviceOwnership[];

/** The office's, or the holder's own. */
export function OwnershipChoice({
  label,
  words,
  value,
  onChange,
}: {
  label: string;
  words: Record<DeviceOwnership, string>;
  value: DeviceOwnership;
  onChange: (owned: DeviceOwnership) => void;
}) {
  const name = useId();
  return (
    <fieldset className="flex flex-col">
      <legend className="mb-1 text-sm font-bold">{label}</legend>
      {choices.map((owned) => (
        <label key={owned} className="flex min-h-11 items-center gap-3">
          <input
            type="radio"
            name={name}
            checked={value === owned}
            onChange={() => onChange(owned)}
            className="size-5 accent-[var(--accent)]"
          />
          {words[owned]}
        </label>
      ))}
    </fieldset>
  );
}
