/**
 * Chat as both sides see it: rooms, members, messages, read positions. Schema and type share one name.
 *
 * Events say what is, not what to add: applying one twice, or over a snapshot that already holds it, changes nothing.
 * That is what lets a client take a snapshot first and replay from an earlier position.
 */
import { z } from "zod";
import { Classification } from "#core/crossing/contract.ts";
import { PersonSummary, Zone } from "#core/identity/contract.ts";
import {
  RoomChange,
  RoomKind,
  RoomList,
  RoomName,
  RoomNotify,
  RoomPosting,
  RoomRefusal,
  RoomRole,
  RoomSettings,
  RoomVisibility,
} from "./room-contract.ts";

export {
  defaultChatSettings,
  emptyRoomList,
  filesAlone,
  roomDescriptionLimit,
  roomNameLimit,
} from "./defaults/contract.ts";

export * from "./room-contract.ts";

/** The longest message, in graphemes. */
export const messageCharacterLimit = 20_000;
/** The longest message in UTF-8: a grapheme may be heaped up of any number of code points. */
export const messageByteLimit = 512 * 1024;
/** How many people one message can mention by name. */
export const mentionLimit = 100;
/** How many people a group room can be made with at once. */
export const memberLimit = 5_000;

/** How many sections, posts and "everybody" one message can mention together. */
export const mentionTargetLimit = 10;
/** How many files one message can bring. */
export const messageFileLimit = 20;
/** How many texts of other devices a draft offers; the oldest goes first. */
export const otherDraftLimit = 5;

/** What can be said of a message with one press: the office's words first, then signs. */
export const Reaction = z.enum([
  "understood",
  "confirmed",
  "working",
  "done",
  "thumbs-up",
  "thanks",
  "applause",
  "smile",
  "sorry",
  "question",
]);
export type Reaction = z.infer<typeof Reaction>;

/** How many of those who reacted are named with the message itself; all of them are listed on demand. */
export const reactionNamesShown = 20;

export const ReactionCount = z.object({
  reaction: Reaction,
  count: z.int().min(1),
  /** The first 20 people, in the order in which they reacted. */
  personIds: z.array(z.uuid()),
});
export type ReactionCount = z.infer<typeof ReactionCount>;

export const MessageReaction = ReactionCount.extend({
  /** Whether the reader is among them. */
  mine: z.boolean(),
});
export type MessageReaction = z.infer<typeof MessageReaction>;
/** Whom a message mentions by what they are: a section (所属), a post (役職) within the room, everybody (全員). */
export const MentionTargetRequest = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("section"), sectionId: z.uuid() }),
  z.object({ kind: z.literal("post"), name: z.string().min(1).max(100) }),
  z.object({ kind: z.literal("everybody") }),
]);
export type MentionTargetRequest = z.infer<typeof MentionTargetRequest>;

/** The same as it was resolved when the message was sent. */
export const MentionTarget = z.object({
  kind: z.enum(["section", "post", "everybody"]),
  /** 財政課, 課長, 全員: behind @ in the text. */
  name: z.string(),
  /** How many members it reached, without the sender. */
  count: z.int(),
  /** Who they were; empty for everybody, which is every member but the sender. */
  personIds: z.array(z.uuid()),
});
export type MentionTarget = z.infer<typeof MentionTarget>;

/** 要確認: what is known of a message that asks to be confirmed. */
export const ConfirmationFacts = z.object({
  deadline: z.string().nullable(),
  /** How many were asked, the members of then without the sender, and how many of them have confirmed. */
  askedCount: z.int(),
  confirmedCount: z.int(),
  /** When those who had not were last reminded. */
  remindedAt: z.string().nullable(),
});
export type ConfirmationFacts = z.infer<typeof ConfirmationFacts>;

export const MessageConfirmation = ConfirmationFacts.extend({
  /** The reader's own part: absent when they were not asked. */
  mine: z.enum(["waiting", "confirmed"]).optional(),
});

