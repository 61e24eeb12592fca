import { useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { RecordExport, RecordExportList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { Decision } from "./decision.tsx";
import { useGovernanceChange } from "./disposals-part.tsx";
import { RecordDialog } from "./record-dialog.tsx";

/** 「公文書としての書き出し」: what was asked for, how far it is, and fetching it. */
export function ExportsPart({ keeps }: { keeps: boolean }) {
  const { value, error, reload } = useAnswer<RecordExportList>("/record-exports");
  const [isOpen, setOpen] = useState(false);
  useGovernanceChange(reload);
  return (
    <section aria-labelledby="record-exports" className="flex flex-col gap-3">
      <h3 id="record-exports" className="text-lg font-bold">
        {text("records.export")}
      </h3>
      <p className="text-sm text-ink-2">{text("records.export.about")}</p>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-20 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && <Empty title={text("records.export.none")} />}
      <ul className="flex flex-col gap-3">
        {value?.items.map((item) => (
          <li key={item.id}>
            <Item item={item} onDone={reload} />
          </li>
        ))}
      </ul>
      {keeps && value && (
        <Button className="self-start" onPress={() => setOpen(true)}>
          {text("records.export.ask")}
        </Button>
      )}
      {isOpen && (
        <RecordDialog
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

function Item({ item, onDone }: { item: RecordExport; onDone: () => void }) {
  const { state, roomName: name } = item;
  const tone = state === "done" ? "ok" : state === "refused" || state === "failed" ? "plain" : "warn";
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p className="font-bold">
        {text("records.holds.room", { name })}
        <Tag tone={tone}>{text(`records.export.state.${state}`)}</Tag>
      </p>
      <p className="text-sm text-ink-2">
        {text("records.by", {
          person: item.askedBy?.name ?? "",
          when: longMoment(item.askedAt),
          reason: item.reason,
        })}
      </p>
      {item.decidedBy && item.decidedAt && (
        <p className="text-sm text-ink-2">
          {text("records.second", { person: item.decidedBy.name, when: longMoment(item.decidedAt) })}
        </p>
      )}
      {state === "running" && (
        <p role="status" className="text-sm">
          {text("records.export.progress", { done: item.written, count: item.messages })}
        </p>
      )}
      {item.digest && (
        <p className="text-sm text-ink-3">{text("records.export.digest", { digest: item.digest })}</p>
      )}
      {item.mayDecide && (
        <Decision
          path={`/record-exports/${item.id}/decision`}
          words={{
            consent: text("records.export.consent"),
            refuse: text("records.export.refuse"),
            consentEffect: text("records.export.consent.effect", { name }),
            refuseEffect: text("records.refuse.effect"),
          }}
          onDone={onDone}
        />
      )}
      {item.mayFetch && item.expiresAt && (
        <p className="text-sm">
          <a
            href={`/api/v1/record-exports/${item.id}/archive`}
            download
            className="inline-flex min-h-11 items-center font-bold text-accent underline underline-offset-4"
          >
            {text("records.export.fetch")}
          </a>
          {"　"}
          {text("records.export.until", { when: longMoment(item.expiresAt) })}
        </p>
      )}
    </article>
  );
}
