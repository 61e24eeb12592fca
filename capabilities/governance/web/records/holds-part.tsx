import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { LegalHold, LegalHoldList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { Decision } from "./decision.tsx";
import { HoldDialog } from "./hold-dialog.tsx";

/** 「法的保全」: what nobody may dispose of, and since when and why. */
export function HoldsPart({ keeps }: { keeps: boolean }) {
  const { value, error, reload } = useAnswer<LegalHoldList>("/legal-holds");
  const [isOpen, setOpen] = useState(false);
  return (
    <section aria-labelledby="holds" className="flex flex-col gap-3">
      <h3 id="holds" className="text-lg font-bold">
        {text("records.holds")}
      </h3>
      <p className="text-sm text-ink-2">{text("records.holds.about")}</p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-20 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("records.holds.none")} />}
      <ul className="flex flex-col gap-3">
        {value?.items.map((hold) => (
          <li key={hold.id}>
            <Hold hold={hold} onDone={reload} />
          </li>
        ))}
      </ul>
      {keeps && value && (
        <Button className="self-start" onPress={() => setOpen(true)}>
          {text("records.holds.place")}
        </Button>
      )}
      {isOpen && (
        <HoldDialog
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            tell(text("records.holds.placed"));
            reload();
          }}
        />
      )}
    </section>
  );
}

function Hold({ hold, onDone }: { hold: LegalHold; onDone: () => void }) {
  const [isReleasing, setReleasing] = useState(false);
  const { state, subjectName } = hold;
  const isOver = state === "refused" || state === "released";
  const ends = state === "releasing" ? "release" : "place";
  const release = async (reason: string) => {
    await request("POST", `/legal-holds/${hold.id}/release`, { body: { reason }, attempts: 1 });
    setReleasing(false);
    tell(text("records.asked"));
    onDone();
  };
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p className="font-bold">
        {text(`records.holds.${hold.kind}`, { name: subjectName })}
        <Tag tone={isOver ? "plain" : state === "standing" ? "ok" : "warn"}>
          {text(`records.holds.state.${state}`)}
        </Tag>
      </p>
      <p className="text-sm text-ink-2">
        {text("records.by", {
          person: hold.placedBy?.name ?? "",
          when: longMoment(hold.placedAt),
          reason: hold.reason,
        })}
        {hold.decidedBy &&
          hold.decidedAt &&
          `　${text("records.second", { person: hold.decidedBy.name, when: longMoment(hold.decidedAt) })}`}
      </p>
      {hold.releaseBy && (
        <p className="text-sm text-ink-2">
          {text("records.holds.release-asked", {
            person: hold.releaseBy.name,
            reason: hold.releaseBecause ?? "",
          })}
        </p>
      )}
      {hold.mayDecide && (
        <Decision
          path={`/legal-holds/${hold.id}/decision`}
          words={{
            consent: text(`records.holds.${ends}.consent`),
            refuse: text(`records.holds.${ends}.refuse`),
            consentEffect: text(`records.holds.${ends}.consent.effect`, { name: subjectName }),
            refuseEffect: text(`records.holds.${ends}.refuse.effect`, { name: subjectName }),
          }}
          onDone={onDone}
        />
      )}
      {hold.mayRelease && (
        <Button className="self-start" onPress={() => setReleasing(true)}>
          {text("records.holds.release")}
        </Button>
      )}
      {isReleasing && (
        <ReasonDialog title={text("records.holds.release")} act={release} onClose={() => setReleasing(false)}>
          <p>{text("records.holds.release.effect")}</p>
        </ReasonDialog>
      )}
    </article>
  );
}
