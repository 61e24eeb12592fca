import { useDeferredValue, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { GivenOffice, Me, Office, PeoplePage } from "../../contract.ts";
import { text } from "./text/index.ts";

const offices = ["accounts", "rules", "audit", "records"] as const satisfies Office[];

/** Entrusts somebody with an office: who, which, why. */
export function GiveDialog({ me, onClose, onDone }: { me: Me; onClose: () => void; onDone: () => void }) {
  const [words, setWords] = useState("");
  const [personId, setPersonId] = useState<string>();
  const [office, setOffice] = useState<Office>();
  const wanted = useDeferredValue(words.trim());
  const { value } = useAnswer<PeoplePage>(wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined);
  const found = value?.items.filter(({ id, kind }) => kind === "staff" && id !== me.account.id);

  const give = async (reason: string) => {
    const { state } = await request<GivenOffice>("POST", `/accounts/${personId}/offices`, {
      body: { office, reason },
    });
    tell(text(state === "given" ? "give.done" : "give.proposed"));
    onDone();
  };

  return (
    <ReasonDialog
      title={text("give")}
      check={() => (personId && office ? undefined : text("give.choose"))}
      act={give}
      onClose={onClose}
    >
      <p>{text("give.consent")}</p>
      <TextField
        type="search"
        label={text("give.find")}
        hint={text("give.find.hint")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      {found && (
        <fieldset className="flex max-h-56 flex-col overflow-y-auto">
          <legend className="mb-1 text-sm font-bold">{text("give.who")}</legend>
          {found.length === 0 && <p className="text-sm text-ink-2">{text("give.none")}</p>}
          {found.map((person) => (
            <label key={person.id} className="flex min-h-11 items-center gap-3">
              <input
                type="radio"
                name="person"
                checked={personId === person.id}
                onChange={() => setPersonId(person.id)}
                className="size-5 shrink-0 accent-[var(--accent)]"
              />
              <span className="min-w-0">
                <PersonName person={person} />
                <span className="block text-sm text-ink-3">{placeOf(person)}</span>
              </span>
            </label>
          ))}
        </fieldset>
      )}
      <fieldset className="flex flex-col">
        <legend className="mb-1 text-sm font-bold">{text("give.which")}</legend>
        {offices.map((each) => (
          <label key={each} className="flex min-h-11 items-center gap-3">
            <input
              type="radio"
              name="office"
              checked={office === each}
              onChange={() => setOffice(each)}
              className="size-5 shrink-0 accent-[var(--accent)]"
            />
            <span className="min-w-0">
              <span className="block font-bold">{text(`office.${each}`)}</span>
              <span className="block text-sm text-ink-3">{text(`office.${each}.about`)}</span>
            </span>
          </label>
        ))}
      </fieldset>
    </ReasonDialog>
  );
}
