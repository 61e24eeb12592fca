import { useId } from "react";
import { inputClass } from "#web/kit/components/field.tsx";

/** A day, YYYY-MM-DD; "" for none. */
export function DayField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const id = useId();
  return (
    <div className="flex flex-col gap-1.5">
      <label htmlFor={id} className="text-sm font-bold">
        {label}
      </label>
      <input
        id={id}
        type="date"
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className={`${inputClass} md:max-w-56`}
      />
    </div>
  );
}
