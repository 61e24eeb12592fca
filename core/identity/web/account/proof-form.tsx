import { type FormEvent, useState } from "react";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type { OwnProof } from "../../contract.ts";
import { text } from "./text/index.ts";

type FieldName = "password" | "code";

/** Asks for the present password and, where an app is registered, its code or a recovery code. */
export function ProofForm({
  needsFactor,
  effect,
  action,
  onProve,
  onCancel,
}: {
  needsFactor: boolean;
  effect?: string;
  action: string;
  /** A refusal that it throws is shown here, beside the field that it is about. */
  onProve: (proof: OwnProof) => Promise<void>;
  onCancel: () => void;
}) {
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const [isRecovery, setRecovery] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FieldName }>();

  const complain = (field: FieldName, words: string) => {
    setProblem({ field, words });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`form [name="${field}"]`)?.focus());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const plain = code.normalize("NFKC").replace(/\s/g, "");
    if (!password) return complain("password", text("form.missing"));
    if (needsFactor && !plain) return complain("code", text("form.missing"));
    if (needsFactor && !isRecovery && !/^\d{6}$/.test(plain)) return complain("code", text("app.wrongForm"));
    setBusy(true);
    setProblem(undefined);
    try {
      await onProve({
        password,
        ...(needsFactor && (isRecovery ? { recoveryCode: plain } : { totp: plain })),
      });
    } catch (error) {
      setBusy(false);
      const words = wordsOf(error);
      if (error instanceof Problem && error.code === "password-wrong") return complain("password", words);
      if (error instanceof Problem && error.code.startsWith("second-factor")) return complain("code", words);
      setProblem({ words });
    }
  };

  const errorOf = (field: FieldName) => (problem?.field === field ? problem.words : null);
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-lg flex-col gap-4">
      <p className="text-sm text-ink-2">{text("app.proof")}</p>
      {effect && <Notice tone="warn">{effect}</Notice>}
      {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
      <TextField
        name="password"
        type="password"
        label={text("password.present")}
        value={password}
        onChange={setPassword}
        autoComplete="current-password"
        autoFocus
        error={errorOf("password")}
      />
      {needsFactor && (
        <>
          <TextField
            name="code"
            label={text(isRecovery ? "app.recovery" : "app.code")}
            hint={isRecovery ? text("app.recovery.hint") : undefined}
            value={code}
            onChange={setCode}
            autoComplete={isRecovery ? "off" : "one-time-code"}
            inputProps={
              isRecovery
                ? { autoCapitalize: "none", spellCheck: false }
                : { inputMode: "numeric", maxLength: 8 }
            }
            error={errorOf("code")}
          />
          <button
            type="button"
            onClick={() => {
              setRecovery(!isRecovery);
              setCode("");
            }}
            className="min-h-11 self-start rounded-sm text-left text-sm text-link underline underline-offset-4"
          >
            {text(isRecovery ? "app.useApp" : "app.useRecovery")}
          </button>
        </>
      )}
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {action}
        </Button>
        <Button kind="quiet" onPress={onCancel}>
          {text("form.cancel")}
        </Button>
      </div>
    </form>
  );
}
