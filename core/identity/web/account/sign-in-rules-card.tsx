import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Me, SignInRules } from "../../contract.ts";
import { DayField } from "../directory/day-field.tsx";
import { text } from "./text/index.ts";

/** For how long a password that is handed over can be used, and from when it will be otherwise. */
export function SignInRulesCard({ me }: { me: Me }) {
  const { value, reload } = useAnswer<SignInRules>("/sign-in-rules");
  const [isChanging, setChanging] = useState(false);
  if (!value) return null;
  const next = value.versions.filter(({ from }) => new Date(from).getTime() > Date.now()).at(-1);
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 text-sm text-ink-2">
      <p>
        {text("rules.line", { hours: value.oneTimePasswordHours })}
        {next && ` ${text("rules.next", { when: longMoment(next.from), hours: next.oneTimePasswordHours })}`}
      </p>
      {me.account.offices.includes("rules") && (
        <Button size="small" kind="quiet" onPress={() => setChanging(true)}>
          {text("rules.change")}
        </Button>
      )}
      {isChanging && (
        <ChangeDialog
          hours={value.oneTimePasswordHours}
          onClose={() => setChanging(false)}
          onDone={() => {
            setChanging(false);
            tell(text("rules.saved"));
            reload();
          }}
        />
      )}
    </div>
  );
}

function ChangeDialog({
  hours,
  onClose,
  onDone,
}: {
  hours: number;
  onClose: () => void;
  onDone: () => void;
}) {
  const [typed, setTyped] = useState(String(hours));
  const [from, setFrom] = useState("");
  const [reason, setReason] = useState("");
  const [isChecked, setChecked] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();
  const wanted = Number(typed.normalize("NFKC").trim());
  const isNumber = Number.isInteger(wanted) && wanted >= 1 && wanted <= 336;
  const save = async () => {
    setChecked(true);
    if (!isNumber || reason.trim() === "") return;
    setSaving(true);
    setProblem(undefined);
    try {
      await request("PUT", "/sign-in-rules", {
        body: { oneTimePasswordHours: wanted, reason: reason.trim(), ...(from && { from }) },
      });
      onDone();
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
    }
  };
  return (
    <Dialog
      title={text("rules.change")}
      width="small"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isSaving} onPress={() => void save()}>
            {text("rules.save")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-5">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <TextField
          label={text("rules.hours")}
          hint={text("rules.hours.hint")}
          value={typed}
          onChange={setTyped}
          inputProps={{ inputMode: "numeric", maxLength: 5 }}
          autoComplete="off"
          error={isChecked && !isNumber ? text("rules.hours.wrong") : null}
        />
        <DayField label={text("rules.from")} value={from} onChange={setFrom} />
        <TextField
          label={text("reason")}
          hint={text("reason.hint")}
          value={reason}
          onChange={setReason}
          autoComplete="off"
          error={isChecked && reason.trim() === "" ? text("reason.missing") : null}
        />
      </div>
    </Dialog>
  );
}
