import { Button } from "#web/kit/components/button.tsx";
import { zoneName } from "#web/kit/components/zone-band.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { AuditFilter, AuditItem } from "../../contract.ts";
import { text } from "../text/index.ts";

/** An entry as a sentence; opened, everything it says. */
export function EntryRow({ item, onFilter }: { item: AuditItem; onFilter: (filter: AuditFilter) => void }) {
  const facts = Object.entries(item.facts);
  return (
    <details className="group">
      <summary className="focus-inside flex min-h-12 cursor-pointer flex-wrap items-baseline gap-x-4 px-2 py-2.5 hover:bg-hover">
        <time dateTime={item.at} className="shrink-0 text-sm text-ink-3 tabular-nums">
          {longMoment(item.at)}
        </time>
        <span className="min-w-0 flex-1 basis-72 [overflow-wrap:anywhere]">
          {currentLanguage() === "ja" ? item.ja : item.en}
        </span>
      </summary>
      <dl className="grid gap-x-6 gap-y-1 bg-sunken px-4 py-3 text-sm [overflow-wrap:anywhere] md:grid-cols-[6rem_1fr]">
        <Fact words={text("audit.number")}>{item.id}</Fact>
        {item.zone && <Fact words={text("audit.zone")}>{zoneName(item.zone)}</Fact>}
        {item.operator && <Fact words={text("audit.operator")}>{item.operator.name}</Fact>}
        {item.rule && <Fact words={text("audit.rule")}>{item.rule}</Fact>}
        {item.deviceId && <Fact words={text("audit.device")}>{item.deviceId}</Fact>}
        {item.subjectId && <Fact words={text("audit.subject")}>{item.subjectId}</Fact>}
        {item.isDisposed && <Fact words={text("audit.facts")}>{text("audit.disposed")}</Fact>}
        {facts.length > 0 && (
          <Fact words={text("audit.facts")}>
            {facts.map(([name, value]) => `${name}: ${value === null ? "–" : String(value)}`).join("　")}
          </Fact>
        )}
        <dt className="sr-only">{text("audit.search")}</dt>
        <dd className="flex flex-wrap gap-3 pt-2 md:col-start-2">
          {item.actor && (
            <Button size="small" onPress={() => onFilter({ actor: item.actor!.id })}>
              {text("audit.who.this")}
            </Button>
          )}
          {item.subjectId && (
            <Button size="small" onPress={() => onFilter({ about: item.subjectId! })}>
              {text("audit.about.this")}
            </Button>
          )}
        </dd>
      </dl>
    </details>
  );
}

function Fact({ words, children }: { words: string; children: React.ReactNode }) {
  return (
    <>
      <dt className="text-ink-3">{words}</dt>
      <dd>{children}</dd>
    </>
  );
}
