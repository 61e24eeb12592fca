import { type FormEvent, useState } from "react";
import { request } from "#web/kit/api/client.ts";
import { wordsOf } from "#web/kit/api/problem.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { Empty, Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { saveTable } from "#web/kit/device/csv.ts";
import type { SettingsProps } from "#web/kit/module.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { Guest, GuestSettings, GuestsPage } from "../../contract.ts";
import { endWords } from "../days.ts";
import { text } from "../text/index.ts";
import { GuestCard } from "./guest-card.tsx";
import { Reviews } from "./reviews.tsx";
import { type StayAction, StayDialog } from "./stay-dialog.tsx";

/** 「ゲストの管理」: every guest, the reviews, and how long guests may stay. For the office of accounts on the LGWAN side. */
export default function AllGuests({ me }: SettingsProps) {
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("all.outside")}</Notice>;
  return <Page />;
}

function Page() {
  const { value, error, reload } = useAnswer<GuestsPage>("/guests?view=all");
  const [open, setOpen] = useState<{ guest: Guest; action: StayAction }>();
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-4">
        <Skeleton className="h-24 w-full" />
        <Skeleton className="h-64 w-full" />
      </Loading>
    );
  return (
    <div className="flex flex-col gap-8">
      <Reviews onChanged={reload} />
      <section aria-labelledby="all-guests" className="flex flex-col gap-3">
        <h3 id="all-guests" className="text-base font-bold">
          {text("all.count", { count: value.items.length })}
        </h3>
        {value.items.length === 0 ? (
          <Empty title={text("all.none")} />
        ) : (
          <>
            <Button className="self-start" onPress={() => saveTable(text("csv.name"), rowsOf(value.items))}>
              {text("csv")}
            </Button>
            {value.items.map((guest) => (
              <GuestCard key={guest.person.id} guest={guest} onAct={(action) => setOpen({ guest, action })} />
            ))}
          </>
        )}
      </section>
      <SettingsForm settings={value.settings} onSaved={reload} />
      {open && (
        <StayDialog
          guest={open.guest}
          action={open.action}
          settings={value.settings}
          onClose={() => setOpen(undefined)}
          onDone={() => {
            setOpen(undefined);
            reload();
          }}
        />
      )}
    </div>
  );
}

const numbers = ["defaultDays", "longestDays", "invitationDays", "reviewDays"] as const;

function SettingsForm({ settings, onSaved }: { settings: GuestSettings; onSaved: () => void }) {
  const [typed, setTyped] = useState(() => ({
    defaultDays: `${settings.defaultDays}`,
    longestDays: `${settings.longestDays}`,
    invitationDays: `${settings.invitationDays}`,
    reviewDays: `${settings.reviewDays}`,
    reviewMonths: settings.reviewMonths.join(","),
  }));
  const [isBusy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const save = async (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const whole = (words: string) => Number(words.normalize("NFKC").trim());
    const months = typed.reviewMonths
      .normalize("NFKC")
      .split(/[,、\s]+/)
      .filter(Boolean)
      .map(Number);
    const [defaultDays, longestDays, invitationDays, reviewDays] = numbers.map((name) =>
      whole(typed[name]),
    ) as [number, number, number, number];
    const isRight =
      [defaultDays, longestDays, invitationDays, reviewDays].every(
        (each) => Number.isInteger(each) && each > 0,
      ) &&
      defaultDays <= longestDays &&
      months.every((month) => Number.isInteger(month) && month >= 1 && month <= 12);
    if (!isRight) return setProblem(text("settings.wrong"));
    setBusy(true);
    setProblem(undefined);
    try {
      await request("PUT", "/guest-settings", {
        body: { defaultDays, longestDays, invitationDays, reviewDays, reviewMonths: months },
      });
      tell(text("settings.saved"));
      onSaved();
    } catch (error) {
      setProblem(wordsOf(error));
    }
    setBusy(false);
  };
  return (
    <form
      noValidate
      aria-label={text("settings.title")}
      className="flex max-w-xl flex-col gap-4"
      onSubmit={(event) => void save(event)}
    >
      <h3 className="text-base font-bold">{text("settings.title")}</h3>
      {problem && <Notice tone="danger">{problem}</Notice>}
      {([...numbers, "reviewMonths"] as const).map((name) => (
        <TextField
          key={name}
          label={text(`settings.${name}`)}
          value={typed[name]}
          onChange={(value) => setTyped((now) => ({ ...now, [name]: value }))}
          inputProps={{ inputMode: "numeric", maxLength: 30 }}
          autoComplete="off"
        />
      ))}
      <Button type="submit" kind="primary" className="self-start" isPending={isBusy}>
        {text("settings.save")}
      </Button>
    </form>
  );
}

function rowsOf(guests: readonly Guest[]): string[][] {
  const columns = ["guest", "affiliation", "sponsor", "section", "purpose", "until", "used"] as const;
  return [
    columns.map((column) => text(`column.${column}`)),
    ...guests.map((guest) => [
      guest.person.name,
      guest.person.affiliation ?? "",
      guest.sponsor?.name ?? "",
      guest.sectionName ?? "",
      guest.purpose,
      guest.endsAt ? endWords(guest.endsAt) : "",
      guest.lastUsedAt ? longMoment(guest.lastUsedAt) : "",
    ]),
  ];
}
