import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { BackIcon, LockIcon, PeopleIcon, PlusIcon, SearchIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { isComposing, useShortcuts } from "#web/kit/keys/shortcuts.ts";
import type { Me, SectionTree as Tree } from "../../contract.ts";
import { ImportStart } from "../imports/import-start.tsx";
import { ImportView } from "../imports/import-view.tsx";
import { PeopleList } from "./people-list.tsx";
import { PersonView } from "./person-view.tsx";
import { RolesView } from "./roles-view.tsx";
import { SectionTree } from "./section-tree.tsx";
import { SectionView } from "./section-view.tsx";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

const AddPersonDialog = lazy(() => import("./add-person-dialog.tsx"));
const SectionDialog = lazy(() => import("./section-dialog.tsx"));

/** What is open in the directory; it stands in the address. */
export type DirectoryView =
  | { kind: "people"; words: string; sectionId: string | undefined }
  | { kind: "section"; sectionId: string }
  | { kind: "person"; personId: string }
  | { kind: "roles" }
  | { kind: "imports" }
  | { kind: "import"; importId: string };

export type DirectoryPageProps = {
  me: Me;
  view: DirectoryView;
  onStartChat: (personId: string) => Promise<void>;
};

/** 名簿: the organisation at the left, people, a section or a person beside it; on a phone one of the two. */
export default function DirectoryPage({ me, view, onStartChat }: DirectoryPageProps) {
  const isGuest = me.person.kind === "guest";
  const canEdit = me.account.offices.includes("accounts") && me.zone === "lgwan";
  const [adding, setAdding] = useState<"person" | "section">();
  const { value: tree, error, reload } = useDirectoryAnswer<Tree>(isGuest ? undefined : "/sections");
  const sections = tree?.items ?? [];
  const isStart = view.kind === "people" && view.words === "" && view.sectionId === undefined;
  const shownSection =
    view.kind === "section" ? view.sectionId : view.kind === "people" ? view.sectionId : undefined;
  return (
    <main className="flex min-h-0 min-w-0 flex-1" aria-label={text("directory.title")} data-print="grow">
      <h1 className="sr-only">{text("directory.title")}</h1>
      {!isGuest && (
        <div
          data-print="hide"
          className={classes(
            "flex min-h-0 w-full flex-col border-line bg-ground md:w-76 md:shrink-0 md:border-r lg:w-84",
            !isStart && "max-md:hidden",
          )}
        >
          <Search view={view} label={text("directory.find")} />
          <nav aria-label={text("directory.title")} className="flex flex-col px-2 pb-1">
            <StartLink
              to="/people"
              icon={<PeopleIcon size={18} />}
              words={text("directory.everybody")}
              isOn={isStart}
            />
            <StartLink
              to="/people/roles"
              icon={<LockIcon size={18} />}
              words={text("directory.roles")}
              isOn={view.kind === "roles"}
            />
            {canEdit && (
              <StartLink
                to="/people/imports"
                icon={<PlusIcon size={18} />}
                words={text("directory.imports")}
                isOn={view.kind === "imports" || view.kind === "import"}
              />
            )}
          </nav>
          {canEdit && (
            <div className="flex flex-wrap gap-2 px-4 pb-2">
              {(["person", "section"] as const).map((what) => (
                <Button
                  key={what}
                  size="small"
                  className="flex-1"
                  icon={<PlusIcon size={18} />}
                  onPress={() => setAdding(what)}
                >
                  {text(`directory.add.${what}`)}
                </Button>
              ))}
            </div>
          )}
          <div className="min-h-0 flex-1 overflow-y-auto border-t border-line pt-2">
            {error ? (
              <Failure error={error} onRetry={reload} />
            ) : !tree ? (
              <Loading className="px-4">
                {[0, 1, 2, 3, 4, 5].map((row) => (
                  <Skeleton key={row} className="mb-2.5 h-7 w-full" />
                ))}
              </Loading>
            ) : sections.length === 0 ? (
              <p className="px-4 py-4 text-sm text-ink-2">{text("tree.empty")}</p>
            ) : (
              <SectionTree sections={sections} shownId={shownSection} />
            )}
          </div>
        </div>
      )}
      <div
        className={classes(
          "flex min-h-0 min-w-0 flex-1 flex-col bg-ground",
          isStart && !isGuest && "max-md:hidden",
        )}
        data-print="grow"
      >
        {isGuest ? (
          view.kind === "people" && (
            <div className="border-b border-line">
              <Search view={view} label={text("directory.find.guest")} />
              <p className="px-4 pb-3 text-sm text-ink-2">{text("directory.guest")}</p>
            </div>
          )
        ) : (
          <div data-print="hide" className="border-b border-line md:hidden">
            {view.kind === "people" && view.words !== "" ? (
              <Search view={view} label={text("directory.find")} autoFocus />
            ) : (
              <BackLink />
            )}
          </div>
        )}
        {isGuest && view.kind !== "people" && (
          <div className="border-b border-line">
            <BackLink />
          </div>
        )}
        {view.kind === "people" && (
          <>
            {view.words !== "" && (
              <h2 className="border-b border-line px-4 py-3 text-sm font-bold" aria-live="polite">
                {text("directory.results", { words: view.words })}
              </h2>
            )}
            <PeopleList words={view.words} sectionId={view.sectionId} />
          </>
        )}
        {view.kind === "section" && (
          <SectionView
            key={view.sectionId}
            sectionId={view.sectionId}
            sections={sections}
            canEdit={canEdit}
          />
        )}
        {view.kind === "person" && (
          <PersonView
            key={view.personId}
            personId={view.personId}
            meId={me.person.id}
            canEdit={canEdit}
            onStartChat={onStartChat}
          />
        )}
        {view.kind === "roles" && <RolesView />}
        {view.kind === "imports" && <ImportStart />}
        {view.kind === "import" && <ImportView importId={view.importId} />}
      </div>
      <Suspense>
        {adding === "person" && (
          <AddPersonDialog
            sections={sections}
            sectionId={shownSection}
            onClose={() => setAdding(undefined)}
          />
        )}
        {adding === "section" && (
          <SectionDialog section={undefined} sections={sections} onClose={() => setAdding(undefined)} />
        )}
      </Suspense>
    </main>
  );
}

function BackLink() {
  return (
    <Link to="/people" className="flex min-h-12 items-center gap-2 px-3 text-sm font-bold text-link">
      <BackIcon />
      {text("directory.back")}
    </Link>
  );
}

function StartLink({
  to,
  icon,
  words,
  isOn,
}: {
  to: "/people" | "/people/roles" | "/people/imports";
  icon: ReactNode;
  words: string;
  isOn: boolean;
}) {
  return (
    <Link
      to={to}
      aria-current={isOn ? "page" : undefined}
      className={classes(
        "flex min-h-9 items-center gap-2.5 rounded-lg px-3 text-sm hover:bg-hover max-md:min-h-12 max-md:text-base",
        isOn ? "bg-accent-soft font-bold text-accent" : "text-ink-2",
        to === "/people" && "max-md:hidden",
      )}
    >
      {icon}
      {words}
    </Link>
  );
}

/** What is typed stands in the address a moment later, so that a search can be sent to a colleague. */
function Search({
  view,
  label,
  autoFocus = false,
}: {
  view: DirectoryView;
  label: string;
  autoFocus?: boolean;
}) {
  const navigate = useNavigate();
  const inAddress = view.kind === "people" ? view.words : "";
  const [words, setWords] = useState(inAddress);
  const field = useRef<HTMLInputElement>(null);
  const isTyping = useRef(false);
  useShortcuts({ "alt+k": () => field.current?.focus() });

  // An address that was followed meanwhile (a person was opened, Back was pressed) is what the field says.
  useEffect(() => {
    if (!isTyping.current) setWords(inAddress);
  }, [inAddress]);
  useEffect(() => {
    if (!isTyping.current) return;
    const timer = setTimeout(() => {
      isTyping.current = false;
      void navigate({ to: "/people", search: words === "" ? {} : { q: words }, replace: true });
    }, 250);
    return () => clearTimeout(timer);
  }, [words, navigate]);

  return (
    <div className="relative px-4 py-3">
      <span className="pointer-events-none absolute inset-y-0 left-7 flex items-center text-ink-3">
        <SearchIcon size={18} />
      </span>
      <input
        ref={field}
        type="search"
        // biome-ignore lint/a11y/noAutofocus: on a phone the field moves from one pane to the other while one types
        autoFocus={autoFocus}
        value={words}
        maxLength={200}
        aria-label={label}
        placeholder={label}
        onChange={(event) => {
          isTyping.current = true;
          setWords(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" || isComposing(event.nativeEvent)) return;
          const first = document.querySelector<HTMLElement>("main [data-person]");
          if (!first) return;
          event.preventDefault();
          first.focus();
        }}
        className="min-h-10 w-full rounded-lg border border-line bg-sunken pl-9.5 pr-3 text-sm placeholder:text-ink-3 hover:border-line-strong focus:bg-ground max-md:min-h-11 max-md:text-base"
      />
    </div>
  );
}
