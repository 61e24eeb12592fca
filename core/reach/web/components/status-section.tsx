import { useState } from "react";
import { addDays, dateInJapan, startOfDate } from "#shared/time.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField, TextField } from "#web/kit/components/field.tsx";
import { Failure, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { serverNow } from "#web/kit/state/clock.ts";
import { currentStatus } from "#web/kit/state/reach.ts";
import { useStore } from "#web/kit/state/store.ts";
import { shortMoment } from "#web/kit/text/dates.ts";
import { text as kitText } from "#web/kit/text/index.ts";
import type { OwnStatus, StatusKind } from "../../contract.ts";
import { useReach } from "../context.ts";
import { text } from "../text/index.ts";

/** In the order in which they are offered; null says nothing. */
const statusKinds: readonly (StatusKind | null)[] = [
  null,
  "available",
  "meeting",
  "telework",
  "outside",
  "leave",
];

/** What I say about where I am. */
export default function StatusSection() {
  const reach = useReach();
  const own = useStore(reach.own, (status) => status);
  if (reach.problem && !own) return <Failure error={reach.problem} onRetry={() => location.reload()} />;
  // Changed elsewhere, the form begins anew with it.
  return own ? <StatusForm key={own.changedAt} own={own} /> : <Skeleton className="h-11 w-full max-w-md" />;
}

type Ending = "none" | "hour" | "today" | "kept";

function StatusForm({ own }: { own: OwnStatus }) {
  const reach = useReach();
  const now = currentStatus(own);
  const [status, setStatus] = useState(now?.status ?? null);
  const [words, setWords] = useState(now?.words ?? "");
  const [ending, setEnding] = useState<Ending>(now?.until ? "kept" : "none");
  const [hidesPresence, setHides] = useState(own.hidesPresence);
  const [isSaving, setSaving] = useState(false);

  const save = async () => {
    setSaving(true);
    try {
      const until = ending === "kept" ? (now?.until ?? null) : endOf(ending);
      await reach.changeStatus({ status, words: words.trim() || null, until, hidesPresence });
      tell(text("status.saved"));
    } catch (error) {
      tell(wordsOf(error), "danger");
    }
    setSaving(false);
  };

  return (
    <form
      className="flex flex-col gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <fieldset className="flex flex-wrap gap-2">
        <legend className="mb-2 text-sm font-bold">{text("status.now")}</legend>
        {statusKinds.map((kind) => (
          <label
            key={kind ?? "none"}
            className="flex min-h-11 cursor-pointer items-center gap-2 rounded-lg border border-line-strong px-3.5 hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:font-bold has-checked:text-accent"
          >
            <input
              type="radio"
              name="status"
              className="size-4.5 accent-[var(--accent)]"
              checked={status === kind}
              onChange={() => setStatus(kind)}
            />
            {kind === null ? text("status.none") : kitText(`status.${kind}`)}
          </label>
        ))}
      </fieldset>
      {status !== null && (
        <div className="grid max-w-xl gap-5 md:grid-cols-2">
          <TextField
            label={text("status.words")}
            value={words}
            onChange={setWords}
            maxLength={40}
            inputProps={{ placeholder: text("status.words.hint") }}
          />
          <SelectField
            id="status-until"
            label={text("status.until")}
            value={ending}
            onChange={(chosen) => setEnding(chosen as Ending)}
          >
            {now?.until && (
              <option value="kept">{text("status.until.at", { time: shortMoment(now.until) })}</option>
            )}
            <option value="none">{text("status.until.none")}</option>
            <option value="hour">{text("status.until.hour")}</option>
            <option value="today">{text("status.until.today")}</option>
          </SelectField>
        </div>
      )}
      <label className="flex max-w-xl cursor-pointer items-start gap-3">
        <input
          type="checkbox"
          className="mt-1 size-5 shrink-0 accent-[var(--accent)]"
          checked={hidesPresence}
          onChange={(event) => setHides(event.target.checked)}
        />
        <span>
          {text("status.hide")}
          <span className="block text-sm text-ink-3">{text("status.hide.hint")}</span>
        </span>
      </label>
      <div className="flex flex-wrap items-center gap-4">
        <Button kind="primary" type="submit" isPending={isSaving}>
          {text("status.save")}
        </Button>
        <p className="text-sm text-ink-3">{text("status.who")}</p>
      </div>
    </form>
  );
}

/** The end of today is midnight in Japan. */
function endOf(ending: "none" | "hour" | "today"): string | null {
  if (ending === "none") return null;
  const now = serverNow();
  if (ending === "hour") return new Date(now + 3_600_000).toISOString();
  return startOfDate(addDays(dateInJapan(now), 1)).toISOString();
}
