import { useEffect, useId, useState } from "react";
import { classifications } from "#shared/classification.ts";
import { classWords, deedWords, kindWords, roomKindWords, zoneWords } from "#shared/crossing-words.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { SelectField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import type { CrossingAnswer, CrossingQuestion, CrossingTable } from "../../contract.ts";
import { say, text } from "../text/index.ts";

/** Stands for any room that no rule names. */
const anyRoom = "00000000-0000-7000-8000-000000000000";
/** How long typing may pause before the server is asked. */
const pause = 150;

const first: CrossingQuestion = {
  deed: "download",
  zone: "internet",
  kind: "guest",
  offices: [],
  room: { id: anyRoom, kind: "group" },
  classification: "2",
  origin: "lgwan",
};

/** Asks the function that enforces what it would say by these rules, and tells which rule decides. */
export function Trying({
  table,
  zones,
  onDecided,
}: {
  table: CrossingTable;
  zones: readonly string[];
  onDecided: (ruleId: string | null) => void;
}) {
  const id = useId();
  const [question, setQuestion] = useState(first);
  const [answer, setAnswer] = useState<CrossingAnswer>();
  const [problem, setProblem] = useState<string>();
  const set = (change: Partial<CrossingQuestion>) => setQuestion((now) => ({ ...now, ...change }));

  useEffect(() => {
    const stop = new AbortController();
    const timer = setTimeout(() => {
      request<CrossingAnswer>("POST", "/crossing/questions", {
        body: { table, question },
        signal: stop.signal,
      })
        .then((told) => {
          setAnswer(told);
          setProblem(undefined);
          onDecided(told.ruleId);
        })
        .catch((error) => {
          if (!stop.signal.aborted) setProblem(wordsOf(error));
        });
    }, pause);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [table, question, onDecided]);

  const choices = <Value extends string>(words: Record<Value, { ja: string; en: string }>) =>
    (Object.keys(words) as Value[]).map((value) => (
      <option key={value} value={value}>
        {say(words[value])}
      </option>
    ));
  return (
    <section
      aria-labelledby={`${id}-title`}
      className="flex flex-col gap-3 rounded-xl border border-line bg-raised p-4"
    >
      <div>
        <h3 id={`${id}-title`} className="text-lg font-bold">
          {text("try.title")}
        </h3>
        <p className="text-sm text-ink-2">{text("try.about")}</p>
      </div>
      <div className="grid gap-3 min-[40rem]:grid-cols-2 min-[75rem]:grid-cols-1">
        <SelectField
          id={`${id}-zone`}
          label={text("try.zone")}
          value={question.zone}
          onChange={(zone) => set({ zone })}
        >
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {say(zoneWords(zone))}
            </option>
          ))}
        </SelectField>
        <SelectField
          id={`${id}-kind`}
          label={text("try.kind")}
          value={question.kind}
          onChange={(kind) => set({ kind: kind as CrossingQuestion["kind"] })}
        >
          {choices(kindWords)}
        </SelectField>
        <SelectField
          id={`${id}-room`}
          label={text("try.room")}
          value={question.room?.kind ?? ""}
          onChange={(kind) => set({ room: kind === "" ? undefined : { id: anyRoom, kind: kind as "group" } })}
        >
          {choices(roomKindWords)}
          <option value="">{text("try.room.none")}</option>
        </SelectField>
        <SelectField
          id={`${id}-class`}
          label={text("try.class")}
          value={question.classification}
          onChange={(each) => set({ classification: each as CrossingQuestion["classification"] })}
        >
          {classifications.map((each) => (
            <option key={each} value={each}>
              {say(classWords(each))}
            </option>
          ))}
          <option value="unknown">{text("try.class.unknown")}</option>
        </SelectField>
        <SelectField
          id={`${id}-origin`}
          label={text("try.origin")}
          value={question.origin ?? ""}
          onChange={(origin) => set({ origin: origin || null })}
        >
          <option value="">{text("try.origin.none")}</option>
          {zones.map((zone) => (
            <option key={zone} value={zone}>
              {say(zoneWords(zone))}
            </option>
          ))}
        </SelectField>
        <SelectField
          id={`${id}-deed`}
          label={text("try.deed")}
          value={question.deed}
          onChange={(deed) => set({ deed: deed as CrossingQuestion["deed"] })}
        >
          {choices(deedWords)}
        </SelectField>
      </div>
      <div role="status" className="min-h-24">
        {problem && <Notice tone="danger">{problem}</Notice>}
        {answer && !problem && (
          <div
            data-answer={answer.isAllowed ? "allowed" : "refused"}
            className={`rounded-lg border-l-4 px-4 py-3 ${
              answer.isAllowed ? "border-ok bg-ok-soft" : "border-danger bg-danger-soft"
            }`}
          >
            <p className={`text-lg font-bold ${answer.isAllowed ? "text-ok" : "text-danger"}`}>
              {answer.isAllowed ? "○ " : "× "}
              {text(answer.isAllowed ? "try.allowed" : "try.refused")}
            </p>
            <p className="mt-1 text-sm text-ink-2">
              {text("try.rule")}
              {answer.rank && `（${text(`rank.${answer.rank}`)}）`}
            </p>
            <p>{say(answer)}</p>
            {answer.whom && <p className="mt-1 text-sm">{text("try.ask", { whom: answer.whom })}</p>}
          </div>
        )}
      </div>
    </section>
  );
}
