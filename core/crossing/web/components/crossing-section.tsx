import { useEffect, useId, useState } from "react";
import { classifications } from "#shared/classification.ts";
import { classWords } from "#shared/crossing-words.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { ClassMark, classMeaning } from "#web/kit/components/class-mark.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { PlusIcon } from "#web/kit/components/icons.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { Classification, CrossingAdministration, CrossingRule, CrossingTable } from "../../contract.ts";
import { draft, isSameTable, isWhole, newestVersion, newRule, rememberRooms } from "../draft.ts";
import { say, text } from "../text/index.ts";
import { History } from "./history.tsx";
import { RuleSentence } from "./rule-sentence.tsx";
import { SaveDialog } from "./save-dialog.tsx";
import { Trying } from "./trying.tsx";

const ranks = ["limit", "exception", "principle"] as const;

/** 「持ち出しと持ち込みのルール」: the rules as sentences, what they would answer beside them, and their history. */
export default function CrossingSection() {
  const { value, error, reload } = useAnswer<CrossingAdministration>("/crossing");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-3">
        {[1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-20 w-full" />
        ))}
      </Loading>
    );
  return <Rules value={value} onReload={reload} />;
}

function Rules({ value, onReload }: { value: CrossingAdministration; onReload: () => void }) {
  const id = useId();
  const kept = useStore(draft, (now) => now);
  const newest = useStore(newestVersion, (now) => now);
  const [deciding, setDeciding] = useState<string | null>(null);
  const [isSaving, setSaving] = useState(false);
  const { table, basedOn } = kept ?? { table: value.table, basedOn: value.newest };
  const isChanged = kept !== undefined && !isSameTable(table, value.table);
  const isOk = table.rules.every(isWhole) && table.ask.trim() !== "";
  const set = (change: Partial<CrossingTable>) => draft.set({ table: { ...table, ...change }, basedOn });
  const setRule = (changed: CrossingRule) =>
    set({ rules: table.rules.map((rule) => (rule.id === changed.id ? changed : rule)) });
  const discard = () => draft.set(undefined);

  useEffect(() => rememberRooms(value.rooms), [value.rooms]);

  // What is based on an older version is told so; nothing that was typed goes.
  useEffect(() => {
    if (kept === undefined && newest > value.newest) onReload();
  }, [kept, newest, value.newest, onReload]);

  return (
    <div className="flex flex-col gap-8" data-wide data-crossing={isChanged ? "changed" : "same"}>
      <p className="text-sm text-ink-2">{text("intro")}</p>
      {kept !== undefined && newest > basedOn && (
        <Notice tone="warn">
          {text("newer.words")}{" "}
          <Button
            size="small"
            onPress={() => {
              draft.set({ table, basedOn: newest });
              onReload();
            }}
          >
            {text("newer.load")}
          </Button>
        </Notice>
      )}
      <div className="grid items-start gap-6 min-[75rem]:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-8">
          {ranks.map((rank) => (
            <section key={rank} aria-labelledby={`${id}-${rank}`} className="flex flex-col gap-3">
              <div>
                <h3 id={`${id}-${rank}`} className="text-lg font-bold">
                  {text(`rank.${rank}`)}
                </h3>
                <p className="text-sm text-ink-2">{text(`rank.${rank}.about`)}</p>
              </div>
              <ul className="flex flex-col gap-3">
                {table.rules
                  .filter((rule) => rule.rank === rank)
                  .map((rule) => (
                    <RuleSentence
                      key={rule.id}
                      rule={rule}
                      zones={value.zones}
                      ask={table.ask}
                      isDeciding={deciding === rule.id}
                      onChange={setRule}
                      onRemove={() => set({ rules: table.rules.filter((other) => other.id !== rule.id) })}
                    />
                  ))}
              </ul>
              {table.rules.every((rule) => rule.rank !== rank) && (
                <p className="text-sm text-ink-3">{text("rank.none")}</p>
              )}
              <span>
                <Button
                  size="small"
                  icon={<PlusIcon size={18} />}
                  onPress={() => set({ rules: [...table.rules, newRule(rank)] })}
                >
                  {text("rule.add")}
                  <span className="sr-only">（{text(`rank.${rank}`)}）</span>
                </Button>
              </span>
            </section>
          ))}
          <div className="grid gap-4 md:grid-cols-2">
            <div>
              <SelectField
                id={`${id}-new`}
                label={text("new.title")}
                value={table.newRooms}
                onChange={(each) => set({ newRooms: each as Classification })}
              >
                {classifications.map((each) => (
                  <option key={each} value={each}>
                    {say(classWords(each))}
                  </option>
                ))}
              </SelectField>
              <p className="mt-1 text-sm text-ink-3">{text("new.about")}</p>
            </div>
            <TextField
              label={text("ask.title")}
              value={table.ask}
              onChange={(ask) => set({ ask })}
              inputProps={{ maxLength: 60 }}
            />
          </div>
        </div>
        <div className="flex flex-col gap-4 min-[75rem]:sticky min-[75rem]:top-0">
          <Trying table={table} zones={value.zones} onDecided={setDeciding} />
          <section className="flex flex-col gap-3 rounded-xl border border-line bg-raised p-4">
            <p role="status" className={isChanged ? "font-bold text-warn" : "text-sm text-ink-3"}>
              {text(isChanged ? (isOk ? "draft.changed" : "draft.invalid") : "draft.same")}
            </p>
            <Button kind="primary" isDisabled={!isChanged || !isOk} onPress={() => setSaving(true)}>
              {text("save")}
            </Button>
            {isChanged && (
              <Button kind="quiet" onPress={discard}>
                {text("draft.discard")}
              </Button>
            )}
          </section>
        </div>
      </div>

      <section aria-labelledby={`${id}-presets`} className="flex flex-col gap-3">
        <h3 id={`${id}-presets`} className="text-lg font-bold">
          {text("presets.title")}
        </h3>
        <p className="text-sm text-ink-2">{text("presets.about")}</p>
        <ul className="grid gap-3 md:grid-cols-2">
          {value.presets.map((preset) => (
            <li key={preset.id} className="flex flex-col items-start gap-2 rounded-lg border border-line p-4">
              <p className="font-bold">{text(`preset.${preset.id}`)}</p>
              <p className="flex-1 text-sm text-ink-2">{text(`preset.${preset.id}.about`)}</p>
              <Button
                size="small"
                aria-label={`${text("presets.use")}：${text(`preset.${preset.id}`)}`}
                onPress={() => draft.set({ table: preset.table, basedOn })}
              >
                {text("presets.use")}
              </Button>
            </li>
          ))}
        </ul>
      </section>

      <section aria-labelledby={`${id}-history`} className="flex flex-col gap-3">
        <h3 id={`${id}-history`} className="text-lg font-bold">
          {text("history.title")}
        </h3>
        <History
          versions={value.versions}
          onUse={(version) => draft.set({ table: version.table, basedOn })}
          onChanged={() => {
            discard();
            onReload();
          }}
        />
      </section>

      <section className="flex flex-col gap-2 text-sm">
        <p className="text-ink-2">
          {text("source", { source: value.classes.source, from: value.classes.from })}
        </p>
        <ul className="flex flex-col gap-1">
          {classifications.map((each) => (
            <li key={each}>
              <ClassMark classification={each} /> {classMeaning(each)}
            </li>
          ))}
        </ul>
      </section>
      {isSaving && (
        <SaveDialog
          draft={{ table, basedOn }}
          onClose={() => setSaving(false)}
          onSaved={(version) => {
            setSaving(false);
            discard();
            tell(text("save.done", { number: version.number }));
            onReload();
          }}
        />
      )}
    </div>
  );
}
