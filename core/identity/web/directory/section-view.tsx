import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import { dateInJapan } from "#shared/time.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SectionNode, SectionPage } from "../../contract.ts";
import { dayWords, lastDayWords } from "./day-words.ts";
import { PersonRow } from "./people-list.tsx";
import { sectionRoles } from "./section-roles.ts";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

const SectionDialog = lazy(() => import("./section-dialog.tsx"));
const RolesDialog = lazy(() => import("./roles-dialog.tsx"));

/** A section: its people by post, its account, who holds its roles, and the way up and down. */
export function SectionView({
  sectionId,
  sections,
  canEdit,
}: {
  sectionId: string;
  /** All of today, for the choices of an administrator. */
  sections: readonly SectionNode[];
  /** Administrators on the LGWAN side. */
  canEdit: boolean;
}) {
  const { value: page, error, reload } = useDirectoryAnswer<SectionPage>(`/sections/${sectionId}`);
  const [dialog, setDialog] = useState<"section" | "roles">();
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!page)
    return (
      <Loading className="p-6">
        <Skeleton className="mb-6 h-9 w-64" />
        {[0, 1, 2, 3].map((row) => (
          <Skeleton key={row} className="mb-3 h-12 w-full" />
        ))}
      </Loading>
    );
  const { section, path, people, accounts, roles, missingRoles, children } = page;
  const today = dateInJapan(Date.now());
  return (
    <div className="min-h-0 flex-1 overflow-y-auto" data-print="grow">
      <header className="border-b border-line px-6 pb-4 pt-5 max-md:px-4">
        {path.length > 0 && (
          <nav aria-label={text("directory.tree")} className="mb-1 flex flex-wrap gap-x-2 text-sm text-ink-2">
            {path.map(({ id, name }) => (
              <span key={id}>
                <Link
                  to="/people/sections/$sectionId"
                  params={{ sectionId: id }}
                  className="inline-block min-h-6 text-link underline underline-offset-4"
                >
                  <bdi>{name}</bdi>
                </Link>
                <span aria-hidden="true" className="ml-2 text-ink-3">
                  ›
                </span>
              </span>
            ))}
          </nav>
        )}
        <div className="flex flex-wrap items-center gap-3">
          <h2 className="min-w-0 flex-1 basis-52 text-xl font-bold">
            <bdi>{section.name}</bdi>
          </h2>
          {canEdit && (
            <Button className="max-md:w-full" onPress={() => setDialog("section")}>
              {text("section.edit.open")}
            </Button>
          )}
        </div>
        <dl className="mt-2 flex flex-wrap gap-x-8 gap-y-1 text-sm">
          {section.extension && <Fact name={text("section.extension")} value={section.extension} />}
          {section.workplace && <Fact name={text("section.workplace")} value={section.workplace} />}
          <Fact name={text("section.code")} value={section.code} />
        </dl>
        {section.until !== null && section.until <= today && (
          <div className="mt-3">
            <Notice tone="warn">{text("section.ended", { day: lastDayWords(section.until) })}</Notice>
          </div>
        )}
        {section.from > today && (
          <div className="mt-3">
            <Notice tone="warn">{text("section.future", { day: dayWords(section.from) })}</Notice>
          </div>
        )}
      </header>
      <div className="grid gap-x-8 gap-y-6 py-4 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <section aria-labelledby="section-people">
          <h3 id="section-people" className="px-6 pb-1 text-sm font-bold text-ink-3 max-md:px-4">
            {text("section.people", { count: people.filter((member) => member.isMain).length })}
          </h3>
          {people.length === 0 ? (
            <p className="px-6 py-2 text-sm text-ink-2 max-md:px-4">{text("section.people.none")}</p>
          ) : (
            <ul className="md:px-2">
              {people.map(({ person, postName, isMain, extension }) => (
                <li key={`${person.id} ${isMain}`}>
                  <PersonRow
                    person={person}
                    isPresent
                    place={[postName, isMain ? null : text("section.concurrent")].filter(Boolean).join("　")}
                    {...(extension && { mark: `${text("section.extension")} ${extension}` })}
                  />
                </li>
              ))}
            </ul>
          )}
          <p className="px-6 pt-2 text-sm max-md:px-4">
            {children.length > 0 && (
              <Link
                to="/people"
                search={{ section: section.id }}
                className="inline-block min-h-6 text-link underline underline-offset-4"
              >
                {text("section.all", {
                  count: section.people + children.reduce((sum, child) => sum + child.people, 0),
                })}
              </Link>
            )}
          </p>
        </section>
        <div className="flex flex-col gap-6 px-6 max-md:px-4 xl:pl-0">
          {(roles.length > 0 || missingRoles.length > 0) && (
            <section aria-labelledby="section-roles" className="rounded-xl border border-line p-4">
              <div className="mb-2 flex min-h-9 items-center justify-between gap-3">
                <h3 id="section-roles" className="text-sm font-bold text-ink-3">
                  {text("section.roles")}
                </h3>
                {canEdit && (
                  <Button kind="quiet" size="small" onPress={() => setDialog("roles")}>
                    {text("roles.edit.open")}
                  </Button>
                )}
              </div>
              <dl className="flex flex-col gap-3">
                {sectionRoles.map((role) => {
                  const holders = roles.filter((holder) => holder.role === role);
                  return (
                    <div key={role}>
                      <dt className="text-sm text-ink-2">{text(`role.${role}`)}</dt>
                      <dd className="flex flex-wrap gap-x-3 font-bold">
                        {holders.map(({ id, person }) => (
                          <Link
                            key={id}
                            to="/people/$personId"
                            params={{ personId: person.id }}
                            className="inline-block min-h-6 text-link underline underline-offset-4"
                          >
                            <bdi>{person.name}</bdi>
                          </Link>
                        ))}
                        {holders.length === 0 && <Tag tone="warn">{text("section.roles.missing")}</Tag>}
                      </dd>
                    </div>
                  );
                })}
              </dl>
            </section>
          )}
          {accounts.length > 0 && (
            <section aria-labelledby="section-accounts" className="rounded-xl border border-line py-3">
              <h3 id="section-accounts" className="px-4 text-sm font-bold text-ink-3">
                {text("section.accounts")}
              </h3>
              <ul>
                {accounts.map((account) => (
                  <li key={account.id}>
                    <PersonRow person={account} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {children.length > 0 && (
            <section aria-labelledby="section-children" className="rounded-xl border border-line p-4">
              <h3 id="section-children" className="mb-1 text-sm font-bold text-ink-3">
                {text("section.children")}
              </h3>
              <ul>
                {children.map((child) => (
                  <li key={child.id}>
                    <Link
                      to="/people/sections/$sectionId"
                      params={{ sectionId: child.id }}
                      className="flex min-h-11 items-center justify-between gap-3 text-link underline underline-offset-4"
                    >
                      <bdi>{child.name}</bdi>
                      <span className="shrink-0 text-sm text-ink-2">
                        {text("tree.count", { count: child.people })}
                      </span>
                    </Link>
                  </li>
                ))}
              </ul>
            </section>
          )}
        </div>
      </div>
      <Suspense>
        {dialog === "section" && (
          <SectionDialog section={section} sections={sections} onClose={() => setDialog(undefined)} />
        )}
        {dialog === "roles" && (
          <RolesDialog page={page} onClose={() => setDialog(undefined)} onChanged={reload} />
        )}
      </Suspense>
    </div>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex gap-2">
      <dt className="text-ink-3">{name}</dt>
      <dd className="font-bold">{value}</dd>
    </div>
  );
}
