import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { DecideRecords } from "../../contract.ts";
import { text } from "../text/index.ts";

/** The two buttons of whoever decides about what another asked for, each with its effect and a reason. */
export function Decision({
  path,
  words,
  onDone,
}: {
  /** Where the decision goes. */
  path: string;
  words: { consent: string; refuse: string; consentEffect: string; refuseEffect: string };
  onDone: () => void;
}) {
  const [consents, setConsents] = useState<boolean>();
  const decide = async (reason: string) => {
    await request("POST", path, {
      body: { consents: consents === true, reason } satisfies DecideRecords,
      attempts: 1,
    });
    tell(text("records.decided"));
    setConsents(undefined);
    onDone();
  };
  return (
    <div className="flex flex-wrap gap-3 pt-1" data-print="hide">
      <Button kind="primary" onPress={() => setConsents(true)}>
        {words.consent}
      </Button>
      <Button onPress={() => setConsents(false)}>{words.refuse}</Button>
      {consents !== undefined && (
        <ReasonDialog
          title={consents ? words.consent : words.refuse}
          act={decide}
          onClose={() => setConsents(undefined)}
        >
          <p>{consents ? words.consentEffect : words.refuseEffect}</p>
        </ReasonDialog>
      )}
    </div>
  );
}
