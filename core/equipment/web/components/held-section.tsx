import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { EquipmentItem, HeldEquipment } from "../../contract.ts";
import { text } from "../text/index.ts";
import { StateTag } from "./state-tag.tsx";

/** 「借りている機器」: what the register says of its reader, and for a section's officer of the section. */
export default function HeldSection() {
  const { value, error, reload } = useAnswer<HeldEquipment>("/me/equipment");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-2">
        {[1, 2].map((row) => (
          <Skeleton key={row} className="h-14 w-full" />
        ))}
      </Loading>
    );
  return (
    <div className="flex flex-col gap-6">
      <Things title={text("held.own")} items={value.own} />
      {value.section.length > 0 && <Things title={text("held.section")} items={value.section} />}
      <p className="text-sm text-ink-3">{text("held.wrong")}</p>
    </div>
  );
}

function Things({ title, items }: { title: string; items: readonly EquipmentItem[] }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-bold">{title}</h3>
      {items.length === 0 ? (
        <Empty title={text("held.own.none")} />
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {items.map((item) => (
            <li key={item.id} className="flex flex-wrap items-baseline gap-x-4 gap-y-0.5 px-2 py-2.5">
              <span className="font-bold tabular-nums">{item.number}</span>
              <span className="min-w-0 [overflow-wrap:anywhere]">
                {text(`kind.${item.kind}`)}
                {item.model && <span className="text-ink-3">　{item.model}</span>}
              </span>
              {item.holder && <bdi className="text-sm text-ink-2">{item.holder.name}</bdi>}
              {item.dueOn && (
                <span className="text-sm text-ink-2 tabular-nums">
                  {text("media.until", { day: item.dueOn })}
                </span>
              )}
              <span className="ml-auto flex flex-wrap gap-1">
                <StateTag item={item} />
              </span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
