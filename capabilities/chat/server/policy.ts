import type { Classification } from "#core/crossing/index.ts";
import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type PersonKind,
  type Rule,
} from "#core/policy/index.ts";
import { isStricter } from "#shared/classification.ts";
import type { ChatSettings, RoomKind, RoomPosting, RoomRole, RoomVisibility } from "../contract.ts";

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
  staffFindsPublic: {
    id: "room.staff-finds-public",
    ja: "職員は公開のルームを探して参加できます",
    en: "staff find and join public rooms",
  },
  ownerChanges: {
    id: "room.owner-changes",
    ja: "ルームの管理者は設定を変更できます",
    en: "owners change a room's settings",
  },
  ownSettings: {
    id: "room.own-settings",
    ja: "自分の表示や通知は自分で決められます",
    en: "one's own list and notifications are one's own",
  },
  followsOrganisation: {
    id: "room.follows-organisation",
    ja: "組織によるメンバーは、人事異動に合わせて自動で入れ替わります",
    en: "members by the organisation come and go with it",
  },
  administratorSets: {
    id: "room.administrator-sets",
    ja: "担当「ルール」の管理者は LGWAN 側で全庁のルームと所属のルームの設定を行えます",
    en: "administrators set up rooms of everybody and of sections on the LGWAN side",
  },
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
    ja: "担当「ルール」の管理者は LGWAN 側でチャットの設定を変更できます",
    en: "administrators change the chat's settings on the LGWAN side",
  },
  administersOnLgwan: {
    id: "chat.administered-on-lgwan",
    ja: "チャットの設定と全庁・所属のルームは LGWAN 側でだけ変更できます",
    en: "the chat's settings and the rooms of everybody and of sections are changed on the LGWAN side only",
  },
  onlyAdministratorsChangeSettings: {
    id: "chat.only-administrators-change-settings",
    ja: "チャットの設定を変更できるのは、担当「ルール」の管理者だけです",
    en: 'only administrators with the office "rules" change the chat\'s settings',
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
  onlyOwnersChange: {
    id: "room.only-owners-change",
    ja: "設定を変更できるのはルームの管理者だけです",
    en: "only owners change a room's settings",
  },
  onlyOwnersPost: {
    id: "room.only-owners-post",
    ja: "このルームに投稿できるのはルームの管理者だけです",
    en: "only owners post to this room",
  },
  onlyAdministrators: {
    id: "room.only-administrators",
    ja: "全庁のルームと所属のルームを用意できるのは、担当「ルール」の管理者だけです",
    en: 'only administrators with the office "rules" set up rooms of everybody and of sections',
  },
  lastOwnerStays: {
    id: "room.last-owner-stays",
    ja: "最後の管理者は、ほかの人に管理者を引き継ぐまで退出できません",
    en: "the last owner hands over before leaving",
  },
  noGuestsHere: {
    id: "room.no-guests-here",
    ja: "公開・所属・全庁のルームにゲストは入れません",
    en: "no guests in public rooms and rooms of sections or everybody",
  },
  guestsStayClosed: {
    id: "room.guests-stay-closed",
    ja: "ゲストのいるルームは公開にできません",
    en: "a room with guests stays closed",
  },
  nameFollowsSection: {
    id: "room.name-follows-section",
    ja: "所属のルームの名前は組織の名前に合わせて変わります",
    en: "a section's room is named after it",
  },
  classOnlyRises: {
    id: "room.class-only-rises",
    ja: "ルームの機密性の区分は、上げることだけができます。下げるのは情報システム担当課です",
    en: "a room's class can only be raised; the IT division lowers it",
  },
  rulesLowerClasses: {
    id: "room.rules-lower-classes",
    ja: "ルールの担当者は LGWAN 側で、理由を添えてルームの機密性の区分を下げられます",
    en: "who administers the rules lowers a room's class on the LGWAN side, with a reason",
  },
  onlyRulesLowerClasses: {
    id: "room.only-rules-lower-classes",
    ja: "ルームの機密性の区分を下げられるのは、LGWAN 側のルールの担当者だけです",
    en: "only who administers the rules lowers a room's class, on the LGWAN side",
  },
  onlyGroupsArePublic: {
    id: "room.only-groups-are-public",
    ja: "公開にできるのはグループのルームだけです",
    en: "only groups can be public",
  },
  guestsOwnNothing: {
    id: "room.guests-own-nothing",
    ja: "ゲストはルームの管理者になれません",
    en: "guests are not owners",
  },
  archiveFollowsSection: {
    id: "room.archive-follows-section",
    ja: "所属のルームは、組織が廃止されたときに自動で保管されます",
    en: "a section's room is archived when the section ends",
  },
} as const satisfies Record<string, Rule>;

