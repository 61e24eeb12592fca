import { useDeferredValue, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { TextReaders } from "../../contract.ts";
import { text } from "../text/index.ts";

type Person = TextReaders["items"][number]["person"];

/** 「文字で読む人」: who is given the words of documents beside their pictures. */
export default function TextReadersSection() {
  const { value, error, reload } = useAnswer<TextReaders>("/text-readers");
  const [isGiving, setGiving] = useState(false);
  const [ending, setEnding] = useState<Person>();
  const done = (words: string) => {
    tell(words);
    setGiving(false);
    setEnding(undefined);
    reload();
  };
  return (
    <div className="flex flex-col gap-5">
      <p className="text-sm text-ink-2">{text("textReaders.intro")}</p>
      <Button kind="primary" className="self-start" onPress={() => setGiving(true)}>
        {text("textReaders.give")}
      </Button>
      {error !== undefined && <Failure error={error} onRetry={reload} />}
      {!value && error === undefined && (
        <Loading>
          <Skeleton className="h-20 w-full" />
        </Loading>
      )}
      {value?.items.length === 0 && (
        <Empty title={text("textReaders.none")}>{text("textReaders.none.next")}</Empty>
      )}
      <ul className="flex flex-col gap-3">
        {value?.items.map(({ person, reason, givenBy, givenAt }) => (
          <li
            key={person.id}
            className="flex flex-wrap items-center gap-3 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]"
          >
            <div className="min-w-0 flex-1 basis-60">
              <p className="font-bold">
                <PersonName person={person} />{" "}
                <span className="text-sm font-normal text-ink-2">{placeOf(person)}</span>
              </p>
              <p className="text-sm text-ink-2">{text("textReaders.because", { reason })}</p>
              <p className="text-sm text-ink-3">
                {text("textReaders.by", { when: longMoment(givenAt), person: givenBy?.name ?? "" })}
              </p>
            </div>
            <Button
              aria-label={text("textReaders.end.label", { name: person.name })}
              onPress={() => setEnding(person)}
            >
              {text("textReaders.end")}
            </Button>
          </li>
        ))}
      </ul>
      {isGiving && <Give onClose={() => setGiving(false)} onDone={done} />}
      {ending && (
        <ReasonDialog
          title={text("textReaders.end")}
          onClose={() => setEnding(undefined)}
          act={async (reason) => {
            await request("PUT", `/text-readers/${ending.id}`, { body: { isGiven: false, reason } });
            done(text("textReaders.ended", { name: ending.name }));
          }}
        >
          <p>{text("textReaders.end.effect", { name: ending.name })}</p>
        </ReasonDialog>
      )}
    </div>
  );
}

function Give({ onClose, onDone }: { onClose: () => void; onDone: (words: string) => void }) {
  const [words, setWords] = useState("");
  const [personId, setPersonId] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value: people } = useAnswer<PeoplePage>(
    wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined,
  );
  const give = async (reason: string) => {
    await request("PUT", `/text-readers/${personId}`, { body: { isGiven: true, reason } });
    const name = people?.items.find(({ id }) => id === personId)?.name ?? "";
    onDone(text("textReaders.given", { name }));
  };
  return (
    <ReasonDialog
      title={text("textReaders.give")}
      action={text("textReaders.give.action")}
      check={() => (personId ? undefined : text("textReaders.missing"))}
      act={give}
      onClose={onClose}
    >
      <p>{text("textReaders.give.effect")}</p>
      <TextField
        type="search"
        label={text("textReaders.person")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      <SelectField
        id="text-reader"
        label={text("textReaders.choose")}
        value={personId}
        onChange={setPersonId}
      >
        <option value="">{text("textReaders.choose.none")}</option>
        {people?.items
          .filter(({ kind }) => kind !== "section")
          .map(({ id, name, sectionName }) => (
            <option key={id} value={id}>
              {sectionName ? `${name}（${sectionName}）` : name}
            </option>
          ))}
      </SelectField>
    </ReasonDialog>
  );
}
