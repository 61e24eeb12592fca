import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { CutOffDeviceRequest, CutOffReason, OwnDevice } from "../../contract.ts";
import { nameOf } from "./device-facts.tsx";
import { text } from "./text/index.ts";

const ownReasons = ["lost", "stolen", "replaced"] as const;
const allReasons = ["lost", "stolen", "replaced", "left", "other"] as const;

/** Says what cutting a device off does, asks why, and does it. */
export function CutOffDialog({
  device,
  path,
  whose,
  onClose,
  onDone,
}: {
  device: Omit<OwnDevice, "isThis">;
  path: string;
  /** `consent`: the holder of a personal phone takes the consent back. */
  whose: "own" | "consent" | "other";
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const reasonId = useId();
  const [because, setBecause] = useState<CutOffReason>(whose === "consent" ? "consent-withdrawn" : "lost");
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isConsent = whose === "consent";

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    setBusy(true);
    setProblem(undefined);
    const body: CutOffDeviceRequest = { because, ...(note.trim() && { note: note.trim() }) };
    try {
      await request("POST", `${path}/${device.id}/cut-off`, { body });
      tell(text("cut.done"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };

  return (
    <Dialog
      title={text(isConsent ? "cut.withdraw.title" : "cut.title")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button kind="danger" type="submit" form={formId} isPending={isBusy}>
            {text(isConsent ? "own.withdraw" : "cut.do")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p>
          {text(isConsent ? "cut.withdraw.effect" : "cut.effect", { device: nameOf(device) })}
          {whose === "other" && text("cut.effect.all")}
        </p>
        {problem && <Notice tone="danger">{problem}</Notice>}
        {!isConsent && (
          <SelectField
            id={reasonId}
            label={text("cut.because")}
            value={because}
            onChange={(value) => setBecause(value as CutOffReason)}
          >
            {(whose === "other" ? allReasons : ownReasons).map((reason) => (
              <option key={reason} value={reason}>
                {text(`because.${reason}`)}
              </option>
            ))}
          </SelectField>
        )}
        {!isConsent && (
          <TextField
            label={text("cut.note")}
            hint={text("cut.note.hint")}
            value={note}
            onChange={setNote}
            inputProps={{ maxLength: 200 }}
            autoComplete="off"
          />
        )}
      </form>
    </Dialog>
  );
}
