import { type Actor, allow, type Decision, deny, hidden, type Rule } from "#core/policy/index.ts";
import { decidePost, type RoomFacts, roomRules } from "./policy.ts";

/** The rules of single messages, in the words of buttons, refusals and audit entries. */
export const messageRules = {
  memberReacts: {
    id: "message.member-reacts",
    ja: "メンバーはメッセージにリアクションを付けられます",
    en: "members react to messages",
  },
  senderEdits: {
    id: "message.sender-edits",
    ja: "送信した人はメッセージを書き直せます",
    en: "senders edit their messages",
  },
  onlySenderEdits: {
    id: "message.only-sender-edits",
    ja: "メッセージを書き直せるのは送信した人だけです",
    en: "only the sender edits a message",
  },
  senderDeletes: {
    id: "message.sender-deletes",
    ja: "送信した人はメッセージを削除できます",
    en: "senders delete their messages",
  },
  ownerDeletes: {
    id: "message.owner-deletes",
    ja: "ルームの管理者は、理由を添えてメッセージを削除できます",
    en: "owners delete messages, giving a reason",
  },
  onlySenderOrOwnerDeletes: {
    id: "message.only-sender-or-owner-deletes",
    ja: "メッセージを削除できるのは、送信した人とルームの管理者だけです",
    en: "only the sender and owners of the room delete a message",
  },
  askedConfirm: {
    id: "message.asked-confirm",
    ja: "確認を求められた人が確認できます",
    en: "those who were asked confirm",
  },
  notAsked: {
    id: "message.not-asked",
    ja: "このメッセージの確認を求められていません",
    en: "not asked to confirm this message",
  },
  askerReminds: {
    id: "message.asker-reminds",
    ja: "確認を求めた人とルームの管理者は、まだの人に知らせられます",
    en: "who asked, and owners, remind those who have not confirmed",
  },
  onlyAskerReminds: {
    id: "message.only-asker-reminds",
    ja: "まだの人に知らせられるのは、確認を求めた人とルームの管理者だけです",
    en: "only who asked and owners remind",
  },
  starterTitles: {
    id: "message.starter-titles",
    ja: "話題を始めた人とルームの管理者は、話題の名前を付けられます",
    en: "who started a thread, and owners, give it a title",
  },
  onlyStarterTitles: {
    id: "message.only-starter-titles",
    ja: "話題の名前を付けられるのは、話題を始めた人とルームの管理者だけです",
    en: "only who started a thread and owners give it a title",
  },
  deletedIsClosed: {
    id: "message.deleted-is-closed",
    ja: "削除されたメッセージの以前の本文は見られません",
    en: "what a deleted message said is closed",
  },
} as const satisfies Record<string, Rule>;

type Room = Pick<RoomFacts, "kind" | "membership" | "isArchived" | "posting">;
export type MessageFacts = { senderId: string; isDeleted: boolean };

const owner = { ja: "ルームの管理者", en: "an owner of the room" };
const sender = { ja: "送信した人", en: "the sender" };
const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** What every change of a message needs: a member, in a room that is not archived. */
function decideChange(room: Room, otherwise: () => Decision): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.isArchived) return deny(roomRules.archived, owner);
  return otherwise();
}

/** Reacting. Also where only owners post: a reaction is how the others answer. */
export function decideReact(room: Room): Decision {
  return decideChange(room, () => allow(messageRules.memberReacts));
}

/** Editing, by who may say something there: where only owners post now, nobody speaks on through older messages. */
export function decideEdit(actor: Actor, room: Room, message: MessageFacts): Decision {
  return decideChange(room, () => {
    if (message.senderId !== actor.personId) return deny(messageRules.onlySenderEdits, sender);
    const posting = decidePost(room);
    return posting.kind === "allow" ? allow(messageRules.senderEdits) : posting;
  });
}

/** Deleting. Who owns the room may delete what others wrote; the action asks for the reason. */
export function decideDelete(actor: Actor, room: Room, message: MessageFacts): Decision {
  return decideChange(room, () => {
    if (message.senderId === actor.personId) return allow(messageRules.senderDeletes);
    if (room.kind !== "direct" && room.membership?.role === "owner") return allow(messageRules.ownerDeletes);
    return deny(messageRules.onlySenderOrOwnerDeletes, owner);
  });
}

/** Confirming (要確認): whoever was asked. */
export function decideConfirm(room: Room, isAsked: boolean): Decision {
  return decideChange(room, () =>
    isAsked ? allow(messageRules.askedConfirm) : deny(messageRules.notAsked, sender),
  );
}

export function decideRemind(actor: Actor, room: Room, message: { senderId: string }): Decision {
  return decideChange(room, () =>
    message.senderId === actor.personId || room.membership?.role === "owner"
      ? allow(messageRules.askerReminds)
      : deny(messageRules.onlyAskerReminds, sender),
  );
}

/** Giving a thread its title: its words stand in the room as a message's do. */
export function decideTitleThread(actor: Actor, room: Room, root: { senderId: string }): Decision {
  return decideChange(room, () => {
    if (root.senderId !== actor.personId && room.membership?.role !== "owner")
      return deny(messageRules.onlyStarterTitles, owner);
    const posting = decidePost(room);
    return posting.kind === "allow" ? allow(messageRules.starterTitles) : posting;
  });
}

/** Reading what a message said before: whoever reads the message, until it is deleted. */
export function decideReadVersions(room: Room, message: MessageFacts): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  return message.isDeleted ? deny(messageRules.deletedIsClosed, itDivision) : allow(roomRules.memberReads);
}
