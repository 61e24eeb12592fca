import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { DecideDeviceRequest, DeviceItem, DeviceOwnership } from "../../contract.ts";
import { OwnershipChoice } from "./ownership-choice.tsx";
import { text } from "./text/index.ts";

export type Decision = "approve" | "refuse" | "restore";

/** Shows what a decision about a device does, and makes it. */
export function DecisionDialog({
  item,
  kind,
  onClose,
  onDone,
}: {
  item: DeviceItem;
  kind: Decision;
  onClose: () => void;
  onDone: () => void;
}) {
  const formId = useId();
  const [owned, setOwned] = useState<DeviceOwnership>(item.owned ?? "issued");
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<{ words: string; field?: "note" }>();
  const title = text(kind === "restore" ? "restore.do" : `decide.${kind}`);
  const effect = text(kind === "restore" ? "restore.effect" : `decide.${kind}.effect`, {
    name: item.person.name,
  });

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (kind !== "approve" && !note.trim()) {
      setProblem({ words: text("form.missing"), field: "note" });
      return;
    }
    setBusy(true);
    setProblem(undefined);
    try {
      if (kind === "restore")
        await request("POST", `/devices/${item.id}/restore`, { body: { reason: note.trim() } });
      else {
        const body: DecideDeviceRequest = {
          isApproved: kind === "approve",
          owned,
          ...(note.trim() && { note: note.trim() }),
        };
        await request("POST", `/devices/${item.id}/decision`, { body });
      }
      tell(
        text(kind === "approve" ? "decide.approved" : kind === "refuse" ? "decide.refused" : "restore.done"),
      );
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem({ words: wordsOf(error) });
    }
  };

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
            kind={kind === "refuse" ? "danger" : "primary"}
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
        {kind !== "restore" && <p className="font-bold">{text("number", { number: item.number })}</p>}
        {problem && !problem.field && <Notice tone="danger">{problem.words}</Notice>}
        {kind === "approve" && (
          <OwnershipChoice
            label={text("decide.owned")}
            words={{ issued: text("request.issued"), personal: text("request.personal") }}
            value={owned}
            onChange={setOwned}
          />
        )}
        <TextField
          label={text(kind === "restore" ? "restore.reason" : "decide.note")}
          hint={kind === "restore" ? text("rule.reason.hint") : text("decide.note.hint")}
          value={note}
          onChange={setNote}
          inputProps={{ maxLength: 200 }}
          autoComplete="off"
          error={problem?.field === "note" ? problem.words : null}
        />
      </form>
    </Dialog>
  );
}