/** 話題: a message that has replies in a thread, or a title. */
export const ThreadFacts = z.object({
  title: z.string().nullable(),
  replyCount: z.int(),
  lastReplySeq: z.int().nullable(),
  lastReplyAt: z.string().nullable(),
});
export type ThreadFacts = z.infer<typeof ThreadFacts>;

export const Deletion = z.object({
  at: z.string(),
  personId: z.uuid(),
  /** Why, when somebody else than the sender deleted it. */
  reason: z.string().nullable(),
});
export type Deletion = z.infer<typeof Deletion>;

export const Message = z.object({
  id: z.uuid(),
  /** Number in the room: from 1, without gaps. */
  seq: z.int().min(1),
  senderId: z.uuid(),
  /** Who sat at the section account that sent it; null otherwise. */
  operatorId: z.uuid().nullable(),
  body: z.string(),
  sentAt: z.string(),
  clientMessageId: z.string(),
  /** seq of the message that this one answers. */
  replyTo: z.int().nullable(),
  mentions: z.array(z.uuid()),
  /** Rises with every edit and with the deletion; absent for a message that is as it was sent, version 1. */
  version: z.int().optional(),
  editedAt: z.string().optional(),
  /** Set when it was deleted: then `body` is empty, which no other message's is, and it mentions nobody. */
  deletion: Deletion.optional(),
  /** seq of the first message of the thread in which this one stands; absent outside threads. */
  threadSeq: z.int().optional(),
  /** On the first message of a thread. */
  thread: ThreadFacts.optional(),
  /** Only when the message asks to be confirmed (要確認). */
  confirmation: MessageConfirmation.optional(),
  /** In the order of `Reaction`; absent when nobody has reacted. */
  reactions: z.array(MessageReaction).optional(),
  /** Only where there are some. */
  mentionTargets: z.array(MentionTarget).optional(),
  /** Only where there are some. What they are called is asked of `GET /files`, by everybody with their own rights. */
  files: z.array(z.object({ id: z.uuid() })).optional(),
});
export type Message = z.infer<typeof Message>;

export const LastMessage = z.object({
  senderId: z.uuid(),
  /** The first 120 characters, for the room list; empty when it was deleted. */
  excerpt: z.string(),
  sentAt: z.string(),
});
export type LastMessage = z.infer<typeof LastMessage>;

/** A room as one member sees it in the list. The name of a direct room is the other person's. */
export const RoomItem = RoomSettings.extend({
  id: z.uuid(),
  kind: RoomKind,
  /** The other person of a direct room; null for groups. */
  peer: PersonSummary.nullable(),
  role: RoomRole,
  /** A member because of the organisation: comes and goes with it, and cannot leave. */
  isAutomatic: z.boolean(),
  notify: RoomNotify,
  memberCount: z.int(),
  guestCount: z.int(),
  lastSeq: z.int(),
  readSeq: z.int(),
  /** Messages after readSeq. Sending reads up to one's own message, so one's own never count. */
  unread: z.int(),
  /** How many unread messages mention this member, and which. */
  mentions: z.int(),
  mentionSeqs: z.array(z.int()),
  lastMessage: LastMessage.nullable(),
  createdAt: z.string(),
  /** Set where the room may not be read: it then has no purpose and no last message, and nothing else of it is given. */
  refusal: RoomRefusal.optional(),
});
export type RoomItem = z.infer<typeof RoomItem>;

export const RoomsQuery = z.object({
  cursor: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(1000).default(500),
});
export type RoomsQuery = z.infer<typeof RoomsQuery>;

export const RoomsPage = z.object({
  items: z.array(RoomItem),
  next: z.string().nullable(),
  /** Replay the stream from here: every event up to this position is already in `items`. */
  position: z.int(),
  /** How the caller has arranged the list. */
  list: RoomList,
});
export type RoomsPage = z.infer<typeof RoomsPage>;

