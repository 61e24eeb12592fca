import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { Tag } from "#web/kit/components/badge.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SectionRolesTable } from "../../contract.ts";
import { sectionRoles } from "./section-roles.ts";
import { text } from "./text/index.ts";
import { useDirectoryAnswer } from "./use-directory-answer.ts";

/** Which sections lack one of the roles that every section must have. */
export function RolesView() {
  const { value: table, error, reload } = useDirectoryAnswer<SectionRolesTable>("/section-roles");
  const [onlyLacking, setOnlyLacking] = useState(true);
  if (error) return <Failure error={error} onRetry={reload} />;
  if (!table)
    return (
      <Loading className="p-6">
        <Skeleton className="h-40 w-full" />
      </Loading>
    );
  const rows = table.items;
  const lacking = rows.filter((row) => row.missing.length > 0);
  const shown = onlyLacking ? lacking : rows;
  return (
    <div className="min-h-0 flex-1 overflow-y-auto px-6 py-5 max-md:px-4" data-print="grow">
      <h2 className="text-xl font-bold">{text("roles.title")}</h2>
      <p className="mb-4 text-sm text-ink-2">{text("roles.about")}</p>
      {rows.length > 0 && (
        <Notice tone={lacking.length > 0 ? "warn" : "ok"}>
          {lacking.length > 0 ? text("roles.lacking", { count: lacking.length }) : text("roles.complete")}
        </Notice>
      )}
      <label className="my-3 inline-flex min-h-11 items-center gap-2 text-sm">
        <input
          type="checkbox"
          className="size-5"
          checked={onlyLacking}
          onChange={(event) => setOnlyLacking(event.target.checked)}
        />
        {text("roles.onlyLacking")}
      </label>
      {shown.length === 0 ? (
        <p className="py-6 text-center text-sm text-ink-2">{text("roles.none")}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a table that scrolls sideways must be reachable by keys
        <section className="overflow-x-auto" tabIndex={0} aria-label={text("roles.title")}>
          <table className="w-full min-w-160 border-collapse text-sm">
            <thead>
              <tr className="border-b-2 border-line-strong text-left">
                <th scope="col" className="py-2 pr-3">
                  {text("roles.section")}
                </th>
                {sectionRoles.map((role) => (
                  <th key={role} scope="col" className="py-2 pr-3">
                    {text(`role.${role}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map(({ section, holders }) => (
                <tr key={section.id} className="border-b border-line align-top">
                  <th scope="row" className="py-2 pr-3 text-left font-normal">
                    {section.parentName && (
                      <span className="block text-xs text-ink-3">{section.parentName}</span>
                    )}
                    <Link
                      to="/people/sections/$sectionId"
                      params={{ sectionId: section.id }}
                      className="inline-block min-h-6 font-bold text-link underline underline-offset-4"
                    >
                      <bdi>{section.name}</bdi>
                    </Link>
                  </th>
                  {sectionRoles.map((role) => {
                    const names = holders.filter((holder) => holder.role === role);
                    return (
                      <td key={role} className="py-2 pr-3">
                        {names.length === 0 ? (
                          <Tag tone="warn">{text("section.roles.missing")}</Tag>
                        ) : (
                          names.map((holder) => (
                            <bdi key={holder.id} className="block">
                              {holder.person.name}
                            </bdi>
                          ))
                        )}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </div>
  );
}
