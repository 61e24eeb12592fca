import { useEffect, useMemo, useState } from "react";
import { findable, makeMatcher } from "#shared/match-words.ts";
import { Button } from "#web/kit/components/button.tsx";
import { inputClass } from "#web/kit/components/field.tsx";
import { Failure, Loading, Skeleton } from "#web/kit/components/states.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { text } from "../text/index.ts";
import { startTour } from "../tour/tour-state.ts";
import { loadTopics, type Topics } from "./topics.ts";

/** How things are done, with a search that takes kana and romaji too. Nothing is asked of the server. */
export default function HelpPage() {
  const [topics, setTopics] = useState<Topics>();
  const [problem, setProblem] = useState<unknown>();
  const [words, setWords] = useState("");

  useEffect(() => {
    loadTopics(currentLanguage()).then(setTopics, setProblem);
  }, []);

  const shown = useMemo(() => {
    const match = makeMatcher(words.trim());
    return (topics ?? [])
      .map((topic) => ({
        topic,
        found: Math.max(
          match(findable(topic.title)) * 2,
          match(findable(topic.title, ...topic.words.split(" "), ...topic.steps)),
        ),
      }))
      .filter(({ found }) => found > 0)
      .sort((a, b) => b.found - a.found)
      .map(({ topic }) => topic);
  }, [topics, words]);

  return (
    <main className="min-h-0 min-w-0 flex-1 overflow-y-auto bg-ground" data-print="grow">
      <div className="mx-auto max-w-3xl px-5 py-5 md:px-8">
        <h1 className="mb-3 text-2xl font-bold">{text("help.title")}</h1>
        <div className="mb-5 flex flex-wrap items-center gap-3" data-print="hide">
          <input
            type="search"
            value={words}
            onChange={(event) => setWords(event.target.value)}
            onKeyDown={(event) => event.key === "Escape" && setWords("")}
            placeholder={text("help.search")}
            aria-label={text("help.search")}
            className={`${inputClass} min-w-56 flex-1`}
          />
          <Button size="small" onPress={startTour}>
            {text("tour.again")}
          </Button>
        </div>
        {problem !== undefined && <Failure error={problem} />}
        {!topics && problem === undefined && (
          <Loading className="flex flex-col gap-3">
            <Skeleton className="h-6 w-64" />
            <Skeleton className="h-20 w-full" />
          </Loading>
        )}
        <p role="status" className="sr-only">
          {words !== "" && text("help.count", { count: shown.length })}
        </p>
        {topics && shown.length === 0 && <p className="text-ink-2">{text("help.none", { words })}</p>}
        {shown.map((topic) => (
          <section
            key={topic.id}
            id={topic.id}
            aria-labelledby={`help-${topic.id}`}
            className="border-t border-line py-4"
            data-print="keep"
          >
            <h2 id={`help-${topic.id}`} className="mb-1.5 text-lg font-bold">
              {topic.title}
            </h2>
            <ol className="flex list-decimal flex-col gap-1 pl-6 marker:text-ink-3">
              {topic.steps.map((step) => (
                <li key={step}>{step}</li>
              ))}
            </ol>
          </section>
        ))}
      </div>
    </main>
  );
}
