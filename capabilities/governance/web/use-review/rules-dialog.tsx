import { useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import type { ChangeUseReviewRules, UseReviewList, UseReviewRules } from "../../contract.ts";
import { text } from "../text/index.ts";
import { ruleNames } from "./rule-words.ts";

/** Each threshold with the rule that it belongs to and how far it may go. */
const fields = [
  { key: "readingsADay", rule: "mass-reading", most: 100_000 },
  { key: "downloadsADay", rule: "mass-downloads", most: 100_000 },
  { key: "from", rule: "odd-hours", least: 0, most: 23 },
  { key: "until", rule: "odd-hours", least: 0, most: 23 },
  { key: "oddDays", rule: "odd-hours", most: 31 },
  { key: "leaverDays", rule: "leavers", most: 90 },
  { key: "readings", rule: "leavers", most: 100_000 },
  { key: "devices", rule: "new-devices", most: 100_000 },
  { key: "attempts", rule: "refused", most: 100_000 },
] as const;
type Key = (typeof fields)[number]["key"];
type Rule = (typeof ruleNames)[number];

/** Decides what picks from the next month on: each rule on or off, its thresholds, where they are written, and why. */
export function RulesDialog({
  list,
  onClose,
  onDone,
}: {
  list: UseReviewList;
  onClose: () => void;
  onDone: () => void;
}) {
  const now = list.settings[0]!;
  const [on, setOn] = useState(() => new Set(ruleNames.filter((rule) => isOn(now.rules, rule))));
  const [typed, setTyped] = useState(() => numbersOf(now.rules));
  const [month, setMonth] = useState(list.nextMonth);
  const [source, setSource] = useState("");

  const number = (key: Key) => Number(typed[key]);
  const check = () => {
    for (const { key, rule, most, ...field } of fields) {
      const least = "least" in field ? field.least : 1;
      if (on.has(rule) && !(/^\d+$/.test(typed[key]) && number(key) >= least && number(key) <= most))
        return text("use.rules.wrong", { field: text(`use.field.${key}`), least, most });
    }
    if (month < list.nextMonth) return text("use.rules.wrong-month");
    return source.trim() ? undefined : text("use.rules.no-source");
  };
  const save = async (reason: string) => {
    const rules: UseReviewRules = {
      massReading: on.has("mass-reading") ? { readingsADay: number("readingsADay") } : null,
      massDownloads: on.has("mass-downloads") ? { downloadsADay: number("downloadsADay") } : null,
      oddHours: on.has("odd-hours")
        ? { from: number("from"), until: number("until"), days: number("oddDays") }
        : null,
      leavers: on.has("leavers") ? { days: number("leaverDays"), readings: number("readings") } : null,
      newDevices: on.has("new-devices") ? { devices: number("devices") } : null,
      refused: on.has("refused") ? { attempts: number("attempts") } : null,
    };
    await request("POST", "/use-review-settings", {
      body: {
        validFrom: month,
        rules,
        source: source.trim(),
        reason,
        basedOn: now.id,
      } satisfies ChangeUseReviewRules,
      attempts: 1,
    });
    onDone();
  };
  const toggle = (rule: Rule) => {
    const next = new Set(on);
    if (!next.delete(rule)) next.add(rule);
    setOn(next);
  };
  return (
    <ReasonDialog title={text("use.rules.change")} check={check} act={save} onClose={onClose}>
      <p>{text("use.rules.effect")}</p>
      <TextField label={text("use.rules.month")} type="month" value={month} onChange={setMonth} />
      {ruleNames.map((rule) => (
        <fieldset key={rule} className="flex flex-col gap-2 rounded-lg border border-line p-3">
          <legend className="sr-only">{text(`use.rule.${rule}`)}</legend>
          <label className="flex min-h-11 items-center gap-3 font-bold">
            <input
              type="checkbox"
              checked={on.has(rule)}
              onChange={() => toggle(rule)}
              className="size-5 shrink-0 accent-[var(--accent)]"
            />
            {text(`use.rule.${rule}`)}
          </label>
          {on.has(rule) && (
            <div className="grid gap-3 md:grid-cols-2">
              {fields
                .filter((field) => field.rule === rule)
                .map(({ key }) => (
                  <TextField
                    key={key}
                    label={text(`use.field.${key}`)}
                    inputMode="numeric"
                    value={typed[key]}
                    onChange={(value) => setTyped({ ...typed, [key]: value })}
                  />
                ))}
            </div>
          )}
        </fieldset>
      ))}
      <TextField
        label={text("use.rules.source.label")}
        hint={text("use.rules.source.hint")}
        value={source}
        onChange={setSource}
        inputProps={{ maxLength: 200 }}
      />
    </ReasonDialog>
  );
}

function isOn(rules: UseReviewRules, rule: Rule): boolean {
  const parts: Record<Rule, unknown> = {
    "mass-reading": rules.massReading,
    "mass-downloads": rules.massDownloads,
    "odd-hours": rules.oddHours,
    leavers: rules.leavers,
    "new-devices": rules.newDevices,
    refused: rules.refused,
  };
  return parts[rule] !== null;
}

/** What stands in the fields at first; of rules that are off, nothing. */
function numbersOf({
  massReading,
  massDownloads,
  oddHours,
  leavers,
  newDevices,
  refused,
}: UseReviewRules): Record<Key, string> {
  const words = (number: number | undefined) => (number === undefined ? "" : String(number));
  return {
    readingsADay: words(massReading?.readingsADay),
    downloadsADay: words(massDownloads?.downloadsADay),
    from: words(oddHours?.from),
    until: words(oddHours?.until),
    oddDays: words(oddHours?.days),
    leaverDays: words(leavers?.days),
    readings: words(leavers?.readings),
    devices: words(newDevices?.devices),
    attempts: words(refused?.attempts),
  };
}
