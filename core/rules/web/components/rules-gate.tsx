import { useEffect, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { ReadToEnd } from "#web/kit/components/read-to-end.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { serverNow } from "#web/kit/state/clock.ts";
import { type Store, useStore } from "#web/kit/state/store.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { OwnRules } from "../../contract.ts";
import type { RulesState } from "../apply.ts";
import { text } from "../text/index.ts";

/**
 * In front of the page when a new version has taken effect; what is open below stays as it is. While it may be put off it
 * shrinks to a line above the page, so that nobody is kept from an emergency; asked once more, it opens again.
 */
export default function RulesGate({ state }: { state: Store<RulesState | undefined> }) {
  const rules = useStore(state, (now) => now);
  const [putOff, setPutOff] = useState<string>();
  const occasion = `${rules?.text?.id} ${rules?.remindedAt}`;
  if (!rules?.text || rules.isAgreed) return null;
  const until = longMoment(rules.text.graceUntil);
  const mayWait = Date.parse(rules.text.graceUntil) > serverNow();

  if (mayWait && putOff === occasion)
    return (
      <section
        aria-label={rules.text.title}
        data-print="hide"
        className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b border-warn-line bg-warn-soft px-4 py-1 text-sm text-warn"
      >
        <span>{text("gate.waiting", { when: until })}</span>
        <Button size="small" onPress={() => setPutOff(undefined)}>
          {text("gate.open")}
        </Button>
      </section>
    );
  return (
    <RulesDialog
      textId={rules.text.id}
      title={rules.text.title}
      until={mayWait ? until : undefined}
      onLater={mayWait ? () => setPutOff(occasion) : undefined}
      onAgreed={() => state.update((now) => now && { ...now, isAgreed: true })}
    />
  );
}

function RulesDialog({
  textId,
  title,
  until,
  onLater,
  onAgreed,
}: {
  textId: string;
  title: string;
  until: string | undefined;
  onLater: (() => void) | undefined;
  onAgreed: () => void;
}) {
  const { value, error, reload } = useAnswer<OwnRules>(`/me/rules`);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  // A newer version came while this one was read.
  useEffect(() => {
    if (value?.text && value.text.id !== textId) reload();
  }, [value, textId, reload]);

  const agree = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", `/me/rules/${textId}/agreement`);
      tell(text("gate.done"));
      onAgreed();
    } catch (failure) {
      setBusy(false);
      setProblem(wordsOf(failure));
      reload();
    }
  };
  const shown = value?.text?.id === textId ? value.text : undefined;
  return (
    <Dialog title={title} width="large" isFirm onClose={() => onLater?.()}>
      <div className="flex flex-col gap-3">
        <p>{text("gate.about")}</p>
        {until && <p className="text-sm text-ink-2">{text("gate.until", { when: until })}</p>}
        {problem && <Notice tone="danger">{problem}</Notice>}
        {error !== undefined && <Failure error={error} onRetry={reload} />}
        {!shown && error === undefined && (
          <Loading>
            <Skeleton className="h-72 w-full" />
          </Loading>
        )}
        {shown && (
          <ReadToEnd key={shown.id} title={shown.title} body={shown.body} className="max-h-[44dvh]">
            {(isRead) => (
              <div className="flex flex-wrap justify-end gap-3">
                {onLater && (
                  <Button kind="quiet" onPress={onLater}>
                    {text("gate.later")}
                  </Button>
                )}
                <Button kind="primary" isDisabled={!isRead} isPending={isBusy} onPress={() => void agree()}>
                  {text("gate.agree")}
                </Button>
              </div>
            )}
          </ReadToEnd>
        )}
      </div>
    </Dialog>
  );
}
