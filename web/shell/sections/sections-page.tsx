import { Link } from "@tanstack/react-router";
import { type ComponentType, lazy, type ReactNode, Suspense, useEffect, useRef } from "react";
import type { Me } from "#core/identity/contract.ts";
import { classes } from "#web/kit/components/classes.ts";
import { BackIcon } from "#web/kit/components/icons.tsx";
import { Empty, Loading, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";

export type Section = {
  id: string;
  title: () => string;
  about: () => string;
  icon: ComponentType<{ size?: number }>;
  load: () => Promise<{ default: ComponentType<SettingsProps> }>;
};

/** A page of its own for each part, loaded when it is first opened. */
export function pagesOf(sections: readonly Section[]): ReadonlyMap<string, ComponentType<SettingsProps>> {
  return new Map(sections.map((section) => [section.id, lazy(section.load)]));
}

/**
 * Parts beside the open one; on a phone one of the two. Without a choice a wide screen shows the first.
 *
 * @param top stands over the list, seen whichever part is open
 * @param refusal what stands instead of a part that somebody may not open; undefined where they may
 */
export function SectionsPage<One extends Section>({
  me,
  base,
  words,
  sections: shown,
  pages,
  sectionId,
  top,
  refusal,
}: {
  me: Me;
  base: "/settings" | "/administration";
  words: { title: string; back: string; missing: string };
  sections: readonly One[];
  pages: ReadonlyMap<string, ComponentType<SettingsProps>>;
  sectionId: string | undefined;
  top?: ReactNode;
  refusal?: (section: One) => ReactNode;
}) {
  const open = sectionId === undefined ? shown[0] : shown.find((section) => section.id === sectionId);
  const Page = open && pages.get(open.id);
  const refused = open && refusal?.(open);
  return (
    <main className="relative flex min-h-0 min-w-0 flex-1" data-print="grow">
      <h1 className="sr-only">{words.title}</h1>
      <nav
        aria-label={words.title}
        data-print="hide"
        className={classes(
          "min-h-0 w-full overflow-y-auto border-line bg-ground px-3 py-4 md:w-[min(19rem,34vw)] md:shrink-0 md:border-r",
          sectionId !== undefined && "max-md:hidden",
        )}
      >
        <p aria-hidden="true" className="px-3 pb-3 text-xl font-bold">
          {words.title}
        </p>
        {top}
        <ul className="flex flex-col gap-1">
          {shown.map(({ id, title, about, icon: Icon }) => (
            <li key={id}>
              <Link
                to={`${base}/$section`}
                params={{ section: id }}
                aria-current={open?.id === id ? "page" : undefined}
                className={classes(
                  "focus-inside flex min-h-14 items-center gap-3 rounded-lg px-3 py-2 hover:bg-hover",
                  open?.id === id && "md:bg-accent-soft md:text-accent",
                )}
              >
                <Icon size={22} />
                <span className="min-w-0">
                  <span className="block font-bold leading-snug">{title()}</span>
                  <span className="block text-sm text-ink-3">{about()}</span>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      <section
        aria-labelledby="settings-section"
        className={classes(
          "min-h-0 min-w-0 flex-1 overflow-y-auto bg-ground",
          sectionId === undefined && "max-md:hidden",
        )}
        data-print="grow"
      >
        <div className="max-w-3xl px-5 py-4 has-data-wide:max-w-7xl md:px-8 md:py-6">
          {open && Page ? (
            <>
              <div className="mb-5 flex items-center gap-1">
                <BackToList base={base} words={words.back} />
                <SectionTitle key={open.id} isMoved={sectionId !== undefined}>
                  {open.title()}
                </SectionTitle>
              </div>
              {refused ?? (
                <Suspense fallback={<SectionSkeleton />}>
                  <Page me={me} />
                </Suspense>
              )}
            </>
          ) : (
            <Empty title={words.missing}>
              <Link to={base} className="font-bold text-link underline underline-offset-4">
                {words.back}
              </Link>
            </Empty>
          )}
        </div>
      </section>
    </main>
  );
}

function BackToList({ base, words }: { base: "/settings" | "/administration"; words: string }) {
  return (
    <Link
      to={base}
      aria-label={words}
      className="-ml-3 inline-flex size-11 shrink-0 items-center justify-center rounded-lg text-ink-2 hover:bg-hover md:hidden"
    >
      <BackIcon />
    </Link>
  );
}

/** Takes the focus when a part is opened, so that it is read out and Tab goes on from there. */
function SectionTitle({ isMoved, children }: { isMoved: boolean; children: string }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isMoved) heading.current?.focus({ preventScroll: true });
  }, [isMoved]);
  return (
    <h2
      ref={heading}
      id="settings-section"
      tabIndex={-1}
      className="text-xl font-bold outline-none! shadow-none!"
    >
      {children}
    </h2>
  );
}

function SectionSkeleton() {
  return (
    <Loading className="flex flex-col gap-4">
      <Skeleton className="h-4 w-32" />
      <Skeleton className="h-11 w-full max-w-md" />
      <Skeleton className="h-4 w-32" />
      <Skeleton className="h-11 w-full max-w-md" />
    </Loading>
  );
}
