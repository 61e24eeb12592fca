import { type FormEvent, useId, useState } from "react";
import { addDays } from "#shared/time.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ClassMark } from "#web/kit/components/class-mark.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { MediaEvent, MediaLoanDetail, MediaStep, StepMediaLoanRequest } from "../../contract.ts";
import { text } from "../text/index.ts";
import { LoanTags } from "./loan-tags.tsx";

const dangerous: ReadonlySet<MediaStep> = new Set(["refused", "lost", "extension-refused"]);
/** Without a reason these are not taken. */
const saysWhy: ReadonlySet<MediaStep> = new Set(["refused", "extension-asked", "extension-refused"]);

/** One request: what was asked for, what may be done with it now, and how it came there. */
export function MediaLoanDialog({
  id,
  onClose,
  onChanged,
}: {
  id: string;
  onClose: () => void;
  onChanged: () => void;
}) {
  const { value, error, reload } = useAnswer<MediaLoanDetail>(`/media-loans/${id}`);
  const [step, setStep] = useState<MediaStep>();
  return (
    <Dialog title={text("media.detail")} onClose={onClose} width="large">
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-64 w-full" />
        </Loading>
      )}
      {value && (
        <div className="flex flex-col gap-5">
          <Facts loan={value} />
          {value.steps.length > 0 && (
            <div className="flex flex-wrap gap-2">
              {value.steps.map((each) => (
                <Button
                  key={each}
                  size="small"
                  kind={dangerous.has(each) ? "danger" : undefined}
                  aria-pressed={step === each}
                  onPress={() => setStep(step === each ? undefined : each)}
                >
                  {text(`media.do.${each}`)}
                </Button>
              ))}
            </div>
          )}
          {step && <StepForm key={step} loan={value} step={step} onDone={onChanged} />}
          <Story events={value.events} />
        </div>
      )}
    </Dialog>
  );
}

