import { useEffect, useRef, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { useStore } from "#web/kit/state/store.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Disposal, DisposalList } from "../../contract.ts";
import { governanceState } from "../state.ts";
import { text } from "../text/index.ts";

/** 「廃棄」: the lists of what was due, and how far each is. */
export function DisposalsPart({ onOpen }: { onOpen: (disposalId: string) => void }) {
  const { value, error, reload } = useAnswer<DisposalList>("/disposals");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  useGovernanceChange(reload);
  const make = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      const { id } = await request<{ id: string }>("POST", "/disposals", { attempts: 1 });
      onOpen(id);
    } catch (failure) {
      setBusy(false);
      setProblem(wordsOf(failure));
    }
  };
  return (
    <section aria-labelledby="disposals" className="flex flex-col gap-3">
      <h3 id="disposals" className="text-lg font-bold">
        {text("records.disposals")}
      </h3>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-20 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && (
        <Empty title={text("records.disposals.none")}>{text("records.disposals.none.next")}</Empty>
      )}
      <ul className="flex flex-col gap-3">
        {value?.items.map((disposal) => (
          <li
            key={disposal.id}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 rounded-lg border border-line bg-raised p-4"
          >
            <div className="flex min-w-0 flex-1 basis-64 flex-col gap-1">
              <p className="font-bold">
                {text("records.disposals.of", { when: longMoment(disposal.madeAt) })}
                <DisposalState disposal={disposal} />
              </p>
              <p className="text-sm text-ink-2">{text("records.disposals.counts", { ...disposal })}</p>
            </div>
            <Button
              kind={disposal.mayApprove || disposal.mayConsent ? "primary" : "secondary"}
              onPress={() => onOpen(disposal.id)}
            >
              {text("records.disposals.open")}
            </Button>
          </li>
        ))}
      </ul>
      {problem && <Notice tone="warn">{problem}</Notice>}
      {value?.mayMake && (
        <Button className="self-start" isPending={isBusy} onPress={() => void make()}>
          {text("records.disposals.make")}
        </Button>
      )}
    </section>
  );
}

export function DisposalState({ disposal: { state } }: { disposal: Disposal }) {
  const tone = state === "done" ? "ok" : state === "refused" ? "plain" : "warn";
  return <Tag tone={tone}>{text(`records.disposals.state.${state}`)}</Tag>;
}

/** Asks again whenever the stream says that something in governance has changed. */
export function useGovernanceChange(reload: () => void): void {
  const changed = useStore(governanceState, ({ changeId }) => changeId);
  const known = useRef(changed);
  useEffect(() => {
    if (known.current === changed) return;
    known.current = changed;
    reload();
  }, [changed, reload]);
}
