import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import { shortMoment } from "#web/kit/text/dates.ts";
import type { Agreements, Reminded, RuleAudience } from "../../contract.ts";
import { text } from "../text/index.ts";

type Section = Agreements["sections"][number];

/** Who has agreed and who has not, by section: those with most left first. */
export function AgreementsView({ audience }: { audience: RuleAudience }) {
  const { value, error, reload } = useAnswer<Agreements>(`/rule-agreements?audience=${audience}`);
  const [busy, setBusy] = useState<string>();
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-12 w-full" />
        <Skeleton className="h-48 w-full" />
      </Loading>
    );
  if (!value.text) return <Empty title={text("agreements.none")}>{text("texts.none.next")}</Empty>;
  const sections = value.sections
    .filter((section) => section.missing.length > 0)
    .sort((a, b) => b.missing.length - a.missing.length);

  const remind = async (section: Section | undefined) => {
    setBusy(section?.sectionId ?? "all");
    try {
      const { reminded } = await request<Reminded>("POST", "/rule-reminders", {
        body: { audience, ...(section?.sectionId && { sectionId: section.sectionId }) },
      });
      tell(text("agreements.reminded", { count: reminded }));
      reload();
    } catch (failure) {
      tell(wordsOf(failure), "danger");
    }
    setBusy(undefined);
  };
  return (
    <div className="flex flex-col gap-4">
      <p className="text-lg font-bold">
        {text("agreements.count", { total: value.total, agreed: value.agreed })}
      </p>
      {sections.length === 0 ? (
        <Notice tone="ok">{text("agreements.all")}</Notice>
      ) : (
        <>
          <div className="flex flex-wrap gap-3" data-print="hide">
            <Button kind="primary" isPending={busy === "all"} onPress={() => void remind(undefined)}>
              {text("agreements.remindAll")}
            </Button>
            <Button onPress={() => saveTable(text("agreements.csv.name"), rowsOf(sections))}>
              {text("agreements.csv")}
            </Button>
          </div>
          <ul className="flex flex-col gap-3">
            {sections.map((section) => (
              <li key={section.sectionId ?? ""} className="rounded-xl border border-line p-4">
                <SectionOfMissing
                  section={section}
                  isBusy={busy === section.sectionId}
                  onRemind={() => void remind(section)}
                />
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

function SectionOfMissing({
  section,
  isBusy,
  onRemind,
}: {
  section: Section;
  isBusy: boolean;
  onRemind: () => void;
}) {
  const name = section.sectionName ?? text("agreements.noSection");
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1">
        <h3 className="min-w-0 flex-1 font-bold">{name}</h3>
        <span className="text-sm text-ink-2 tabular-nums">
          {text("agreements.agreed")} {section.agreed}／{section.total}
        </span>
        {section.sectionId && (
          <Button
            size="small"
            aria-label={text("agreements.remindSection", { section: name })}
            isPending={isBusy}
            onPress={onRemind}
          >
            {text("agreements.remind.short")}
          </Button>
        )}
      </div>
      <details>
        <summary className="min-h-11 cursor-pointer content-center text-sm text-link">
          {text("agreements.missing", { count: section.missing.length })}
        </summary>
        <ul className="flex flex-col gap-1 pb-2 pl-4 text-sm">
          {section.missing.map((person) => (
            <li key={person.id}>
              <bdi>{person.name}</bdi>
              <span className="text-ink-3">
                　{person.postName ?? person.affiliation}
                {person.remindedAt &&
                  `　${text("agreements.remindedAt", { when: shortMoment(person.remindedAt) })}`}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}

function rowsOf(sections: readonly Section[]): string[][] {
  return [
    [
      text("agreements.csv.section"),
      text("agreements.csv.person"),
      text("agreements.csv.post"),
      text("agreements.csv.reminded"),
    ],
    ...sections.flatMap((section) =>
      section.missing.map((person) => [
        section.sectionName ?? "",
        person.name,
        person.postName ?? person.affiliation ?? "",
        person.remindedAt ? shortMoment(person.remindedAt) : "",
      ]),
    ),
  ];
}
