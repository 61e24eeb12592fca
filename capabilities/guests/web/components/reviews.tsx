import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { BackIcon, PrintIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { Review, ReviewItem, ReviewList } from "../../contract.ts";
import { endWords } from "../days.ts";
import { text } from "../text/index.ts";

/** The reviews with their numbers, the report of one, and opening one by hand. */
export function Reviews({ onChanged }: { onChanged: () => void }) {
  const { value, error, reload } = useAnswer<ReviewList>("/guest-reviews");
  const [shown, setShown] = useState<string>();
  const [isStarting, setStarting] = useState(false);
  const isOpen = value?.items.some((review) => review.closedAt === null);
  if (shown) return <Report reviewId={shown} onBack={() => setShown(undefined)} />;
  return (
    <section aria-labelledby="guest-reviews" className="flex flex-col gap-3">
      <h3 id="guest-reviews" className="text-base font-bold">
        {text("reviews.title")}
      </h3>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-16 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <p className="text-ink-2">{text("reviews.none")}</p>}
      <ul className="flex flex-col gap-2">
        {value?.items.map((review) => (
          <li key={review.id} className="flex flex-wrap items-center gap-3 rounded-xl border border-line p-4">
            <span className="min-w-0 flex-1">
              {text("reviews.line", {
                from: shortMoment(review.openedAt),
                to: shortMoment(review.closesAt),
                total: review.total,
                renewed: review.renewed,
                ended: review.ended + review.lapsed,
                open: review.total - review.renewed - review.ended - review.lapsed,
              })}
            </span>
            <Button size="small" onPress={() => setShown(review.id)}>
              {text("reviews.show")}
            </Button>
          </li>
        ))}
      </ul>
      {value && !isOpen && (
        <Button className="self-start" onPress={() => setStarting(true)}>
          {text("reviews.start")}
        </Button>
      )}
      {isStarting && (
        <StartDialog
          onClose={() => setStarting(false)}
          onDone={() => {
            setStarting(false);
            reload();
            onChanged();
          }}
        />
      )}
    </section>
  );
}

function StartDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const start = async () => {
    setBusy(true);
    try {
      await request("POST", "/guest-reviews");
      tell(text("reviews.started"));
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <Dialog
      title={text("reviews.start")}
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {kitText("action.cancel")}
          </Button>
          <Button kind="primary" isPending={isBusy} onPress={() => void start()}>
            {text("reviews.start")}
          </Button>
        </>
      }
    >
      {problem && <Notice tone="danger">{problem}</Notice>}
      <p>{text("reviews.start.effect")}</p>
    </Dialog>
  );
}

const columns = [
  "guest",
  "affiliation",
  "section",
  "sponsor",
  "purpose",
  "until",
  "used",
  "outcome",
  "decided",
  "reason",
] as const;

/** What was decided about whom, by whom: on the screen, as CSV and on paper. */
function Report({ reviewId, onBack }: { reviewId: string; onBack: () => void }) {
  const { value, error, reload } = useAnswer<Review>(`/guest-reviews/${reviewId}`);
  const rows = value?.items.map(rowOf);
  return (
    <div className="flex flex-col gap-3" data-print="keep">
      <Button kind="quiet" className="-ml-3 self-start print:hidden" icon={<BackIcon />} onPress={onBack}>
        {text("reviews.back")}
      </Button>
      <h3 className="text-lg font-bold">{text("reviews.report")}</h3>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-48 w-full" />
        </Loading>
      )}
      {value && rows && (
        <>
          <p className="text-sm text-ink-2">
            {longMoment(value.openedAt)} – {longMoment(value.closesAt)}
          </p>
          <div className="flex flex-wrap gap-3" data-print="hide">
            <Button icon={<PrintIcon />} onPress={() => window.print()}>
              {text("print")}
            </Button>
            <Button
              onPress={() =>
                saveTable(text("csv.review"), [columns.map((column) => text(`column.${column}`)), ...rows])
              }
            >
              {text("csv")}
            </Button>
          </div>
          <section
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            aria-label={text("reviews.report")}
            className="focus-inside overflow-x-auto rounded-lg print:overflow-visible"
          >
            <table className="border-collapse text-sm">
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th key={column} scope="col" className="border border-line bg-sunken px-2 py-1 text-left">
                      {text(`column.${column}`)}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {value.items.map((item, at) => (
                  <tr key={item.person.id}>
                    {columns.map((column, place) => (
                      <td key={column} className="min-w-20 border border-line px-2 py-1 align-top">
                        {rows[at]![place]}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        </>
      )}
    </div>
  );
}

function rowOf(item: ReviewItem): string[] {
  return [
    item.person.name,
    item.person.affiliation ?? "",
    item.sectionName ?? "",
    item.sponsor?.name ?? "",
    item.purpose,
    item.until ? endWords(item.until) : "",
    item.lastUsedAt ? longMoment(item.lastUsedAt) : text("guest.neverUsed"),
    text(`outcome.${item.outcome ?? "open"}`),
    [item.decidedByName, item.decidedAt && shortMoment(item.decidedAt)].filter(Boolean).join("　"),
    item.reason ?? "",
  ];
}
