/** Names that the chat has met: members, the other side of direct rooms, search results. */
import type { PeoplePage, PersonSummary } from "#core/identity/contract.ts";
import { query, request } from "#web/kit/api/client.ts";
import { Store } from "#web/kit/state/store.ts";

export type KnownPeople = { readonly [personId: string]: PersonSummary };

export class People {
  readonly known = new Store<KnownPeople>({});
  /** People whose names the server does not tell: they have left, or are none of the reader's business. */
  readonly missing = new Store<ReadonlySet<string>>(new Set());
  readonly #asked = new Set<string>();
  #wanted: string[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  meet(people: readonly PersonSummary[]): void {
    const known = this.known.get();
    const changed = people.filter((person) => !samePerson(known[person.id], person));
    if (changed.length > 0)
      this.known.set({ ...known, ...Object.fromEntries(changed.map((person) => [person.id, person])) });
  }

  /** Asks for names that are not known yet, many together and each once. */
  want(personId: string): void {
    if (this.known.get()[personId] || this.#asked.has(personId)) return;
    this.#asked.add(personId);
    this.#wanted.push(personId);
    this.#timer ??= setTimeout(() => void this.#fetch(), 30);
  }

  /** The directory by name, kana or section. */
  async search(q: string, signal: AbortSignal): Promise<PeoplePage> {
    const page = await request<PeoplePage>("GET", `/people${query({ q, limit: 50 })}`, { signal });
    this.meet(page.items);
    return page;
  }

  /** Asks anew for people who are known already. */
  async renew(personIds: readonly string[], signal: AbortSignal): Promise<PersonSummary[]> {
    const people: PersonSummary[] = [];
    for (let from = 0; from < personIds.length; from += 100) {
      const ids = personIds.slice(from, from + 100).join(",");
      const page = await request<PeoplePage>("GET", `/people${query({ ids, limit: 100 })}`, { signal });
      people.push(...page.items);
    }
    this.meet(people);
    return people;
  }

  async #fetch(): Promise<void> {
    this.#timer = undefined;
    const wanted = this.#wanted.splice(0, 100);
    if (this.#wanted.length > 0) this.#timer = setTimeout(() => void this.#fetch(), 0);
    try {
      const page = await request<PeoplePage>("GET", `/people${query({ ids: wanted.join(","), limit: 100 })}`);
      this.meet(page.items);
      const known = this.known.get();
      const missing = wanted.filter((id) => !known[id]);
      if (missing.length > 0) this.missing.update((before) => new Set([...before, ...missing]));
    } catch {
      // Names are an adornment: they are asked for again with the next page load.
    }
  }
}

function samePerson(a: PersonSummary | undefined, b: PersonSummary): boolean {
  return (
    a !== undefined &&
    a.name === b.name &&
    a.kana === b.kana &&
    a.sectionName === b.sectionName &&
    a.postName === b.postName &&
    a.affiliation === b.affiliation &&
    a.kind === b.kind
  );
}
