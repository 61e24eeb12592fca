import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { RuleText } from "../../contract.ts";
import { text } from "../text/index.ts";

type Props = { item: RuleText; onClose: () => void; onDone: () => void };

/** What publishing does, from when on, how long it may be put off, and why. */
export function PublishDialog({ item, onClose, onDone }: Props) {
  const [when, setWhen] = useState("");
  const [grace, setGrace] = useState("3");
  const graceDays = /^\d{1,2}$/.test(grace) && Number(grace) <= 30 ? Number(grace) : undefined;
  return (
    <ReasonDialog
      title={text("publish.title")}
      onClose={onClose}
      check={() => (graceDays === undefined ? text("publish.grace.wrong") : undefined)}
      act={async (reason) => {
        await request("POST", `/rule-texts/${item.id}/publication`, {
          body: {
            // The office's clock is Japan's, wherever the device thinks it is.
            effectiveAt: when === "" ? null : new Date(`${when}:00+09:00`).toISOString(),
            graceDays,
            reason,
            basedOn: item.changedAt,
          },
        });
        tell(text("publish.done"));
        onDone();
      }}
    >
      <p>{text("publish.effect", { audience: text(`audience.${item.audience}`) })}</p>
      <TextField
        type="datetime-local"
        label={text("publish.when")}
        hint={text("publish.when.hint")}
        value={when}
        onChange={setWhen}
      />
      <TextField
        label={text("publish.grace")}
        hint={text("publish.grace.hint")}
        value={grace}
        onChange={setGrace}
        inputProps={{ inputMode: "numeric", maxLength: 2 }}
        autoComplete="off"
      />
    </ReasonDialog>
  );
}

export function WithdrawDialog({ item, onClose, onDone }: Props) {
  return (
    <ReasonDialog
      title={text("texts.withdraw")}
      onClose={onClose}
      act={async (reason) => {
        await request("POST", `/rule-texts/${item.id}/withdrawal`, { body: { reason } });
        tell(text("withdraw.done"));
        onDone();
      }}
    >
      <p>{text("texts.withdraw.effect")}</p>
    </ReasonDialog>
  );
}
