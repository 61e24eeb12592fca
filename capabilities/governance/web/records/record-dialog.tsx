import { useDeferredValue, useState } from "react";
import type { PeoplePage } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import type { AskRecordExport, RoomsToInspect } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Asks for the official record of a room, which is found by one of its members. */
export function RecordDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
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
  const ask = async (reason: string) => {
    await request("POST", "/record-exports", {
      body: { roomId, reason } satisfies AskRecordExport,
      attempts: 1,
    });
    onDone();
  };
  return (
    <ReasonDialog
      title={text("records.export.ask")}
      check={() => (roomId ? undefined : text("records.export.missing"))}
      act={ask}
      onClose={onClose}
    >
      <p>{text("records.export.effect")}</p>
      <TextField
        type="search"
        label={text("records.export.find")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        autoFocus
      />
      <SelectField
        id="record-person"
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
        <SelectField id="record-room" label={text("records.export.room")} value={roomId} onChange={setRoomId}>
          <option value="">{text("records.holds.nobody")}</option>
          {rooms.items.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </SelectField>
      )}
    </ReasonDialog>
  );
}
