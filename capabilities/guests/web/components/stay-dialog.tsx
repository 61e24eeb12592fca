import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Guest, GuestSettings } from "../../contract.ts";
import { dayAfter, endOfDay, lastDay } from "../days.ts";
import { text } from "../text/index.ts";

export type StayAction = "extend" | "end" | "take-over" | "renew";

const titles = {
  extend: "guest.extend",
  end: "guest.end",
  "take-over": "guest.takeOver",
  renew: "guest.renew",
} as const;
const effects = {
  extend: "extend.effect",
  end: "end.effect",
  "take-over": "takeOver.effect",
  renew: "renew.effect",
} as const;

/** What a sponsor does about a stay, with its reason. In a review ending is an answer to it. */
export function StayDialog({
  guest,
  action,
  settings,
  onClose,
  onDone,
}: {
  guest: Guest;
  action: StayAction;
  settings: GuestSettings;
  onClose: () => void;
  onDone: () => void;
}) {
  const hasDay = action === "extend" || action === "renew";
  const [day, setDay] = useState(() => {
    const usual = dayAfter(settings.defaultDays);
    const present = guest.until ? lastDay(guest.until) : "";
    return [usual, present].sort().at(-1)!;
  });
  const { name, id } = guest.person;
  const act = async (reason: string) => {
    const isReviewed = guest.needs.includes("renewal");
    const until = hasDay ? endOfDay(day) : "";
    if (action === "take-over") await request("PUT", `/guests/${id}/sponsor`, { body: { reason } });
    else if (action === "extend") await request("PUT", `/guests/${id}/term`, { body: { until, reason } });
    else if (action === "renew")
      await request("PUT", `/guests/${id}/review`, {
        attempts: 1,
        body: { outcome: "renewed", until, reason },
      });
    else if (isReviewed)
      await request("PUT", `/guests/${id}/review`, { attempts: 1, body: { outcome: "ended", reason } });
    else await request("POST", `/guests/${id}/end`, { body: { reason } });
    tell(text("done"));
    onDone();
  };
  return (
    <ReasonDialog
      title={text(titles[action])}
      kind={action === "end" ? "danger" : "primary"}
      onClose={onClose}
      check={() => (hasDay && !day ? text("until.missing") : undefined)}
      act={act}
    >
      <p>{text(effects[action], { name })}</p>
      {hasDay && (
        <TextField
          type="date"
          label={text("form.until")}
          hint={text("form.until.hint", { days: settings.longestDays })}
          value={day}
          onChange={setDay}
          inputProps={{ min: dayAfter(0), max: dayAfter(settings.longestDays) }}
        />
      )}
    </ReasonDialog>
  );
}
