import { useDeferredValue, useState } from "react";
import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { DeviceApproval, DeviceItem, DevicesPage } from "../../contract.ts";
import { CutOffDialog } from "./cut-off-dialog.tsx";
import { type Decision, DecisionDialog } from "./decision-dialog.tsx";
import { DeviceStory, DeviceTags, nameOf } from "./device-facts.tsx";
import { DeviceRuleCard } from "./device-rule-card.tsx";
import { text } from "./text/index.ts";

const states = ["waiting", "approved", "refused", "cut-off"] as const satisfies DeviceApproval[];
const pageSize = 50;

/** 「端末の承認」: who waits, whose phone is lost, and what is asked of devices. On the LGWAN side. */
export default function DevicesSection({ me }: SettingsProps) {
  const [words, setWords] = useState("");
  const [approval, setApproval] = useState("");
  const [changes, setChanges] = useState(0);

  if (me.zone !== "lgwan") return <Notice tone="warn">{text("all.outside")}</Notice>;
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-ink-2">{text("all.about")}</p>
      {me.account.offices.includes("accounts") && (
        <DeviceRuleCard onChanged={() => setChanges(changes + 1)} />
      )}
      <search className="flex flex-wrap items-end gap-4">
        <TextField
          type="search"
          label={text("all.find")}
          value={words}
          onChange={setWords}
          className="min-w-0 flex-1 basis-72"
          autoComplete="off"
        />
        <div className="basis-40">
          <SelectField
            id="device-approval"
            label={text("all.approval")}
            value={approval}
            onChange={setApproval}
          >
            <option value="">{text("all.approval.all")}</option>
            {states.map((each) => (
              <option key={each} value={each}>
                {text(`approval.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
      </search>
      <Found key={`${words} ${approval} ${changes}`} words={words.trim()} approval={approval} />
    </div>
  );
}

type Open = { kind: Decision | "cut-off"; item: DeviceItem };

function Found({ words, approval }: { words: string; approval: string }) {
  const [before, setBefore] = useState<readonly DeviceItem[]>([]);
  const [cursor, setCursor] = useState<string>();
  const [open, setOpen] = useState<Open>();
  const path = useDeferredValue(`/devices${query({ q: words, approval, cursor, limit: pageSize })}`);
  const { value, error, reload } = useAnswer<DevicesPage>(path);
  const items = [...before, ...(value?.items ?? [])];
  const done = () => {
    setOpen(undefined);
    // What was decided about stands elsewhere in the list now.
    setBefore([]);
    setCursor(undefined);
    reload();
  };

  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  return (
    <>
      {value && value.waiting > 0 && (
        <p className="font-bold">{text("all.waiting", { count: value.waiting })}</p>
      )}
      {value && items.length === 0 ? (
        <Empty title={text("all.none")}>{text("all.none.next")}</Empty>
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line">
          {items.map((item) => (
            <li key={item.id}>
              <DeviceRow item={item} onChoose={(kind) => setOpen({ kind, item })} />
            </li>
          ))}
        </ul>
      )}
      {!value && (
        <Loading className="flex flex-col gap-2">
          {[1, 2, 3, 4].map((row) => (
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
          {text("all.more")}
        </Button>
      )}
      {open?.kind === "cut-off" && (
        <CutOffDialog
          device={open.item}
          path="/devices"
          whose="other"
          onClose={() => setOpen(undefined)}
          onDone={done}
        />
      )}
      {open && open.kind !== "cut-off" && (
        <DecisionDialog item={open.item} kind={open.kind} onClose={() => setOpen(undefined)} onDone={done} />
      )}
    </>
  );
}

function DeviceRow({ item, onChoose }: { item: DeviceItem; onChoose: (kind: Open["kind"]) => void }) {
  const { person } = item;
  const named = { name: person.name, device: nameOf(item) };
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-2 py-3">
      <Avatar person={person} size={36} />
      <div className="min-w-0 flex-1 basis-72">
        <p className="font-bold leading-snug">
          <PersonName person={person} />
          <DeviceTags device={item} />
        </p>
        <p className="text-sm">
          <bdi>{nameOf(item)}</bdi>
          {placeOf(person) && <span className="text-ink-3">{`　${placeOf(person)}`}</span>}
        </p>
        <DeviceStory device={item} decidedBy={item.decidedBy} />
        {item.requestNote && <p className="text-sm text-ink-2">{item.requestNote}</p>}
      </div>
      <div className="flex flex-wrap gap-2">
        {item.approval === "waiting" && (
          <>
            <Button
              size="small"
              kind="primary"
              aria-label={text("decide.approve.named", named)}
              onPress={() => onChoose("approve")}
            >
              {text("decide.approve")}
            </Button>
            <Button
              size="small"
              aria-label={text("decide.refuse.named", named)}
              onPress={() => onChoose("refuse")}
            >
              {text("decide.refuse")}
            </Button>
          </>
        )}
        {item.approval === "refused" && (
          <Button
            size="small"
            aria-label={text("decide.approve.named", named)}
            onPress={() => onChoose("approve")}
          >
            {text("decide.approve")}
          </Button>
        )}
        {item.approval === "cut-off" ? (
          <Button size="small" aria-label={text("restore.named", named)} onPress={() => onChoose("restore")}>
            {text("restore.do")}
          </Button>
        ) : (
          item.approval === "approved" && (
            <Button
              size="small"
              kind="danger"
              aria-label={text("cut.named", named)}
              onPress={() => onChoose("cut-off")}
            >
              {text("cut.do")}
            </Button>
          )
        )}
      </div>
    </div>
  );
}
