import {
  type Actor,
  administers,
  allow,
  type Decision,
  deny,
  hidden,
  type Rule,
} from "#core/policy/index.ts";

/** The rules of the directory. Each stands twice: as a decision for one person and as a predicate for lists. */
export const personRules = {
  staffSeesDirectory: {
    id: "person.staff-sees-directory",
    ja: "職員は職員録を見ることができます",
    en: "staff see the directory",
  },
  guestSeesRoommates: {
    id: "person.guest-sees-roommates",
    ja: "ゲストは同じルームの人だけを見ることができます",
    en: "guests see only the people of their rooms",
  },
  notVisible: {
    id: "person.not-visible",
    ja: "見ることができない相手です",
    en: "this person is not visible to you",
  },
  staffSeesSections: {
    id: "section.staff-sees-tree",
    ja: "職員は組織図を見ることができます",
    en: "staff see the organisation",
  },
  guestSeesNoSections: {
    id: "section.guest-sees-no-tree",
    ja: "ゲストは組織図を見ることができません",
    en: "guests do not see the organisation",
  },
  administratorEdits: {
    id: "directory.administrator-edits",
    ja: "管理者は LGWAN 側で名簿と組織を変更できます",
    en: "administrators change the directory on the LGWAN side",
  },
  notAdministrator: {
    id: "directory.only-administrators",
    ja: "名簿と組織を変更できるのは、担当「アカウント」の管理者だけです",
    en: 'only administrators with the office "accounts" change the directory',
  },
  notFromOutside: {
    id: "directory.only-on-lgwan",
    ja: "名簿と組織は LGWAN 側でだけ変更できます",
    en: "the directory is changed on the LGWAN side only",
  },
} as const satisfies Record<string, Rule>;

const itDivision = { ja: "情報システム担当課", en: "the IT division" };

/** Whether somebody may see the tree of departments and sections: a guest never. */
export function decideSeeSections(actor: Actor): Decision {
  if (actor.kind !== "guest") return allow(personRules.staffSeesSections);
  return deny(personRules.guestSeesNoSections, { ja: "担当の職員", en: "your contact on the staff" });
}

/** Whether somebody may change people, sections and their dates: a person who administers, at a terminal on LGWAN. */
export function decideEditDirectory(actor: Actor): Decision {
  if (!administers(actor, "accounts")) return deny(personRules.notAdministrator, itDivision);
  if (actor.zone !== "lgwan") return deny(personRules.notFromOutside, itDivision);
  return allow(personRules.administratorEdits);
}

/** Whether somebody may know that a person exists. `sharesRoom`: both are members of one room. */
export function decideSeePerson(actor: Actor, person: { id: string; sharesRoom: boolean }): Decision {
  if (actor.kind !== "guest") return allow(personRules.staffSeesDirectory);
  if (person.id === actor.personId || person.sharesRoom) return allow(personRules.guestSeesRoommates);
  return hidden(personRules.notVisible);
}

/**
 * The same rule for lists: `undefined` when the actor sees everybody, else whose ids.
 *
 * @param roommates the ids of everybody who shares a room with the actor
 */
export function visiblePeople(actor: Actor, roommates: readonly string[]): readonly string[] | undefined {
  return actor.kind === "guest" ? [...roommates, actor.personId] : undefined;
}
