import { useDeferredValue, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import type { PlaceHold, RoomsToInspect } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Places a hold on a person, or on a room that is found by one of its members. */
export function HoldDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [words, setWords] = useState("");
  const [personId, setPersonId] = useState("");
  const [roomId, setRoomId] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value: people } = useAnswer<PeoplePage>(
    wanted ? `/people${query({ q: wanted, limit: 20 })}` : undefined,
  );
  const { value: rooms } = useAnswer<RoomsToInspect>(
    personId ? `/inspection-rooms${query({ person: personId })}` : undefined,
  );
  const place = async (reason: string) => {
    const what: Pick<PlaceHold, "kind" | "subjectId"> = roomId
      ? { kind: "room", subjectId: roomId }
      : { kind: "person", subjectId: personId };
    await request("POST", "/legal-holds", { body: { ...what, reason } satisfies PlaceHold, attempts: 1 });
    onDone();
  };
  return (
    <ReasonDialog
      title={text("records.holds.place")}
      check={() => (personId ? undefined : text("records.holds.missing"))}
      act={place}
      onClose={onClose}
    >
      <p>{text("records.holds.effect")}</p>
      <TextField
        type="search"
        label={text("records.holds.find")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      <SelectField
        id="held-person"
        label={text("records.holds.choose")}
        value={personId}
        onChange={(id) => {
          setPersonId(id);
          setRoomId("");
        }}
      >
        <option value="">{text("records.holds.nobody")}</option>
        {people?.items.map(({ id, name, sectionName }) => (
          <option key={id} value={id}>
            {sectionName ? `${name}（${sectionName}）` : name}
          </option>
        ))}
      </SelectField>
      {rooms && (
        <SelectField id="held-room" label={text("records.holds.what")} value={roomId} onChange={setRoomId}>
          <option value="">{text("records.holds.what.person")}</option>
          {rooms.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {text("records.holds.what.room", { name })}
            </option>
          ))}
        </SelectField>
      )}
    </ReasonDialog>
  );
}
