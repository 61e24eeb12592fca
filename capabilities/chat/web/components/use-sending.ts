import { useState } from "react";
import { useFiles } from "#core/files/web/index.ts";
import { settings } from "#web/kit/state/settings.ts";
import type { RoomItem } from "../../contract.ts";
import { filesAlone } from "../../defaults/contract.ts";
import { type Doubt, findDoubts } from "../client/before-sending.ts";
import type { ChatClient } from "../client/chat-client.ts";
import { useChat } from "../client/context.ts";
import { mentionsIn } from "../client/mention-words.ts";

/** Shorter than this, the same words in two rooms are chance. */
const copiedAtLeast = 10;

/** Sends the draft of a room, after asking where something speaks for a mistake. */
export function useSending(room: RoomItem): {
  /** What is asked now; undefined when nothing is. */
  doubts: readonly Doubt[] | undefined;
  /** Sends, or asks. */
  send: () => void;
  /** The answer to what was asked. */
  confirm: () => void;
  goBack: () => void;
} {
  const chat = useChat();
  const { uploads } = useFiles();
  const [doubts, setDoubts] = useState<readonly Doubt[]>();
  return {
    doubts,
    send: () => {
      const found = doubtsOf(chat, room);
      if (found.length > 0) setDoubts(found);
      else sendDraft(chat, room, uploads.take(room.id));
    },
    confirm: () => {
      setDoubts(undefined);
      sendDraft(chat, room, uploads.take(room.id));
    },
    goBack: () => setDoubts(undefined),
  };
}

function doubtsOf(chat: ChatClient, room: RoomItem): readonly Doubt[] {
  const { body } = chat.drafts.get(room.id);
  const members = chat.state.get().members[room.id];
  const copied = chat.copied;
  const isCopied =
    copied !== undefined && copied.words.length >= copiedAtLeast && body.includes(copied.words);
  return findDoubts({
    room,
    body,
    settings: chat.settings.get(),
    isGuest: chat.session.me.person.kind === "guest",
    guestsBefore: chat.lastSent.guestsIn(room.id),
    lastRoomId: chat.lastSent.roomId(),
    members: members && Object.values(members).map((member) => member.person),
    known: Object.values(chat.people.known.get()),
    copiedFrom: isCopied ? { roomId: copied.roomId, name: copied.roomName } : undefined,
  });
}

function sendDraft(chat: ChatClient, room: RoomItem, fileIds: readonly string[]): void {
  const draft = chat.drafts.get(room.id);
  const said = draft.body.replace(/\s+$/, "");
  const body = said === "" && fileIds.length > 0 ? filesAlone : said;
  const { mentions, mentionTargets, mentioned } = mentionsIn(body, draft.mentioned);
  const extras = { ...chat.asking.take(room.id), ...(fileIds.length > 0 && { fileIds: [...fileIds] }) };
  const message = {
    roomId: room.id,
    body,
    replyTo: draft.replyTo,
    mentions,
    mentionTargets,
    mentioned,
    extras,
  };
  void chat.outbox.send(message, holdFor(chat, room));
  chat.lastSent.note(room.id, room.guestCount);
  chat.drafts.clear(room.id);
}

/** The time that everybody has who wants it for every message, whatever the municipality says of those to many. */
const holdEvery = 10;

/**
 * Where many people or guests read, a message waits a moment on this device; to a colleague it goes at once, unless its
 * sender wants the moment for every message.
 */
function holdFor(chat: ChatClient, room: RoomItem): number {
  const { holdSeconds, reachShownAbove } = chat.settings.get();
  const isGuest = chat.session.me.person.kind === "guest";
  const isWide = room.memberCount > reachShownAbove || (room.guestCount > 0 && !room.peer && !isGuest);
  if (isWide && holdSeconds > 0) return holdSeconds * 1000;
  return settings.get().hold === "every" ? holdEvery * 1000 : 0;
}
