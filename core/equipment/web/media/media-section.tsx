import { useDeferredValue, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ClassMark } from "#web/kit/components/class-mark.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PlusIcon, PrintIcon } from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import type { SettingsProps } from "#web/kit/module.ts";
import type { MediaLoan, MediaLoanExport, MediaLoanState, MediaLoansPage } from "../../contract.ts";
import { text } from "../text/index.ts";
import { AskForMediumDialog } from "./ask-for-medium-dialog.tsx";
import { LoanTags } from "./loan-tags.tsx";
import { MediaLoanDialog } from "./media-loan-dialog.tsx";

const pageSize = 50;
const states: readonly MediaLoanState[] = [
  ...(["waiting", "approved", "lent", "returned", "lost", "refused", "withdrawn"] as const),
];

/** 「可搬媒体の利用簿」: asking for a USB memory, and the log of what was lent, as far as its reader may see it. */
export default function MediaSection({ me }: SettingsProps) {
  const [words, setWords] = useState("");
  const [state, setState] = useState("");
  const [isOverdue, setOverdue] = useState(false);
  const [isMine, setMine] = useState(false);
  const [changes, setChanges] = useState(0);
  const [isAsking, setAsking] = useState(false);
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("media.outside")}</Notice>;
  const changed = () => setChanges(changes + 1);
  return (
    <div className="flex flex-col gap-5" data-wide data-print="keep">
      <p className="text-sm text-ink-2">{text("media.intro")}</p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button kind="primary" icon={<PlusIcon size={18} />} onPress={() => setAsking(true)}>
          {text("media.ask")}
        </Button>
        <ExportButton />
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("media.print")}
        </Button>
      </div>
      <search className="flex flex-wrap items-end gap-4" data-print="hide">
        <TextField
          type="search"
          label={text("media.find")}
          value={words}
          onChange={setWords}
          className="min-w-0 flex-1 basis-72"
          autoComplete="off"
        />
        <div className="basis-40">
          <SelectField id="media-state" label={text("state")} value={state} onChange={setState}>
            <option value="">{text("all")}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {text(`media.state.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <Check label={text("overdue.only")} isOn={isOverdue} onChange={setOverdue} />
        <Check label={text("media.mine")} isOn={isMine} onChange={setMine} />
      </search>
      <Found
        key={`${words} ${state} ${isOverdue} ${isMine} ${changes}`}
        filter={{ q: words.trim(), state, overdue: isOverdue ? "yes" : "", mine: isMine ? "yes" : "" }}
        onChanged={changed}
      />
      {isAsking && (
        <AskForMediumDialog
          onClose={() => setAsking(false)}
          onDone={() => {
            setAsking(false);
            changed();
          }}
        />
      )}
    </div>
  );
}

function Check({
  label,
  isOn,
  onChange,
}: {
  label: string;
  isOn: boolean;
  onChange: (isOn: boolean) => void;
}) {
  return (
    <label className="flex min-h-12 items-center gap-3">
      <input
        type="checkbox"
        className="size-5 accent-accent"
        checked={isOn}
        onChange={() => onChange(!isOn)}
      />
      {label}
    </label>
  );
}

function ExportButton() {
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const { rows } = await request<MediaLoanExport>("POST", "/media-loan-exports");
      saveTable(text("media.export.name"), rows);
    } catch (error) {
      tell(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button isPending={isBusy} onPress={() => void save()}>
      {text("media.export")}
    </Button>
  );
}

function Found({
  filter,
  onChanged,
}: {
  filter: { q: string; state: string; overdue: string; mine: string };
  onChanged: () => void;
}) {
  const [before, setBefore] = useState<readonly MediaLoan[]>([]);
  const [cursor, setCursor] = useState<string>();
  const [openId, setOpenId] = useState<string>();
  const path = useDeferredValue(`/media-loans${query({ ...filter, cursor, limit: pageSize })}`);
  const { value, error, reload } = useAnswer<MediaLoansPage>(path);
  const items = [...before, ...(value?.items ?? [])];
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <>
      {value && items.length === 0 ? (
        <Empty title={text("media.none")}>{text("media.none.next")}</Empty>
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line" data-media={items.length}>
          {items.map((item) => (
            <li key={item.id}>
              <LoanRow item={item} onOpen={() => setOpenId(item.id)} />
            </li>
          ))}
        </ul>
      )}
      {!value && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3].map((row) => (
            <Skeleton key={row} className="h-16 w-full" />
          ))}
        </Loading>
      )}
      {value?.next && (
        <Button
          className="self-center"
          onPress={() => {
            setBefore(items);
            setCursor(value.next!);
          }}
        >
          {text("more")}
        </Button>
      )}
      {openId && <MediaLoanDialog id={openId} onClose={() => setOpenId(undefined)} onChanged={onChanged} />}
    </>
  );
}

function LoanRow({ item, onOpen }: { item: MediaLoan; onOpen: () => void }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      className="focus-inside grid w-full gap-x-4 gap-y-0.5 px-2 py-2.5 text-left hover:bg-hover md:grid-cols-[minmax(0,2fr)_minmax(0,1fr)_minmax(0,1fr)_auto] md:items-baseline"
    >
      <span className="min-w-0 font-bold [overflow-wrap:anywhere]">
        {item.purpose}
        <ClassMark classification={item.classification} />
      </span>
      <span className="min-w-0 text-sm text-ink-2 [overflow-wrap:anywhere]">
        <bdi>{item.operatorName ?? item.asker.name}</bdi>
        {item.sectionName && <span className="text-ink-3">　{item.sectionName}</span>}
      </span>
      <span className="text-sm text-ink-2 tabular-nums">
        {item.mediumNumber && <span className="font-bold">{item.mediumNumber}　</span>}
        {text("media.until", { day: item.dueOn })}
      </span>
      <span className="flex flex-wrap gap-1">
        <LoanTags item={item} />
      </span>
    </button>
  );
}
