import { useState } from "react";
import type { SettingsProps } from "#web/kit/module.ts";
import { text } from "../text/index.ts";
import { DisposalView } from "./disposal-view.tsx";
import { DisposalsPart } from "./disposals-part.tsx";
import { ExportsPart } from "./exports-part.tsx";
import { HoldsPart } from "./holds-part.tsx";
import { TermsPart } from "./terms-part.tsx";

/** 「記録の保存と廃棄」: what waits to be disposed of, terms of keeping, legal holds. */
export default function RecordsSection({ me }: SettingsProps) {
  const [disposalId, setDisposalId] = useState<string>();
  const keeps = me.account.offices.includes("records");
  if (disposalId) return <DisposalView disposalId={disposalId} onBack={() => setDisposalId(undefined)} />;
  return (
    <div className="flex flex-col gap-10">
      <p className="text-sm text-ink-2">{text("records.intro")}</p>
      <DisposalsPart onOpen={setDisposalId} />
      <TermsPart keeps={keeps} />
      <HoldsPart keeps={keeps} />
      <ExportsPart keeps={keeps} />
    </div>
  );
}