/** What decisions about a room need to know; `membership` is null for somebody outside. */
export type RoomFacts = {
  kind: RoomKind;
  isArchived: boolean;
  visibility: RoomVisibility;
  posting: RoomPosting;
  classification: Classification;
  ownerCount: number;
  memberCount: number;
  guestCount: number;
  membership: { role: RoomRole; isAutomatic: boolean } | null;
};

/** Somebody to whom something is done in a room; `membership` is null for somebody outside. */
export type MemberFacts = {
  personId: string;
  kind: PersonKind;
  membership: { role: RoomRole; isAutomatic: boolean } | null;
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

/** Posting. The send's SQL accepts by the same rule: a member, not archived, and an owner where only owners post. */
export function decidePost(room: {
  membership: { role: RoomRole } | null;
  isArchived: boolean;
  posting: RoomPosting;
}): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.isArchived) return deny(roomRules.archived, owner);
  if (room.posting === "owners" && room.membership.role !== "owner")
    return deny(roomRules.onlyOwnersPost, owner);
  return allow(roomRules.memberPosts);
}

export function decideCreateRoom(actor: Actor, kind: RoomKind = "group"): Decision {
  if (actor.kind === "guest") return deny(roomRules.guestsDoNotCreate, sponsor);
  if (kind === "municipality") return decideSetUpRooms(actor);
  return allow(roomRules.staffCreates);
}

/** Rooms of everybody, and whether sections get theirs. */
export function decideSetUpRooms(actor: Actor): Decision {
  return decideAdminister(actor, roomRules.administratorSets, roomRules.onlyAdministrators);
}

/** Whether somebody may know of a room without being in it: its name, purpose and number of members. */
export function decideFindRoom(
  actor: Pick<Actor, "kind">,
  room: Pick<RoomFacts, "visibility" | "membership">,
): Decision {
  if (actor.kind === "guest" || room.visibility !== "public") return hidden(roomRules.notMember);
  return allow(roomRules.staffFindsPublic);
}

/** The same rule as a predicate over `room r`; guests find nothing and are not asked for it. */
export const findRoomPredicate = "r.visibility = 'public'";

/** Rooms whose names somebody on the staff may know, over `room r` and their own membership `rm`: named to everybody, or theirs. */
export const knownRoomPredicate =
  "r.name is not null and r.kind <> 'direct' and (r.kind in ('section', 'municipality') or r.visibility = 'public' or rm.person_id is not null)";

/** Adding somebody, or joining when it is oneself. */
export function decideAddMember(
  actor: Pick<Actor, "personId" | "kind">,
  room: RoomFacts,
  person: Pick<MemberFacts, "personId" | "kind">,
): Decision {
  if (!room.membership) {
    const found = decideFindRoom(actor, room);
    if (found.kind !== "allow" || person.personId !== actor.personId) return hidden(roomRules.notMember);
    return room.isArchived ? deny(roomRules.archived, owner) : found;
  }
  if (room.kind === "direct") return deny(roomRules.directIsFixed, itDivision);
  if (room.kind === "municipality") return deny(roomRules.followsOrganisation, itDivision);
  if (actor.kind === "guest") return deny(roomRules.guestsDoNotAdd, sponsor);
  if (room.isArchived) return deny(roomRules.archived, owner);
  if (person.kind === "guest" && (room.kind === "section" || room.visibility === "public"))
    return deny(roomRules.noGuestsHere, owner);
  return allow(roomRules.staffMemberAdds);
}

/** Removing somebody, or leaving when it is oneself. */
export function decideRemoveMember(
  actor: Actor,
  room: RoomFacts,
  person: Pick<MemberFacts, "personId" | "membership">,
): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.kind === "direct") return deny(roomRules.directIsFixed, itDivision);
  if (person.membership?.isAutomatic) return deny(roomRules.followsOrganisation, itDivision);
  if (person.personId === actor.personId) {
    const isLast = room.membership.role === "owner" && room.ownerCount === 1 && room.memberCount > 1;
    return isLast && !room.isArchived ? deny(roomRules.lastOwnerStays, owner) : allow(roomRules.memberLeaves);
  }
  return actsAsOwner(actor, room) ? allow(roomRules.ownerRemoves) : deny(roomRules.onlyOwnersRemove, owner);
}

