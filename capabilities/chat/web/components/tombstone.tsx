import { DeleteIcon } from "#web/kit/components/icons.tsx";
import { longMoment, shortMoment } from "#web/kit/text/dates.ts";
import type { Deletion } from "../../contract.ts";
import { usePerson } from "../client/context.ts";
import { text } from "../text/index.ts";

/** What is left of a message: that it was deleted, by whom and when, and why if somebody else did it. */
export function Tombstone({ deletion }: { deletion: Deletion }) {
  const person = usePerson(deletion.personId);
  return (
    <div className="rounded-2xl border border-dashed border-line-strong px-3.5 py-2 text-sm text-ink-2">
      <p className="flex items-center gap-1.5">
        <DeleteIcon size={16} />
        {text("message.deleted")}
      </p>
      <p className="mt-0.5 text-xs text-ink-3">
        <bdi>{person?.name ?? "…"}</bdi>
        {"　"}
        <time dateTime={deletion.at} title={longMoment(deletion.at)}>
          {shortMoment(deletion.at)}
        </time>
      </p>
      {deletion.reason && (
        <p className="mt-0.5 text-xs text-ink-2">
          {text("message.deleted.reason")}
          <bdi>{deletion.reason}</bdi>
        </p>
      )}
    </div>
  );
}
