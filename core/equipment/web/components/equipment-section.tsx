import { useDeferredValue, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PlusIcon } from "#web/kit/components/icons.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import type { SettingsProps } from "#web/kit/module.ts";
import type { EquipmentDetail, EquipmentExport, EquipmentItem, EquipmentPage } from "../../contract.ts";
import { text } from "../text/index.ts";
import { AddEquipmentDialog } from "./add-equipment-dialog.tsx";
import { EquipmentDialog } from "./equipment-dialog.tsx";
import { EquipmentTotals, kindChoices, stateChoices } from "./equipment-totals.tsx";
import { HandOverSheet } from "./hand-over-sheet.tsx";
import { ImportEquipmentDialog } from "./import-equipment-dialog.tsx";
import { StateTag } from "./state-tag.tsx";

const pageSize = 100;

/** 「機器台帳」: what the office and its people hold, where it is, and what becomes of it. On the LGWAN side. */
export default function EquipmentSection({ me }: SettingsProps) {
  const [sheet, setSheet] = useState<EquipmentDetail>();
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("outside")}</Notice>;
  if (sheet)
    return <HandOverSheet item={sheet} municipality={me.tenant.name} onClose={() => setSheet(undefined)} />;
  return <Register onPrint={setSheet} />;
}

function Register({ onPrint }: { onPrint: (item: EquipmentDetail) => void }) {
  const [words, setWords] = useState("");
  const [kind, setKind] = useState("");
  const [state, setState] = useState("");
  const [isOverdue, setOverdue] = useState(false);
  const [changes, setChanges] = useState(0);
  const [open, setOpen] = useState<"add" | "import">();
  const changed = () => {
    setOpen(undefined);
    setChanges(changes + 1);
  };
  return (
    <div className="flex flex-col gap-5" data-wide>
      <p className="text-sm text-ink-2">{text("intro")}</p>
      <div className="flex flex-wrap gap-3">
        <Button icon={<PlusIcon size={18} />} onPress={() => setOpen("add")}>
          {text("add")}
        </Button>
        <Button onPress={() => setOpen("import")}>{text("import")}</Button>
        <ExportButton />
      </div>
      <EquipmentTotals key={`totals ${changes}`} />
      <search className="flex flex-wrap items-end gap-4">
        <TextField
          type="search"
          label={text("find")}
          value={words}
          onChange={setWords}
          className="min-w-0 flex-1 basis-72"
          autoComplete="off"
        />
        <div className="basis-44">
          <SelectField id="equipment-kind" label={text("kind")} value={kind} onChange={setKind}>
            <option value="">{text("all")}</option>
            {kindChoices.map((each) => (
              <option key={each} value={each}>
                {text(`kind.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <div className="basis-40">
          <SelectField id="equipment-state" label={text("state")} value={state} onChange={setState}>
            <option value="">{text("all")}</option>
            {stateChoices.map((each) => (
              <option key={each} value={each}>
                {text(`state.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <label className="flex min-h-12 items-center gap-3">
          <input
            type="checkbox"
            className="size-5 accent-accent"
            checked={isOverdue}
            onChange={() => setOverdue(!isOverdue)}
          />
          {text("overdue.only")}
        </label>
      </search>
      <Found
        key={`${words} ${kind} ${state} ${isOverdue} ${changes}`}
        filter={{ q: words.trim(), kind, state, overdue: isOverdue ? "yes" : "" }}
        onChanged={changed}
        onPrint={onPrint}
      />
      {open === "add" && <AddEquipmentDialog onClose={() => setOpen(undefined)} onDone={changed} />}
      {open === "import" && <ImportEquipmentDialog onClose={() => setOpen(undefined)} onDone={changed} />}
    </div>
  );
}

function ExportButton() {
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const { rows } = await request<EquipmentExport>("POST", "/equipment-exports");
      saveTable(text("export.name"), rows);
    } catch (error) {
      tell(wordsOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button isPending={isBusy} onPress={() => void save()}>
      {text("export")}
    </Button>
  );
}

function Found({
  filter,
  onChanged,
  onPrint,
}: {
  filter: { q: string; kind: string; state: string; overdue: string };
  onChanged: () => void;
  onPrint: (item: EquipmentDetail) => void;
}) {
  const [before, setBefore] = useState<readonly EquipmentItem[]>([]);
  const [cursor, setCursor] = useState<string>();
  const [openId, setOpenId] = useState<string>();
  const path = useDeferredValue(`/equipment${query({ ...filter, cursor, limit: pageSize })}`);
  const { value, error, reload } = useAnswer<EquipmentPage>(path);
  const items = [...before, ...(value?.items ?? [])];

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <>
      {value && items.length === 0 ? (
        <Empty title={text("none")}>{text("none.next")}</Empty>
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line" data-equipment={items.length}>
          {items.map((item) => (
            <li key={item.id}>
              <EquipmentRow item={item} onOpen={() => setOpenId(item.id)} />
            </li>
          ))}
        </ul>
      )}
      {!value && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="h-14 w-full" />
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
      {openId && (
        <EquipmentDialog
          id={openId}
          onClose={() => setOpenId(undefined)}
          onChanged={onChanged}
          onPrint={onPrint}
        />
      )}
    </>
  );
}

function EquipmentRow({ item, onOpen }: { item: EquipmentItem; onOpen: () => void }) {
  return (
    <button
      type="button"
      onClick={onOpen}
      className="focus-inside grid w-full gap-x-4 gap-y-0.5 px-2 py-2.5 text-left hover:bg-hover md:grid-cols-[9rem_minmax(0,1fr)_minmax(0,1fr)_auto] md:items-baseline"
    >
      <span className="font-bold tabular-nums [overflow-wrap:anywhere]">{item.number}</span>
      <span className="min-w-0 [overflow-wrap:anywhere]">
        {text(`kind.${item.kind}`)}
        {item.model && <span className="text-ink-3">　{item.model}</span>}
      </span>
      <span className="min-w-0 text-sm text-ink-2 [overflow-wrap:anywhere]">
        {item.holder && <bdi>{item.holder.name}</bdi>}
        {item.sectionName && <span className="text-ink-3">　{item.sectionName}</span>}
      </span>
      <span className="flex flex-wrap gap-1">
        <StateTag item={item} />
      </span>
    </button>
  );
}
