import { type FormEvent, useEffect, useId, useState } from "react";
import { classWords, deedWords, kindWords, roomKindWords, zoneWords } from "#shared/crossing-words.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { Dialog } from "#web/kit/components/dialog.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import type { CrossingChange, CrossingEffect, CrossingVersion } from "../../contract.ts";
import type { Draft } from "../draft.ts";
import { say, text } from "../text/index.ts";

/** Names that are told of one group of rooms. */
const namesShown = 8;

/** Shows what a table changes before it is saved, and asks for the reason and the moment. */
export function SaveDialog({
  draft,
  onClose,
  onSaved,
}: {
  draft: Draft;
  onClose: () => void;
  onSaved: (version: CrossingVersion) => void;
}) {
  const formId = useId();
  const [effect, setEffect] = useState<CrossingEffect>();
  const [reason, setReason] = useState("");
  const [isLater, setLater] = useState(false);
  const [at, setAt] = useState("");
  const [missing, setMissing] = useState<"reason" | "at">();
  const [problem, setProblem] = useState<string>();
  const [isSaving, setSaving] = useState(false);

  useEffect(() => {
    const stop = new AbortController();
    request<CrossingEffect>("POST", "/crossing/effect", { body: { table: draft.table }, signal: stop.signal })
      .then(setEffect)
      .catch((error) => {
        if (!stop.signal.aborted) setProblem(wordsOf(error));
      });
    return () => stop.abort();
  }, [draft]);

  const save = async (event: FormEvent) => {
    event.preventDefault();
    // The field knows no time zone: what is typed is Japan's.
    const moment = isLater && at !== "" ? new Date(`${at}:00+09:00`) : undefined;
    if (reason.trim() === "") return setMissing("reason");
    if (isLater && !(moment && moment.getTime() > Date.now())) return setMissing("at");
    setMissing(undefined);
    setSaving(true);
    try {
      const body = {
        table: draft.table,
        reason: reason.trim(),
        takesEffectAt: moment?.toISOString() ?? null,
        basedOn: draft.basedOn,
      };
      onSaved(await request<CrossingVersion>("POST", "/crossing/versions", { body }));
    } catch (error) {
      setProblem(wordsOf(error));
      setSaving(false);
    }
  };

  return (
    <Dialog
      title={text("save.title")}
      width="large"
      onClose={onClose}
      footer={
        <>
          <Button kind="quiet" onPress={onClose}>
            {text("cancel")}
          </Button>
          <Button kind="primary" type="submit" form={formId} isPending={isSaving}>
            {text("save.do")}
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={(event) => void save(event)} noValidate className="flex flex-col gap-5">
        {problem && <Notice tone="danger">{problem}</Notice>}
        <section>
          <h3 className="mb-2 font-bold">{text("save.effect")}</h3>
          {effect ? (
            <Effect effect={effect} />
          ) : (
            !problem && (
              <Loading>
                <Skeleton className="h-20 w-full" />
              </Loading>
            )
          )}
        </section>
        <TextField
          label={text("save.reason")}
          hint={text("save.reason.hint")}
          value={reason}
          onChange={(words) => {
            setReason(words);
            setMissing(undefined);
          }}
          inputProps={{ maxLength: 500 }}
          error={missing === "reason" ? text("save.reason.missing") : null}
        />
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-sm font-bold">{text("save.when")}</legend>
          {([false, true] as const).map((later) => (
            <label
              key={String(later)}
              className="flex min-h-11 items-center gap-3 rounded-lg px-2 hover:bg-hover"
            >
              <input
                type="radio"
                name={`${formId}-when`}
                className="size-5 shrink-0 accent-accent"
                checked={isLater === later}
                onChange={() => setLater(later)}
              />
              {text(later ? "save.when.later" : "save.when.now")}
            </label>
          ))}
          {isLater && (
            <TextField
              label={text("save.when.at")}
              type="datetime-local"
              value={at}
              onChange={setAt}
              error={missing === "at" ? text("save.when.missing") : null}
            />
          )}
        </fieldset>
      </form>
    </Dialog>
  );
}

function Effect({ effect }: { effect: CrossingEffect }) {
  const { roomCount, fileCount, groups } = effect;
  return (
    <div className="flex flex-col gap-2" data-effect={roomCount}>
      {roomCount === 0 && !fileCount ? (
        <Notice tone="ok">{text("save.effect.none")}</Notice>
      ) : (
        <Notice tone="warn">
          {text("save.effect.rooms", { count: roomCount })}
          {fileCount !== null && text("save.effect.files", { count: fileCount })}
        </Notice>
      )}
      {fileCount === null && <p className="text-sm text-ink-3">{text("save.effect.noFiles")}</p>}
      <ul className="flex flex-col gap-2">
        {groups.map((group) => (
          <li
            key={`${group.kind} ${group.classification} ${group.names.join()}`}
            className="rounded-lg border border-line p-3 text-sm"
          >
            <p className="font-bold">
              {text("save.effect.group", {
                class: say(classWords(group.classification)),
                kind: say(roomKindWords[group.kind]),
                count: group.roomCount,
              })}
            </p>
            <ul className="list-disc pl-5">
              {together(group.changes).map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
            {group.names.length > 0 && (
              <p className="mt-1 text-ink-2">
                {text("save.effect.names", { names: group.names.slice(0, namesShown).join("、") })}
                {group.names.length > namesShown &&
                  `　${text("save.effect.more", { count: group.names.length - namesShown })}`}
              </p>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** One line for each zone, kind of person and direction, with all deeds in it. */
function together(changes: readonly CrossingChange[]): string[] {
  const lines = Map.groupBy(changes, ({ zone, kind, isAllowed }) => `${zone} ${kind} ${isAllowed}`);
  return [...lines.values()].map((same) => {
    const { zone, kind, isAllowed } = same[0]!;
    return text(isAllowed ? "save.effect.opens" : "save.effect.closes", {
      zone: say(zoneWords(zone)),
      who: say(kindWords[kind]),
      deed: same.map(({ deed }) => say(deedWords[deed])).join("・"),
    });
  });
}
