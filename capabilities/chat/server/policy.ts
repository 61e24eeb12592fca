import { type Actor, allow, type Decision, deny, hidden, type Rule } from "#core/policy/index.ts";
import type { ChatSettings, RoomKind, RoomRole } from "../contract.ts";

/** The rules of rooms, as they are read on buttons, in refusals and in the audit record. */
export const roomRules = {
  memberReads: {
    id: "room.member-reads",
    ja: "メンバーはルームを読むことができます",
    en: "members read their rooms",
  },
  memberPosts: {
    id: "room.member-posts",
    ja: "メンバーはルームに投稿できます",
    en: "members post to their rooms",
  },
  staffCreates: { id: "room.staff-creates", ja: "職員はルームを作成できます", en: "staff make rooms" },
  staffMemberAdds: {
    id: "room.staff-member-adds",
    ja: "職員のメンバーは人を追加できます",
    en: "members on the staff add people",
  },
  ownerRemoves: {
    id: "room.owner-removes",
    ja: "ルームの管理者はメンバーを外せます",
    en: "owners remove members",
  },
  memberLeaves: { id: "room.member-leaves", ja: "自分から退出できます", en: "members may leave" },
  notMember: { id: "room.not-member", ja: "メンバーではありません", en: "not a member" },
  archived: {
    id: "room.archived",
    ja: "このルームは保管済みで、投稿できません",
    en: "this room is archived",
  },
  guestsDoNotCreate: {
    id: "room.guests-do-not-create",
    ja: "ゲストはルームを作成できません",
    en: "guests do not make rooms",
  },
  guestsDoNotAdd: {
    id: "room.guests-do-not-add",
    ja: "ゲストは人を追加できません",
    en: "guests do not add people",
  },
  directIsFixed: {
    id: "room.direct-is-fixed",
    ja: "1対1のルームの相手は変えられません",
    en: "a direct room keeps its two people",
  },
  staffMentionsEverybody: {
    id: "room.staff-mentions-everybody",
    ja: "職員のメンバーは全員を宛先にできます",
    en: "members on the staff mention everybody",
  },
  ownerMentionsEverybody: {
    id: "room.owner-mentions-everybody",
    ja: "ルームの管理者は全員を宛先にできます",
    en: "owners mention everybody",
  },
  guestsDoNotMentionEverybody: {
    id: "room.guests-do-not-mention-everybody",
    ja: "ゲストは全員を宛先にできません",
    en: "guests do not mention everybody",
  },
  onlyOwnersMentionEverybody: {
    id: "room.only-owners-mention-everybody",
    ja: "人数の多いルームで全員を宛先にできるのは、ルームの管理者だけです",
    en: "in a large room only owners mention everybody",
  },
  administratorChangesSettings: {
    id: "chat.administrator-changes-settings",
    ja: "システム管理者はチャットの設定を変更できます",
    en: "administrators change the chat's settings",
  },
  onlyAdministratorsChangeSettings: {
    id: "chat.only-administrators-change-settings",
    ja: "チャットの設定を変更できるのはシステム管理者だけです",
    en: "only administrators change the chat's settings",
  },
  everybodyReadsSettings: {
    id: "chat.everybody-reads-settings",
    ja: "利用者はチャットの設定を見ることができます",
    en: "everybody signed in reads the chat's settings",
  },
  onlyOwnersRemove: {
    id: "room.only-owners-remove",
    ja: "メンバーを外せるのはルームの管理者だけです",
    en: "only owners remove members",
  },
} as const satisfies Record<string, Rule>;

/** What decisions about a room need to know; `membership` is null for somebody outside. */
export type RoomFacts = {
  kind: RoomKind;
  isArchived: boolean;
  /** False when the last owner has left: then every member on the staff may do what owners do. */
  hasOwner: boolean;
  membership: { role: RoomRole } | null;
};

const sponsor = { ja: "ルームの職員", en: "a member of staff in the room" };
const owner = { ja: "ルームの管理者", en: "an owner of the room" };
const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** Reading a room and everything in it: messages, members, who has read. */
export function decideReadRoom(room: Pick<RoomFacts, "membership">): Decision {
  return room.membership ? allow(roomRules.memberReads) : hidden(roomRules.notMember);
}

/** The same rule as a predicate over `room_member rm` of the actor (`$person`). */
export const readRoomPredicate = (person: string, tenantAndRoom: string): string =>
  `exists (select from room_member rm where ${tenantAndRoom} and rm.person_id = ${person})`;

/** Posting. The send's SQL accepts by the same rule: a member of a room that is not archived. */
export function decidePost(room: Pick<RoomFacts, "membership" | "isArchived">): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.isArchived) return deny(roomRules.archived, owner);
  return allow(roomRules.memberPosts);
}

export function decideCreateRoom(actor: Actor): Decision {
  return actor.kind === "guest" ? deny(roomRules.guestsDoNotCreate, sponsor) : allow(roomRules.staffCreates);
}

export function decideAddMember(actor: Actor, room: RoomFacts): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.kind === "direct") return deny(roomRules.directIsFixed, itDivision);
  if (actor.kind === "guest") return deny(roomRules.guestsDoNotAdd, sponsor);
  if (room.isArchived) return deny(roomRules.archived, owner);
  return allow(roomRules.staffMemberAdds);
}

export function decideRemoveMember(actor: Actor, room: RoomFacts, personId: string): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.kind === "direct") return deny(roomRules.directIsFixed, itDivision);
  if (personId === actor.personId) return allow(roomRules.memberLeaves);
  const actsAsOwner = room.membership.role === "owner" || (!room.hasOwner && actor.kind !== "guest");
  return actsAsOwner ? allow(roomRules.ownerRemoves) : deny(roomRules.onlyOwnersRemove, owner);
}

/** Mentioning everybody (@全員): never guests; in a large room whom the municipality lets. `memberCount` counts the sender. */
export function decideMentionEverybody(
  actor: Pick<Actor, "kind">,
  room: Pick<RoomFacts, "membership" | "hasOwner">,
  memberCount: number,
  settings: Pick<ChatSettings, "everybodyAbove" | "everybodyBy">,
): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (actor.kind === "guest") return deny(roomRules.guestsDoNotMentionEverybody, sponsor);
  if (memberCount <= settings.everybodyAbove || settings.everybodyBy === "members" || !room.hasOwner)
    return allow(roomRules.staffMentionsEverybody);
  return room.membership.role === "owner"
    ? allow(roomRules.ownerMentionsEverybody)
    : deny(roomRules.onlyOwnersMentionEverybody, owner);
}

export function decideChangeSettings(actor: Pick<Actor, "isAdministrator">): Decision {
  return actor.isAdministrator
    ? allow(roomRules.administratorChangesSettings)
    : deny(roomRules.onlyAdministratorsChangeSettings, itDivision);
}
