import { useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { RetentionList, RetentionSetting } from "../../contract.ts";
import { text } from "../text/index.ts";
import { dateWords } from "../words.ts";
import { Decision } from "./decision.tsx";
import { ruleSentence } from "./rule-words.ts";
import { TermsDialog } from "./terms-dialog.tsx";

/** 「保存期間」: what holds, what waits for the second person, what held before. */
export function TermsPart({ keeps }: { keeps: boolean }) {
  const { value, error, reload } = useAnswer<RetentionList>("/retention");
  const [isOpen, setOpen] = useState(false);
  const [areAll, setAll] = useState(false);
  const items = value?.items ?? [];
  const isCurrent = (item: RetentionSetting) =>
    item.holdsNow || item.isAccepted === null || (item.isAccepted && item.validFrom > value!.today);
  const shown = areAll ? items : items.filter(isCurrent);
  return (
    <section aria-labelledby="terms" className="flex flex-col gap-3">
      <h3 id="terms" className="text-lg font-bold">
        {text("records.terms")}
      </h3>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-24 w-full" />
        </Loading>
      )}
      {value && shown.length === 0 && (
        <Empty title={text("records.terms.none")}>{text("records.terms.none.next")}</Empty>
      )}
      <ul className="flex flex-col gap-3">
        {shown.map((setting) => (
          <li key={setting.id}>
            <Setting setting={setting} onDone={reload} />
          </li>
        ))}
      </ul>
      <div className="flex flex-wrap gap-3">
        {keeps && value && <Button onPress={() => setOpen(true)}>{text("records.terms.propose")}</Button>}
        {value && items.some((item) => !isCurrent(item)) && (
          <Button kind="quiet" onPress={() => setAll(!areAll)}>
            {text(areAll ? "records.terms.current" : "records.terms.all")}
          </Button>
        )}
      </div>
      {isOpen && value && (
        <TermsDialog
          today={value.today}
          rules={items.find(({ holdsNow }) => holdsNow)?.rules ?? []}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            tell(text("records.asked"));
            reload();
          }}
        />
      )}
    </section>
  );
}

function stateOf({ isAccepted, holdsNow }: RetentionSetting): "waiting" | "refused" | "holds" | "other" {
  if (isAccepted === null) return "waiting";
  if (!isAccepted) return "refused";
  return holdsNow ? "holds" : "other";
}

function Setting({ setting, onDone }: { setting: RetentionSetting; onDone: () => void }) {
  const state = stateOf(setting);
  const day = dateWords(setting.validFrom);
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p className="font-bold">
        {text("records.terms.from", { day })}
        {state !== "other" && (
          <Tag tone={state === "holds" ? "ok" : state === "waiting" ? "warn" : "plain"}>
            {text(`records.terms.${state}`)}
          </Tag>
        )}
      </p>
      {setting.rules.length === 0 ? (
        <p className="text-sm">{text("records.terms.empty")}</p>
      ) : (
        <ol className="list-decimal pl-6 text-sm">
          {setting.rules.map((rule) => (
            <li key={JSON.stringify(rule)}>{ruleSentence(rule)}</li>
          ))}
        </ol>
      )}
      <p className="text-sm text-ink-3">
        {text("records.terms.source", { source: setting.source })}
        {"　"}
        {text("records.by", {
          person: setting.proposedBy?.name ?? "",
          when: longMoment(setting.proposedAt),
          reason: setting.reason,
        })}
        {setting.decidedBy &&
          setting.decidedAt &&
          `　${text("records.second", {
            person: setting.decidedBy.name,
            when: longMoment(setting.decidedAt),
          })}`}
      </p>
      {setting.mayDecide && (
        <Decision
          path={`/retention/${setting.id}/decision`}
          words={{
            consent: text("records.terms.consent"),
            refuse: text("records.terms.refuse"),
            consentEffect: text("records.terms.consent.effect", { day }),
            refuseEffect: text("records.refuse.effect"),
          }}
          onDone={onDone}
        />
      )}
    </article>
  );
}
