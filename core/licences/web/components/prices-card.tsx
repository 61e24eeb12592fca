import { useState } from "react";
import { type PriceList, type TaxRate, validOn } from "#shared/licence-cost.ts";
import { formatDate } from "#shared/time.ts";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { TextField } from "#web/kit/components/field.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Failure } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { longMoment } from "#web/kit/text/dates.ts";
import type { LicenceHistory, Licences, SaveLicencesRequest } from "../../contract.ts";
import { text } from "../text/index.ts";

/** Prices and taxes with their days and sources, and how they are calculated. */
export function PricesCard({ licences, onChanged }: { licences: Licences; onChanged: () => void }) {
  const [open, setOpen] = useState<"prices" | "taxes">();
  const save = async (input: SaveLicencesRequest) => {
    await request("POST", "/licences/changes", { body: input });
    tell(text("saved"));
    setOpen(undefined);
    onChanged();
  };
  const close = () => setOpen(undefined);
  return (
    <section aria-labelledby="licence-prices" className="flex flex-col gap-3">
      <h3 id="licence-prices" className="text-base font-bold">
        {text("prices.title")}
      </h3>
      {licences.prices.map((list) => (
        <PriceTable key={list.validFrom} list={list} />
      ))}
      <h4 className="font-bold">{text("taxes.title")}</h4>
      <ul className="flex flex-col gap-1 text-sm">
        {licences.taxes.map((tax) => (
          <li key={tax.validFrom} className="flex flex-wrap gap-x-4">
            <span>{text("prices.from", { day: dayWords(tax.validFrom) })}</span>
            <span className="tabular-nums">
              {text("taxes.rate", { percent: String(tax.basisPoints / 100) })}
            </span>
            <span className="text-ink-3">{tax.source}</span>
          </li>
        ))}
      </ul>
      <h4 className="font-bold">{text("rounding.title")}</h4>
      <p className="text-sm text-ink-2">{text("rounding")}</p>
      <div className="flex flex-wrap gap-3" data-print="hide">
        <Button onPress={() => setOpen("prices")}>{text("prices.edit")}</Button>
        <Button onPress={() => setOpen("taxes")}>{text("taxes.edit")}</Button>
      </div>
      {open === "prices" && <EditPrices licences={licences} onClose={close} onSave={save} />}
      {open === "taxes" && <EditTaxes licences={licences} onClose={close} onSave={save} />}
    </section>
  );
}

