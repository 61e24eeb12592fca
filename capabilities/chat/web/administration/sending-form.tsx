import { useCallback, useEffect, useState } from "react";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { ChatSettings } from "../../contract.ts";
import { useChat } from "../client/context.ts";
import { Choice } from "../components/choice.tsx";
import { text } from "../text/index.ts";
import { numberIn } from "./number-in.ts";

const numbers = {
  reachShownAbove: { from: 1, to: 100_000 },
  reachConfirmedAbove: { from: 1, to: 100_000 },
  holdSeconds: { from: 0, to: 60 },
  everybodyAbove: { from: 1, to: 100_000 },
} as const;
type NumberName = keyof typeof numbers;

/** From how many people on the composer says who will read and asks once more, and who may write to everybody (@全員). */
export function SendingForm() {
  const chat = useChat();
  const [settings, setSettings] = useState<ChatSettings>();
  const [problem, setProblem] = useState<unknown>();
  const load = useCallback(() => {
    setProblem(undefined);
    chat.readSettings().then(setSettings, setProblem);
  }, [chat]);
  useEffect(load, [load]);
  if (problem !== undefined) return <Failure error={problem} onRetry={load} />;
  if (!settings)
    return (
      <Loading className="flex flex-col gap-4">
        {[1, 2, 3, 4].map((row) => (
          <Skeleton key={row} className="h-20 w-full max-w-md" />
        ))}
      </Loading>
    );
  return <Form settings={settings} />;
}

function Form({ settings }: { settings: ChatSettings }) {
  const chat = useChat();
  const [typed, setTyped] = useState<Record<NumberName, string>>({
    reachShownAbove: String(settings.reachShownAbove),
    reachConfirmedAbove: String(settings.reachConfirmedAbove),
    holdSeconds: String(settings.holdSeconds),
    everybodyAbove: String(settings.everybodyAbove),
  });
  const [everybodyBy, setEverybodyBy] = useState(settings.everybodyBy);
  const [isChecked, setChecked] = useState(false);
  const [isSaving, setSaving] = useState(false);
  const [problem, setProblem] = useState<string>();

  const numberOf = (name: NumberName) => numberIn(typed[name], numbers[name]);
  const save = async () => {
    setChecked(true);
    const holdSeconds = numberOf("holdSeconds");
    const reachShownAbove = numberOf("reachShownAbove");
    const reachConfirmedAbove = numberOf("reachConfirmedAbove");
    const everybodyAbove = numberOf("everybodyAbove");
    if (
      holdSeconds === undefined ||
      reachShownAbove === undefined ||
      reachConfirmedAbove === undefined ||
      everybodyAbove === undefined
    )
      return;
    setSaving(true);
    setProblem(undefined);
    try {
      await chat.changeSettings({
        holdSeconds,
        reachShownAbove,
        reachConfirmedAbove,
        everybodyAbove,
        everybodyBy,
      });
      setTyped({
        reachShownAbove: String(reachShownAbove),
        reachConfirmedAbove: String(reachConfirmedAbove),
        holdSeconds: String(holdSeconds),
        everybodyAbove: String(everybodyAbove),
      });
      tell(text("administration.saved"));
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setSaving(false);
  };
  const field = (name: NumberName) => (
    <TextField
      label={text(`administration.${name}`)}
      hint={text(`administration.${name}.hint`)}
      value={typed[name]}
      onChange={(value) => setTyped((now) => ({ ...now, [name]: value }))}
      inputProps={{ inputMode: "numeric", maxLength: 10 }}
      className="max-w-xl"
      autoComplete="off"
      error={
        isChecked && numberOf(name) === undefined ? text("administration.number", { ...numbers[name] }) : null
      }
    />
  );

  return (
    <form
      noValidate
      className="flex flex-col gap-5"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {field("reachShownAbove")}
      {field("reachConfirmedAbove")}
      {field("holdSeconds")}
      {field("everybodyAbove")}
      <Choice
        legend={text("administration.everybodyBy")}
        value={everybodyBy}
        onChange={setEverybodyBy}
        choices={["owners", "members"]}
        words={(each) => text(`administration.everybodyBy.${each}`)}
      />
      {problem && <Notice tone="danger">{problem}</Notice>}
      <Button type="submit" kind="primary" className="self-start" isPending={isSaving}>
        {text("settings.save")}
      </Button>
    </form>
  );
}
