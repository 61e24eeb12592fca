import { type FormEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { inputClass, TextField } from "#web/kit/components/field.tsx";
import { Prose } from "#web/kit/components/prose.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { RuleAudience } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Writing a draft, and looking at it as its readers will. */
export function DraftEditor({
  audience,
  start,
  basedOn,
  onClose,
  onSaved,
}: {
  audience: RuleAudience;
  start: { title: string; body: string };
  basedOn: string | null;
  onClose: () => void;
  onSaved: () => void;
}) {
  const id = useId();
  const [title, setTitle] = useState(start.title);
  const [body, setBody] = useState(start.body);
  const [isPreview, setPreview] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();

  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    if (!title.trim() || !body.trim()) return setProblem(text("draft.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", `/rule-drafts/${audience}`, { attempts: 1, body: { title, body, basedOn } });
      tell(text("draft.saved"));
      onSaved();
    } catch (error) {
      setBusy(false);
      setProblem(wordsOf(error));
    }
  };
  return (
    <form noValidate className="flex flex-col gap-4" onSubmit={(event) => void save(event)}>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {isPreview ? (
        <article className="rounded-xl border border-line p-5">
          <h3 className="mb-3 text-lg font-bold">{title}</h3>
          <Prose body={body} headings={4} />
        </article>
      ) : (
        <>
          <TextField
            label={text("draft.title")}
            value={title}
            onChange={setTitle}
            inputProps={{ maxLength: 100 }}
            autoComplete="off"
          />
          <div className="flex flex-col gap-1.5">
            <label htmlFor={id} className="text-sm font-bold">
              {text("draft.body")}
            </label>
            <p id={`${id}-hint`} className="text-sm text-ink-3">
              {text("draft.hint")}
            </p>
            <textarea
              id={id}
              aria-describedby={`${id}-hint`}
              value={body}
              onChange={(event) => setBody(event.target.value)}
              rows={18}
              maxLength={40_000}
              className={`${inputClass} py-3 leading-relaxed`}
            />
          </div>
        </>
      )}
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {text("draft.save")}
        </Button>
        <Button onPress={() => setPreview(!isPreview)}>
          {text(isPreview ? "draft.edit" : "draft.preview")}
        </Button>
        <Button kind="quiet" onPress={onClose}>
          {text("cancel")}
        </Button>
      </div>
    </form>
  );
}
