import { useDeferredValue, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { IdentityProvider, PeoplePage } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Says who somebody is at a provider, where no claim finds them: a changed number, a section account, a provider without one. */
export function LinkDialog({
  provider,
  onClose,
  onDone,
}: {
  provider: IdentityProvider;
  onClose: () => void;
  onDone: () => void;
}) {
  const [words, setWords] = useState("");
  const [accountId, setAccountId] = useState<string>();
  const [subject, setSubject] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value } = useAnswer<PeoplePage>(wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined);
  const found = value?.items.filter(({ kind }) => provider.personKinds.includes(kind));

  return (
    <ReasonDialog
      title={text("link")}
      check={() => (accountId && subject.trim() ? undefined : text("link.choose"))}
      act={async (reason) => {
        await request("POST", `/identity-providers/${provider.id}/links`, {
          body: { accountId, subject: subject.trim(), reason },
        });
        tell(text("link.done"));
        onDone();
      }}
      onClose={onClose}
    >
      <p>{text("link.about", { name: provider.name })}</p>
      <TextField
        type="search"
        label={text("link.find")}
        hint={text("link.find.hint")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      {found && (
        <fieldset className="flex max-h-56 flex-col overflow-y-auto">
          <legend className="mb-1 text-sm font-bold">{text("link.who")}</legend>
          {found.length === 0 && <p className="text-sm text-ink-2">{text("link.none")}</p>}
          {found.map((person) => (
            <label key={person.id} className="flex min-h-11 items-center gap-3">
              <input
                type="radio"
                name="person"
                checked={accountId === person.id}
                onChange={() => setAccountId(person.id)}
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
      <TextField
        label={text("link.subject")}
        hint={text(`link.subject.${provider.settings.kind}`)}
        value={subject}
        onChange={setSubject}
        autoComplete="off"
        inputProps={{ spellCheck: false, autoCapitalize: "none", maxLength: 500 }}
      />
    </ReasonDialog>
  );
}