export const CreateRoomRequest = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("group"),
    name: RoomName,
    memberIds: z.array(z.uuid()).max(memberLimit),
    description: z.string().trim().max(2_000).optional(),
    visibility: RoomVisibility.optional(),
    /** At least what the municipality gives new rooms; left out it is that. */
    classification: Classification.optional(),
  }),
  /** A room of everybody on the staff; administrators make it. */
  z.object({
    kind: z.literal("municipality"),
    name: RoomName,
    posting: RoomPosting.default("everybody"),
  }),
  z.object({ kind: z.literal("direct"), memberIds: z.array(z.uuid()).length(1) }),
]);
export type CreateRoomRequest = z.infer<typeof CreateRoomRequest>;

export const RoomPath = z.object({ roomId: z.string() });
export const MemberPath = z.object({ roomId: z.string(), personId: z.string() });
export const MessagePath = z.object({ roomId: z.string(), messageId: z.string() });

/** Who has confirmed, in that order, and which members have not, by section and kana. */
export const ConfirmationsResponse = z.object({
  confirmed: z.array(
    z.object({ person: PersonSummary, confirmedAt: z.string(), operator: PersonSummary.nullable() }),
  ),
  waiting: z.array(PersonSummary),
});
export type ConfirmationsResponse = z.infer<typeof ConfirmationsResponse>;

export const RemindResponse = z.object({ remindedCount: z.int() });
export type RemindResponse = z.infer<typeof RemindResponse>;

/** A message that asks to be confirmed, for the overview. */
export const ConfirmationItem = z.object({
  roomId: z.uuid(),
  seq: z.int(),
  messageId: z.uuid(),
  senderId: z.uuid(),
  excerpt: z.string(),
  sentAt: z.string(),
  confirmation: ConfirmationFacts,
});
export type ConfirmationItem = z.infer<typeof ConfirmationItem>;

/** 自分への対応待ち, the oldest first: what the caller has not confirmed, and what the caller asked. */
export const MyConfirmations = z.object({
  waiting: z.array(ConfirmationItem),
  asked: z.array(ConfirmationItem),
});
export type MyConfirmations = z.infer<typeof MyConfirmations>;

export const ThreadPath = z.object({ roomId: z.string(), seq: z.coerce.number().int().min(1) });

export const TitleThreadRequest = z.object({
  /** Null takes the title away. */
  title: z.string().trim().min(1).max(100).nullable(),
});
export type TitleThreadRequest = z.infer<typeof TitleThreadRequest>;

