import { type FormEvent, useDeferredValue, useId, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type {
  EquipmentDetail,
  EquipmentState,
  MovedEquipment,
  MoveEquipmentRequest,
} from "../../contract.ts";
import { text } from "../text/index.ts";
import { StateTag } from "./state-tag.tsx";

type What = MoveEquipmentRequest["what"];
/** What can happen to a thing, by where it is; the most usual first. */
const possible: Record<EquipmentState, readonly What[]> = {
  "in-store": ["handed-out", "lost", "retired"],
  "handed-out": ["returned", "lost", "handed-out"],
  lost: ["found", "retired"],
  retired: [],
};

/** One thing: what it is, where it is, what may be done with it, and how it came there. */
export function EquipmentDialog({
  id,
  onClose,
  onChanged,
  onPrint,
}: {
  id: string;
  onClose: () => void;
  onChanged: () => void;
  onPrint: (item: EquipmentDetail) => void;
}) {
  const { value, error, reload } = useAnswer<EquipmentDetail>(`/equipment/${id}`);
  const [what, setWhat] = useState<What>();
  return (
    <Dialog
      title={value ? text("detail.title", { number: value.number }) : text("detail")}
      onClose={onClose}
      width="large"
      footer={
        value?.state === "handed-out" && (
          <Button icon={<PrintIcon />} onPress={() => onPrint(value)}>
            {text("sheet.print")}
          </Button>
        )
      }
    >
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-64 w-full" />
        </Loading>
      )}
      {value && (
        <div className="flex flex-col gap-5">
          <Facts item={value} />
          {possible[value.state].length > 0 && (
            <div className="flex flex-wrap gap-2">
              {possible[value.state].map((each) => (
                <Button
                  key={each}
                  size="small"
                  kind={each === "lost" ? "danger" : undefined}
                  aria-pressed={what === each}
                  onPress={() => setWhat(what === each ? undefined : each)}
                >
                  {text(
                    each === "handed-out" && value.state === "handed-out" ? "do.handed-on" : `do.${each}`,
                  )}
                </Button>
              ))}
            </div>
          )}
          {what && <MoveForm key={what} item={value} what={what} onDone={onChanged} />}
          {value.holder && <LinkCard item={value} onLinked={reload} />}
          <Story item={value} />
        </div>
      )}
    </Dialog>
  );
}

