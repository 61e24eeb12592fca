/** What the chat offers to the quick switcher: rooms, and people with whom one talks directly. */
import type { PersonSummary } from "#core/identity/contract.ts";
import { type Findable, findable, makeMatcher } from "#shared/match-words.ts";
import { Avatar, GroupAvatar } from "#web/kit/components/avatar.tsx";
import { placeOf } from "#web/kit/components/person-name.tsx";
import type { Jump, JumpSource } from "#web/kit/module.ts";
import type { RoomItem } from "../../contract.ts";
import type { ChatClient } from "./chat-client.ts";

/** So many rooms are shown before anything is typed. */
const firstShown = 12;

export function jumpsOf(chat: ChatClient): JumpSource {
  let known = new WeakMap<RoomItem, Findable>();
  let knownBy: ((name: string) => string) | undefined;
  const namesOf = (room: RoomItem, readingOf: (name: string) => string): Findable => {
    // The sections' kana may come after the first letter was typed.
    if (readingOf !== knownBy) known = new WeakMap();
    knownBy = readingOf;
    let names = known.get(room);
    if (!names) {
      names = findable(room.name, readingOf(room.name), room.peer?.kana, room.peer?.sectionName);
      known.set(room, names);
    }
    return names;
  };
  const roomJump = (room: RoomItem, match: Jump["match"]): Jump => ({
    id: `room ${room.id}`,
    kind: "room",
    title: room.name,
    ...(room.peer && { note: placeOf(room.peer) }),
    picture: room.peer ? <Avatar person={room.peer} size={28} /> : <GroupAvatar size={28} />,
    unread: room.unread,
    isMentioned: room.mentions > 0,
    nearness: nearnessOf(room),
    match,
    open: () => `/rooms/${room.id}`,
  });
  const nearnessOf = (room: RoomItem) =>
    Math.max(chat.places.openedAt(room.id), Date.parse(room.lastMessage?.sentAt ?? room.createdAt));

  return {
    list(words, readingOf) {
      const match = makeMatcher(words);
      const rooms = Object.values(chat.state.get().rooms).flatMap((room) => {
        const found = match(namesOf(room, readingOf));
        return found > 0 ? [roomJump(room, found)] : [];
      });
      if (words !== "") return rooms;
      return rooms
        .sort((a, b) => Math.sign(b.unread ?? 0) - Math.sign(a.unread ?? 0) || b.nearness - a.nearness)
        .slice(0, firstShown);
    },

    async search(words, signal) {
      const { items } = await chat.people.search(words, signal);
      const match = makeMatcher(words);
      return items
        .filter((person) => person.id !== chat.session.me.person.id)
        .map((person) => ({
          id: `person ${person.id}`,
          kind: "person" as const,
          title: person.name,
          note: placeOf(person),
          picture: <Avatar person={person} size={28} />,
          nearness: 0,
          // The server found it, by more than is known here.
          match: match(findable(person.name, person.kana, person.sectionName)) || 1,
          open: async () => `/rooms/${findDirectRoom(chat, person) ?? (await startDirectRoom(chat, person))}`,
        }));
    },
  };
}

function findDirectRoom(chat: ChatClient, person: PersonSummary): string | undefined {
  return Object.values(chat.state.get().rooms).find((room) => room.peer?.id === person.id)?.id;
}

function startDirectRoom(chat: ChatClient, person: PersonSummary): Promise<string> {
  return chat.createRoom({ kind: "direct", memberIds: [person.id] });
}
