import { lazy, Suspense, useState } from "react";
import { loadQrCode } from "#core/identity/web/index.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveFile } from "#web/kit/device/csv.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { AuditStatus } from "../../contract.ts";
import { text } from "../text/index.ts";

const QrCode = lazy(loadQrCode);

export type TakenAnchor = { anchor: NonNullable<AuditStatus["anchor"]>; at: Date };

/** 「控え」: why, when the last one was taken, and taking one. */
export function AnchorCard({
  status,
  onTaken,
}: {
  status: AuditStatus;
  onTaken: (taken: TakenAnchor) => void;
}) {
  const [isBusy, setBusy] = useState(false);
  const take = async () => {
    setBusy(true);
    try {
      onTaken({ anchor: await request<TakenAnchor["anchor"]>("POST", "/audit/anchors"), at: new Date() });
    } catch (error) {
      tell(wordsOf(error), "danger");
      setBusy(false);
    }
  };
  return (
    <section aria-labelledby="anchor" className="flex flex-col items-start gap-3">
      <h3 id="anchor" className="text-lg font-bold">
        {text("anchor.title")}
      </h3>
      <p className="text-sm text-ink-2">{text("anchor.about")}</p>
      <p className="text-sm text-ink-2">
        {status.anchoredAt
          ? text("anchor.last", { when: longMoment(status.anchoredAt) })
          : text("anchor.never")}
      </p>
      <Button isPending={isBusy} onPress={() => void take()}>
        {text("anchor.take")}
      </Button>
    </section>
  );
}

/** The anchor alone, as it goes onto paper or into a file. */
export function AnchorSheet({ taken, onClose }: { taken: TakenAnchor; onClose: () => void }) {
  const line = JSON.stringify(taken.anchor);
  return (
    <section aria-labelledby="anchor-sheet" className="flex flex-col gap-4" data-print="keep">
      <h3
        id="anchor-sheet"
        tabIndex={-1}
        ref={(heading) => heading?.focus()}
        className="text-lg font-bold outline-none! shadow-none!"
      >
        {text("anchor.number", { number: taken.anchor.number })}
      </h3>
      <p>
        {text("anchor.when")}　{longMoment(taken.at)}
      </p>
      <div className="flex flex-wrap items-center gap-6">
        <Suspense fallback={<Skeleton className="size-64" />}>
          <QrCode words={line} label={text("anchor.qr")} isLink={false} />
        </Suspense>
        <code className="min-w-0 flex-1 basis-60 text-sm [overflow-wrap:anywhere]">{line}</code>
      </div>
      <p className="text-sm text-ink-2">{text("anchor.how")}</p>
      <p className="hidden border-t border-line pt-8 text-sm print:block">{text("anchor.signed")}</p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("anchor.print")}
        </Button>
        <Button
          onPress={() =>
            saveFile(`監査記録の控え_${taken.anchor.number}.jsonl`, `${line}\n`, "application/jsonl")
          }
        >
          {text("anchor.save")}
        </Button>
        <Button kind="primary" onPress={onClose}>
          {text("anchor.close")}
        </Button>
      </div>
    </section>
  );
}
