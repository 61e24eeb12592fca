import { type FormEvent, useId, useState } from "react";
import { csvOf } from "#shared/csv.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { text } from "../text/index.ts";
import { kindChoices } from "./equipment-totals.tsx";
import { base64OfBytes, bring } from "./import-equipment-dialog.tsx";

/** The words of the list, whatever the language of the screen. */
const kindWords = {
  pc: "パソコン",
  tablet: "タブレット",
  phone: "スマートフォン",
  "sim-dongle": "SIMドングル",
  "usb-memory": "USBメモリ",
  other: "その他",
} as const;

/** One thing by hand: a list of one line, checked and recorded like any other. */
export function AddEquipmentDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const id = useId();
  const [kind, setKind] = useState<keyof typeof kindWords>("pc");
  const [owned, setOwned] = useState("貸与");
  const [fields, setFields] = useState({ number: "", model: "", serial: "", sim: "", note: "" });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const set = (name: keyof typeof fields) => (value: string) => setFields({ ...fields, [name]: value });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!fields.number.trim()) return setProblem(text("add.number.missing"));
    setBusy(true);
    setProblem(undefined);
    const row = {
      備品番号: fields.number,
      種類: kindWords[kind],
      "貸与・私物": owned,
      機種名: fields.model,
      製造番号: fields.serial,
      電話番号: fields.sim,
      備考: fields.note,
    };
    const file = base64OfBytes(new TextEncoder().encode(csvOf([Object.keys(row), Object.values(row)])));
    try {
      const checked = await bring(file, true);
      const [issue] = checked.issues;
      const isKnown = checked.added === 0;
      if (issue) setProblem(currentLanguage() === "ja" ? issue.ja : issue.en);
      else if (isKnown) setProblem(text("add.known", { number: fields.number.trim() }));
      else {
        await bring(file, false);
        tell(text("add.done", { number: fields.number.trim() }));
        return onDone();
      }
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };

  return (
    <Dialog
      title={text("add.title")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="primary" type="submit" form={`${id}-form`} isPending={isBusy}>
            {text("add.do")}
          </Button>
        </>
      }
    >
      <form
        id={`${id}-form`}
        noValidate
        onSubmit={(event) => void submit(event)}
        className="flex flex-col gap-4"
      >
        {problem && <Notice tone="danger">{problem}</Notice>}
        <TextField
          label={text("number")}
          value={fields.number}
          onChange={set("number")}
          inputProps={{ maxLength: 60 }}
          autoComplete="off"
        />
        <div className="grid gap-4 md:grid-cols-2">
          <SelectField
            id={`${id}-kind`}
            label={text("kind")}
            value={kind}
            onChange={(each) => setKind(each as keyof typeof kindWords)}
          >
            {kindChoices.map((each) => (
              <option key={each} value={each}>
                {text(`kind.${each}`)}
              </option>
            ))}
          </SelectField>
          <SelectField id={`${id}-owned`} label={text("owned")} value={owned} onChange={setOwned}>
            <option value="貸与">{text("owned.issued")}</option>
            <option value="私物">{text("owned.personal")}</option>
          </SelectField>
        </div>
        {(["model", "serial", "sim", "note"] as const).map((name) => (
          <TextField
            key={name}
            label={text(name)}
            value={fields[name]}
            onChange={set(name)}
            inputProps={{ maxLength: 200 }}
            autoComplete="off"
          />
        ))}
      </form>
    </Dialog>
  );
}
