import { useState } from "react";
import { newId } from "#shared/ids.ts";
import { request } from "#web/kit/api/client.ts";
import { SelectField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { FileSummary } from "../../contract.ts";
import { text } from "../text/index.ts";
import { hoursWords } from "../words.ts";

const hoursOffered = [4, 24, 72, 168];
const downloadsOffered = [1, 2, 3, 5, 10];

/** Asks to carry a file out: for how long, how often and why. */
export default function RequestCarryOutDialog({ file, onClose }: { file: FileSummary; onClose: () => void }) {
  const [hours, setHours] = useState("24");
  const [downloads, setDownloads] = useState("1");
  // The same dialog sent twice on a bad line is one request.
  const [key] = useState(() => newId());
  const ask = async (reason: string) => {
    await request("POST", `/files/${file.id}/carry-outs`, {
      body: { version: file.version, reason, hours: Number(hours), downloads: Number(downloads) },
      idempotencyKey: `${key}`,
    });
    tell(text("carryOut.request.sent"));
    onClose();
  };
  return (
    <ReasonDialog
      title={text("carryOut.request")}
      action={text("carryOut.request.send")}
      act={ask}
      onClose={onClose}
    >
      <p className="[overflow-wrap:anywhere]">{text("carryOut.request.effect", { name: file.name })}</p>
      <SelectField id="carry-out-hours" label={text("carryOut.hours")} value={hours} onChange={setHours}>
        {hoursOffered.map((each) => (
          <option key={each} value={each}>
            {hoursWords(each)}
          </option>
        ))}
      </SelectField>
      <SelectField
        id="carry-out-downloads"
        label={text("carryOut.downloads")}
        value={downloads}
        onChange={setDownloads}
      >
        {downloadsOffered.map((each) => (
          <option key={each} value={each}>
            {text("carryOut.downloads.value", { count: each })}
          </option>
        ))}
      </SelectField>
    </ReasonDialog>
  );
}
