import { useId, useState } from "react";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import type { PersonKind, SectionNode } from "../../contract.ts";
import { DayField } from "./day-field.tsx";
import { EnterForm } from "./enter-form.tsx";
import type { Row } from "./enter-row.ts";
import { text } from "./text/index.ts";

/** The office's words for the classes of accounts, as the lists write them. */
const classesOf: { readonly [Kind in PersonKind]: readonly string[] } = {
  staff: ["在宅勤務職員", "テレビ会議用タブレット", "リモートワーク用タブレット", "ゲストアカウント他"],
  section: ["所属"],
  guest: ["ゲストアカウント他"],
};
const kinds = ["staff", "section", "guest"] as const;
const kindWords = { staff: "職員", section: "所属", guest: "ゲスト" } as const;

/** Somebody new, entered by hand: staff, the account of a section, or a guest for whom somebody answers. */
export default function AddPersonDialog({
  sections,
  sectionId,
  onClose,
}: {
  sections: readonly SectionNode[];
  /** The section that is open. */
  sectionId: string | undefined;
  onClose: () => void;
}) {
  const id = useId();
  const [kind, setKind] = useState<PersonKind>("staff");
  const [fields, setFields] = useState({
    number: "",
    name: "",
    kana: "",
    code: sections.find((section) => section.id === sectionId)?.code ?? "",
    post: "",
    workplace: "",
    extension: "",
    affiliation: "",
    sponsor: "",
    loginId: "",
    class: "",
    lastDay: "",
  });
  const set = (name: keyof typeof fields) => (value: string) =>
    setFields((now) => ({ ...now, [name]: value }));
  const isGuest = kind === "guest";
  const accountClass = classesOf[kind].includes(fields.class) ? fields.class : classesOf[kind][0]!;
  const row: Row = {
    職員番号: fields.number,
    氏名: fields.name,
    カナ: fields.kana,
    区分: kindWords[kind],
    ログインID: fields.loginId,
    アカウント区分: fields.loginId === "" ? "" : accountClass,
    有効期限: fields.lastDay,
    ...(isGuest
      ? { "会社名・団体名": fields.affiliation, 担当職員番号: fields.sponsor }
      : { 所属コード: fields.code, 勤務場所: fields.workplace, 内線: fields.extension }),
    ...(kind === "staff" && { 役職: fields.post }),
  };
  const isReady = fields.number.trim() !== "" && fields.name.trim() !== "" && (isGuest || fields.code !== "");
  const field = (name: keyof typeof fields, isRequired = false) => (
    <TextField
      label={text(name === "name" && kind === "section" ? "add.accountName" : (`add.${name}` as "add.name"))}
      value={fields[name]}
      maxLength={100}
      isRequired={isRequired}
      onChange={set(name)}
    />
  );
  return (
    <EnterForm
      title={text("add.title")}
      list="people"
      name={fields.name}
      row={row}
      isReady={isReady}
      onClose={onClose}
    >
      <SelectField
        id={`${id}-kind`}
        label={text("add.kind")}
        value={kind}
        onChange={(value) => setKind(kinds.find((known) => known === value) ?? "staff")}
      >
        {kinds.map((known) => (
          <option key={known} value={known}>
            {text(`add.kind.${known}`)}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-4 md:grid-cols-2">
        {field("number", true)}
        {field("name", true)}
        {field("kana")}
        {isGuest ? (
          <>
            {field("affiliation", true)}
            {field("sponsor", true)}
          </>
        ) : (
          <>
            <SectionField
              id={`${id}-section`}
              sections={sections}
              code={fields.code}
              onChange={set("code")}
            />
            {kind === "staff" && field("post")}
            {field("workplace")}
            {field("extension")}
          </>
        )}
      </div>
      <fieldset className="grid gap-4 border-t border-line pt-4 md:grid-cols-2">
        <legend className="float-left w-full font-bold md:col-span-2">{text("add.account")}</legend>
        {field("loginId")}
        <SelectField
          id={`${id}-class`}
          label={text("add.class")}
          value={accountClass}
          onChange={set("class")}
        >
          {classesOf[kind].map((word) => (
            <option key={word} value={word}>
              {word}
            </option>
          ))}
        </SelectField>
        <DayField label={text("add.lastDay")} value={fields.lastDay} onChange={set("lastDay")} />
        <p className="text-sm text-ink-3 md:col-span-2">
          {text(isGuest ? "add.account.guest" : "add.account.hint")}
        </p>
      </fieldset>
    </EnterForm>
  );
}

function SectionField({
  id,
  sections,
  code,
  onChange,
}: {
  id: string;
  sections: readonly SectionNode[];
  code: string;
  onChange: (code: string) => void;
}) {
  return (
    <SelectField id={id} label={text("edit.section")} value={code} onChange={onChange}>
      <option value="">{text("edit.section.choose")}</option>
      {sections.map((section) => (
        <option key={section.id} value={section.code}>
          {section.name}
        </option>
      ))}
    </SelectField>
  );
}
