import type { ReactNode } from "react";
import { classifications } from "#shared/classification.ts";
import {
  type CrossingDeedWord,
  classWords,
  crossingSentence,
  deedWords,
  kindWords,
  listRooms,
  officeWords,
  roomKindWords,
  zoneWords,
} from "#shared/crossing-words.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { classes } from "#web/kit/components/classes.ts";
import { TextField } from "#web/kit/components/field.tsx";
import { DeleteIcon } from "#web/kit/components/icons.tsx";
import { useStore } from "#web/kit/state/store.ts";
import type { CrossingRule } from "../../contract.ts";
import { roomNames } from "../draft.ts";
import { say, text } from "../text/index.ts";
import { ChoiceChip } from "./choice-chip.tsx";
import { RoomsChoice } from "./rooms-choice.tsx";

const keysOf = <Key extends string>(words: Record<Key, unknown>) => Object.keys(words) as Key[];
const join = (words: readonly string[]) => words.join("・");

/** A part of the sentence with the words that follow it, where the sentence has it. */
const said = (isThere: boolean, part: ReactNode, words: string) =>
  isThere && (
    <>
      {part}
      {words}
    </>
  );

/** One rule, as a sentence whose parts are the choices; what it says nothing of can be added below it. */
export function RuleSentence({
  rule,
  zones,
  ask,
  isDeciding,
  onChange,
  onRemove,
}: {
  rule: CrossingRule;
  zones: readonly string[];
  /** Whom people are told to ask where the rule names nobody. */
  ask: string;
  /** The one that decides the question beside it. */
  isDeciding: boolean;
  onChange: (rule: CrossingRule) => void;
  onRemove: () => void;
}) {
  const set = (change: Partial<CrossingRule>) => onChange({ ...rule, ...change });
  const isAllow = rule.effect === "allow";
  const isNot = rule.zones !== null && "not" in rule.zones;
  const places = rule.zones && ("is" in rule.zones ? rule.zones.is : rule.zones.not);
  const setZones = (chosen: string[] | null, not: boolean) =>
    set({ zones: chosen && (not ? { not: chosen } : { is: chosen }) });
  const named = rule.rooms && "ids" in rule.rooms ? rule.rooms.ids : null;
  const kinds = rule.rooms && "kinds" in rule.rooms ? rule.rooms.kinds : null;
  const names = useStore(roomNames, (now) => now);
  const nameOf = (id: string) => names.get(id);
  const sentence = say(crossingSentence(rule, nameOf));
  const where = (
    <ChoiceChip
      what={text("choice.zones")}
      words={places ? join(places.map((zone) => say(zoneWords(zone)))) : undefined}
      values={[...new Set([...zones, ...(places ?? [])])]}
      chosen={places}
      wordsOf={(zone) => say(zoneWords(zone))}
      onChange={(chosen) => setZones(chosen, isNot)}
      isNeeded={isAllow}
    >
      {!isAllow && (
        <label className="flex min-h-11 items-center gap-3 border-t border-line px-2">
          <input
            type="checkbox"
            className="size-5 shrink-0 accent-accent"
            checked={isNot}
            disabled={!places}
            onChange={() => places && setZones([...places], !isNot)}
          />
          {text("zones.not")}
        </label>
      )}
    </ChoiceChip>
  );
  const holders = (
    <ChoiceChip
      what={text("choice.offices")}
      words={rule.offices ? join(rule.offices.map((office) => say(officeWords[office]))) : undefined}
      values={keysOf(officeWords)}
      chosen={rule.offices}
      wordsOf={(office) => say(officeWords[office])}
      onChange={(offices) => set({ offices })}
      isNeeded={false}
    />
  );
  const who = (
    <ChoiceChip
      what={text("choice.kinds")}
      words={rule.kinds ? join(rule.kinds.map((kind) => say(kindWords[kind]))) : undefined}
      values={keysOf(kindWords)}
      chosen={rule.kinds}
      wordsOf={(kind) => say(kindWords[kind])}
      onChange={(chosen) => set({ kinds: chosen })}
      isNeeded={isAllow}
    />
  );
  const inRooms = (
    <ChoiceChip
      what={text("choice.rooms")}
      words={
        named
          ? say(listRooms(named, nameOf))
          : kinds
            ? join(kinds.map((kind) => say(roomKindWords[kind])))
            : undefined
      }
      values={keysOf(roomKindWords)}
      chosen={named ? [] : kinds}
      wordsOf={(kind) => say(roomKindWords[kind])}
      onChange={(chosen) => set({ rooms: chosen && { kinds: chosen } })}
      isNeeded={false}
      isChosen={named !== null}
    >
      <RoomsChoice ids={named ?? []} onChange={(ids) => set({ rooms: ids.length > 0 ? { ids } : null })} />
    </ChoiceChip>
  );
  const from = (
    <ChoiceChip
      what={text("choice.origins")}
      words={rule.origins ? join(rule.origins.map((zone) => say(zoneWords(zone)))) : undefined}
      values={[...new Set([...zones, ...(rule.origins ?? [])])]}
      chosen={rule.origins}
      wordsOf={(zone) => say(zoneWords(zone))}
      onChange={(origins) => set({ origins })}
      isNeeded={false}
    />
  );
  const ofClass = (
    <ChoiceChip
      what={text("choice.classes")}
      words={
        rule.classifications ? join(rule.classifications.map((each) => say(classWords(each)))) : undefined
      }
      values={classifications}
      chosen={rule.classifications}
      wordsOf={(each) => say(classWords(each))}
      onChange={(chosen) => set({ classifications: chosen })}
      isNeeded={isAllow}
    />
  );
  const does = (
    <ChoiceChip<CrossingDeedWord>
      what={text("choice.deeds")}
      words={rule.deeds ? join(rule.deeds.map((deed) => say(deedWords[deed]))) : undefined}
      values={keysOf(deedWords)}
      chosen={rule.deeds}
      wordsOf={(deed) => say(deedWords[deed])}
      onChange={(deeds) => set({ deeds })}
      isNeeded={isAllow}
    />
  );
  return (
    <li
      aria-label={text("rule.label", { rule: sentence })}
      data-rule={rule.id}
      className={classes(
        "rounded-lg border bg-raised p-3",
        isDeciding ? "border-accent shadow-1 outline-2 outline-accent" : "border-line",
      )}
    >
      <div className="flex flex-wrap items-center gap-y-1 text-base leading-9">
        {said(rule.zones !== null || isAllow, where, text(isNot ? "part.notIn" : "part.in"))}
        {said(rule.offices !== null, holders, text("part.offices"))}
        {said(rule.kinds !== null || isAllow, who, text("part.who"))}
        {said(rule.rooms !== null, inRooms, text("part.rooms"))}
        {said(rule.origins !== null, from, text("part.origins"))}
        {said(rule.classifications !== null || isAllow, ofClass, text("part.classes"))}
        {(rule.rooms || rule.origins || rule.classifications || isAllow) && text("part.things")}
        {rule.deeds || isAllow ? does : text("deeds.any")}
        {text("part.do")}
        {rule.rank === "limit" ? (
          <strong className="px-1 text-danger">{text("effect.refuse")}</strong>
        ) : (
          <select
            aria-label={text("choice.effect")}
            value={rule.effect}
            onChange={(event) => set({ effect: event.target.value === "allow" ? "allow" : "refuse" })}
            className={classes(
              "mx-0.5 min-h-8 rounded-md border border-line-strong bg-ground px-1 font-bold max-md:min-h-11",
              isAllow ? "text-ok" : "text-danger",
            )}
          >
            <option value="allow">{text("effect.allow")}</option>
            <option value="refuse">{text("effect.refuse")}</option>
          </select>
        )}
        {isDeciding && <Tag tone="accent">{text("rule.decides")}</Tag>}
      </div>
      <details className="mt-1 text-sm">
        <summary className="inline-flex min-h-8 cursor-pointer items-center text-ink-2 max-md:min-h-11">
          {text("rule.more")}
          {rule.note && <span className="ml-2 text-ink-3">{rule.note}</span>}
        </summary>
        <div className="flex flex-col gap-3 py-2">
          {/* What the sentence says nothing of. */}
          <div className="flex flex-wrap items-center gap-1 text-sm">
            {!isAllow && (
              <>
                {rule.zones === null && where}
                {rule.kinds === null && who}
                {rule.classifications === null && ofClass}
                {rule.deeds === null && does}
              </>
            )}
            {rule.rooms === null && inRooms}
            {rule.origins === null && from}
            {rule.offices === null && holders}
          </div>
          <TextField
            label={text("rule.note")}
            value={rule.note}
            onChange={(note) => set({ note })}
            inputProps={{ maxLength: 200 }}
          />
          <TextField
            label={text("rule.ask", { ask })}
            value={rule.ask}
            onChange={(whom) => set({ ask: whom })}
            inputProps={{ maxLength: 60 }}
          />
          <span>
            <Button
              kind="quiet"
              size="small"
              icon={<DeleteIcon />}
              aria-label={text("rule.remove.label", { rule: sentence })}
              onPress={onRemove}
            >
              {text("rule.remove")}
            </Button>
          </span>
        </div>
      </details>
    </li>
  );
}
