import { type FormEvent, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import type { Me } from "#core/identity/contract.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { LockIcon } from "#web/kit/components/icons.tsx";
import { text } from "../text/index.ts";

/**
 * The cover over everything: nothing of the page is seen, read out, printed or reached by Tab until the account's password was
 * typed. What was being written stays under it.
 */
export default function IdleCover({
  me,
  onUncover,
  onSignOut,
}: {
  me: Me;
  onUncover: () => void;
  onSignOut: () => void;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [password, setPassword] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    document.documentElement.dataset.covered = "";
    dialog.current?.showModal();
    return () => {
      delete document.documentElement.dataset.covered;
    };
  }, []);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!password) return setProblem(text("idle.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("POST", "/me/presence-proof", { body: { password } });
      onUncover();
    } catch (error) {
      setBusy(false);
      setPassword("");
      setProblem(wordsOf(error));
      requestAnimationFrame(() => dialog.current?.querySelector("input")?.focus());
    }
  };

  return createPortal(
    <dialog
      ref={dialog}
      data-cover
      // An open dialog of the page would make it inert, as everything that comes after it.
      data-react-aria-top-layer="true"
      aria-labelledby="idle-title"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.stopPropagation()}
      className="m-0 h-dvh max-h-none w-screen max-w-none bg-sunken p-0 text-ink"
    >
      <div className="flex min-h-full items-center justify-center px-4 py-8">
        <form
          onSubmit={(event) => void submit(event)}
          noValidate
          className="flex w-full max-w-md flex-col gap-5 rounded-2xl border border-line bg-ground p-6 shadow-1 md:p-8"
        >
          <h1 id="idle-title" className="flex items-center gap-3 text-xl font-bold">
            <LockIcon size={24} />
            {text("idle.title")}
          </h1>
          <p className="text-sm text-ink-2">{text("idle.about")}</p>
          <p className="font-bold">
            <bdi>{me.operator ? `${me.person.name}（${me.operator.name}）` : me.person.name}</bdi>
          </p>
          <TextField
            type="password"
            label={text("idle.password")}
            value={password}
            onChange={setPassword}
            autoComplete="current-password"
            autoFocus
            error={problem ?? null}
          />
          <Button kind="primary" type="submit" isPending={isBusy}>
            {text("idle.go-on")}
          </Button>
          <Button kind="quiet" onPress={onSignOut}>
            {text("idle.sign-out")}
          </Button>
        </form>
      </div>
    </dialog>,
    document.body,
  );
}
