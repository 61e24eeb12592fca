import type { DemoPerson } from "./people.ts";

/** Looks people up as the scripts name them: 所属/役職, 所属/役職2, 所属/*, 所属/@, *課/課長, firm/1, * for all staff. */
export class Cast {
  readonly #people: readonly DemoPerson[];

  constructor(people: readonly DemoPerson[]) {
    this.#people = people;
  }

  find(selector: string): DemoPerson[] {
    const slash = selector.indexOf("/");
    const place = slash === -1 ? selector : selector.slice(0, slash);
    const role = slash === -1 ? "*" : selector.slice(slash + 1);
    const guests = this.#people.filter((person) => person.affiliation === place);
    if (guests.length > 0) return guests.slice(Number(role) - 1, Number(role));
    const isHere = (person: DemoPerson) =>
      place.startsWith("*") ? person.sectionName.endsWith(place.slice(1)) : person.sectionName === place;
    const here = this.#people.filter(isHere);
    if (role === "@") return here.filter((person) => person.kind === "所属");
    const staff = here.filter((person) => person.kind === "職員");
    if (role === "*") return staff;
    const [, post = "", number] = /^(.+?)(\d)?$/.exec(role)!;
    const found = staff.filter((person) => person.post === post);
    if (place.startsWith("*") || (number === undefined && found.length === 0)) return found;
    return found.slice(Number(number ?? 1) - 1, Number(number ?? 1));
  }

  get(selector: string): DemoPerson {
    const [person] = this.find(selector);
    if (!person) throw new Error(`nobody in the demo is ${selector}`);
    return person;
  }
}