function Facts({ item }: { item: EquipmentDetail }) {
  const facts = [
    [text("kind"), text(`kind.${item.kind}`)],
    [text("model"), item.model],
    [text("serial"), item.serial],
    [text("sim"), item.simNumber],
    [text("network"), item.network ? zoneName(item.network) : ""],
    [text("holder"), item.holder?.name ?? ""],
    [text("section"), item.sectionName ?? ""],
    [text("due"), item.dueOn ?? ""],
    [text("note"), item.note],
  ].filter(([, words]) => words !== "");
  return (
    <>
      <p className="flex flex-wrap gap-1">
        <StateTag item={item} />
      </p>
      <dl className="grid gap-x-6 gap-y-1 text-sm md:grid-cols-[8rem_1fr]">
        {facts.map(([name, words]) => (
          <div key={name} className="contents">
            <dt className="font-bold text-ink-2">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere] max-md:mb-1.5">{words}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}

/** Says what happens and asks for what has to be known of it; a refusal keeps what was typed. */
function MoveForm({ item, what, onDone }: { item: EquipmentDetail; what: What; onDone: () => void }) {
  const id = useId();
  const [words, setWords] = useState("");
  const [holderId, setHolderId] = useState("");
  const [dueOn, setDueOn] = useState("");
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const wanted = useDeferredValue(words.trim());
  const isOut = what === "handed-out";
  const { value: people } = useAnswer<PeoplePage>(
    isOut && wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined,
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (isOut && !holderId) return setProblem(text("move.who.missing"));
    setBusy(true);
    setProblem(undefined);
    const body: MoveEquipmentRequest = isOut
      ? { what, holderId, dueOn: dueOn || null, note: note.trim() }
      : { what, note: note.trim() };
    try {
      const { sessionsEnded } = await request<MovedEquipment>("POST", `/equipment/${item.id}/moves`, {
        body,
      });
      tell(
        sessionsEnded > 0
          ? text("move.ended", { number: item.number, count: sessionsEnded })
          : text("move.done", { number: item.number }),
      );
      onDone();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <form
      noValidate
      onSubmit={(event) => void submit(event)}
      className="flex flex-col gap-4 rounded-xl border border-line bg-sunken p-4"
    >
      {problem && <Notice tone="danger">{problem}</Notice>}
      {what === "lost" && (
        <Notice tone="warn">{text(item.isLinked ? "move.lost.linked" : "move.lost.unlinked")}</Notice>
      )}
      {isOut && (
        <>
          <TextField
            type="search"
            label={text("move.find")}
            value={words}
            onChange={setWords}
            autoComplete="off"
          />
          <SelectField id={`${id}-who`} label={text("move.who")} value={holderId} onChange={setHolderId}>
            <option value="">{text("move.who.choose")}</option>
            {people?.items
              .filter(({ kind }) => kind !== "guest")
              .map((person) => (
                <option key={person.id} value={person.id}>
                  {person.sectionName ? `${person.name}（${person.sectionName}）` : person.name}
                </option>
              ))}
          </SelectField>
          <TextField type="date" label={text("move.due")} value={dueOn} onChange={setDueOn} />
        </>
      )}
      <TextField
        label={text("move.note")}
        value={note}
        onChange={setNote}
        inputProps={{ maxLength: 200 }}
        autoComplete="off"
      />
      <span>
        <Button kind={what === "lost" ? "danger" : "primary"} type="submit" isPending={isBusy}>
          {text(`do.${what}`)}
        </Button>
      </span>
    </form>
  );
}

/** Which of the holder's browsers is the one on this thing: a loss cuts that one off. */
function LinkCard({ item, onLinked }: { item: EquipmentDetail; onLinked: () => void }) {
  const [problem, setProblem] = useState<string>();
  const linked = item.devices.find(({ isLinked }) => isLinked)?.id ?? "";
  const choose = async (deviceId: string) => {
    setProblem(undefined);
    try {
      await request("PUT", `/equipment/${item.id}/device`, { body: { deviceId: deviceId || null } });
      tell(text(deviceId ? "link.done" : "link.gone"));
      onLinked();
    } catch (error) {
      setProblem(wordsOf(error));
    }
  };
  if (item.devices.length === 0) return <p className="text-sm text-ink-3">{text("link.none")}</p>;
  return (
    <div className="flex flex-col gap-2">
      {problem && <Notice tone="danger">{problem}</Notice>}
      <SelectField
        id="equipment-device"
        label={text("link")}
        value={linked}
        onChange={(deviceId) => void choose(deviceId)}
      >
        <option value="">{text("link.unknown")}</option>
        {item.devices.map((device) => (
          <option key={device.id} value={device.id}>
            {text("link.device", {
              name: device.name ?? text("link.unnamed"),
              number: device.number,
              zone: zoneName(device.zone),
            })}
            {device.isCutOff && `（${text("link.cutOff")}）`}
          </option>
        ))}
      </SelectField>
      <p className="text-sm text-ink-3">{text("link.about")}</p>
    </div>
  );
}

function Story({ item }: { item: EquipmentDetail }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="font-bold">{text("story")}</h3>
      {item.events.length === 0 && <p className="text-sm text-ink-3">{text("story.none")}</p>}
      <ol className="flex flex-col divide-y divide-line text-sm">
        {item.events.map((event) => (
          <li key={`${event.at} ${event.what}`} className="flex flex-wrap gap-x-4 gap-y-0.5 py-2">
            <time dateTime={event.at} className="text-ink-3 tabular-nums">
              {longMoment(event.at)}
            </time>
            <span className="font-bold">{text(`event.${event.what}`)}</span>
            {event.holderName && <bdi>{event.holderName}</bdi>}
            {event.sectionName && <span className="text-ink-3">{event.sectionName}</span>}
            {event.note && <span className="[overflow-wrap:anywhere]">{event.note}</span>}
            {event.byName && (
              <span className="ml-auto text-ink-3">{text("story.by", { name: event.byName })}</span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}
