import { useDeferredValue, useId, useState } from "react";
import { roomKindWords } from "#shared/crossing-words.ts";
import { query } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { NamedRoom, NamedRooms } from "../../contract.ts";
import { rememberRooms, roomNames } from "../draft.ts";
import { say, text } from "../text/index.ts";

/** Single rooms of a rule: found by name or reading, and shown by name where the reader may know it. */
export function RoomsChoice({
  ids,
  onChange,
}: {
  ids: readonly string[];
  onChange: (ids: string[]) => void;
}) {
  const id = useId();
  const [words, setWords] = useState("");
  const wanted = useDeferredValue(words.trim());
  const { value, error } = useAnswer<NamedRooms>(
    wanted ? `/crossing/rooms${query({ q: wanted })}` : undefined,
  );
  const names = useStore(roomNames, (now) => now);
  const found = value?.items.filter((room) => !ids.includes(room.id)) ?? [];
  const add = (room: NamedRoom) => {
    rememberRooms([room]);
    onChange([...ids, room.id]);
  };
  return (
    <fieldset className="flex flex-col gap-1 border-t border-line px-2 pt-2">
      <legend className="sr-only">{text("rooms.pick")}</legend>
      {ids.map((each) => (
        <label key={each} className="flex min-h-11 items-center gap-3 rounded-lg hover:bg-hover">
          <input
            type="checkbox"
            className="size-5 shrink-0 accent-accent"
            checked
            onChange={() => onChange(ids.filter((other) => other !== each))}
          />
          <bdi className="min-w-0 [overflow-wrap:anywhere]">{names.get(each) ?? text("rooms.unknown")}</bdi>
        </label>
      ))}
      <TextField
        type="search"
        label={text("rooms.pick")}
        value={words}
        onChange={setWords}
        autoComplete="off"
        inputProps={{ maxLength: 100 }}
      />
      <div id={`${id}-found`} aria-live="polite">
        {found.map((room) => (
          <button
            key={room.id}
            type="button"
            onClick={() => add(room)}
            className="focus-inside flex min-h-11 w-full flex-wrap items-baseline gap-x-2 rounded-lg px-2 py-2 text-left hover:bg-hover"
          >
            <bdi className="min-w-0 [overflow-wrap:anywhere]">{room.name}</bdi>
            <span className="text-xs text-ink-3">{say(roomKindWords[room.kind])}</span>
          </button>
        ))}
        {value && found.length === 0 && <p className="py-2 text-sm text-ink-3">{text("rooms.none")}</p>}
        {error !== undefined && <p className="py-2 text-sm text-danger">{text("rooms.failed")}</p>}
      </div>
    </fieldset>
  );
}