function Facts({ loan }: { loan: MediaLoanDetail }) {
  const facts = [
    [text("media.who"), loan.operatorName ? `${loan.asker.name}（${loan.operatorName}）` : loan.asker.name],
    [text("section"), loan.sectionName ?? ""],
    [text("media.zone"), zoneName(loan.zone)],
    [text("media.system"), loan.system],
    [text("media.term"), `${loan.fromOn} – ${loan.dueOn}`],
    [text("media.wants"), loan.wantedDueOn ? text("media.until", { day: loan.wantedDueOn }) : ""],
    [text("media.medium"), loan.mediumNumber ?? ""],
  ].filter(([, words]) => words !== "");
  return (
    <>
      <p className="font-bold [overflow-wrap:anywhere]">
        {loan.purpose}
        <ClassMark classification={loan.classification} />
      </p>
      <p className="flex flex-wrap gap-1">
        <LoanTags item={loan} />
      </p>
      <dl className="grid gap-x-6 gap-y-1 text-sm md:grid-cols-[10rem_1fr]">
        {facts.map(([name, words]) => (
          <div key={name} className="contents">
            <dt className="font-bold text-ink-2">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere] max-md:mb-1.5">{words}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Asks for what a step needs to be known; a refusal keeps what was typed. */
function StepForm({ loan, step, onDone }: { loan: MediaLoanDetail; step: MediaStep; onDone: () => void }) {
  const id = useId();
  const [note, setNote] = useState("");
  const [equipmentId, setEquipmentId] = useState("");
  const [dueOn, setDueOn] = useState(addDays(loan.dueOn, 7));
  const [checks, setChecks] = useState({ isEncrypted: false, isScanned: false, isEmptied: false });
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const isChecked = step === "lent" || step === "returned";

  const bodyOf = (): StepMediaLoanRequest | string => {
    const said = note.trim();
    if (saysWhy.has(step) && !said) return text("media.why.missing");
    if (isChecked && !(checks.isScanned && checks.isEmptied)) return text("media.checks.missing");
    const done = { isScanned: true, isEmptied: true } as const;
    switch (step) {
      case "lent":
        if (!equipmentId) return text("media.medium.missing");
        return { what: step, equipmentId, isEncrypted: checks.isEncrypted, ...done, note: said };
      case "returned":
        return { what: step, ...done, note: said };
      case "extension-asked":
        return { what: step, dueOn, note: said };
      case "extended":
        return { what: step, dueOn: loan.wantedDueOn ?? loan.dueOn, note: said };
      default:
        return { what: step, note: said };
    }
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const body = bodyOf();
    if (typeof body === "string") return setProblem(body);
    setBusy(true);
    setProblem(undefined);
    try {
      await request("POST", `/media-loans/${loan.id}/steps`, { body });
      tell(text(`media.done.${step}`));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  const boxes =
    step === "lent"
      ? (["isEmptied", "isScanned", "isEncrypted"] as const)
      : (["isEmptied", "isScanned"] as const);
  return (
    <form
      noValidate
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-4 rounded-xl border border-line bg-sunken p-4"
    >
      {problem && <Notice tone="danger">{problem}</Notice>}
      {step === "lost" && <Notice tone="warn">{text("media.lost.about")}</Notice>}
      {step === "lent" && loan.media.length === 0 && <Notice tone="warn">{text("media.medium.none")}</Notice>}
      {step === "lent" && (
        <SelectField
          id={`${id}-medium`}
          label={text("media.medium")}
          value={equipmentId}
          onChange={setEquipmentId}
        >
          <option value="">{text("move.who.choose")}</option>
          {loan.media.map((medium) => (
            <option key={medium.id} value={medium.id}>
              {medium.model ? `${medium.number}（${medium.model}）` : medium.number}
            </option>
          ))}
        </SelectField>
      )}
      {isChecked && (
        <fieldset className="flex flex-col">
          <legend className="text-sm font-bold">{text("media.checks")}</legend>
          {boxes.map((name) => (
            <label key={name} className="flex min-h-11 items-center gap-3">
              <input
                type="checkbox"
                className="size-5 accent-accent"
                checked={checks[name]}
                onChange={() => setChecks({ ...checks, [name]: !checks[name] })}
              />
              {text(`media.check.${name}`)}
            </label>
          ))}
        </fieldset>
      )}
      {step === "extension-asked" && (
        <TextField type="date" label={text("media.longer")} value={dueOn} onChange={setDueOn} />
      )}
      <TextField
        label={text(saysWhy.has(step) ? "media.why" : "move.note")}
        value={note}
        onChange={setNote}
        inputProps={{ maxLength: 200 }}
        autoComplete="off"
      />
      <span>
        <Button kind={dangerous.has(step) ? "danger" : "primary"} type="submit" isPending={isBusy}>
          {text(`media.do.${step}`)}
        </Button>
      </span>
    </form>
  );
}

function Story({ events }: { events: readonly MediaEvent[] }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-bold">{text("story")}</h3>
      <ol className="flex flex-col divide-y divide-line text-sm">
        {events.map((event) => (
          <li key={`${event.at} ${event.what}`} className="flex flex-wrap gap-x-4 gap-y-0.5 py-2">
            <time dateTime={event.at} className="text-ink-3 tabular-nums">
              {longMoment(event.at)}
            </time>
            <span className="font-bold">{text(`media.event.${event.what}`)}</span>
            {event.checks && <span>{checksOf(event.checks)}</span>}
            {event.dueOn && event.what !== "asked" && (
              <span className="tabular-nums">{text("media.until", { day: event.dueOn })}</span>
            )}
            {event.note && <span className="[overflow-wrap:anywhere]">{event.note}</span>}
            {event.byName && (
              <span className="ml-auto text-ink-3">
                {text("story.by", {
                  name: event.operatorName ? `${event.byName}（${event.operatorName}）` : event.byName,
                })}
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function checksOf(checks: NonNullable<MediaEvent["checks"]>): string {
  const { isEmptied, isScanned, isEncrypted } = checks;
  return [
    isEmptied && text("media.check.isEmptied"),
    isScanned && text("media.check.isScanned"),
    isEncrypted !== null && text(isEncrypted ? "media.check.isEncrypted" : "media.check.plain"),
  ]
    .filter(Boolean)
    .join("・");
}
