import { useId } from "react";
import { type Classification, classifications } from "#shared/classification.ts";
import { classLabel, classMeaning } from "#web/kit/components/class-mark.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { text } from "../text/index.ts";

/** Chooses how confidential a room is. Without a value it is what the municipality gives new rooms. */
export function ClassField<Value extends Classification | undefined>({
  value,
  least,
  onChange,
}: {
  value: Value;
  /** Nothing less confidential can be chosen. */
  least?: Classification;
  onChange: (value: Classification | Value) => void;
}) {
  const id = useId();
  const offered = classifications.slice(0, least ? classifications.indexOf(least) + 1 : undefined);
  return (
    <div className="flex flex-col gap-1">
      <SelectField
        id={id}
        label={text("class.title")}
        value={value ?? ""}
        onChange={(chosen) => onChange(chosen === "" ? value : (chosen as Classification))}
      >
        {!least && <option value="">{text("class.default")}</option>}
        {offered.map((each) => (
          <option key={each} value={each}>
            {classLabel(each)}（{classMeaning(each)}）
          </option>
        ))}
      </SelectField>
      <p className="text-sm text-ink-3">{text("class.hint")}</p>
    </div>
  );
}
