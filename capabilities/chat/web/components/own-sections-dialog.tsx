import { useState } from "react";
import { newId } from "#shared/ids.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button, IconButton } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { DeleteIcon, PlusIcon } from "#web/kit/components/icons.tsx";
import { OrderedList } from "#web/kit/components/ordered-list.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { OwnSection, RoomItem } from "../../contract.ts";
import {
  type Arrange,
  addSection,
  place,
  placeFavourite,
  placeSection,
  removeSection,
  renameSection,
} from "../client/arrange.ts";
import { sameElements, useChat, useChatState } from "../client/context.ts";
import { text } from "../text/index.ts";

/** Favourites and sections of one's own (自分の分類) in their order; sections are made and named. With a room: which of them it stands in. */
export function OwnSectionsDialog({ room, onClose }: { room?: RoomItem; onClose: () => void }) {
  const chat = useChat();
  const sections = useChatState((state) => state.list.sections);
  const favourites = useChatState(
    ({ list, rooms }) =>
      list.favourites.flatMap((id) => (rooms[id] && !rooms[id].archivedAt ? rooms[id] : [])),
    sameElements,
  );
  const [name, setName] = useState("");
  const [problem, setProblem] = useState<string>();
  const change = async (arrange: Arrange) => {
    setProblem(undefined);
    try {
      await chat.arrange(arrange);
      return true;
    } catch (error) {
      setProblem(wordsOf(error));
      return false;
    }
  };
  const add = async () => {
    if (name.trim() === "") return;
    const section: OwnSection = { id: newId(), name: name.trim(), roomIds: [] };
    const made = await change((list) => {
      const next = addSection(section)(list);
      return room ? place(room.id, section.id)(next) : next;
    });
    if (made) setName("");
  };
  const here = room && sections.find((section) => section.roomIds.includes(room.id))?.id;
  return (
    <Dialog
      title={room ? text("own.place.title", { name: room.name }) : text("own.title")}
      onClose={onClose}
      footer={
        <Button kind="primary" onPress={onClose}>
          {kitText("action.close")}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <p className="text-sm text-ink-2">{text("own.hint")}</p>
        {room && sections.length > 0 && (
          <fieldset className="flex flex-col gap-1">
            <legend className="mb-1 text-sm font-bold">{text("own.place")}</legend>
            {[{ id: null, name: text("own.none") }, ...sections].map((section) => (
              <label
                key={section.id}
                className="flex min-h-11 items-center gap-3 rounded-lg px-2 hover:bg-hover"
              >
                <input
                  type="radio"
                  name="own-section"
                  className="size-5 accent-accent"
                  checked={(here ?? null) === section.id}
                  onChange={() => void change(place(room.id, section.id))}
                />
                <bdi>{section.name}</bdi>
              </label>
            ))}
          </fieldset>
        )}
        {!room && favourites.length > 0 && (
          <section>
            <h3 className="mb-1 text-sm font-bold">{text("own.favourites")}</h3>
            <OrderedList
              label={text("own.favourites")}
              items={favourites}
              onMove={(move) => change(placeFavourite(move))}
            >
              {({ name }) => <bdi className="block truncate">{name}</bdi>}
            </OrderedList>
          </section>
        )}
        {!room && sections.length > 0 && (
          <section>
            <h3 className="mb-1 text-sm font-bold">{text("own.sections")}</h3>
            <OrderedList
              label={text("own.sections")}
              items={sections}
              onMove={(move) => change(placeSection(move))}
              actions={(section) => (
                <IconButton
                  label={text("own.remove", { name: section.name })}
                  icon={<DeleteIcon />}
                  onPress={() => void change(removeSection(section.id))}
                />
              )}
            >
              {(section) => <SectionName section={section} onChange={(arrange) => void change(arrange)} />}
            </OrderedList>
          </section>
        )}
        <form
          className="flex items-end gap-2"
          onSubmit={(event) => {
            event.preventDefault();
            void add();
          }}
        >
          <TextField
            className="flex-1"
            label={text("own.new")}
            value={name}
            onChange={setName}
            maxLength={50}
          />
          <Button type="submit" icon={<PlusIcon size={18} />} className="min-h-12">
            {text("own.add")}
          </Button>
        </form>
      </div>
    </Dialog>
  );
}

function SectionName({ section, onChange }: { section: OwnSection; onChange: (arrange: Arrange) => void }) {
  const [name, setName] = useState(section.name);
  const keep = () => {
    const words = name.trim();
    if (words === "") setName(section.name);
    else if (words !== section.name) onChange(renameSection(section.id, words));
  };
  return (
    <input
      aria-label={text("own.rename", { name: section.name })}
      value={name}
      maxLength={50}
      onChange={(event) => setName(event.target.value)}
      onBlur={keep}
      className="min-h-11 w-full rounded-lg border border-line bg-ground px-3"
    />
  );
}
