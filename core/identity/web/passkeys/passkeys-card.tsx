import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { OwnProof, PasskeyCreation, PasskeyItem, PasskeyList, Zone } from "../../contract.ts";
import { Card } from "../account/card.tsx";
import { ProofForm } from "../account/proof-form.tsx";
import { deviceName } from "../components/device-name.ts";
import { text } from "./text/index.ts";

type Step = { kind: "rest" } | { kind: "prove" } | { kind: "make"; creation: PasskeyCreation };

/** The account's passkeys: registering one on this device, and removing those that are no longer used. */
export function PasskeysCard({ zone, hasApp }: { zone: Zone; hasApp: boolean }) {
  const { value, error, reload } = useAnswer<PasskeyList>("/me/passkeys");
  const [step, setStep] = useState<Step>({ kind: "rest" });
  const [leaving, setLeaving] = useState<PasskeyItem>();
  const mayProve = hasApp || zone === "lgwan";
  const isPossible = value?.isPossibleHere && "PublicKeyCredential" in window;

  const prove = async (body: OwnProof) =>
    setStep({
      kind: "make",
      creation: await request<PasskeyCreation>("POST", "/me/passkeys/proposal", { body }),
    });

  return (
    <Card id="passkeys-card" title={text("title")}>
      <p className="text-sm text-ink-2">{text("about")}</p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-12 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <p className="text-sm text-ink-3">{text("none")}</p>}
      {value && value.items.length > 0 && (
        <ul className="flex flex-col divide-y divide-line">
          {value.items.map((passkey) => (
            <li key={passkey.id} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <div className="min-w-0 flex-1 basis-64">
                <p className="font-bold">
                  <bdi>{passkey.name}</bdi>
                  {passkey.isBackedUp && <Tag>{text("backedUp")}</Tag>}
                </p>
                <p className="text-sm text-ink-3">
                  {passkey.domain}
                  {"　"}
                  {text("created", { when: shortMoment(passkey.createdAt) })}
                  {passkey.lastUsedAt && `　${text("used", { when: shortMoment(passkey.lastUsedAt) })}`}
                </p>
              </div>
              <Button
                size="small"
                aria-label={text("remove.named", { name: passkey.name })}
                onPress={() => setLeaving(passkey)}
              >
                {text("remove")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {value && !isPossible && <Notice tone="warn">{text("notHere")}</Notice>}
      {isPossible && !mayProve && <Notice tone="warn">{text("needsApp")}</Notice>}
      {isPossible && mayProve && step.kind === "rest" && (
        <Button className="self-start" onPress={() => setStep({ kind: "prove" })}>
          {text("register")}
        </Button>
      )}
      {step.kind === "prove" && (
        <ProofForm
          needsFactor={hasApp}
          action={text("next")}
          onProve={prove}
          onCancel={() => setStep({ kind: "rest" })}
        />
      )}
      {step.kind === "make" && (
        <MakeForm
          creation={step.creation}
          onCancel={() => setStep({ kind: "rest" })}
          onDone={() => {
            setStep({ kind: "rest" });
            tell(text("registered"));
            reload();
          }}
        />
      )}
      {leaving && (
        <RemoveDialog
          passkey={leaving}
          onClose={() => setLeaving(undefined)}
          onDone={() => {
            setLeaving(undefined);
            tell(text("remove.done"));
            reload();
          }}
        />
      )}
    </Card>
  );
}

function MakeForm({
  creation,
  onCancel,
  onDone,
}: {
  creation: PasskeyCreation;
  onCancel: () => void;
  onDone: () => void;
}) {
  const [name, setName] = useState(deviceName());
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "name" }>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!name.trim()) return setProblem({ words: text("name.missing"), field: "name" });
    setBusy(true);
    setProblem(undefined);
    try {
      const { makePasskey } = await import("./passkey-device.ts");
      const credential = await makePasskey(creation);
      if (typeof credential === "string")
        setProblem({ words: text(credential === "known" ? "known" : "failed") });
      else {
        await request("POST", "/me/passkeys", { body: { name: name.trim(), credential } });
        return onDone();
      }
    } catch (error) {
      setProblem({ words: wordsOf(error) });
    }
    setBusy(false);
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-lg flex-col gap-4">
      {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
      <TextField
        label={text("name.label")}
        hint={text("name.hint")}
        value={name}
        onChange={setName}
        inputProps={{ maxLength: 60 }}
        autoComplete="off"
        autoFocus
        error={problem?.field ? problem.words : null}
      />
      <p className="text-sm text-ink-2">{text("make.about")}</p>
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {text("make")}
        </Button>
        <Button kind="quiet" onPress={onCancel}>
          {text("cancel")}
        </Button>
      </div>
    </form>
  );
}

function RemoveDialog({
  passkey,
  onClose,
  onDone,
}: {
  passkey: PasskeyItem;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!password) return setProblem(text("password.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("POST", `/me/passkeys/${passkey.id}/removal`, { body: { password } });
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };

  return (
    <Dialog
      title={text("remove.title")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="danger" type="submit" form={formId} isPending={isBusy}>
            {text("remove")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p>{text("remove.effect", { name: passkey.name })}</p>
        <TextField
          type="password"
          label={text("password")}
          value={password}
          onChange={setPassword}
          autoComplete="current-password"
          autoFocus
          error={problem ?? null}
        />
      </form>
    </Dialog>
  );
}
