import { useState } from "react";
import { Button } from "#web/kit/components/button.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { UseReviewList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { monthWords } from "../words.ts";
import { ruleNames, ruleSentences } from "./rule-words.ts";
import { RulesDialog } from "./rules-dialog.tsx";

/** By what is picked, from when on, who decided it and where it is written; and changing it from a coming month on. */
export function RulesCard({ list, onChanged }: { list: UseReviewList; onChanged: () => void }) {
  const [isOpen, setOpen] = useState(false);
  const [areAll, setAll] = useState(false);
  const shown = areAll ? list.settings : list.settings.slice(0, 1);
  return (
    <section aria-labelledby="use-rules" className="flex flex-col gap-3">
      <h3 id="use-rules" className="text-lg font-bold">
        {text("use.rules")}
      </h3>
      <ol className="flex flex-col gap-4">
        {shown.map((setting) => {
          const says = ruleSentences(setting.rules);
          return (
            <li key={setting.id ?? ""} className="flex flex-col gap-2 rounded-lg border border-line p-4">
              <p className="font-bold">
                {setting.validFrom
                  ? text("use.rules.from", { month: monthWords(setting.validFrom) })
                  : text("use.rules.beginning")}
              </p>
              <dl className="grid gap-x-4 gap-y-1 text-sm md:grid-cols-[12rem_1fr]">
                {ruleNames.map((rule) => (
                  <div key={rule} className="contents">
                    <dt className="font-bold">{text(`use.rule.${rule}`)}</dt>
                    <dd className="mb-1 text-ink-2">{says[rule]}</dd>
                  </div>
                ))}
              </dl>
              <p className="text-sm text-ink-3 [overflow-wrap:anywhere]">
                {text("use.rules.source", { source: setting.source })}
                {setting.changedBy &&
                  setting.changedAt &&
                  `　${text("use.rules.by", {
                    person: setting.changedBy.name,
                    when: longMoment(setting.changedAt),
                    reason: setting.reason,
                  })}`}
              </p>
            </li>
          );
        })}
      </ol>
      <div className="flex flex-wrap gap-3">
        <Button onPress={() => setOpen(true)}>{text("use.rules.change")}</Button>
        {list.settings.length > 1 && (
          <Button kind="quiet" onPress={() => setAll(!areAll)}>
            {text(areAll ? "use.rules.newest" : "use.rules.all")}
          </Button>
        )}
      </div>
      {isOpen && (
        <RulesDialog
          list={list}
          onClose={() => setOpen(false)}
          onDone={() => {
            setOpen(false);
            tell(text("use.rules.changed"));
            onChanged();
          }}
        />
      )}
    </section>
  );
}
