import { useId, useState } from "react";
import { addDays } from "#shared/time.ts";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import type { SectionNode, SectionPage } from "../../contract.ts";
import { DayField } from "./day-field.tsx";
import { EnterForm } from "./enter-form.tsx";
import type { Row } from "./enter-row.ts";
import { text } from "./text/index.ts";

/**
 * A section: a new one, or another name, place in the tree or last day of one that is there. Without a first day a change
 * corrects the section as it stands; with one it goes on in another form from that day (組織改正).
 */
export default function SectionDialog({
  section,
  sections,
  onClose,
}: {
  /** Undefined for a new one. */
  section: SectionPage["section"] | undefined;
  sections: readonly SectionNode[];
  onClose: () => void;
}) {
  const id = useId();
  const codeOf = (parentId: string | null) => sections.find((one) => one.id === parentId)?.code ?? "";
  const [fields, setFields] = useState({
    code: section?.code ?? "",
    name: section?.name ?? "",
    kana: section?.kana ?? "",
    parent: codeOf(section?.parentId ?? null),
    order: section ? String(section.sortOrder) : "",
    workplace: section?.workplace ?? "",
    extension: section?.extension ?? "",
    from: "",
    lastDay: section?.until ? addDays(section.until, -1) : "",
  });
  const set = (name: keyof typeof fields) => (value: string) =>
    setFields((now) => ({ ...now, [name]: value }));
  const row: Row = {
    組織コード: fields.code,
    名称: fields.name,
    カナ: fields.kana,
    上位組織コード: fields.parent,
    表示順: fields.order,
    場所: fields.workplace,
    内線: fields.extension,
    適用開始日: fields.from,
    適用終了日: fields.lastDay,
  };
  const field = (name: keyof typeof fields, isRequired = false) => (
    <TextField
      label={text(`section.edit.${name}` as "section.edit.name")}
      value={fields[name]}
      maxLength={100}
      isRequired={isRequired}
      onChange={set(name)}
    />
  );
  return (
    <EnterForm
      title={section ? text("edit.title", { name: section.name }) : text("section.add")}
      list="sections"
      name={fields.name}
      row={row}
      isReady={fields.code.trim() !== "" && fields.name.trim() !== ""}
      onClose={onClose}
    >
      <div className="grid gap-4 md:grid-cols-2">
        {section ? (
          <div className="flex flex-col gap-1.5">
            <span className="text-sm font-bold">{text("section.edit.code")}</span>
            <span className="flex min-h-12 items-center">{fields.code}</span>
          </div>
        ) : (
          field("code", true)
        )}
        {field("name", true)}
        {field("kana")}
        <SelectField
          id={`${id}-parent`}
          label={text("section.edit.parent")}
          value={fields.parent}
          onChange={set("parent")}
        >
          <option value="">{text("section.edit.parent.none")}</option>
          {sections
            .filter((one) => one.id !== section?.id)
            .map((one) => (
              <option key={one.id} value={one.code}>
                {one.name}
              </option>
            ))}
        </SelectField>
        {field("workplace")}
        {field("extension")}
        {field("order")}
        <span className="max-md:hidden" />
        <DayField
          label={text(section ? "section.edit.from" : "section.edit.begins")}
          value={fields.from}
          onChange={set("from")}
        />
        <DayField label={text("section.edit.lastDay")} value={fields.lastDay} onChange={set("lastDay")} />
      </div>
      <p className="text-sm text-ink-3">{text(section ? "section.edit.hint" : "section.add.hint")}</p>
    </EnterForm>
  );
}
