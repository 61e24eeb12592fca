import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { inputClass, TextField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { ChangeDeviceRuleRequest, DeviceRule } from "../../contract.ts";
import { text } from "./text/index.ts";

const classes = ["video-tablet", "remote-tablet", "telework", "section"] as const;

/** What is asked of devices now, and the form that changes it. */
export function DeviceRuleCard({ onChanged }: { onChanged: () => void }) {
  const { value: rule, error, reload } = useAnswer<DeviceRule>("/device-rule");
  const [isOpen, setOpen] = useState(false);
  const minutes = (count: number | null) =>
    count === null ? text("rule.now.never") : text("rule.now.minutes", { count });

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <section aria-labelledby="device-rule" className="flex flex-col gap-3 rounded-xl border border-line p-5">
      <h3 id="device-rule" className="font-bold">
        {text("rule.title")}
      </h3>
      {!rule ? (
        <Loading>
          <Skeleton className="h-12 w-full" />
        </Loading>
      ) : (
        <>
          <p className="text-sm">
            {text(rule.isApprovalNeeded ? "rule.now.on" : "rule.now.off")}
            {rule.requiredFrom && text("rule.since", { when: longMoment(rule.requiredFrom) })}
            {rule.graceUntil &&
              new Date(rule.graceUntil).getTime() > Date.now() &&
              text("rule.grace.until", { when: longMoment(rule.graceUntil) })}
          </p>
          <p className="text-sm text-ink-2">
            {text("rule.now.idle", {
              lgwan: minutes(rule.idleMinutes.lgwan),
              internet: minutes(rule.idleMinutes.internet),
            })}
          </p>
          <Button className="self-start" onPress={() => setOpen(true)}>
            {text("rule.change")}
          </Button>
        </>
      )}
      {rule && isOpen && (
        <RuleDialog
          rule={rule}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            reload();
            onChanged();
          }}
        />
      )}
    </section>
  );
}

type FieldName = "grace" | "lgwan" | "internet" | "reason";

function RuleDialog({
  rule,
  onClose,
  onDone,
}: {
  rule: DeviceRule;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const consentId = useId();
  const [isNeeded, setNeeded] = useState(rule.isApprovalNeeded);
  const [grace, setGrace] = useState("14");
  const [allowsPersonal, setPersonal] = useState(rule.allowsPersonal);
  const [bound, setBound] = useState<DeviceRule["boundClasses"]>(rule.boundClasses);
  const [consent, setConsent] = useState(rule.consentText);
  const [idle, setIdle] = useState({
    lgwan: String(rule.idleMinutes.lgwan ?? ""),
    internet: String(rule.idleMinutes.internet ?? ""),
  });
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FieldName }>();

  const complain = (field: FieldName, words: string) => {
    setProblem({ field, words });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`form [name="${field}"]`)?.focus());
  };
  const errorOf = (field: FieldName) => (problem?.field === field ? problem.words : null);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const graceDays = numberOf(grace);
    if (isNeeded && !rule.isApprovalNeeded && !(graceDays !== null && graceDays >= 0 && graceDays <= 90))
      return complain("grace", text("rule.grace.wrong"));
    for (const zone of ["lgwan", "internet"] as const) {
      const minutes = numberOf(idle[zone]);
      if (minutes !== null && !(minutes >= 1 && minutes <= 240))
        return complain(zone, text("rule.idle.wrong"));
    }
    if (!reason.trim()) return complain("reason", text("rule.reason.missing"));
    setBusy(true);
    setProblem(undefined);
    const body: ChangeDeviceRuleRequest = {
      isApprovalNeeded: isNeeded,
      graceDays: graceDays ?? 0,
      allowsPersonal,
      boundClasses: bound,
      // Words that are Chonai's own stay so, and follow it when they are bettered.
      consentText: consent === rule.consentText && !rule.hasOwnConsentText ? null : consent,
      idleMinutes: { lgwan: numberOf(idle.lgwan), internet: numberOf(idle.internet) },
      reason: reason.trim(),
    };
    try {
      await request("PUT", "/device-rule", { body, attempts: 1 });
      tell(text("rule.saved"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  return (
    <Dialog
      title={text("rule.change")}
      onClose={onClose}
      isFirm
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button kind="primary" type="submit" form={formId} isPending={isBusy}>
            {text("form.save")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
        {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
        <Check label={text("rule.needed")} isOn={isNeeded} onChange={setNeeded} />
        {isNeeded && !rule.isApprovalNeeded && (
          <>
            <Notice tone="warn">{text("rule.needed.effect", { count: rule.unapproved })}</Notice>
            <TextField
              name="grace"
              label={text("rule.grace")}
              value={grace}
              onChange={setGrace}
              inputProps={{ inputMode: "numeric", maxLength: 2 }}
              className="max-w-40"
              error={errorOf("grace")}
            />
          </>
        )}
        <fieldset className="flex flex-col">
          <legend className="mb-1 text-sm font-bold">{text("rule.bound")}</legend>
          {classes.map((each) => (
            <Check
              key={each}
              label={text(`class.${each}`)}
              isOn={bound.includes(each)}
              onChange={(isOn) => setBound(isOn ? [...bound, each] : bound.filter((other) => other !== each))}
            />
          ))}
        </fieldset>
        <Check label={text("rule.personal")} isOn={allowsPersonal} onChange={setPersonal} />
        {allowsPersonal && (
          <div className="flex flex-col gap-1.5">
            <label htmlFor={consentId} className="text-sm font-bold">
              {text("rule.consent")}
            </label>
            <textarea
              id={consentId}
              value={consent}
              onChange={(event) => setConsent(event.target.value)}
              rows={6}
              maxLength={2000}
              className={`${inputClass} py-3`}
            />
          </div>
        )}
        <fieldset className="grid gap-4 md:grid-cols-2">
          <legend className="mb-1 text-sm font-bold">{text("rule.idle")}</legend>
          {(["lgwan", "internet"] as const).map((zone) => (
            <TextField
              key={zone}
              name={zone}
              label={text(`rule.idle.${zone}`)}
              hint={text("rule.idle.hint")}
              value={idle[zone]}
              onChange={(value) => setIdle({ ...idle, [zone]: value })}
              inputProps={{ inputMode: "numeric", maxLength: 3 }}
              error={errorOf(zone)}
            />
          ))}
        </fieldset>
        <TextField
          name="reason"
          label={text("rule.reason")}
          hint={text("rule.reason.hint")}
          value={reason}
          onChange={setReason}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
          error={errorOf("reason")}
        />
      </form>
    </Dialog>
  );
}

function Check({
  label,
  isOn,
  onChange,
}: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label className="flex min-h-11 items-center gap-3">
      <input
        type="checkbox"
        checked={isOn}
        onChange={(event) => onChange(event.target.checked)}
        className="size-5 shrink-0 accent-[var(--accent)]"
      />
      {label}
    </label>
  );
}

/** A number as it was typed, full-width figures included; null for nothing, NaN for what is none. */
function numberOf(typed: string): number | null {
  const plain = typed.normalize("NFKC").trim();
  return plain === "" ? null : /^\d+$/.test(plain) ? Number(plain) : Number.NaN;
}