export const ThreadsQuery = z.object({
  /** Exclusive: threads whose newest message has a smaller seq. */
  before: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type ThreadsQuery = z.infer<typeof ThreadsQuery>;

export const ThreadItem = z.object({
  seq: z.int(),
  senderId: z.uuid(),
  excerpt: z.string(),
  sentAt: z.string(),
  thread: ThreadFacts,
  /** Replies after the caller's read position. */
  unread: z.int(),
  /** The newest message of the thread, for the next page's `before`. */
  newestSeq: z.int(),
});
export type ThreadItem = z.infer<typeof ThreadItem>;

/** The thread with the newest message first. */
export const ThreadsPage = z.object({ items: z.array(ThreadItem), hasMore: z.boolean() });
export type ThreadsPage = z.infer<typeof ThreadsPage>;

export const EditMessageRequest = z.object({
  body: z.string().min(1),
  mentions: z.array(z.uuid()).optional(),
  /** Sections, posts and "everybody" that it mentions beside those that it has; those that the text no longer names go. */
  mentionTargets: z.array(MentionTargetRequest).max(mentionTargetLimit).optional(),
  /** The version that was read, 1 for a message never edited: a newer one is not written over. */
  version: z.int().min(1),
});
export type EditMessageRequest = z.infer<typeof EditMessageRequest>;

export const DeleteMessageRequest = z.object({
  /** Needed for somebody else's message; stands on what is left of it. */
  reason: z.string().max(200).optional(),
});
export type DeleteMessageRequest = z.infer<typeof DeleteMessageRequest>;

/** All that a message has said, the first text first, the present one last. */
export const VersionsResponse = z.object({
  items: z.array(z.object({ version: z.int(), body: z.string(), writtenAt: z.string() })),
});
export type VersionsResponse = z.infer<typeof VersionsResponse>;

export const ReactionPath = MessagePath.extend({ reaction: Reaction });

/** Everybody who reacted, in the order in which they did. */
export const ReactionsResponse = z.object({
  items: z.array(z.object({ reaction: Reaction, people: z.array(PersonSummary) })),
});
export type ReactionsResponse = z.infer<typeof ReactionsResponse>;

/** Who a member is in the office. */
export const MemberDescription = z.object({
  person: PersonSummary,
  /** Where the person's section and post stand in the office's order; null without one. */
  sectionOrder: z.int().nullable(),
  postRank: z.int().nullable(),
});
export type MemberDescription = z.infer<typeof MemberDescription>;

export const Member = MemberDescription.extend({
  role: RoomRole,
  /** Comes and goes with the organisation; never removed by hand. */
  isAutomatic: z.boolean(),
  readSeq: z.int(),
  joinedAt: z.string(),
});
export type Member = z.infer<typeof Member>;

/** All members of a room, sorted by kana. */
export const MembersPage = z.object({ items: z.array(Member) });
export type MembersPage = z.infer<typeof MembersPage>;

export const MessagesQuery = z.object({
  /** Exclusive: messages with a smaller seq, the newest of them. */
  before: z.coerce.number().int().min(1).optional(),
  /** Exclusive: messages with a larger seq, the oldest of them. */
  after: z.coerce.number().int().min(0).optional(),
  /** Half a page on each side of this seq. */
  around: z.coerce.number().int().min(1).optional(),
  /** From the first message at or after this time (RFC 3339). */
  at: z.iso.datetime({ offset: true }).optional(),
  /** Only the thread that begins with this message: itself and its replies. Not together with `at`. */
  thread: z.coerce.number().int().min(1).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export type MessagesQuery = z.infer<typeof MessagesQuery>;

export const MessagesPage = z.object({
  /** Ascending seq. */
  items: z.array(Message),
  /** Whether older or newer messages exist beyond this page. */
  hasBefore: z.boolean(),
  hasAfter: z.boolean(),
});
export type MessagesPage = z.infer<typeof MessagesPage>;

export const SendMessageRequest = z.object({
  /** Made by the client, unique for its sender in this room: the same one again is the same message. */
  clientMessageId: z
    .string()
    .min(1)
    .max(100)
    .regex(/^[\x21-\x7e]+$/),
  body: z.string().min(1),
  replyTo: z.int().min(1).optional(),
  mentions: z.array(z.uuid()).optional(),
  /** Puts it into the thread that begins with this message; without `replyTo` it answers that one. */
  threadSeq: z.int().min(1).optional(),
  /** Asks every member of now to confirm. */
  confirmation: z.object({ deadline: z.iso.datetime({ offset: true }).optional() }).optional(),
  mentionTargets: z.array(MentionTargetRequest).max(mentionTargetLimit).optional(),
  /** The sender's own files of this room that were not sent yet. */
  fileIds: z.array(z.uuid()).min(1).max(messageFileLimit).optional(),
});
export type SendMessageRequest = z.infer<typeof SendMessageRequest>;

export const ReadPositionRequest = z.object({ seq: z.int().min(0) });
export type ReadPositionRequest = z.infer<typeof ReadPositionRequest>;

export const ReadPositionResponse = z.object({ seq: z.int() });
export type ReadPositionResponse = z.infer<typeof ReadPositionResponse>;

/** 既読・未読: current members other than the sender, each sorted by section and kana. */
export const ReadersResponse = z.object({
  read: z.array(PersonSummary),
  unread: z.array(PersonSummary),
  readCount: z.int(),
  unreadCount: z.int(),
});
export type ReadersResponse = z.infer<typeof ReadersResponse>;

/** Whom one may mention in a room besides single people, found by name or reading. */
export const MentionTargetsPage = z.object({
  sections: z.array(z.object({ id: z.uuid(), name: z.string(), kana: z.string(), count: z.int() })),
  posts: z.array(z.object({ name: z.string(), count: z.int() })),
  everybody: z.object({
    count: z.int(),
    isAllowed: z.boolean(),
    /** Why not, in words; null when allowed. */
    because: z.object({ ja: z.string(), en: z.string() }).nullable(),
  }),
});
export type MentionTargetsPage = z.infer<typeof MentionTargetsPage>;

/** What a municipality has decided about sending. */
export const ChatSettings = z.object({
  /** For how long a message to many people or to guests waits on the sender's device, to be taken back; 0 to 60. */
  holdSeconds: z.int().min(0).max(60),
  /** In rooms of more members than this the composer says how many people will read. */
  reachShownAbove: z.int().min(1).max(100_000),
  /** In rooms of more members than this sending asks once more. */
  reachConfirmedAbove: z.int().min(1).max(100_000),
  /** In rooms of more members than this, who may mention everybody: owners alone, or every member but guests. */
  everybodyAbove: z.int().min(1).max(100_000),
  everybodyBy: z.enum(["owners", "members"]),
});
export type ChatSettings = z.infer<typeof ChatSettings>;

export const DraftContent = z.object({
  body: z.string().max(200_000),
  /** People, sections and so on that were picked while writing; those still named are mentioned when it is sent. */
  mentioned: z.array(z.object({ id: z.string().max(100), name: z.string().max(200) })).max(mentionLimit),
  replyTo: z.int().min(1).nullable(),
});
export type DraftContent = z.infer<typeof DraftContent>;

/** What the caller is writing in a room, in the zone of this session. */
export const SavedDraft = z.object({
  roomId: z.uuid(),
  /** Rises with every change. */
  version: z.int(),
  content: DraftContent,
  /** What other devices had written when this replaced them, newest first. */
  others: z.array(DraftContent),
  writtenAt: z.string(),
});
export type SavedDraft = z.infer<typeof SavedDraft>;

export const DraftsPage = z.object({ items: z.array(SavedDraft) });
export type DraftsPage = z.infer<typeof DraftsPage>;

export const SaveDraftRequest = DraftContent.extend({
  /** The version on which this rests, 0 for none. When another device has written since, its text goes to `others`. */
  basedOn: z.int().min(0),
  /** The texts of other devices that are still wanted; left out: all of them. */
  others: z.array(DraftContent).max(otherDraftLimit).optional(),
});
export type SaveDraftRequest = z.infer<typeof SaveDraftRequest>;

export const DeleteDraftQuery = z.object({
  /** The version that the caller knows: one that another device has written since stays. */
  version: z.coerce.number().int().min(0),
});

/** Everything the chat puts on the stream. The client must apply each (the type checker refuses a missing one). */
export const chatEvents = {
  /** To one person: you are a member of this room now; the room as it looks to you. */
  "room.joined": z.object({ room: RoomItem }),
  /** To one person: you are no longer a member; forget the room. */
  "room.left": z.object({ roomId: z.uuid() }),
  /** To the room: somebody joined. Counts are those after it. */
  "member.added": z.object({
    roomId: z.uuid(),
    member: Member,
    memberCount: z.int(),
    guestCount: z.int(),
  }),
  /** To the room: somebody left or was removed. */
  "member.removed": z.object({
    roomId: z.uuid(),
    personId: z.uuid(),
    memberCount: z.int(),
    guestCount: z.int(),
  }),
  /** To the room: many joined, left or are other than before at once; the list of members has to be fetched again. */
  "members.changed": z.object({
    roomId: z.uuid(),
    /** Left out when nobody came or went. */
    counts: z.object({ memberCount: z.int(), guestCount: z.int() }).optional(),
  }),
  /** To the room: some of its people have another section, post or name. */
  "members.described": z.object({ roomId: z.uuid(), people: z.array(MemberDescription) }),
  /** To the room: somebody is an owner now, or no longer. */
  "member.role-changed": z.object({ roomId: z.uuid(), personId: z.uuid(), role: RoomRole }),
  /** To the room: its name, description, visibility, posting or archive as they are now. */
  "room.changed": z.object({ roomId: z.uuid(), settings: RoomSettings }),
  /** To the room: it has another class, and with it other rights. Who may not read it any more is not told. */
  "room.classified": z.object({ roomId: z.uuid(), kind: RoomKind, settings: RoomSettings }),
  /** To the room: a line between its messages. */
  "room.noted": z.object({ roomId: z.uuid(), change: RoomChange }),
  /** To all devices of one person: what one wants to be told of this room. */
  "room-preference.changed": z.object({ roomId: z.uuid(), notify: RoomNotify }),
  /** To all devices of one person: the own list of rooms as it is now. */
  "room-list.arranged": z.object({ list: RoomList }),
  /** To the room. The sender has read up to this message. */
  "message.sent": z.object({ roomId: z.uuid(), message: Message }),
  /** To the room: what a message says now. Whoever has not read it yet and is mentioned by it counts it as a mention. */
  "message.edited": z.object({
    roomId: z.uuid(),
    seq: z.int(),
    senderId: z.uuid(),
    body: z.string(),
    mentions: z.array(z.uuid()),
    /** Those of the sections, posts and "everybody" that it still names. */
    mentionTargets: z.array(MentionTarget).optional(),
    version: z.int(),
    editedAt: z.string(),
  }),
  /** To the room: a message says nothing any more, mentions nobody and bears no reactions. */
  "message.deleted": z.object({
    roomId: z.uuid(),
    seq: z.int(),
    version: z.int(),
    deletion: Deletion,
  }),
  /** To the room: the time for which these messages were kept is over; they say nothing any more. */
  "messages.disposed": z.object({
    roomId: z.uuid(),
    messages: z.array(z.object({ seq: z.int(), version: z.int() })),
    deletion: Deletion,
  }),
  /** To the room: how a message that asks to be confirmed stands; `personId` is who has just confirmed. */
  "confirmation.changed": z.object({
    roomId: z.uuid(),
    seq: z.int(),
    personId: z.uuid().nullable(),
    confirmation: ConfirmationFacts,
  }),
  /** To one person who has not confirmed: you are asked once more. Unread, it counts as a mention. */
  "confirmation.reminded": z.object({
    roomId: z.uuid(),
    seq: z.int(),
    byId: z.uuid(),
    remindedAt: z.string(),
  }),
  /** To the room: a thread has another reply or another title. */
  "thread.changed": z.object({ roomId: z.uuid(), seq: z.int(), thread: ThreadFacts }),
  /** To the room: all reactions to a message after somebody has added theirs or taken it back. */
  "reactions.changed": z.object({
    roomId: z.uuid(),
    seq: z.int(),
    reactions: z.array(ReactionCount),
    by: z.object({ personId: z.uuid(), reaction: Reaction, isOn: z.boolean() }),
  }),
  /** To the room: members have read up to these messages. Several readers share one event. */
  "read-positions.moved": z.object({
    roomId: z.uuid(),
    positions: z.array(z.object({ personId: z.uuid(), seq: z.int() })),
  }),
  /**
   * To one person: the draft of a room has changed, or is gone (version null). Without its text, which is read in the zone
   * where it was written alone.
   */
  "draft.changed": z.object({
    roomId: z.uuid(),
    zone: Zone,
    authorId: z.uuid(),
    version: z.int().nullable(),
  }),
} as const;
export type ChatEvents = { [Name in keyof typeof chatEvents]: z.infer<(typeof chatEvents)[Name]> };
