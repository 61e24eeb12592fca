import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { EquipmentCounts, EquipmentKind, EquipmentState } from "../../contract.ts";
import { text } from "../text/index.ts";

export const kindChoices = [
  "pc",
  "tablet",
  "phone",
  "sim-dongle",
  "usb-memory",
  "other",
] as const satisfies EquipmentKind[];
export const stateChoices = ["handed-out", "in-store", "lost", "retired"] as const satisfies EquipmentState[];
const counted = ["handed-out", "in-store", "lost"] as const;

/** How many things there are of each kind, and where those are that are handed out. */
export function EquipmentTotals() {
  const { value, error, reload } = useAnswer<EquipmentCounts>("/equipment-counts");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading>
        <Skeleton className="h-36 w-full" />
      </Loading>
    );
  const countOf = (kind: EquipmentKind | undefined, state: EquipmentState | undefined) =>
    value.kinds
      .filter((each) => (!kind || each.kind === kind) && (!state || each.state === state))
      .reduce((sum, { count }) => sum + count, 0);
  const there = kindChoices.filter((kind) => countOf(kind, undefined) > 0);
  if (there.length === 0) return null;
  return (
    <section aria-label={text("totals")} className="flex flex-col gap-2">
      <table className="w-full max-w-3xl text-sm tabular-nums max-md:[&_td]:px-1 max-md:[&_th]:px-1">
        <thead>
          <tr className="border-b border-line text-left">
            <th scope="col" className="py-2 pr-3">
              {text("kind")}
            </th>
            {counted.map((state) => (
              <th key={state} scope="col" className="px-3 py-2 text-right">
                {text(`state.${state}`)}
              </th>
            ))}
            <th scope="col" className="px-3 py-2 text-right">
              {text("totals.all")}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...there, undefined].map((kind) => (
            <tr key={kind ?? "all"} className={kind ? "border-b border-line" : "font-bold"}>
              <th scope="row" className="py-1.5 pr-3 text-left font-normal">
                {kind ? text(`kind.${kind}`) : text("totals.all")}
              </th>
              {[...counted, undefined].map((state) => (
                <td key={state ?? "all"} className="px-3 py-1.5 text-right">
                  {countOf(kind, state).toLocaleString("ja-JP")}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {value.sections.length > 0 && (
        <details className="text-sm">
          <summary className="inline-flex min-h-11 cursor-pointer items-center">
            {text("totals.sections")}
          </summary>
          <ul className="columns-1 gap-x-8 md:columns-2 lg:columns-3">
            {value.sections.map(({ name, count }) => (
              <li key={name ?? ""} className="flex justify-between gap-3 border-b border-line py-1">
                <span className="min-w-0 [overflow-wrap:anywhere]">{name ?? text("totals.nowhere")}</span>
                <span className="tabular-nums">{count.toLocaleString("ja-JP")}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
