import { useState } from "react";
import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { InspectedMessage, InspectedPage } from "../../contract.ts";
import { text } from "../text/index.ts";

export type OpenRoom = { inspectionId: string; room: { id: string; name: string } };

/** A room as its inspectors see it: to be read, from the end towards the beginning, and nothing else. */
export function InspectedRoomView({
  open: { inspectionId, room },
  onBack,
}: {
  open: OpenRoom;
  onBack: () => void;
}) {
  const [later, setLater] = useState<readonly InspectedMessage[]>([]);
  const [before, setBefore] = useState<number>();
  const path = `/inspections/${inspectionId}/rooms/${room.id}/messages${query({ before })}`;
  const { value, error, reload } = useAnswer<InspectedPage>(path);
  const items = [...(value?.items ?? []), ...later];
  return (
    <section aria-labelledby="inspected" className="flex flex-col gap-4">
      <Button kind="quiet" size="small" className="self-start" onPress={onBack}>
        {text("view.back")}
      </Button>
      <h3
        id="inspected"
        tabIndex={-1}
        ref={(heading) => heading?.focus()}
        className="text-lg font-bold outline-none! shadow-none!"
      >
        {text("view.title", { room: room.name })}
      </h3>
      <Notice tone="warn">{text("view.notice")}</Notice>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-14 w-full" />
          ))}
        </Loading>
      )}
      {value && value.before !== null && (
        <Button
          className="self-center"
          onPress={() => {
            setLater(items);
            setBefore(value.before!);
          }}
        >
          {text("view.earlier")}
        </Button>
      )}
      {value && items.length === 0 && <Empty title={text("view.empty")} />}
      <ol className="flex flex-col divide-y divide-line">
        {items.map((message) => (
          <li key={message.seq} className="flex flex-col gap-1 py-3 [overflow-wrap:anywhere]">
            <p className="text-sm text-ink-3">
              <bdi className="font-bold text-ink">{message.sender?.name}</bdi>
              {message.operator && text("view.operator", { name: message.operator.name })}
              {"　"}
              <time dateTime={message.sentAt}>{longMoment(message.sentAt)}</time>
              {message.isEdited && text("view.edited")}
            </p>
            <p className="whitespace-pre-wrap">
              {message.isDeleted ? text("view.deleted") : <bdi>{message.body}</bdi>}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}
