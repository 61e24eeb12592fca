import { type FormEvent, useId, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { AddedScimClient, AddScimClientRequest, ScimAccountClass } from "../../contract.ts";
import { text } from "./text/index.ts";

const classes = ["telework", "video-tablet", "remote-tablet", "guest-other"] as const;
const days = 365;

/** Lets a program in, and shows its token once, with the address at which it works. */
export function ScimClientDialog({
  add,
  onAdded,
  onClose,
}: {
  add: (body: AddScimClientRequest) => Promise<AddedScimClient>;
  onAdded: () => void;
  onClose: () => void;
}) {
  const formId = useId();
  const [name, setName] = useState("");
  const [zone, setZone] = useState<"lgwan" | "internet">("lgwan");
  const [accountClass, setAccountClass] = useState<ScimAccountClass>("telework");
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "name" | "reason" }>();
  const [added, setAdded] = useState<AddedScimClient>();
  const errorOf = (field: "name" | "reason") => (problem?.field === field ? problem.words : null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!name.trim()) return setProblem({ field: "name", words: text("form.missing") });
    if (!reason.trim()) return setProblem({ field: "reason", words: text("form.missing") });
    setBusy(true);
    setProblem(undefined);
    try {
      setAdded(await add({ name: name.trim(), zone, accountClass, days, reason: reason.trim() }));
      onAdded();
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  if (added)
    return (
      <Dialog
        title={text("scim.added")}
        onClose={onClose}
        isFirm
        footer={
          <Button kind="primary" onPress={onClose}>
            {text("scim.added.done")}
          </Button>
        }
      >
        <div className="flex flex-col gap-4">
          <Notice tone="warn">{text("scim.added.once")}</Notice>
          <TextField label={text("scim.address")} value={`${location.origin}/scim/v2`} isReadOnly />
          <TextField label={text("scim.token")} value={added.token} isReadOnly />
          <p className="text-sm">{text("scim.until", { when: longMoment(added.expiresAt) })}</p>
        </div>
      </Dialog>
    );
  return (
    <Dialog
      title={text("scim.add")}
      onClose={onClose}
      isFirm
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button kind="primary" type="submit" form={formId} isPending={isBusy}>
            {text("scim.add.do")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
        {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
        <TextField
          label={text("scim.name")}
          hint={text("scim.name.hint")}
          value={name}
          onChange={setName}
          autoComplete="off"
          error={errorOf("name")}
        />
        <SelectField
          id={`${formId}-zone`}
          label={text("scim.zone")}
          value={zone}
          onChange={(value) => setZone(value as typeof zone)}
        >
          <option value="lgwan">{text("zone.lgwan")}</option>
          <option value="internet">{text("zone.internet")}</option>
        </SelectField>
        <SelectField
          id={`${formId}-class`}
          label={text("scim.class")}
          value={accountClass}
          onChange={(value) => setAccountClass(value as ScimAccountClass)}
        >
          {classes.map((each) => (
            <option key={each} value={each}>
              {text(`class.${each}`)}
            </option>
          ))}
        </SelectField>
        <TextField
          label={text("form.reason")}
          hint={text("form.reason.hint")}
          value={reason}
          onChange={setReason}
          autoComplete="off"
          error={errorOf("reason")}
        />
      </form>
    </Dialog>
  );
}
