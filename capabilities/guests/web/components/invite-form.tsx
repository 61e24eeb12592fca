import { type FormEvent, useState } from "react";
import type { RoomsPage } from "#capabilities/chat/contract.ts";
import type { Me } from "#core/identity/contract.ts";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { text as kitText } from "#web/kit/text/index.ts";
import type { GuestSettings, MadeInvitation } from "../../contract.ts";
import { dayAfter, endOfDay } from "../days.ts";
import { text } from "../text/index.ts";

const fields = ["name", "kana", "affiliation", "purpose", "address"] as const;
type Field = (typeof fields)[number];
const hints: Partial<Record<Field, "form.address.hint">> = { address: "form.address.hint" };
const lengths: Record<Field, number> = { name: 100, kana: 100, affiliation: 100, purpose: 200, address: 200 };

/** Who, from where, for what, in which rooms and until when. What is typed stays when something is refused. */
export function InviteForm({
  me,
  settings,
  onMade,
  onCancel,
}: {
  me: Me;
  settings: GuestSettings;
  onMade: (made: MadeInvitation, name: string) => void;
  onCancel: () => void;
}) {
  const { value: rooms, error, reload } = useAnswer<RoomsPage>("/rooms");
  const [typed, setTyped] = useState<Record<Field, string>>({
    name: "",
    kana: "",
    affiliation: "",
    purpose: "",
    address: "",
  });
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [day, setDay] = useState(dayAfter(settings.defaultDays));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  // Rooms that may have guests at all; the server decides for each.
  const possible = rooms?.items.filter(
    (room) => room.kind === "group" && room.visibility === "closed" && room.archivedAt === null,
  );

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const { name, affiliation, purpose } = typed;
    if (!name.trim() || !affiliation.trim() || !purpose.trim() || chosen.length === 0 || !day)
      return setProblem(text("form.missing"));
    setBusy(true);
    setProblem(undefined);
    try {
      const made = await request<MadeInvitation>("POST", "/guest-invitations", {
        body: { ...typed, roomIds: chosen, until: endOfDay(day) },
      });
      onMade(made, name.trim());
    } catch (failure) {
      setBusy(false);
      setProblem(wordsOf(failure));
    }
  };
  return (
    <form
      noValidate
      aria-label={text("invite")}
      className="flex max-w-xl flex-col gap-5"
      onSubmit={(event) => void submit(event)}
    >
      {problem && <Notice tone="danger">{problem}</Notice>}
      {fields.map((field) => (
        <TextField
          key={field}
          label={text(`form.${field}`)}
          {...(hints[field] && { hint: text(hints[field]) })}
          value={typed[field]}
          onChange={(value) => setTyped((now) => ({ ...now, [field]: value }))}
          inputProps={{ maxLength: lengths[field] }}
          autoComplete="off"
        />
      ))}
      <fieldset className="flex flex-col gap-1">
        <legend className="text-sm font-bold">{text("form.rooms")}</legend>
        <p className="mb-1 text-sm text-ink-3">{text("form.rooms.hint")}</p>
        {error !== undefined && <Failure error={error} onRetry={reload} />}
        {!possible && error === undefined && (
          <Loading>
            <Skeleton className="h-24 w-full" />
          </Loading>
        )}
        {possible?.length === 0 && <p className="text-ink-2">{text("form.rooms.none")}</p>}
        <div className="max-h-64 overflow-y-auto rounded-lg border border-line px-3">
          {possible?.map((room) => (
            <label key={room.id} className="flex min-h-11 items-center gap-3">
              <input
                type="checkbox"
                checked={chosen.includes(room.id)}
                onChange={(event) =>
                  setChosen(
                    event.target.checked ? [...chosen, room.id] : chosen.filter((id) => id !== room.id),
                  )
                }
                className="size-5 shrink-0 accent-[var(--accent)]"
              />
              <bdi className="min-w-0 break-words">{room.name}</bdi>
            </label>
          ))}
        </div>
      </fieldset>
      <TextField
        type="date"
        label={text("form.until")}
        hint={text("form.until.hint", { days: settings.longestDays })}
        value={day}
        onChange={setDay}
        inputProps={{ min: dayAfter(0), max: dayAfter(settings.longestDays) }}
      />
      <p className="text-sm text-ink-3">{text("guest.sponsor", { name: me.person.name })}</p>
      <div className="flex flex-wrap gap-3">
        <Button kind="primary" type="submit" isPending={isBusy}>
          {text("form.do")}
        </Button>
        <Button kind="quiet" onPress={onCancel}>
          {kitText("action.cancel")}
        </Button>
      </div>
    </form>
  );
}
