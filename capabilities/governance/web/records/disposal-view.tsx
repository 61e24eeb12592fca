import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { BackIcon } from "#web/kit/components/icons.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Disposal, DisposalItem, DisposalPage, ExcludeRoom } from "../../contract.ts";
import { text } from "../text/index.ts";
import { Certificate } from "./certificate.tsx";
import { Decision } from "./decision.tsx";
import { DisposalState, useGovernanceChange } from "./disposals-part.tsx";
import { ruleSentence } from "./rule-words.ts";

/** One list: its rooms with what is due of each, taking rooms out, the two decisions, and in the end the certificate. */
export function DisposalView({ disposalId, onBack }: { disposalId: string; onBack: () => void }) {
  const { value, error, reload } = useAnswer<DisposalPage>(`/disposals/${disposalId}`);
  const [excluded, setExcluded] = useState<DisposalItem>();
  useGovernanceChange(reload);
  const exclude = async (reason: string) => {
    await request("POST", `/disposals/${disposalId}/exclusions`, {
      body: { roomId: excluded!.roomId, reason } satisfies ExcludeRoom,
      attempts: 1,
    });
    setExcluded(undefined);
    tell(text("records.exclude.done"));
    reload();
  };
  return (
    <div className="flex flex-col gap-5">
      <div data-print="hide">
        <Button kind="quiet" icon={<BackIcon />} onPress={onBack}>
          {text("records.back")}
        </Button>
      </div>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-20 w-full" />
          ))}
        </Loading>
      )}
      {value && (
        <>
          <Head disposal={value.disposal} source={value.source} onDone={reload} />
          {value.certificate && <Certificate certificate={value.certificate} id={disposalId} />}
          <section aria-labelledby="disposal-rooms" className="flex flex-col gap-3" data-print="hide">
            <h4 id="disposal-rooms" className="font-bold">
              {text("records.rooms")}
            </h4>
            <ul className="flex flex-col gap-3">
              {value.items.map((item) => (
                <li key={item.roomId}>
                  <Room
                    item={item}
                    onExclude={value.disposal.mayApprove ? () => setExcluded(item) : undefined}
                  />
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
      {excluded && (
        <ReasonDialog title={text("records.exclude")} act={exclude} onClose={() => setExcluded(undefined)}>
          <p>{text("records.exclude.effect", { name: excluded.roomName })}</p>
        </ReasonDialog>
      )}
    </div>
  );
}

function Head({ disposal, source, onDone }: { disposal: Disposal; source: string; onDone: () => void }) {
  const { approvedBy, approvedAt, decidedBy, decidedAt } = disposal;
  const words = disposal.mayApprove
    ? {
        consent: text("records.approve"),
        refuse: text("records.refuse"),
        consentEffect: text("records.approve.effect", { ...disposal }),
        refuseEffect: text("records.disposals.refuse.effect"),
      }
    : {
        consent: text("records.consent"),
        refuse: text("records.refuse"),
        consentEffect: text("records.consent.effect", { ...disposal }),
        refuseEffect: text("records.disposals.refuse.effect"),
      };
  return (
    <section
      aria-labelledby="disposal"
      className="flex min-w-0 flex-col gap-2 [overflow-wrap:anywhere]"
      data-print="hide"
    >
      <h3 id="disposal" className="text-lg font-bold">
        {text("records.disposals.of", { when: longMoment(disposal.madeAt) })}
        <DisposalState disposal={disposal} />
      </h3>
      <p className="text-sm text-ink-2 [overflow-wrap:anywhere]">
        {text("records.disposals.counts", { ...disposal })}
        {"　"}
        {text("records.terms.source", { source })}
      </p>
      {approvedBy && approvedAt && (
        <p className="text-sm text-ink-2">
          {text("records.approved", { person: approvedBy.name, when: longMoment(approvedAt) })}
        </p>
      )}
      {decidedBy && decidedAt && (
        <p className="text-sm text-ink-2">
          {text("records.second", { person: decidedBy.name, when: longMoment(decidedAt) })}
        </p>
      )}
      {disposal.state === "running" && (
        <p role="status" className="text-sm">
          {text("records.running", { done: disposal.goneMessages, count: disposal.messages })}
        </p>
      )}
      {disposal.state === "approved" && !disposal.mayConsent && (
        <Notice tone="warn">{text("records.waits")}</Notice>
      )}
      {(disposal.mayApprove || disposal.mayConsent) && (
        <Decision path={`/disposals/${disposal.id}/decision`} words={words} onDone={onDone} />
      )}
    </section>
  );
}

function Room({ item, onExclude }: { item: DisposalItem; onExclude: (() => void) | undefined }) {
  const isOut = item.excludedBecause !== null;
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p className="font-bold">
        <bdi>{item.roomName}</bdi>
        {item.isHeld && <Tag tone="warn">{text("records.held")}</Tag>}
        {isOut && <Tag>{text("records.excluded")}</Tag>}
        {item.isDone && !item.isHeld && <Tag tone="ok">{text("records.gone")}</Tag>}
      </p>
      <p className="text-sm text-ink-2">
        {text("records.room.counts", { messages: item.messages, files: item.files })}
        {item.oldest &&
          item.newest &&
          `　${text("records.room.span", { from: longMoment(item.oldest), to: longMoment(item.newest) })}`}
      </p>
      <p className="text-sm text-ink-3">{ruleSentence(item.rule)}</p>
      {isOut && (
        <p className="text-sm">
          {text("records.excluded.by", {
            person: item.excludedBy?.name ?? "",
            reason: item.excludedBecause ?? "",
          })}
        </p>
      )}
      {onExclude && !isOut && !item.isHeld && (
        <Button className="self-start" onPress={onExclude}>
          {text("records.exclude.room", { name: item.roomName })}
        </Button>
      )}
    </article>
  );
}
