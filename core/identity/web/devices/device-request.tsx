import { type FormEvent, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type { DescribeDeviceRequest, DeviceOwnership } from "../../contract.ts";
import { OwnershipChoice } from "./ownership-choice.tsx";
import { text } from "./text/index.ts";

/** What happens next when a device may not be used yet: the number to tell, and what whoever approves should know. */
export default function DeviceRequest({
  facts,
  deviceName,
  onBack,
}: {
  /** Of the refusal `device-not-approved`. */
  facts: Readonly<Record<string, unknown>>;
  deviceName: string;
  onBack: () => void;
}) {
  const [name, setName] = useState(deviceName);
  const [owned, setOwned] = useState<DeviceOwnership>("issued");
  const [note, setNote] = useState("");
  const [consents, setConsents] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [isSent, setSent] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "name" | "consents" }>();
  const isRefused = facts.isRefused === true;
  const allowsPersonal = facts.allowsPersonal === true;

  const complain = (field: "name" | "consents", words: string) => {
    setProblem({ field, words });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`form [name="${field}"]`)?.focus());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!name.trim()) return complain("name", text("form.missing"));
    if (owned === "personal" && !consents) return complain("consents", text("request.consent.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      const body: DescribeDeviceRequest = {
        ticket: String(facts.ticket),
        name: name.trim(),
        owned,
        ...(note.trim() && { note: note.trim() }),
        ...(owned === "personal" && { consents }),
      };
      await request("POST", "/device-requests", { body });
      setSent(true);
    } catch (error) {
      setProblem({ words: wordsOf(error) });
    }
    setBusy(false);
  };

  return (
    <main className="mx-auto w-full max-w-xl px-4 py-6 md:py-12">
      <div className="flex flex-col gap-5 rounded-2xl border border-line bg-ground p-6 shadow-1 md:p-8">
        <h1 className="text-xl font-bold">{text(isRefused ? "request.refusedTitle" : "request.title")}</h1>
        <dl className="flex items-baseline gap-4 rounded-lg bg-sunken px-5 py-4">
          <dt className="text-sm text-ink-2">{text("request.number")}</dt>
          <dd className="font-mono text-3xl font-bold tracking-widest">{String(facts.number)}</dd>
        </dl>
        <p>{text(isRefused ? "request.refusedTell" : "request.tell")}</p>
        {isSent && <Notice tone="ok">{text("request.sent")}</Notice>}
        {!isRefused && !isSent && (
          <form onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-5">
            <p className="text-sm text-ink-2">{text("request.describe")}</p>
            {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
            <TextField
              name="name"
              label={text("own.name")}
              hint={text("own.name.hint")}
              value={name}
              onChange={setName}
              inputProps={{ maxLength: 60 }}
              autoComplete="off"
              error={problem?.field === "name" ? problem.words : null}
            />
            {allowsPersonal ? (
              <OwnershipChoice
                label={text("decide.owned")}
                words={{ issued: text("request.issued"), personal: text("request.personal") }}
                value={owned}
                onChange={setOwned}
              />
            ) : (
              <p className="text-sm text-ink-2">{text("request.noPersonal")}</p>
            )}
            {owned === "personal" && (
              <>
                <section
                  className="focus-inside max-h-64 overflow-y-auto whitespace-pre-line rounded-lg border border-line bg-sunken px-4 py-3 text-sm"
                  // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled with the keyboard
                  tabIndex={0}
                  aria-label={text("rule.consent")}
                >
                  {String(facts.consentText ?? "")}
                </section>
                <div>
                  <label className="flex min-h-11 items-center gap-3">
                    <input
                      type="checkbox"
                      name="consents"
                      checked={consents}
                      onChange={(event) => setConsents(event.target.checked)}
                      aria-describedby={problem?.field === "consents" ? "consent-missing" : undefined}
                      className="size-5 accent-[var(--accent)]"
                    />
                    {text("request.consent")}
                  </label>
                  {problem?.field === "consents" && (
                    <p id="consent-missing" role="alert" className="text-sm text-danger">
                      {problem.words}
                    </p>
                  )}
                </div>
              </>
            )}
            <TextField
              name="note"
              label={text("request.note")}
              value={note}
              onChange={setNote}
              inputProps={{ maxLength: 200 }}
              autoComplete="off"
            />
            <Button kind="primary" type="submit" isPending={isBusy} className="w-full">
              {text("request.send")}
            </Button>
          </form>
        )}
        <Button kind="quiet" className="self-start" onPress={onBack}>
          {text("request.back")}
        </Button>
      </div>
    </main>
  );
}
