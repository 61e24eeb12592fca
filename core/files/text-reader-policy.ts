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

/** The rules by which somebody is given the words of documents beside their pictures. */
export const textReaderRules = {
  officeGives: {
    id: "text-reader.office-gives",
    ja: "「文字で読む」ことを認めるのは、担当「ルール」の管理者です",
    en: 'administrators with the office "rules" name who reads documents as text',
  },
  inTheHallOnly: {
    id: "text-reader.in-the-hall-only",
    ja: "「文字で読む」人は、LGWAN 側の端末からだけ決められます",
    en: "who reads as text is decided at terminals on the LGWAN side only",
  },
  neverOneself: {
    id: "text-reader.never-oneself",
    ja: "自分に「文字で読む」ことを認めることはできません",
    en: "nobody names themselves",
  },
  namedPeopleOnly: {
    id: "text-reader.named-people-only",
    ja: "所属アカウントには認められません。使う人を指定してください",
    en: "a section's shared account is nobody: name the person",
  },
} as const satisfies Record<string, Rule>;

const office = { ja: "担当「ルール」の管理者", en: 'an administrator with the office "rules"' };

/** Whether somebody may see who reads as text. */
export function decideSeeTextReaders(actor: Actor): Decision {
  if (actor.kind === "guest") return hidden(textReaderRules.officeGives);
  if (!administers(actor, "rules")) return deny(textReaderRules.officeGives, office);
  if (actor.zone !== "lgwan") return deny(textReaderRules.inTheHallOnly, office);
  return allow(textReaderRules.officeGives);
}

/** Giving the right to a person. Taking it away is always possible, also from oneself. */
export function decideGiveTextReader(actor: Actor, person: { id: string; kind: PersonKind }): Decision {
  const see = decideSeeTextReaders(actor);
  if (see.kind !== "allow") return see;
  if (person.id === actor.personId) return deny(textReaderRules.neverOneself, office);
  if (person.kind === "section") return deny(textReaderRules.namedPeopleOnly, office);
  return see;
}
