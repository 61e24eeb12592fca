import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { FileSummary, FileText } from "../../contract.ts";
import { text } from "../text/index.ts";

/** The words of a page, for those who were named: a screen reader reads what others see. */
export function PageText({ file, page }: { file: FileSummary; page: number }) {
  const { value, error, reload } = useAnswer<FileText>(
    `/files/${file.id}/text${query({ page, version: file.version })}`,
  );
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="mx-auto flex max-w-3xl flex-col gap-2">
        <Skeleton className="h-6 w-full" />
        <Skeleton className="h-6 w-full" />
      </Loading>
    );
  if (value.lines.length === 0) return <Empty title={text("viewer.text.none")} />;
  return (
    <div
      aria-live="polite"
      className="people-text mx-auto max-w-3xl rounded-lg bg-ground p-5 text-base leading-relaxed"
    >
      {value.lines.map((line, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a page stay where they are
        <p key={place}>{line}</p>
      ))}
    </div>
  );
}
