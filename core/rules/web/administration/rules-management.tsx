import { useState } from "react";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { classes } from "#web/kit/components/classes.ts";
import { SelectField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import type { RuleAudience, RuleTextList } from "../../contract.ts";
import { text } from "../text/index.ts";
import { AgreementsView } from "./agreements-view.tsx";
import { TextsView } from "./texts-view.tsx";

const audiences: readonly RuleAudience[] = ["staff", "section", "guest"];
const tabs = ["text", "agreements"] as const;

/** 「運用ルールの管理」: the texts and their versions, and who has agreed. For the office of the rules on the LGWAN side. */
export default function RulesManagement({ me }: SettingsProps) {
  const [audience, setAudience] = useState<RuleAudience>("staff");
  const [tab, setTab] = useState<(typeof tabs)[number]>("text");
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("manage.outside")}</Notice>;
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-end gap-4" data-print="hide">
        <div className="min-w-48">
          <SelectField
            id="rule-audience"
            label={text("manage.audience")}
            value={audience}
            onChange={(value) => setAudience(value as RuleAudience)}
          >
            {audiences.map((each) => (
              <option key={each} value={each}>
                {text(`audience.${each}`)}
              </option>
            ))}
          </SelectField>
        </div>
        <fieldset className="flex rounded-lg border border-line-strong p-0.5">
          <legend className="sr-only">{text("manage.title")}</legend>
          {tabs.map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={tab === each}
              onClick={() => setTab(each)}
              className={classes(
                "min-h-11 rounded-md px-4",
                tab === each ? "bg-accent-soft font-bold text-accent" : "text-ink-2 hover:bg-hover",
              )}
            >
              {text(`tab.${each}`)}
            </button>
          ))}
        </fieldset>
      </div>
      {tab === "text" ? (
        <Texts key={audience} audience={audience} />
      ) : (
        <AgreementsView key={audience} audience={audience} />
      )}
    </div>
  );
}

function Texts({ audience }: { audience: RuleAudience }) {
  const { value, error, reload } = useAnswer<RuleTextList>("/rule-texts");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-3">
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-24 w-full" />
      </Loading>
    );
  return (
    <TextsView
      audience={audience}
      texts={value.items.filter((item) => item.audience === audience)}
      template={value.templates.find((each) => each.audience === audience)}
      onChanged={reload}
    />
  );
}
