import { type FormEvent, useId, useState } from "react";
import { type Classification, classifications } from "#shared/classification.ts";
import { addDays, dateInJapan } from "#shared/time.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { classLabel } from "#web/kit/components/class-mark.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { serverNow } from "#web/kit/state/clock.ts";
import type { AskForMediumRequest } from "../../contract.ts";
import { text } from "../text/index.ts";

const usualDays = 7;

/** Asks for a medium; what the rules refuse is said with the rule, and nothing that was typed is lost. */
export function AskForMediumDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const id = useId();
  const today = dateInJapan(serverNow());
  const [fields, setFields] = useState<AskForMediumRequest>({
    purpose: "",
    classification: "2",
    zone: "lgwan",
    system: "",
    fromOn: today,
    dueOn: addDays(today, usualDays),
  });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const set = (some: Partial<AskForMediumRequest>) => setFields({ ...fields, ...some });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!fields.purpose.trim() || !fields.system.trim()) return setProblem(text("media.missing"));
    if (!fields.fromOn || fields.fromOn < today || !fields.dueOn || fields.dueOn < fields.fromOn)
      return setProblem(text("media.term.wrong"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("POST", "/media-loans", { body: fields });
      tell(text("media.asked"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };

  return (
    <Dialog
      title={text("media.ask")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="primary" type="submit" form={`${id}-form`} isPending={isBusy}>
            {text("media.ask.do")}
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
          label={text("media.purpose")}
          value={fields.purpose}
          onChange={(purpose) => set({ purpose })}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
        />
        <div className="grid gap-4 md:grid-cols-2">
          <SelectField
            id={`${id}-class`}
            label={text("media.class")}
            value={fields.classification}
            onChange={(value) => set({ classification: value as Classification })}
          >
            {classifications.map((each) => (
              <option key={each} value={each}>
                {classLabel(each)}
              </option>
            ))}
          </SelectField>
          <SelectField
            id={`${id}-zone`}
            label={text("media.zone")}
            value={fields.zone}
            onChange={(zone) => set({ zone })}
          >
            <option value="lgwan">{text("media.zone.lgwan")}</option>
            <option value="internet">{text("media.zone.internet")}</option>
          </SelectField>
        </div>
        <TextField
          label={text("media.system")}
          value={fields.system}
          onChange={(system) => set({ system })}
          inputProps={{ maxLength: 100 }}
          autoComplete="off"
        />
        <div className="grid gap-4 md:grid-cols-2">
          <TextField
            type="date"
            label={text("media.from")}
            value={fields.fromOn}
            onChange={(fromOn) => set({ fromOn })}
          />
          <TextField
            type="date"
            label={text("due")}
            value={fields.dueOn}
            onChange={(dueOn) => set({ dueOn })}
          />
        </div>
      </form>
    </Dialog>
  );
}