/** Name, purpose, visibility and posting. */
export function decideChangeRoom(
  actor: Actor,
  room: RoomFacts,
  wanted: { visibility: RoomVisibility; isRenamed: boolean; classification?: Classification },
): Decision {
  const decision = decideOwn(actor, room);
  if (decision.kind !== "allow") return decision;
  if (room.isArchived) return deny(roomRules.archived, owner);
  if (room.kind === "section" && wanted.isRenamed) return deny(roomRules.nameFollowsSection, itDivision);
  if (wanted.classification && isStricter(room.classification, wanted.classification))
    return deny(roomRules.classOnlyRises, itDivision);
  if (wanted.visibility === "public") {
    if (room.kind !== "group") return deny(roomRules.onlyGroupsArePublic, owner);
    if (room.guestCount > 0) return deny(roomRules.guestsStayClosed, owner);
  }
  return decision;
}

/** Making a room's class less confidential: who administers the rules, a member of the room or not. */
export function decideLowerClass(actor: Actor): Decision {
  return administers(actor, "rules") && actor.zone === "lgwan"
    ? allow(roomRules.rulesLowerClasses)
    : deny(roomRules.onlyRulesLowerClasses, itDivision);
}

/** Putting a room away, and taking it back into use. */
export function decideArchiveRoom(actor: Actor, room: RoomFacts): Decision {
  const decision = decideOwn(actor, room);
  if (decision.kind === "allow" && room.kind === "section")
    return deny(roomRules.archiveFollowsSection, itDivision);
  return decision;
}

/** Making somebody an owner, or no longer. */
export function decideChangeRole(
  actor: Actor,
  room: RoomFacts,
  person: Pick<MemberFacts, "kind" | "membership">,
  role: RoomRole,
): Decision {
  const decision = decideOwn(actor, room);
  if (decision.kind !== "allow") return decision;
  if (room.isArchived) return deny(roomRules.archived, owner);
  if (role === "owner" && person.kind === "guest") return deny(roomRules.guestsOwnNothing, owner);
  if (role === "member" && person.membership?.role === "owner" && room.ownerCount === 1)
    return deny(roomRules.lastOwnerStays, owner);
  return decision;
}

function decideOwn(actor: Actor, room: RoomFacts): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (room.kind === "direct") return deny(roomRules.directIsFixed, itDivision);
  if (actsAsOwner(actor, room)) return allow(roomRules.ownerChanges);
  // Whoever may do it at a terminal on the LGWAN side is told so rather than to ask somebody.
  return actsAsOwner({ ...actor, zone: "lgwan" }, room)
    ? deny(roomRules.administersOnLgwan, itDivision)
    : deny(roomRules.onlyOwnersChange, owner);
}

/**
 * Owners, and while a room has none (the last one has left the office, or it is a section's) any member on the staff;
 * in a room of everybody that would be everybody, so there it is the administrators.
 */
function actsAsOwner(actor: Actor, room: RoomFacts): boolean {
  if (room.membership?.role === "owner") return true;
  if (room.ownerCount > 0 || actor.kind === "guest") return false;
  return room.kind !== "municipality" || decideSetUpRooms(actor).kind === "allow";
}

/** Mentioning everybody (@全員): never guests; in a large room whom the municipality lets. `memberCount` counts the sender. */
export function decideMentionEverybody(
  actor: Pick<Actor, "kind">,
  room: Pick<RoomFacts, "membership" | "ownerCount">,
  memberCount: number,
  settings: Pick<ChatSettings, "everybodyAbove" | "everybodyBy">,
): Decision {
  if (!room.membership) return hidden(roomRules.notMember);
  if (actor.kind === "guest") return deny(roomRules.guestsDoNotMentionEverybody, sponsor);
  if (memberCount <= settings.everybodyAbove || settings.everybodyBy === "members" || room.ownerCount === 0)
    return allow(roomRules.staffMentionsEverybody);
  return room.membership.role === "owner"
    ? allow(roomRules.ownerMentionsEverybody)
    : deny(roomRules.onlyOwnersMentionEverybody, owner);
}

export function decideChangeSettings(actor: Actor): Decision {
  return decideAdminister(
    actor,
    roomRules.administratorChangesSettings,
    roomRules.onlyAdministratorsChangeSettings,
  );
}

/** What is decided for the whole municipality: by whoever has the office, at a terminal on the LGWAN side. */
function decideAdminister(actor: Actor, by: Rule, onlyAdministrators: Rule): Decision {
  if (!administers(actor, "rules")) return deny(onlyAdministrators, itDivision);
  return actor.zone === "lgwan" ? allow(by) : deny(roomRules.administersOnLgwan, itDivision);
}
