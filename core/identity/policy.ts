import { type Actor, allow, type Decision, hidden, type Rule } from "#core/policy/index.ts";

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
} as const satisfies Record<string, Rule>;

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