function PriceTable({ list }: { list: PriceList }) {
  const cell = "border border-line px-3 py-1 text-left";
  return (
    <table className="w-fit border-collapse text-sm">
      <caption className="pb-1 text-left">
        <span className="mr-4">{text("prices.from", { day: dayWords(list.validFrom) })}</span>
        <span className="text-ink-3">{text("prices.source", { source: list.source })}</span>
      </caption>
      <thead>
        <tr>
          <th scope="col" className={`${cell} bg-sunken`}>
            {text("prices.range")}
          </th>
          <th scope="col" className={`${cell} bg-sunken`}>
            {text("prices.unit")}
          </th>
        </tr>
      </thead>
      <tbody>
        {list.tiers.map((tier) => (
          <tr key={tier.from}>
            <td className={`${cell} tabular-nums`}>{text("prices.tier", tier)}</td>
            <td className={`${cell} text-right tabular-nums`}>{text("yen", { amount: tier.yen })}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type EditProps = {
  licences: Licences;
  onClose: () => void;
  onSave: (input: SaveLicencesRequest) => Promise<void>;
};
type TypedTier = { from: string; to: string; yen: string };

/** A list of prices from a day on; one of the same day is replaced, the others stay. */
function EditPrices({ licences, onClose, onSave }: EditProps) {
  const present = validOn(licences.prices, licences.today) ?? licences.prices[0]!;
  const [day, setDay] = useState(present.validFrom);
  const [source, setSource] = useState(present.source);
  const [tiers, setTiers] = useState<readonly TypedTier[]>(
    present.tiers.map(({ from, to, yen }) => ({ from: `${from}`, to: `${to}`, yen: `${yen}` })),
  );
  const change = (place: number, part: keyof TypedTier, value: string) =>
    setTiers(tiers.map((tier, at) => (at === place ? { ...tier, [part]: value } : tier)));
  const list = (): PriceList | undefined => {
    const numbers = tiers.map(({ from, to, yen }) => ({
      from: wholeNumber(from),
      to: wholeNumber(to),
      yen: wholeNumber(yen),
    }));
    const isWhole = numbers.every(
      (tier, at) =>
        Number.isInteger(tier.yen) &&
        tier.from <= tier.to &&
        tier.from === (at === 0 ? 1 : numbers[at - 1]!.to + 1),
    );
    return isWhole && day && source.trim()
      ? { validFrom: day, tiers: numbers, source: source.trim() }
      : undefined;
  };
  return (
    <ReasonDialog
      title={text("prices.edit")}
      action={text("edit.save")}
      onClose={onClose}
      check={() => (list() ? undefined : text("edit.missing"))}
      act={(reason) => {
        const value = merged(licences.prices, list()!).map((each) => ({ ...each, tiers: [...each.tiers] }));
        return onSave({ kind: "prices", value, reason, basedOn: licences.ids.prices });
      }}
    >
      <p className="text-sm text-ink-2">{text("edit.keep")}</p>
      <TextField type="date" label={text("edit.day")} value={day} onChange={setDay} />
      {tiers.map((tier, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: steps have no names but their places
        <div key={place} className="grid gap-3 md:grid-cols-3">
          {(["from", "to", "yen"] as const).map((part) => (
            <TextField
              key={part}
              label={text(`edit.${part}`, { place: place + 1 })}
              value={tier[part]}
              onChange={(value) => change(place, part, value)}
              inputProps={{ inputMode: "numeric", maxLength: 8 }}
              autoComplete="off"
            />
          ))}
        </div>
      ))}
      <div className="flex flex-wrap gap-3">
        <Button
          size="small"
          onPress={() =>
            setTiers([...tiers, { from: `${wholeNumber(tiers.at(-1)?.to ?? "0") + 1}`, to: "", yen: "" }])
          }
        >
          {text("edit.addTier")}
        </Button>
        {tiers.length > 1 && (
          <Button size="small" onPress={() => setTiers(tiers.slice(0, -1))}>
            {text("edit.removeTier")}
          </Button>
        )}
      </div>
      <TextField
        label={text("edit.source")}
        value={source}
        onChange={setSource}
        inputProps={{ maxLength: 200 }}
        autoComplete="off"
      />
    </ReasonDialog>
  );
}

function EditTaxes({ licences, onClose, onSave }: EditProps) {
  const [day, setDay] = useState("");
  const [rate, setRate] = useState("");
  const [source, setSource] = useState("");
  const tax = (): TaxRate | undefined => {
    const percent = rate.normalize("NFKC").trim();
    if (!day || !source.trim() || !/^\d{1,2}(\.\d{1,2})?$/.test(percent)) return undefined;
    return { validFrom: day, basisPoints: Math.round(Number(percent) * 100), source: source.trim() };
  };
  return (
    <ReasonDialog
      title={text("taxes.edit")}
      action={text("edit.save")}
      onClose={onClose}
      check={() => (tax() ? undefined : text("edit.missing"))}
      act={(reason) =>
        onSave({ kind: "taxes", value: merged(licences.taxes, tax()!), reason, basedOn: licences.ids.taxes })
      }
    >
      <p className="text-sm text-ink-2">{text("edit.keep")}</p>
      <TextField type="date" label={text("edit.day")} value={day} onChange={setDay} />
      <TextField
        label={text("edit.rate")}
        value={rate}
        onChange={setRate}
        inputProps={{ inputMode: "decimal", maxLength: 5 }}
        autoComplete="off"
      />
      <TextField
        label={text("edit.source")}
        value={source}
        onChange={setSource}
        inputProps={{ maxLength: 200 }}
        autoComplete="off"
      />
    </ReasonDialog>
  );
}

/** Every change with who made it and why. */
export function ChangesList() {
  const { value, error, reload } = useAnswer<LicenceHistory>("/licences/history");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value) return null;
  return (
    <section aria-labelledby="licence-history" className="flex flex-col gap-2">
      <h3 id="licence-history" className="text-base font-bold">
        {text("history.title")}
      </h3>
      {value.items.length === 0 ? (
        <p className="text-sm text-ink-3">{text("history.none")}</p>
      ) : (
        <ul className="flex flex-col divide-y divide-line border-y border-line text-sm">
          {value.items.map((item) => (
            <li key={item.id} className="flex flex-wrap gap-x-4 px-1 py-2">
              <span>{longMoment(item.changedAt)}</span>
              <span className="font-bold">{text(`history.${item.kind}`)}</span>
              <bdi>{item.changedByName ?? text("history.system")}</bdi>
              <span className="text-ink-2">{item.reason}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function merged<T extends { validFrom: string }>(entries: readonly T[], entry: T): T[] {
  return [...entries.filter((each) => each.validFrom !== entry.validFrom), entry].sort((a, b) =>
    a.validFrom.localeCompare(b.validFrom),
  );
}

function wholeNumber(words: string): number {
  const digits = words.normalize("NFKC").replace(/[,\s]/g, "");
  return /^\d+$/.test(digits) ? Number(digits) : Number.NaN;
}

function dayWords(day: string): string {
  return currentLanguage() === "ja" ? formatDate(`${day}T00:00:00+09:00`).replace(/（.）$/, "") : day;
}
