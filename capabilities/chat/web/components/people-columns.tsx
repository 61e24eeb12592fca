import { type ReactNode, useMemo } from "react";
import type { PersonSummary } from "#core/identity/contract.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { CheckIcon, ClockIcon } from "#web/kit/components/icons.tsx";
import { PersonName } from "#web/kit/components/person-name.tsx";
import { Loading, Skeleton } from "#web/kit/components/states.tsx";
import { text } from "../text/index.ts";

export type ListedPerson = { person: PersonSummary; note?: ReactNode };

/** One of two lists side by side: those who have, or those who have not; each by section. */
export function PeopleColumn({
  kind,
  title,
  empty,
  people,
}: {
  kind: "done" | "waiting";
  title: string;
  empty: string;
  people: readonly ListedPerson[];
}) {
  const sections = useMemo(() => bySection(people), [people]);
  return (
    <section className="min-w-0">
      <h3
        className={`sticky -top-4 z-10 mb-2 flex items-center gap-1.5 border-b-2 bg-raised py-2 text-base font-bold ${
          kind === "done" ? "border-ok text-ok" : "border-warn text-warn"
        }`}
      >
        {kind === "done" ? <CheckIcon /> : <ClockIcon />}
        {title}
      </h3>
      {people.length === 0 && <p className="py-3 text-sm text-ink-2">{empty}</p>}
      {sections.map(([section, listed]) => (
        <div key={section} className="mb-3">
          <h4 className="py-1 text-xs font-bold text-ink-3">
            {section}
            {"\u00a0"}
            <span className="whitespace-nowrap font-normal tabular-nums">
              {text("room.members", { count: listed.length })}
            </span>
          </h4>
          <ul>
            {listed.map(({ person, note }) => (
              <li key={person.id} className="flex min-h-10 items-center gap-2.5 py-1">
                <Avatar person={person} size={28} />
                <span className="min-w-0 leading-5">
                  <span className="block text-sm">
                    <PersonName person={person} />
                  </span>
                  {person.postName && <span className="block text-xs text-ink-3">{person.postName}</span>}
                  {note && <span className="block text-xs text-ink-3">{note}</span>}
                </span>
              </li>
            ))}
          </ul>
        </div>
      ))}
    </section>
  );
}

export function ColumnsLoading() {
  return (
    <Loading className="grid grid-cols-2 gap-5">
      {[0, 1].map((side) => (
        <div key={side}>
          <Skeleton className="mb-4 h-6 w-24" />
          {[0, 1, 2].map((row) => (
            <Skeleton key={row} className="mb-3 h-10 w-full" />
          ))}
        </div>
      ))}
    </Loading>
  );
}

/** Sections in the order of their names, guests last; within each by kana. */
function bySection(people: readonly ListedPerson[]): [string, ListedPerson[]][] {
  const sections = new Map<string, ListedPerson[]>();
  for (const listed of [...people].sort((a, b) => (a.person.kana < b.person.kana ? -1 : 1))) {
    const { person } = listed;
    const section =
      person.kind === "guest"
        ? `${text("readers.guests")} ${person.affiliation ?? ""}`.trim()
        : (person.sectionName ?? (person.kind === "section" ? person.name : text("readers.noSection")));
    sections.set(section, [...(sections.get(section) ?? []), listed]);
  }
  const isGuest = (listed: ListedPerson[]) => listed[0]?.person.kind === "guest";
  return [...sections].sort(
    ([a, one], [b, other]) => Number(isGuest(one)) - Number(isGuest(other)) || (a < b ? -1 : 1),
  );
}
