import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { BackIcon, PrintIcon } from "#web/kit/components/icons.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveFile } from "#web/kit/device/csv.ts";
import type { ExportedFile, UseReviewPage } from "../../contract.ts";
import { text } from "../text/index.ts";
import { monthWords } from "../words.ts";
import { EntryCard } from "./entry-card.tsx";
import { ruleNames, ruleSentences } from "./rule-words.ts";

/** One month: what was picked by which rule, looked at and judged one after the other. */
export function ReviewView({ reviewId, onBack }: { reviewId: string; onBack: () => void }) {
  const { value, error, reload } = useAnswer<UseReviewPage>(`/use-reviews/${reviewId}`);
  const [isExporting, setExporting] = useState(false);
  const take = async (reason: string) => {
    const file = await request<ExportedFile>("POST", `/use-reviews/${reviewId}/exports`, {
      body: { reason },
      attempts: 1,
    });
    saveFile(file.name, file.text);
    setExporting(false);
    tell(text("use.exported"));
  };
  const says = value && ruleSentences(value.rules);
  return (
    <section aria-labelledby="use-month" className="flex flex-col gap-5">
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button kind="quiet" icon={<BackIcon />} onPress={onBack}>
          {text("use.back")}
        </Button>
        {value && (
          <>
            <Button onPress={() => setExporting(true)}>{text("use.export")}</Button>
            <Button icon={<PrintIcon />} onPress={() => window.print()}>
              {text("use.print")}
            </Button>
          </>
        )}
      </div>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-28 w-full" />
          ))}
        </Loading>
      )}
      {value && (
        <>
          <h3
            id="use-month"
            tabIndex={-1}
            ref={focusOnce}
            className="text-lg font-bold outline-none! shadow-none!"
          >
            {text("use.month", { month: monthWords(value.review.month) })}
          </h3>
          <p className="text-sm text-ink-2">
            {text("use.progress", {
              done: value.review.entries - value.review.left,
              count: value.review.entries,
            })}
          </p>
          {value.review.leftOut > 0 && (
            <Notice tone="warn">{text("use.left-out", { count: value.review.leftOut })}</Notice>
          )}
          {value.entries.length === 0 && (
            <Empty title={text("use.nothing")}>{text("use.nothing.next")}</Empty>
          )}
          {ruleNames
            .map((rule) => ({ rule, entries: value.entries.filter((entry) => entry.rule === rule) }))
            .filter(({ entries }) => entries.length > 0)
            .map(({ rule, entries }) => (
              <section key={rule} aria-labelledby={`use-${rule}`} className="flex flex-col gap-3">
                <h4 id={`use-${rule}`} className="font-bold">
                  {text(`use.rule.${rule}`)}
                </h4>
                <p className="text-sm text-ink-2">{says![rule]}</p>
                <ul className="flex flex-col gap-3">
                  {entries.map((entry) => (
                    <li key={entry.id}>
                      <EntryCard reviewId={reviewId} entry={entry} onJudged={reload} />
                    </li>
                  ))}
                </ul>
              </section>
            ))}
        </>
      )}
      {isExporting && (
        <ReasonDialog title={text("use.export")} act={take} onClose={() => setExporting(false)}>
          <p>{text("use.export.effect")}</p>
        </ReasonDialog>
      )}
    </section>
  );
}

/** The heading is read out when the month opens, not again with every answer. */
function focusOnce(heading: HTMLElement | null): void {
  if (heading && !heading.dataset.seen) {
    heading.dataset.seen = "yes";
    heading.focus();
  }
}
