/**
 * What each event of the chat does to the state, one's own messages included. Pure, without DOM, and indifferent to
 * repetition: events say what is, so applying one twice, or over a newer snapshot, changes nothing in the end.
 */
import { excerptOf } from "#shared/excerpt.ts";
import { type ApplyMap, applyEvent, type EventOf } from "#web/kit/sync/apply-map.ts";
import type { ChatEvents, ConfirmationItem, Message, RoomChange } from "../contract.ts";
import { askedShown } from "../defaults/contract.ts";
import {
  type ChatState,
  changeItems,
  changeMessage,
  mentions,
  readUpTo,
  withItem,
  withMessage,
  withoutMembers,
  withoutRoom,
  withReply,
} from "./state.ts";

export type ChatEvent = EventOf<ChatEvents>;

export const chatApply: ApplyMap<ChatState, ChatEvents> = {
  "room.joined": (state, { room }) => {
    const known = state.rooms[room.id];
    // A snapshot that is newer than this event knows more; what followed is on the stream.
    if (known && known.lastSeq > room.lastSeq) return state;
    return withRoom(state, known ? readUpTo(room, known.readSeq) : room);
  },

  "room.left": (state, { roomId }) => withoutRoom(state, roomId),

  "member.added": (state, { roomId, member, memberCount, guestCount }) => {
    const counted = withCounts(state, roomId, memberCount, guestCount);
    const members = counted.members[roomId];
    if (!members) return counted;
    const readSeq = Math.max(member.readSeq, members[member.person.id]?.readSeq ?? 0);
    return withMembers(counted, roomId, { ...members, [member.person.id]: { ...member, readSeq } });
  },

  "member.removed": (state, { roomId, personId, memberCount, guestCount }) => {
    const counted = withCounts(state, roomId, memberCount, guestCount);
    const members = counted.members[roomId];
    if (!members?.[personId]) return counted;
    const { [personId]: _, ...rest } = members;
    return withMembers(counted, roomId, rest);
  },

  "members.changed": (state, { roomId, counts }) =>
    withoutMembers(counts ? withCounts(state, roomId, counts.memberCount, counts.guestCount) : state, roomId),

  "members.described": (state, { roomId, people }) => {
    const members = state.members[roomId];
    const described = people.filter(({ person }) => members?.[person.id]);
    const next =
      members && described.length > 0
        ? withMembers(state, roomId, {
            ...members,
            ...Object.fromEntries(
              described.map((description) => [
                description.person.id,
                { ...members[description.person.id]!, ...description },
              ]),
            ),
          })
        : state;
    const room = next.rooms[roomId];
    const peer = room?.peer && people.find(({ person }) => person.id === room.peer?.id)?.person;
    return room && peer ? withRoom(next, { ...room, peer, name: peer.name }) : next;
  },

  "member.role-changed": (state, { roomId, personId, role }) => {
    const room = state.rooms[roomId];
    const next =
      room && personId === state.me && room.role !== role ? withRoom(state, { ...room, role }) : state;
    const members = next.members[roomId];
    const member = members?.[personId];
    if (!members || !member || member.role === role) return next;
    return withMembers(next, roomId, { ...members, [personId]: { ...member, role } });
  },

  "room.changed": (state, { roomId, settings }) => {
    const room = state.rooms[roomId];
    if (!room || room.version >= settings.version) return state;
    return withRoom(state, { ...room, ...settings });
  },

  "room.classified": (state, { roomId, settings }) => chatApply["room.changed"](state, { roomId, settings }),

  "room.noted": (state, { roomId, change }) => {
    const changes = state.changes[roomId];
    if (!changes || changes.some((known) => known.id === change.id)) return state;
    return { ...state, changes: { ...state.changes, [roomId]: [...changes, change].sort(byPlace) } };
  },

  "room-preference.changed": (state, { roomId, notify }) => {
    const room = state.rooms[roomId];
    return !room || room.notify === notify ? state : withRoom(state, { ...room, notify });
  },

  "room-list.arranged": (state, { list }) =>
    list.version <= state.list.version ? state : { ...state, list },

  "message.sent": (state, { roomId, message }) => {
    const room = state.rooms[roomId];
    if (!room) return state;
    const mineToo = withOwnPart(message, state.me);
    const seen = withReply(withMessage(state, roomId, mineToo), roomId, mineToo);
    const next = withQuestion(withRead(seen, roomId, message.senderId, message.seq), roomId, message);
    if (message.seq <= room.lastSeq) return next;
    const mine = message.senderId === state.me;
    const mentionSeqs = mentions(message, state.me) ? [...room.mentionSeqs, message.seq] : room.mentionSeqs;
    return withRoom(
      next,
      readUpTo(
        {
          ...room,
          lastSeq: message.seq,
          mentionSeqs,
          lastMessage: {
            senderId: message.senderId,
            excerpt: excerptOf(message.body),
            sentAt: message.sentAt,
          },
        },
        mine ? message.seq : room.readSeq,
      ),
    );
  },

  "message.edited": (state, edited) => {
    const { roomId, seq, body, version } = edited;
    const next = changeMessage(state, roomId, seq, (before) => {
      if ((before.version ?? 1) >= version) return before;
      const { mentionTargets: _, ...message } = before;
      return {
        ...message,
        body,
        mentions: edited.mentions,
        ...(edited.mentionTargets && { mentionTargets: edited.mentionTargets }),
        version,
        editedAt: edited.editedAt,
      };
    });
    const isForMe = mentions(edited, state.me);
    const listed = changeItems(next, roomId, seq, (item) => ({ ...item, excerpt: excerptOf(body) }));
    return withExcerpt(withMention(listed, roomId, seq, isForMe), roomId, seq, excerptOf(body));
  },
  "message.deleted": (state, { roomId, seq, version, deletion }) => {
    const next = changeMessage(state, roomId, seq, (message) => ({
      id: message.id,
      seq,
      senderId: message.senderId,
      operatorId: message.operatorId,
      body: "",
      sentAt: message.sentAt,
      clientMessageId: message.clientMessageId,
      replyTo: message.replyTo,
      mentions: [],
      ...(message.threadSeq !== undefined && { threadSeq: message.threadSeq }),
      ...(message.thread && { thread: message.thread }),
      version,
      deletion,
    }));
    const answered = changeItems(next, roomId, seq, () => undefined);
    return withExcerpt(withMention(answered, roomId, seq, false), roomId, seq, "");
  },
  "messages.disposed": (state, { roomId, messages, deletion }) => {
    let next = state;
    for (const { seq, version } of messages) {
      next = chatApply["message.deleted"](next, { roomId, seq, version, deletion });
      next = changeMessage(next, roomId, seq, (message) =>
        message.thread ? { ...message, thread: { ...message.thread, title: null } } : message,
      );
    }
    return next;
  },
  "confirmation.changed": (state, { roomId, seq, personId, confirmation }) => {
    const isMine = personId === state.me;
    const next = changeMessage(state, roomId, seq, ({ confirmation: before, ...message }) => {
      const mine = isMine ? "confirmed" : before?.mine;
      return { ...message, confirmation: { ...confirmation, ...(mine && { mine }) } };
    });
    return changeItems(next, roomId, seq, (item, list) =>
      isMine && list === "waiting" ? undefined : { ...item, confirmation },
    );
  },
  "confirmation.reminded": (state, { roomId, seq }) => withMention(state, roomId, seq, true),
  "thread.changed": (state, { roomId, seq, thread }) =>
    changeMessage(state, roomId, seq, (message) => ({ ...message, thread })),
  "reactions.changed": (state, { roomId, seq, reactions, by }) =>
    changeMessage(state, roomId, seq, ({ reactions: before = [], ...message }) => {
      const isMine = (reaction: string) =>
        by.personId === state.me && by.reaction === reaction
          ? by.isOn
          : before.some((each) => each.reaction === reaction && each.mine);
      const after = reactions.map((each) => ({ ...each, mine: isMine(each.reaction) }));
      return after.length > 0 ? { ...message, reactions: after } : message;
    }),
  "read-positions.moved": (state, { roomId, positions }) => {
    let next = state;
    for (const { personId, seq } of positions) {
      const room = next.rooms[roomId];
      if (!room) return state;
      next = withRead(next, roomId, personId, seq);
      if (personId === state.me && seq > room.readSeq) next = withRoom(next, readUpTo(room, seq));
    }
    return next;
  },

  // What is being written is no part of what everybody sees: client/drafts.ts asks for the text.
  "draft.changed": (state) => state,
};

