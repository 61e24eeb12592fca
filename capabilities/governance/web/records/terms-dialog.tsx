import { useState } from "react";
import { classifications } from "#shared/classification.ts";
import { request } from "#web/kit/api/client.ts";
import { Button } from "#web/kit/components/button.tsx";
import { classLabel } from "#web/kit/components/class-mark.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import type { ProposeRetention, RetentionRule } from "../../contract.ts";
import { text } from "../text/index.ts";
import { countings, roomKinds } from "./rule-words.ts";

/** A rule while it is written: what is typed stands as it was typed. */
type Line = {
  id: number;
  kind: string;
  classification: string;
  years: string;
  counting: RetentionRule["counting"];
};
let lines = 0;
const newLine = (rule?: RetentionRule): Line => ({
  id: ++lines,
  kind: rule?.kind ?? "",
  classification: rule?.classification ?? "",
  years: rule ? String(rule.years ?? "") : "5",
  counting: rule?.counting ?? "written-year",
});

/** Asks for terms of keeping: rules in their order, from when on, where they are written, and why. */
export function TermsDialog({
  today,
  rules,
  onClose,
  onDone,
}: {
  today: string;
  rules: readonly RetentionRule[];
  onClose: () => void;
  onDone: () => void;
}) {
  const [written, setWritten] = useState<readonly Line[]>(() =>
    rules.length > 0 ? rules.map(newLine) : [newLine()],
  );
  const [validFrom, setValidFrom] = useState(today);
  const [source, setSource] = useState("");
  const set = (id: number, change: Partial<Line>) =>
    setWritten(written.map((line) => (line.id === id ? { ...line, ...change } : line)));

  const check = () => {
    if (written.some(({ years }) => years !== "" && !/^([1-9]\d?|100)$/.test(years)))
      return text("records.terms.wrong-years");
    if (validFrom < today) return text("records.terms.wrong-day");
    return source.trim() ? undefined : text("records.terms.no-source");
  };
  const ask = async (reason: string) => {
    await request("POST", "/retention", {
      body: {
        validFrom,
        rules: written.map(({ kind, classification, years, counting }) => ({
          kind: roomKinds.find((each) => each === kind) ?? null,
          classification: classifications.find((each) => each === classification) ?? null,
          years: years === "" ? null : Number(years),
          counting,
        })),
        source: source.trim(),
        reason,
      } satisfies ProposeRetention,
      attempts: 1,
    });
    onDone();
  };
  return (
    <ReasonDialog title={text("records.terms.propose")} check={check} act={ask} onClose={onClose}>
      <p>{text("records.terms.effect")}</p>
      {written.map((line, i) => (
        <fieldset key={line.id} className="flex flex-col gap-3 rounded-lg border border-line p-3">
          <legend className="px-1 text-sm font-bold">{text("records.terms.rule", { number: i + 1 })}</legend>
          <div className="grid gap-3 md:grid-cols-2">
            <SelectField
              id={`kind-${line.id}`}
              label={text("records.terms.kind")}
              value={line.kind}
              onChange={(kind) => set(line.id, { kind })}
            >
              <option value="">{text("records.kind.any")}</option>
              {roomKinds.map((kind) => (
                <option key={kind} value={kind}>
                  {text(`records.kind.${kind}`)}
                </option>
              ))}
            </SelectField>
            <SelectField
              id={`class-${line.id}`}
              label={text("records.terms.class")}
              value={line.classification}
              onChange={(classification) => set(line.id, { classification })}
            >
              <option value="">{text("records.terms.class.any")}</option>
              {classifications.map((each) => (
                <option key={each} value={each}>
                  {classLabel(each)}
                </option>
              ))}
            </SelectField>
            <TextField
              label={text("records.terms.years")}
              inputMode="numeric"
              value={line.years}
              onChange={(years) => set(line.id, { years: years.trim() })}
            />
            <SelectField
              id={`counting-${line.id}`}
              label={text("records.terms.counting")}
              value={line.counting}
              onChange={(counting) =>
                set(line.id, { counting: countings.find((each) => each === counting) ?? line.counting })
              }
            >
              {countings.map((each) => (
                <option key={each} value={each}>
                  {text(`records.counting.${each}`)}
                </option>
              ))}
            </SelectField>
          </div>
          <Button
            kind="quiet"
            size="small"
            className="self-start"
            onPress={() => setWritten(written.filter(({ id }) => id !== line.id))}
          >
            {text("records.terms.remove", { number: i + 1 })}
          </Button>
        </fieldset>
      ))}
      <Button className="self-start" onPress={() => setWritten([...written, newLine()])}>
        {text("records.terms.add")}
      </Button>
      <TextField type="date" label={text("records.terms.day")} value={validFrom} onChange={setValidFrom} />
      <TextField
        label={text("records.terms.source.label")}
        hint={text("records.terms.source.hint")}
        value={source}
        onChange={setSource}
        inputProps={{ maxLength: 200 }}
      />
    </ReasonDialog>
  );
}
