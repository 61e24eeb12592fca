import { formatDate, startOfDate } from "#shared/time.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Failure, Skeleton } from "#web/kit/components/states.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { dayTitle } from "#web/kit/text/dates.ts";
import type { RoomRetention } from "../../contract.ts";
import { text } from "../text/index.ts";

/** 「この部屋の記録は…まで保存されます」, and where that is written. */
export function RetentionLine({ roomId }: { roomId: string }) {
  const { value, error, reload } = useAnswer<RoomRetention>(`/rooms/${roomId}/retention`);
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value) return <Skeleton className="h-6 w-full" />;
  return (
    <section className="flex flex-col gap-1" aria-labelledby="retention">
      <h3 id="retention" className="text-sm font-bold">
        {text("retention.title")}
      </h3>
      <p className="text-sm text-ink-2">{wordsOf(value)}</p>
      {value.source && (
        <p className="text-sm text-ink-3 [overflow-wrap:anywhere]">
          {text("retention.source", { source: value.source })}
        </p>
      )}
    </section>
  );
}

function wordsOf({ rule, until }: RoomRetention): string {
  if (!rule) return text("retention.undecided");
  if (rule.years === null) return text("retention.forGood");
  if (until === null) return text("retention.afterArchive", { years: rule.years });
  const day = currentLanguage() === "en" ? dayTitle(startOfDate(until)) : formatDate(startOfDate(until));
  return text(`retention.${rule.counting}`, { years: rule.years, day });
}