/** One event of the stream. Events of rooms that are not known are ignored. */
export function apply(state: ChatState, event: ChatEvent): ChatState {
  return applyEvent(chatApply, state, event);
}

/** UUIDv7 rise with time; the sign tells changes of one moment apart in the same way everywhere. */
const byPlace = (a: RoomChange, b: RoomChange) => (a.id < b.id ? -1 : 1);

function withRoom(state: ChatState, room: ChatState["rooms"][string]): ChatState {
  return { ...state, rooms: { ...state.rooms, [room.id]: room } };
}

/** A question to confirm waits for everybody but its sender. */
function withOwnPart(message: Message, me: string): Message {
  if (!message.confirmation || message.senderId === me) return message;
  return { ...message, confirmation: { ...message.confirmation, mine: "waiting" } };
}

/** A message that asks to be confirmed stands among what waits for the reader, or what the reader asked. */
function withQuestion(state: ChatState, roomId: string, message: Message): ChatState {
  if (!message.confirmation) return state;
  const { mine: _, ...confirmation } = message.confirmation;
  const item: ConfirmationItem = {
    roomId,
    seq: message.seq,
    messageId: message.id,
    senderId: message.senderId,
    excerpt: excerptOf(message.body),
    sentAt: message.sentAt,
    confirmation,
  };
  const { waiting, asked } = state.confirmations;
  const isOwn = message.senderId === state.me;
  return {
    ...state,
    confirmations: isOwn
      ? { waiting, asked: withItem(asked, item).slice(-askedShown) }
      : { waiting: withItem(waiting, item), asked },
  };
}

