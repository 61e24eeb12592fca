import { type FormEvent, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { Problem, wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { ChangePasswordRequest, EndedSessions } from "../../contract.ts";
import { Card } from "./card.tsx";
import { text } from "./text/index.ts";

type FieldName = "password" | "newPassword" | "repeated";

/** When the password was changed, and the form that changes it. A refusal keeps everything that was typed. */
export function PasswordCard({ changedAt, onChanged }: { changedAt: string | null; onChanged: () => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Card id="password-card" title={text("password.title")}>
      <p className="text-sm text-ink-2">
        {changedAt ? text("password.changed", { when: longMoment(changedAt) }) : text("password.never")}
      </p>
      {isOpen ? (
        <PasswordForm
          onCancel={() => setOpen(false)}
          onChanged={(ended) => {
            setOpen(false);
            tell(text("password.done", { count: ended }));
            onChanged();
          }}
        />
      ) : (
        <Button className="self-start" onPress={() => setOpen(true)}>
          {text("password.change")}
        </Button>
      )}
    </Card>
  );
}

function PasswordForm({ onCancel, onChanged }: { onCancel: () => void; onChanged: (ended: number) => void }) {
  const [values, setValues] = useState({ password: "", newPassword: "", repeated: "" });
  const [isShown, setShown] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: FieldName }>();

  const complain = (field: FieldName, words: string) => {
    setProblem({ field, words });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`form [name="${field}"]`)?.focus());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!values.password) return complain("password", text("form.missing"));
    if (!values.newPassword) return complain("newPassword", text("form.missing"));
    if (values.newPassword !== values.repeated) return complain("repeated", text("password.differs"));
    setBusy(true);
    setProblem(undefined);
    const body: ChangePasswordRequest = { password: values.password, newPassword: values.newPassword };
    try {
      const { ended } = await request<EndedSessions>("PUT", "/me/password", { body, attempts: 1 });
      onChanged(ended);
    } catch (error) {
      setBusy(false);
      const words = wordsOf(error);
      if (error instanceof Problem && error.code === "password-wrong") complain("password", words);
      else if (error instanceof Problem && error.code === "password-too-weak") complain("newPassword", words);
      else setProblem({ words });
    }
  };

  const field = (name: FieldName, autoComplete: string, hint?: string) => (
    <TextField
      name={name}
      type={isShown ? "text" : "password"}
      label={text(
        name === "password" ? "password.present" : name === "repeated" ? "password.repeated" : "password.new",
      )}
      hint={hint}
      value={values[name]}
      onChange={(value) => setValues({ ...values, [name]: value })}
      autoComplete={autoComplete}
      autoFocus={name === "password"}
      error={problem?.field === name ? problem.words : null}
    />
  );
  return (
    <form onSubmit={(event) => void submit(event)} noValidate className="flex max-w-lg flex-col gap-4">
      {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
      {field("password", "current-password")}
      {field("newPassword", "new-password", text("password.new.hint"))}
      {field("repeated", "new-password")}
      <label className="flex min-h-11 items-center gap-3 text-sm">
        <input
          type="checkbox"
          checked={isShown}
          onChange={(event) => setShown(event.target.checked)}
          className="size-5 accent-[var(--accent)]"
        />
        {text("password.show")}
      </label>
      <p className="text-sm text-ink-2">{text("password.effect")}</p>
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {text("password.change")}
        </Button>
        <Button kind="quiet" onPress={onCancel}>
          {text("form.cancel")}
        </Button>
      </div>
    </form>
  );
}
