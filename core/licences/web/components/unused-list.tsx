import { useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { UnusedAccounts } from "../../contract.ts";
import { text } from "../text/index.ts";

type Item = UnusedAccounts["items"][number];
const shownAtMost = 50;

/** Accounts that nobody uses, the longest unused first: to be looked at before the next contract. */
export function UnusedList() {
  const [days, setDays] = useState("90");
  const { value, error, reload } = useAnswer<UnusedAccounts>(`/licences/unused?days=${days}`);
  return (
    <section aria-labelledby="licence-unused" className="flex flex-col gap-3">
      <h3 id="licence-unused" className="text-base font-bold">
        {text("unused.title")}
      </h3>
      <div className="flex flex-wrap items-end gap-4">
        <div className="min-w-32">
          <SelectField id="unused-days" label={text("unused.days")} value={days} onChange={setDays}>
            {(["30", "90", "180"] as const).map((each) => (
              <option key={each} value={each}>
                {text(`unused.days.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        {value && value.items.length > 0 && (
          <Button onPress={() => saveTable(text("unused.csv.name"), rowsOf(value.items))}>
            {text("unused.csv")}
          </Button>
        )}
      </div>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-32 w-full" />
        </Loading>
      )}
      {value && value.items.length === 0 && <p className="text-ink-2">{text("unused.none")}</p>}
      {value && value.items.length > 0 && (
        <>
          <p className="font-bold">{text("unused.count", { count: value.items.length })}</p>
          <ul className="flex flex-col divide-y divide-line border-y border-line text-sm">
            {value.items.slice(0, shownAtMost).map((item) => (
              <li key={item.person.id} className="flex flex-wrap gap-x-4 px-1 py-2">
                <bdi className="font-bold">{item.person.name}</bdi>
                <span className="text-ink-3">{placeOf(item)}</span>
                <span className="text-ink-3">{text(`class.${item.class}`)}</span>
                <span className="ml-auto">
                  {text("unused.last")}: {lastOf(item)}
                </span>
              </li>
            ))}
          </ul>
          {value.items.length > shownAtMost && (
            <p className="text-sm text-ink-3">{text("unused.shown", { count: shownAtMost })}</p>
          )}
        </>
      )}
    </section>
  );
}

function rowsOf(items: readonly Item[]): string[][] {
  return [
    [
      text("use.class"),
      text("unused.person"),
      text("unused.section"),
      text("unused.loginId"),
      text("unused.last"),
    ],
    ...items.map((item) => [
      text(`class.${item.class}`),
      item.person.name,
      placeOf(item),
      item.loginId,
      lastOf(item),
    ]),
  ];
}

function placeOf({ person }: Item): string {
  return person.sectionName ?? person.affiliation ?? "";
}

function lastOf(item: Item): string {
  return item.lastUsedAt ? longMoment(item.lastUsedAt) : text("unused.never");
}