/** The room list follows its last message. */
function withExcerpt(state: ChatState, roomId: string, seq: number, excerpt: string): ChatState {
  const room = state.rooms[roomId];
  if (!room?.lastMessage || room.lastSeq !== seq || room.lastMessage.excerpt === excerpt) return state;
  return withRoom(state, { ...room, lastMessage: { ...room.lastMessage, excerpt } });
}

/** An unread message mentions the reader, or does not any more. */
function withMention(state: ChatState, roomId: string, seq: number, isForMe: boolean): ChatState {
  const room = state.rooms[roomId];
  if (!room || seq <= room.readSeq || room.mentionSeqs.includes(seq) === isForMe) return state;
  const others = room.mentionSeqs.filter((mention) => mention !== seq);
  const mentionSeqs = isForMe ? [...others, seq].sort((a, b) => a - b) : others;
  return withRoom(state, readUpTo({ ...room, mentionSeqs }, room.readSeq));
}

function withMembers(state: ChatState, roomId: string, members: ChatState["members"][string]): ChatState {
  return { ...state, members: { ...state.members, [roomId]: members } };
}

function withCounts(state: ChatState, roomId: string, memberCount: number, guestCount: number): ChatState {
  const room = state.rooms[roomId];
  if (!room || (room.memberCount === memberCount && room.guestCount === guestCount)) return state;
  return withRoom(state, { ...room, memberCount, guestCount });
}

/** A member has read up to `seq`, if the members are loaded and this is further than before. */
function withRead(state: ChatState, roomId: string, personId: string, seq: number): ChatState {
  const members = state.members[roomId];
  const member = members?.[personId];
  if (!members || !member || member.readSeq >= seq) return state;
  return withMembers(state, roomId, { ...members, [personId]: { ...member, readSeq: seq } });
}
