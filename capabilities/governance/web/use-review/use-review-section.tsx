import { useEffect, useRef, useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { UseReview, UseReviewList } from "../../contract.ts";
import { governanceState } from "../state.ts";
import { text } from "../text/index.ts";
import { dateWords, monthWords } from "../words.ts";
import { ReviewView } from "./review-view.tsx";
import { RulesCard } from "./rules-card.tsx";

/** 「利用状況の点検」: the months with what is left of each, and the rules that pick. */
export default function UseReviewSection() {
  const { value, error, reload } = useAnswer<UseReviewList>("/use-reviews");
  const [shown, setShown] = useState<string>();
  const changed = useStore(governanceState, ({ changeId }) => changeId);
  const known = useRef(changed);
  useEffect(() => {
    if (known.current === changed) return;
    known.current = changed;
    reload();
  }, [changed, reload]);
  if (shown)
    return (
      <ReviewView
        reviewId={shown}
        onBack={() => {
          setShown(undefined);
          reload();
        }}
      />
    );
  return (
    <div className="flex flex-col gap-6">
      <p className="text-sm text-ink-2">{text("use.intro")}</p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-2">
          {[1, 2].map((row) => (
            <Skeleton key={row} className="h-20 w-full" />
          ))}
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("use.none")}>{text("use.none.next")}</Empty>}
      {value && value.items.length > 0 && (
        <ul className="flex flex-col gap-3">
          {value.items.map((review) => (
            <li key={review.id}>
              <Month review={review} onOpen={() => setShown(review.id)} />
            </li>
          ))}
        </ul>
      )}
      {value && <RulesCard list={value} onChanged={reload} />}
    </div>
  );
}

function Month({ review, onOpen }: { review: UseReview; onOpen: () => void }) {
  const { left, entries, dueOn, isOverdue } = review;
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-raised p-4">
      <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
        <p className="font-bold">
          {monthWords(review.month)}
          <Tag tone={left === 0 ? "ok" : "warn"}>
            {left === 0 ? text("use.state.done") : text("use.state.left", { count: left })}
          </Tag>
        </p>
        <p className="text-sm text-ink-2">
          {text("use.entries", { count: entries })}
          {left > 0 && `　${text("use.due", { day: dateWords(dueOn) })}`}
          {isOverdue && <strong className="text-danger">　{text("use.overdue")}</strong>}
        </p>
      </div>
      <Button kind={left > 0 ? "primary" : "secondary"} onPress={onOpen}>
        {text("use.open", { month: monthWords(review.month) })}
      </Button>
    </div>
  );
}
