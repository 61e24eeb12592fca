import { type ChangeEvent, useId, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { inputClass } from "#web/kit/components/field.tsx";
import { Notice } from "#web/kit/components/states.tsx";
import { longMoment } from "#web/kit/text/dates.ts";
import type { ReadMetadata } from "../../contract.ts";
import { text } from "./text/index.ts";

/** Fills the form from the provider's own description, carried here as a file or pasted: nothing is fetched from there. */
export function MetadataFile({ onRead }: { onRead: (read: ReadMetadata) => void }) {
  const id = useId();
  const [pasted, setPasted] = useState("");
  const [result, setResult] = useState<{ tone: "ok" | "danger"; words: string }>();

  const read = async (metadata: string) => {
    if (!metadata.trim()) return;
    try {
      const answer = await request<ReadMetadata>("POST", "/identity-provider-metadata", {
        body: { metadata },
      });
      onRead(answer);
      const until = answer.described.map((each) => longMoment(each.until)).join("\n");
      setResult({ tone: "ok", words: text("metadata.read", { until }) });
    } catch (error) {
      setResult({ tone: "danger", words: wordsOf(error) });
    }
  };
  const choose = async (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    if (file) await read(await file.text());
    event.target.value = "";
  };

  return (
    <div className="flex flex-col gap-3 rounded-lg bg-sunken p-4">
      <label htmlFor={`${id}-file`} className="text-sm font-bold">
        {text("metadata.file")}
      </label>
      <p id={`${id}-hint`} className="text-sm text-ink-3">
        {text("metadata.hint")}
      </p>
      <input
        id={`${id}-file`}
        type="file"
        accept=".xml,application/xml,text/xml,application/samlmetadata+xml"
        aria-describedby={`${id}-hint`}
        onChange={(event) => void choose(event)}
        className="min-h-11 max-w-full text-sm file:mr-3 file:min-h-11 file:rounded-lg file:border file:border-accent file:bg-ground file:px-4 file:font-bold file:text-accent"
      />
      <label htmlFor={`${id}-pasted`} className="text-sm font-bold">
        {text("metadata.paste")}
      </label>
      <textarea
        id={`${id}-pasted`}
        rows={2}
        spellCheck={false}
        value={pasted}
        onChange={(event) => setPasted(event.target.value)}
        onBlur={() => void read(pasted)}
        className={`${inputClass} py-3`}
      />
      <div aria-live="polite">
        {result && (
          <Notice tone={result.tone}>
            <span className="whitespace-pre-line">{result.words}</span>
          </Notice>
        )}
      </div>
    </div>
  );
}
