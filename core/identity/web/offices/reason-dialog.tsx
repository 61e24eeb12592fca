import { type FormEvent, type ReactNode, useId, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { text } from "./text/index.ts";

/** Says what happens, asks for the reason, and does it; what went wrong is said above the form, which stays as it is. */
export function ReasonDialog({
  title,
  effect,
  isDangerous = false,
  children,
  check,
  onSubmit,
  onClose,
}: {
  title: string;
  effect: string;
  isDangerous?: boolean;
  children?: ReactNode;
  /** What is missing in the other fields, in words; undefined when nothing is. */
  check?: () => string | undefined;
  onSubmit: (reason: string) => Promise<void>;
  onClose: () => void;
}) {
  const formId = useId();
  const [reason, setReason] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; isReason: boolean }>();

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const missing = check?.();
    if (missing !== undefined) return setProblem({ words: missing, isReason: false });
    if (!reason.trim()) {
      setProblem({ words: text("reason.missing"), isReason: true });
      requestAnimationFrame(() => document.querySelector<HTMLElement>('form [name="reason"]')?.focus());
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      await onSubmit(reason.trim());
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error), isReason: false });
    }
  };

  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind={isDangerous ? "danger" : "primary"} type="submit" form={formId} isPending={isBusy}>
            {title}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p>{effect}</p>
        {problem && !problem.isReason && <Notice tone="danger">{problem.words}</Notice>}
        {children}
        <TextField
          name="reason"
          label={text("reason")}
          hint={text("reason.hint")}
          value={reason}
          onChange={setReason}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
          error={problem?.isReason ? problem.words : null}
        />
      </form>
    </Dialog>
  );
}
