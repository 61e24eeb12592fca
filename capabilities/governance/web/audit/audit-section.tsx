import { useDeferredValue, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { furtherZoneIds } from "#shared/zone-words.ts";
import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { AuditFilter, AuditItem, AuditPage, AuditStatus } from "../../contract.ts";
import { text } from "../text/index.ts";
import { AnchorCard, AnchorSheet, type TakenAnchor } from "./anchor-card.tsx";
import { EntryRow } from "./entry-row.tsx";
import { ExportButton } from "./export-button.tsx";

/** 「監査記録」: who did what, by whom, about what, when; for the office of audit. */
export default function AuditSection() {
  const { value: status, reload } = useAnswer<AuditStatus>("/audit/status");
  const [taken, setTaken] = useState<TakenAnchor>();
  const [filter, setFilter] = useState<AuditFilter>({});
  if (taken)
    return (
      <AnchorSheet
        taken={taken}
        onClose={() => {
          setTaken(undefined);
          reload();
        }}
      />
    );
  return (
    <div className="flex flex-col gap-6">
      {status?.isAlarming && (
        <Notice tone="danger">{text("audit.alarm", { seconds: status.oldestUnsealedSeconds })}</Notice>
      )}
      <Search status={status} filter={filter} onChange={setFilter} />
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="text-sm text-ink-2">{text("audit.noted")}</p>
        <ExportButton filter={filter} />
      </div>
      <Found key={JSON.stringify(filter)} filter={filter} onFilter={setFilter} />
      {status && <AnchorCard status={status} onTaken={setTaken} />}
    </div>
  );
}

function Search({
  status,
  filter,
  onChange,
}: {
  status: AuditStatus | undefined;
  filter: AuditFilter;
  onChange: (filter: AuditFilter) => void;
}) {
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value: people } = useAnswer<PeoplePage>(
    wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined,
  );
  const set = (change: { [Key in keyof AuditFilter]: AuditFilter[Key] | undefined }) => {
    const next = { ...filter, ...change };
    onChange(Object.fromEntries(Object.entries(next).filter(([, value]) => value)) as AuditFilter);
  };
  const isEmpty = Object.keys(filter).length === 0;
  return (
    <search className="flex flex-col gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        <TextField
          type="search"
          label={text("audit.person")}
          value={words}
          onChange={setWords}
          autoComplete="off"
        />
        <SelectField
          id="audit-person"
          label={text("audit.person.choose")}
          value={filter.actor ?? ""}
          onChange={(actor) => set({ actor: actor || undefined })}
        >
          <option value="">{text("audit.person.any")}</option>
          {people?.items.map(({ id, name, sectionName }) => (
            <option key={id} value={id}>
              {sectionName ? `${name}（${sectionName}）` : name}
            </option>
          ))}
          {filter.actor && !people?.items.some(({ id }) => id === filter.actor) && (
            <option value={filter.actor}>{filter.actor.slice(0, 8)}</option>
          )}
        </SelectField>
        <SelectField
          id="audit-action"
          label={text("audit.action")}
          value={filter.action ?? ""}
          onChange={(action) => set({ action: action || undefined })}
        >
          <option value="">{text("audit.action.any")}</option>
          {status?.actions.map(({ action, ja, en }) => (
            <option key={action} value={action}>
              {currentLanguage() === "ja" ? ja : en}
            </option>
          ))}
        </SelectField>
        <SelectField
          id="audit-zone"
          label={text("audit.zone")}
          value={filter.zone ?? ""}
          onChange={(zone) => set({ zone: (zone || undefined) as AuditFilter["zone"] })}
        >
          <option value="">{text("audit.zone.any")}</option>
          {["lgwan", "internet", ...furtherZoneIds()].map((zone) => (
            <option key={zone} value={zone}>
              {zoneName(zone)}
            </option>
          ))}
        </SelectField>
        <TextField
          type="date"
          label={text("audit.from")}
          value={filter.from ?? ""}
          onChange={(from) => set({ from })}
        />
        <TextField
          type="date"
          label={text("audit.until")}
          value={filter.until ?? ""}
          onChange={(until) => set({ until })}
        />
      </div>
      {!isEmpty && (
        <div className="flex flex-wrap items-center gap-3">
          {filter.about && <p className="text-sm">{text("audit.about.only")}</p>}
          <Button
            size="small"
            onPress={() => {
              setWords("");
              onChange({});
            }}
          >
            {text("audit.clear")}
          </Button>
        </div>
      )}
    </search>
  );
}

function Found({ filter, onFilter }: { filter: AuditFilter; onFilter: (filter: AuditFilter) => void }) {
  const [earlier, setEarlier] = useState<readonly AuditItem[]>([]);
  const [before, setBefore] = useState<number>();
  const { value, error, reload } = useAnswer<AuditPage>(`/audit/entries${query({ ...filter, before })}`);
  const items = [...earlier, ...(value?.items ?? [])];
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (value && items.length === 0 && value.next === null)
    return <Empty title={text("audit.none")}>{text("audit.none.next")}</Empty>;
  return (
    <>
      <ol className="flex flex-col divide-y divide-line border-y border-line">
        {items.map((item) => (
          <li key={item.id}>
            <EntryRow item={item} onFilter={onFilter} />
          </li>
        ))}
      </ol>
      {!value && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="h-12 w-full" />
          ))}
        </Loading>
      )}
      {value?.next && (
        <div className="flex flex-col items-center gap-2">
          {value.items.length === 0 && <p className="text-sm text-ink-2">{text("audit.looking")}</p>}
          <Button
            onPress={() => {
              setEarlier(items);
              setBefore(value.next!);
            }}
          >
            {text("audit.more")}
          </Button>
        </div>
      )}
    </>
  );
}
