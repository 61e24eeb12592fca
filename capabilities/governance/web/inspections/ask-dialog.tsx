import { useDeferredValue, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import type { RoomsToInspect } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Asks to inspect rooms of somebody: which, for how long, why, and when the members are told. */
export function AskDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [words, setWords] = useState("");
  const [personId, setPersonId] = useState("");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [days, setDays] = useState("3");
  const [isLater, setLater] = useState(false);
  const [laterBecause, setLaterBecause] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value: people } = useAnswer<PeoplePage>(
    wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined,
  );
  const { value: rooms } = useAnswer<RoomsToInspect>(
    personId ? `/inspection-rooms${query({ person: personId })}` : undefined,
  );

  const check = () => {
    if (chosen.length === 0 || !/^([1-9]|1[0-4])$/.test(days)) return text("ask.missing");
    return isLater && !laterBecause.trim() ? text("ask.missing.later") : undefined;
  };
  const ask = async (reason: string) => {
    await request("POST", "/inspections", {
      body: {
        roomIds: chosen,
        reason,
        days: Number(days),
        laterBecause: isLater ? laterBecause.trim() : null,
      },
      attempts: 1,
    });
    onDone();
  };
  const toggle = (id: string) =>
    setChosen(chosen.includes(id) ? chosen.filter((each) => each !== id) : [...chosen, id]);

  return (
    <ReasonDialog title={text("inspections.ask")} check={check} act={ask} onClose={onClose}>
      <p>{text("ask.effect")}</p>
      <TextField
        type="search"
        label={text("ask.person")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      <SelectField
        id="inspected-person"
        label={text("ask.person.choose")}
        value={personId}
        onChange={setPersonId}
      >
        <option value="">{text("ask.person.none")}</option>
        {people?.items.map(({ id, name, sectionName }) => (
          <option key={id} value={id}>
            {sectionName ? `${name}（${sectionName}）` : name}
          </option>
        ))}
      </SelectField>
      {rooms && (
        <fieldset className="flex max-h-56 flex-col overflow-y-auto">
          <legend className="mb-1 text-sm font-bold">{text("ask.rooms")}</legend>
          {rooms.items.length === 0 && <p className="text-sm text-ink-2">{text("ask.rooms.none")}</p>}
          {rooms.items.map(({ id, name, memberCount }) => (
            <label key={id} className="flex min-h-11 items-center gap-3">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={() => toggle(id)}
                className="size-5 shrink-0 accent-[var(--accent)]"
              />
              {text("ask.room", { name, count: memberCount })}
            </label>
          ))}
        </fieldset>
      )}
      <TextField label={text("ask.days")} value={days} onChange={setDays} inputMode="numeric" />
      <label className="flex min-h-11 items-center gap-3">
        <input
          type="checkbox"
          checked={isLater}
          onChange={() => setLater(!isLater)}
          className="size-5 shrink-0 accent-[var(--accent)]"
        />
        {text("ask.later")}
      </label>
      {isLater && (
        <TextField
          label={text("ask.later.because")}
          value={laterBecause}
          onChange={setLaterBecause}
          inputProps={{ maxLength: 200 }}
        />
      )}
    </ReasonDialog>
  );
}
