import { type FormEvent, type ReactNode, useId, useState } from "react";
import { wordsOf } from "../api/problem.ts";
import { text } from "../text/index.ts";
import { Button, type ButtonProps } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { Notice } from "./states.tsx";

/** Says what a change does, asks for the reason that stays with it, and makes it. A refusal keeps what was typed. */
export function ReasonDialog({
  title,
  action = title,
  kind = "primary",
  onClose,
  check = () => undefined,
  act,
  children,
}: {
  title: string;
  /** On the button; the title when left out. */
  action?: string;
  kind?: ButtonProps["kind"];
  onClose: () => void;
  /** What is wrong with the fields. */
  check?: () => string | undefined;
  act: (reason: string) => Promise<void>;
  children?: ReactNode;
}) {
  const formId = useId();
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const fault = check() ?? (reason.trim() ? undefined : text("reason.missing"));
    if (fault) return setProblem(fault);
    setBusy(true);
    setProblem(undefined);
    try {
      await act(reason.trim());
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("action.cancel")}
          </Button>
          <Button kind={kind ?? "primary"} type="submit" form={formId} isPending={isBusy}>
            {action}
          </Button>
        </>
      }
    >
      <form id={formId} noValidate className="flex flex-col gap-4" onSubmit={(event) => void submit(event)}>
        {problem && <Notice tone="danger">{problem}</Notice>}
        {children}
        <TextField
          label={text("reason.label")}
          hint={text("reason.hint")}
          value={reason}
          onChange={setReason}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
        />
      </form>
    </Dialog>
  );
}
