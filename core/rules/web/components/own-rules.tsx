import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Prose } from "#web/kit/components/prose.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { OwnRules as Own } from "../../contract.ts";
import { text } from "../text/index.ts";

/** 「運用ルール」: what holds for the reader, and when they agreed. */
export default function OwnRules() {
  const { value, error, reload } = useAnswer<Own>("/me/rules");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-6 w-64" />
        <Skeleton className="h-72 w-full" />
      </Loading>
    );
  if (!value.text) return <Empty title={text("own.none")} />;
  const { title, version, effectiveAt, body } = value.text;
  return (
    <article className="flex flex-col gap-4" data-print="keep">
      <header>
        <h3 className="text-lg font-bold">{title}</h3>
        <p className="text-sm text-ink-3">
          {text("own.effective", { version, when: longMoment(effectiveAt) })}
        </p>
      </header>
      {value.agreedAt && (
        <Notice tone="ok">{text("own.agreed", { when: longMoment(value.agreedAt) })}</Notice>
      )}
      <Prose body={body} headings={4} />
    </article>
  );
}
