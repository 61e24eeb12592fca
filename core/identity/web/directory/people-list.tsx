import { Link } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { query, request } from "#web/kit/api/client.ts";
import { Avatar } from "#web/kit/components/avatar.tsx";
import { PeopleIcon } from "#web/kit/components/icons.tsx";
import { PersonName, placeOf } from "#web/kit/components/person-name.tsx";
import { PresenceWords, PresentAvatar } from "#web/kit/components/presence.tsx";
import { Empty, Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { useRows } from "#web/kit/components/use-rows.ts";
import { useStore } from "#web/kit/state/store.ts";
import type { PeoplePage, PersonSummary } from "../../contract.ts";
import { directoryChange } from "../directory-change.ts";
import { text } from "./text/index.ts";

const pageSize = 100;
const rowHeight = 4;
/** The next page is asked for when fewer rows than this lie below the screen. */
const ahead = 40;

type Loaded = { items: readonly PersonSummary[]; next: string | null };

/** People by kana, page after page as one scrolls; only those on the screen are drawn, be they 5,000. */
export function PeopleList({ words, sectionId }: { words: string; sectionId: string | undefined }) {
  const change = useStore(directoryChange, (id) => id);
  const [loaded, setLoaded] = useState<Loaded>();
  const [problem, setProblem] = useState<unknown>();
  const [attempt, setAttempt] = useState(0);
  const isLoading = useRef(false);
  const filter = useMemo(
    () => ({ q: words, section: sectionId, below: sectionId && "yes", limit: pageSize }),
    [words, sectionId],
  );

  // biome-ignore lint/correctness/useExhaustiveDependencies: asked again for each attempt and each change
  useEffect(() => {
    const ended = new AbortController();
    isLoading.current = true;
    request<PeoplePage>("GET", `/people${query(filter)}`, { signal: ended.signal })
      .then(
        (page) => {
          setProblem(undefined);
          setLoaded(page);
        },
        (error) => !ended.signal.aborted && setProblem(error),
      )
      .finally(() => {
        isLoading.current = false;
      });
    return () => ended.abort();
  }, [filter, attempt, change]);

  const items = loaded?.items ?? [];
  const heights = useMemo(() => items.map(() => rowHeight), [items]);
  const { scroller, visible, total, offsetOf, reveal } = useRows(heights);

  useEffect(() => {
    const cursor = loaded?.next;
    if (!cursor || isLoading.current || visible.to < items.length - ahead) return;
    isLoading.current = true;
    request<PeoplePage>("GET", `/people${query({ ...filter, cursor })}`)
      .then(
        (page) =>
          setLoaded((before) =>
            before?.next === cursor ? { items: [...before.items, ...page.items], next: page.next } : before,
          ),
        setProblem,
      )
      .finally(() => {
        isLoading.current = false;
      });
  }, [loaded, visible.to, items.length, filter]);

  const walk = (event: React.KeyboardEvent<HTMLElement>) => {
    const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const focused = document.activeElement?.closest<HTMLElement>("[data-person]")?.dataset.person;
    const to = items.findIndex((person) => person.id === focused) + by;
    const person = items[to];
    if (!by || !person || event.altKey) return;
    event.preventDefault();
    reveal(to);
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-person="${person.id}"]`)?.focus(),
    );
  };

  if (problem !== undefined && !loaded)
    return <Failure error={problem} onRetry={() => setAttempt((count) => count + 1)} />;
  return (
    <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto">
      {!loaded ? (
        <Loading className="p-4">
          {[0, 1, 2, 3, 4].map((row) => (
            <Skeleton key={row} className="mb-3 h-12 w-full" />
          ))}
        </Loading>
      ) : items.length === 0 ? (
        <Empty
          title={words ? text("list.none", { words }) : text("list.empty")}
          icon={<PeopleIcon size={36} />}
        >
          {words ? text("list.none.next") : text("list.empty.next")}
        </Empty>
      ) : (
        <ul
          aria-label={text("list.label")}
          className="relative"
          style={{ height: `${total}rem` }}
          onKeyDown={walk}
        >
          {items.slice(visible.from, visible.to).map((person, index) => (
            <li
              key={person.id}
              aria-posinset={visible.from + index + 1}
              aria-setsize={loaded.next ? -1 : items.length}
              className="absolute inset-x-0"
              style={{ top: `${offsetOf(visible.from + index)}rem`, height: `${rowHeight}rem` }}
            >
              <PersonRow person={person} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** A person in a list: a link to the person's page. */
export function PersonRow({
  person,
  place,
  mark,
  isPresent = false,
}: {
  person: PersonSummary;
  place?: string;
  mark?: string;
  /** Shows where the person is, too. */
  isPresent?: boolean;
}) {
  return (
    <Link
      to="/people/$personId"
      params={{ personId: person.id }}
      data-person={person.id}
      className="flex h-full min-h-14 items-center gap-3 px-4 hover:bg-hover -outline-offset-2"
    >
      {isPresent ? <PresentAvatar person={person} /> : <Avatar person={person} size={40} />}
      <span className="min-w-0 flex-1">
        <span className="block truncate font-bold">
          <PersonName person={person} />
        </span>
        <span className="block truncate text-sm text-ink-2">
          {place ?? placeOf(person)}
          {isPresent && <PresenceWords personId={person.id} className="ml-3 font-bold" />}
        </span>
      </span>
      {mark && <span className="shrink-0 text-sm tabular-nums text-ink-2">{mark}</span>}
    </Link>
  );
}
