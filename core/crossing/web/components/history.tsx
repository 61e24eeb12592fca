import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { CrossingVersion } from "../../contract.ts";
import { text } from "../text/index.ts";

const tones = { "to-come": "warn", "in-force": "ok", over: "plain", withdrawn: "plain" } as const;

/** Every version with who saved it, when and why. */
export function History({
  versions,
  onUse,
  onChanged,
}: {
  versions: readonly CrossingVersion[];
  onUse: (version: CrossingVersion) => void;
  onChanged: () => void;
}) {
  const [asked, setAsked] = useState<CrossingVersion>();
  if (versions.length === 0) return <p className="text-sm text-ink-2">{text("history.none")}</p>;
  return (
    <>
      <ul className="flex flex-col divide-y divide-line border-y border-line">
        {versions.map((version) => {
          const { number, standing, withdrawal } = version;
          return (
            <li key={number} className="flex flex-wrap items-center gap-x-4 gap-y-2 py-3">
              <div className="min-w-0 flex-1 basis-80">
                <p className="font-bold">
                  {text("history.number", { number })}
                  <Tag tone={tones[standing]}>
                    {text(`history.${standing}`, { when: longMoment(version.takesEffectAt) })}
                  </Tag>
                </p>
                <p>{version.reason}</p>
                <p className="text-sm text-ink-3">
                  {text("history.saved", { who: version.savedBy.name, when: longMoment(version.savedAt) })}
                  {"　"}
                  {standing !== "to-come" &&
                    text("history.from", { when: longMoment(version.takesEffectAt) })}
                </p>
                {withdrawal && (
                  <p className="text-sm text-ink-3">
                    {text("history.back", {
                      who: withdrawal.by.name,
                      when: longMoment(withdrawal.at),
                      reason: withdrawal.reason,
                    })}
                  </p>
                )}
              </div>
              <div className="flex flex-wrap gap-2">
                <Button size="small" onPress={() => onUse(version)}>
                  {text("history.use")}
                </Button>
                {(standing === "in-force" || standing === "to-come") && (
                  <Button size="small" kind="quiet" onPress={() => setAsked(version)}>
                    {text("history.withdraw")}
                  </Button>
                )}
              </div>
            </li>
          );
        })}
      </ul>
      {asked && (
        <WithdrawDialog
          number={asked.number}
          onClose={() => setAsked(undefined)}
          onDone={() => {
            setAsked(undefined);
            onChanged();
          }}
        />
      )}
    </>
  );
}

function WithdrawDialog({
  number,
  onClose,
  onDone,
}: {
  number: number;
  onClose: () => void;
  onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const [problem, setProblem] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const withdraw = async () => {
    if (reason.trim() === "") return setMissing(true);
    setBusy(true);
    try {
      await request("PUT", `/crossing/versions/${number}/withdrawal`, { body: { reason: reason.trim() } });
      tell(text("history.withdraw.done", { number }));
      onDone();
    } catch (error) {
      setProblem(wordsOf(error));
      setBusy(false);
    }
  };
  return (
    <Dialog
      title={text("history.withdraw.title", { number })}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="danger" isPending={isBusy} onPress={() => void withdraw()}>
            {text("history.withdraw")}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <p>{text("history.withdraw.about")}</p>
        <TextField
          label={text("save.reason")}
          hint={text("save.reason.hint")}
          value={reason}
          onChange={setReason}
          inputProps={{ maxLength: 500 }}
          error={isMissing ? text("save.reason.missing") : null}
        />
      </div>
    </Dialog>
  );
}
