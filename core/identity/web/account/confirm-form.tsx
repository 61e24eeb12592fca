import { type FormEvent, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import type { ProposedAuthenticator, RecoveryCodes } from "../../contract.ts";
import { QrCode } from "../components/qr-code.tsx";
import { text } from "./text/index.ts";

/** The new secret as a picture and as characters, and its first code. */
export function ConfirmForm({
  proposed,
  onConfirmed,
  onCancel,
}: {
  proposed: ProposedAuthenticator;
  onConfirmed: (recoveryCodes: readonly string[]) => void;
  onCancel: () => void;
}) {
  const [code, setCode] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const totp = code.normalize("NFKC").replace(/\s/g, "");
    if (!/^\d{6}$/.test(totp)) return setProblem(text("app.wrongForm"));
    setBusy(true);
    setProblem(undefined);
    try {
      const answer = await request<RecoveryCodes>("PUT", "/me/authenticator", {
        body: { totp },
        attempts: 1,
      });
      onConfirmed(answer.recoveryCodes);
    } catch (error) {
      setBusy(false);
      setCode("");
      setProblem(wordsOf(error));
    }
  };

  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-lg flex-col gap-4">
      <p className="text-sm text-ink-2">{text("app.scan")}</p>
      <QrCode words={proposed.totpUrl} label={text("app.qr")} />
      <div>
        <p className="mb-2 text-sm text-ink-2">{text("app.secret")}</p>
        <code className="block rounded-lg bg-sunken px-4 py-3 font-mono text-base tracking-wide">
          {proposed.totpSecret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </div>
      <TextField
        name="totp"
        label={text("app.first")}
        hint={text("app.first.hint")}
        value={code}
        onChange={setCode}
        autoComplete="one-time-code"
        autoFocus
        inputProps={{ inputMode: "numeric", maxLength: 8 }}
        error={problem}
      />
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {text("app.confirm")}
        </Button>
        <Button kind="quiet" onPress={onCancel}>
          {text("form.cancel")}
        </Button>
      </div>
    </form>
  );
}
