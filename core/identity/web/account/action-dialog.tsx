import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type {
  AccountDetail,
  AccountValidity,
  EndedSessions,
  OneTimePassword,
  RemoveAuthenticatorRequest,
  SessionItem,
} from "../../contract.ts";
import { fromLocalInput, toLocalInput } from "./local-input.ts";
import { deviceOf } from "./session-list.tsx";
import { text } from "./text/index.ts";

export type AccountAction =
  | { kind: "reset" | "remove" | "end-all" | "stop" | "resume" | "period" }
  | { kind: "end-session"; session: SessionItem };

const ways = ["in-person", "call-back", "superior"] as const;

/** Shows what an action does before it does it, and asks for the reason that goes into the audit record. */
export function ActionDialog({
  account,
  action,
  onClose,
  onDone,
}: {
  account: AccountDetail;
  action: AccountAction;
  onClose: () => void;
  /** With the one-time password when there is one to be shown. */
  onDone: (password?: OneTimePassword) => void;
}) {
  const formId = useId();
  const [reason, setReason] = useState("");
  const [confirmedBy, setConfirmedBy] = useState<RemoveAuthenticatorRequest["confirmedBy"]>("in-person");
  const [startsAt, setStartsAt] = useState(toLocalInput(account.startsAt));
  const [expiresAt, setExpiresAt] = useState(toLocalInput(account.expiresAt));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "reason" | "expiresAt" }>();
  const { title, effect } = wordsFor(action, account);
  const path = `/accounts/${account.person.id}`;

  const act = async (): Promise<OneTimePassword | undefined> => {
    const validity = (change: Partial<AccountValidity>) =>
      request<EndedSessions>("PUT", `${path}/validity`, {
        attempts: 1,
        body: {
          isStopped: account.state === "stopped",
          startsAt: account.startsAt,
          expiresAt: account.expiresAt,
          reason,
          ...change,
        },
      });
    switch (action.kind) {
      case "reset":
        return request<OneTimePassword>("POST", `${path}/password-reset`, { body: { reason } });
      case "remove":
        await request("POST", `${path}/authenticator-removal`, { body: { reason, confirmedBy } });
        tell(text("remove.done"));
        return;
      case "stop":
        await validity({ isStopped: true });
        tell(text("stop.done"));
        return;
      case "resume":
        await validity({ isStopped: false });
        tell(text("resume.done"));
        return;
      case "period":
        await validity({ startsAt: fromLocalInput(startsAt), expiresAt: fromLocalInput(expiresAt) });
        tell(text("period.done"));
        return;
      case "end-session":
        await request("POST", `${path}/sessions/${action.session.id}/end`, { body: { reason } });
        tell(text("sessions.ended"));
        return;
      case "end-all": {
        const { ended } = await request<EndedSessions>("POST", `${path}/end-sessions`, { body: { reason } });
        tell(text("endAll.done", { count: ended }));
      }
    }
  };

  const complain = (field: "reason" | "expiresAt", words: string) => {
    setProblem({ field, words });
    requestAnimationFrame(() => document.querySelector<HTMLElement>(`form [name="${field}"]`)?.focus());
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (action.kind === "period" && startsAt && expiresAt && expiresAt <= startsAt)
      return complain("expiresAt", text("period.wrong"));
    if (!reason.trim()) return complain("reason", text("reason.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      onDone(await act());
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

  const errorOf = (field: "reason" | "expiresAt") => (problem?.field === field ? problem.words : null);
  return (
    <Dialog
      title={title}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("form.cancel")}
          </Button>
          <Button
            kind={action.kind === "end-all" || action.kind === "stop" ? "danger" : "primary"}
            type="submit"
            form={formId}
            isPending={isBusy}
          >
            {title}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void submit(event)} noValidate className="flex flex-col gap-4">
        <p>{effect}</p>
        {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
        {action.kind === "remove" && (
          <fieldset className="flex flex-col">
            <legend className="mb-1 text-sm font-bold">{text("remove.confirmed")}</legend>
            {ways.map((way) => (
              <label key={way} className="flex min-h-11 items-center gap-3">
                <input
                  type="radio"
                  name="confirmed-by"
                  checked={confirmedBy === way}
                  onChange={() => setConfirmedBy(way)}
                  className="size-5 accent-[var(--accent)]"
                />
                {text(`remove.${way}`)}
              </label>
            ))}
          </fieldset>
        )}
        {action.kind === "period" && (
          <div className="grid gap-4 md:grid-cols-2">
            <TextField
              type="datetime-local"
              label={text("period.from")}
              value={startsAt}
              onChange={setStartsAt}
            />
            <TextField
              name="expiresAt"
              type="datetime-local"
              label={text("period.until")}
              value={expiresAt}
              onChange={setExpiresAt}
              error={errorOf("expiresAt")}
            />
          </div>
        )}
        <TextField
          name="reason"
          label={text("reason")}
          hint={text("reason.hint")}
          value={reason}
          onChange={setReason}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
          autoFocus
          error={errorOf("reason")}
        />
      </form>
    </Dialog>
  );
}

function wordsFor(action: AccountAction, account: AccountDetail): { title: string; effect: string } {
  switch (action.kind) {
    case "end-session":
      return { title: text("end.do"), effect: text("end.effect", { device: deviceOf(action.session) }) };
    case "end-all":
      return {
        title: text("endAll.do"),
        effect: text("endAll.effect", { count: account.sessions.length }),
      };
    default:
      return { title: text(`${action.kind}.do`), effect: text(`${action.kind}.effect`) };
  }
}
