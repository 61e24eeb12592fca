import { type FormEvent, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Tag } from "#web/kit/components/badge.tsx";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { JudgeUse, UseEvidence, UseJudgement, UseReviewEntry } from "../../contract.ts";
import { text } from "../text/index.ts";
import { dateWords } from "../words.ts";

const judgements = ["expected", "asked", "passed-on"] as const satisfies readonly UseJudgement[];

/** One person and what was noticed: first the record is looked at, then the finding is written. */
export function EntryCard({
  reviewId,
  entry,
  onJudged,
}: {
  reviewId: string;
  entry: UseReviewEntry;
  onJudged: () => void;
}) {
  const [evidence, setEvidence] = useState<UseEvidence>();
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const path = `/use-reviews/${reviewId}/entries/${entry.id}`;
  const look = async () => {
    setBusy(true);
    setProblem(undefined);
    try {
      setEvidence(await request<UseEvidence>("POST", `${path}/looks`, { attempts: 1 }));
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };
  const name = entry.person?.name ?? text("use.nobody");
  return (
    <article className="flex flex-col gap-2 rounded-lg border border-line bg-raised p-4 [overflow-wrap:anywhere]">
      <p>
        <bdi className="font-bold">{name}</bdi>
        {entry.person?.sectionName && (
          <span className="text-sm text-ink-2">　{entry.person.sectionName}</span>
        )}
        <Tag tone={entry.judgement ? "ok" : "warn"}>
          {entry.judgement ? text(`use.judgement.${entry.judgement}`) : text("use.unjudged")}
        </Tag>
      </p>
      <p className="text-sm text-ink-2">
        {text("use.count", { count: entry.count })}
        {"　"}
        {entry.days
          .slice(0, 5)
          .map(({ day, count }) => text("use.day", { day: dateWords(day), count }))
          .join("、")}
        {entry.days.length > 5 && text("use.days.more", { count: entry.days.length - 5 })}
      </p>
      {entry.judgedBy && entry.judgedAt && (
        <p className="text-sm">
          {text("use.judged", {
            person: entry.judgedBy.name,
            when: longMoment(entry.judgedAt),
            note: entry.note ?? "",
          })}
        </p>
      )}
      {entry.isOwn && !entry.judgement && <p className="text-sm text-ink-2">{text("use.own")}</p>}
      {problem && <Notice tone="danger">{problem}</Notice>}
      {!entry.isOwn && !evidence && (
        <Button className="self-start" isPending={isBusy} onPress={() => void look()}>
          {text("use.look", { name })}
        </Button>
      )}
      {evidence && <Evidence evidence={evidence} />}
      {evidence && !entry.judgement && <JudgeForm path={path} onJudged={onJudged} />}
    </article>
  );
}

function Evidence({ evidence }: { evidence: UseEvidence }) {
  if (evidence.items.length === 0) return <p className="text-sm text-ink-2">{text("use.evidence.none")}</p>;
  return (
    <>
      <div {...scrolled(text("use.evidence"))} className="max-h-72 overflow-y-auto border-y border-line">
        <ol className="divide-y divide-line">
          {evidence.items.map((item) => (
            <li key={item.id} className="py-2 text-sm">
              <time dateTime={item.at} className="text-ink-3">
                {longMoment(item.at)}
              </time>
              <p>{currentLanguage() === "ja" ? item.ja : item.en}</p>
            </li>
          ))}
        </ol>
      </div>
      {evidence.hasMore && <p className="text-sm text-ink-2">{text("use.evidence.more")}</p>}
    </>
  );
}

/** What scrolls is reached and scrolled by the keyboard too. */
const scrolled = (label: string) => ({ tabIndex: 0, role: "group", "aria-label": label });

function JudgeForm({ path, onJudged }: { path: string; onJudged: () => void }) {
  const [judgement, setJudgement] = useState<UseJudgement>();
  const [note, setNote] = useState("");
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!judgement || !note.trim()) return setProblem(text("use.judge.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", `${path}/judgement`, {
        body: { judgement, note: note.trim() } satisfies JudgeUse,
        attempts: 1,
      });
      tell(text("use.judge.done"));
      onJudged();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <form noValidate className="flex flex-col gap-3 pt-2" onSubmit={(event) => void submit(event)}>
      {problem && <Notice tone="danger">{problem}</Notice>}
      <fieldset className="flex flex-col">
        <legend className="mb-1 text-sm font-bold">{text("use.judge.legend")}</legend>
        {judgements.map((each) => (
          <label key={each} className="flex min-h-11 items-center gap-3">
            <input
              type="radio"
              name={path}
              checked={judgement === each}
              onChange={() => setJudgement(each)}
              className="size-5 shrink-0 accent-[var(--accent)]"
            />
            {text(`use.judgement.${each}`)}
          </label>
        ))}
      </fieldset>
      <TextField
        label={text("use.judge.note")}
        hint={text("use.judge.note.hint")}
        value={note}
        onChange={setNote}
        inputProps={{ maxLength: 500 }}
        autoComplete="off"
      />
      <Button kind="primary" type="submit" className="self-start" isPending={isBusy}>
        {text("use.judge")}
      </Button>
    </form>
  );
}
