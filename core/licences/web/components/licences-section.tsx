import { useState } from "react";
import { unitPrice, validOn, yearlyCost } from "#shared/licence-cost.ts";
import { request } from "#web/kit/api/client.ts";
import { useAnswer } from "#web/kit/api/use-answer.ts";
import { Button } from "#web/kit/components/button.tsx";
import { SelectField } from "#web/kit/components/field.tsx";
import { PrintIcon } from "#web/kit/components/icons.tsx";
import { ReasonDialog } from "#web/kit/components/reason-dialog.tsx";
import { Failure, Loading, Notice, Skeleton } from "#web/kit/components/states.tsx";
import { tell } from "#web/kit/components/toasts.tsx";
import type { SettingsProps } from "#web/kit/module.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { ClassUse, Licences } from "../../contract.ts";
import { adviceFor } from "../advice.ts";
import { text } from "../text/index.ts";
import { ChangesList, PricesCard } from "./prices-card.tsx";
import { UnusedList } from "./unused-list.tsx";

type Counts = Readonly<Record<ClassUse["class"], number>>;

/** 「アカウント数と費用」: what is bought, used and paid, what another number would cost, and one page to print. */
export default function LicencesSection({ me }: SettingsProps) {
  if (me.zone !== "lgwan") return <Notice tone="warn">{text("outside")}</Notice>;
  return <Page municipality={me.tenant.name} />;
}

function Page({ municipality }: { municipality: string }) {
  const { value, error, reload } = useAnswer<Licences>("/licences");
  if (error !== undefined) return <Failure error={error} onRetry={reload} />;
  if (!value)
    return (
      <Loading className="flex flex-col gap-4">
        <Skeleton className="h-28 w-full" />
        <Skeleton className="h-72 w-full" />
      </Loading>
    );
  // What was saved by somebody else begins anew.
  return <Loaded key={value.ids.plan} licences={value} municipality={municipality} onChanged={reload} />;
}

function Loaded({
  licences,
  municipality,
  onChanged,
}: {
  licences: Licences;
  municipality: string;
  onChanged: () => void;
}) {
  const saved = countsOf(licences);
  const [counts, setCounts] = useState<Counts>(saved);
  const [year, setYear] = useState(licences.plan?.fiscalYear ?? fiscalYearOf(licences.today));
  const [isSaving, setSaving] = useState(false);
  const total = sumOf(counts);
  const isChanged =
    year !== (licences.plan?.fiscalYear ?? year) ||
    licences.classes.some((each) => counts[each.class] !== saved[each.class]);

  return (
    <div className="flex flex-col gap-6" data-print="keep">
      <div className="hidden print:block">
        <p className="text-lg font-bold">
          {municipality}　{text("print.title")}
        </p>
        <p className="text-sm">{yearName(year)}</p>
      </div>
      <div className="flex flex-wrap items-end gap-4" data-print="hide">
        <div className="min-w-40">
          <SelectField
            id="licence-year"
            label={text("year")}
            value={String(year)}
            onChange={(chosen) => setYear(Number(chosen))}
          >
            {yearsAround(licences).map((each) => (
              <option key={each} value={each}>
                {yearName(each)}
              </option>
            ))}
          </SelectField>
        </div>
        <Button icon={<PrintIcon />} onPress={() => window.print()}>
          {text("print")}
        </Button>
      </div>
      <CostCard licences={licences} year={year} total={total} />
      <div className="flex flex-col gap-3">
        <h3 className="text-base font-bold">{text("use.title")}</h3>
        <p className="text-sm text-ink-3" data-print="hide">
          {text("use.hint")}
        </p>
        <UseTable licences={licences} counts={counts} onChange={setCounts} />
        {isChanged && (
          <div className="flex flex-wrap gap-3" data-print="hide">
            <Button kind="primary" onPress={() => setSaving(true)}>
              {text("use.save")}
            </Button>
            <Button kind="quiet" onPress={() => setCounts(saved)}>
              {text("use.reset")}
            </Button>
          </div>
        )}
      </div>
      <section
        aria-labelledby="licence-advice"
        className="flex flex-col gap-2 rounded-xl border border-line p-5"
      >
        <h3 id="licence-advice" className="text-base font-bold">
          {text("advice.title")}
        </h3>
        <ul className="flex list-disc flex-col gap-1 pl-5">
          {adviceFor(licences.classes, total, licences, year).map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      </section>
      <PricesCard licences={licences} onChanged={onChanged} />
      <div data-print="hide" className="flex flex-col gap-6">
        <UnusedList />
        <ChangesList key={Object.values(licences.ids).join(" ")} />
      </div>
      {isSaving && (
        <ReasonDialog
          title={text("use.save")}
          onClose={() => setSaving(false)}
          act={async (reason) => {
            await request("POST", "/licences/changes", {
              body: { kind: "plan", value: { fiscalYear: year, counts }, reason, basedOn: licences.ids.plan },
            });
            tell(text("saved"));
            setSaving(false);
            onChanged();
          }}
        />
      )}
    </div>
  );
}

function CostCard({ licences, year, total }: { licences: Licences; year: number; total: number }) {
  const cost = yearlyCost(licences, year, total);
  const units = new Set(
    [`${year}-04-01`, `${year + 1}-03-01`].map((day) => unitPrice(validOn(licences.prices, day), total)),
  );
  const [unit] = units;
  const facts = cost && { count: total, net: cost.net, tax: cost.tax };
  const isEven = cost && units.size === 1 && unit !== undefined && unit * total * 12 === cost.net;
  return (
    <section
      aria-labelledby="licence-cost"
      aria-live="polite"
      className="flex flex-col gap-1 rounded-xl border border-line bg-sunken p-5"
    >
      <h3 id="licence-cost" className="text-base font-bold">
        {text("cost.title")}
      </h3>
      {cost && facts ? (
        <>
          <p className="text-3xl font-bold tabular-nums">{text("yen", { amount: cost.total })}</p>
          <p className="text-sm text-ink-2">
            {isEven ? text("cost.detail", { ...facts, unit }) : text("cost.detail.mixed", facts)}
          </p>
        </>
      ) : (
        <Notice tone="warn">{text("cost.none")}</Notice>
      )}
    </section>
  );
}

function UseTable({
  licences,
  counts,
  onChange,
}: {
  licences: Licences;
  counts: Counts;
  onChange: (counts: Counts) => void;
}) {
  const { classes } = licences;
  const sum = (of: (each: ClassUse) => number) => classes.reduce((all, each) => all + of(each), 0);
  const head = "border-b border-line px-3 py-2 text-right text-sm font-bold align-bottom first:text-left";
  const cell = "border-b border-line px-3 py-2 text-right tabular-nums";
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
      tabIndex={0}
      aria-label={text("use.title")}
      className="focus-inside overflow-x-auto rounded-lg print:overflow-visible"
    >
      <table className="w-full min-w-2xl border-collapse print:min-w-0">
        <thead>
          <tr>
            {(["class", "planned", "accounts", "active30", "active90", "unused"] as const).map((column) => (
              <th key={column} scope="col" className={head}>
                {text(`use.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {classes.map((each) => (
            <tr key={each.class}>
              <th scope="row" className="border-b border-line px-3 py-2 text-left font-normal">
                {text(`class.${each.class}`)}
              </th>
              <td className={cell}>
                <CountField
                  name={text("use.change", { name: text(`class.${each.class}`) })}
                  value={counts[each.class]}
                  most={Math.max(300, 2 * Math.max(each.planned ?? 0, each.accounts))}
                  onChange={(count) => onChange({ ...counts, [each.class]: count })}
                />
              </td>
              <td className={cell}>{each.accounts.toLocaleString("ja-JP")}</td>
              <td className={cell}>{each.active30.toLocaleString("ja-JP")}</td>
              <td className={cell}>{each.active90.toLocaleString("ja-JP")}</td>
              <td className={cell}>{(each.accounts - each.active90).toLocaleString("ja-JP")}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr className="font-bold">
            <th scope="row" className="px-3 py-2 text-left">
              {text("total")}
            </th>
            <td className={cell}>{sumOf(counts).toLocaleString("ja-JP")}</td>
            <td className={cell}>{sum((each) => each.accounts).toLocaleString("ja-JP")}</td>
            <td className={cell}>{sum((each) => each.active30).toLocaleString("ja-JP")}</td>
            <td className={cell}>{sum((each) => each.active90).toLocaleString("ja-JP")}</td>
            <td className={cell}>{sum((each) => each.accounts - each.active90).toLocaleString("ja-JP")}</td>
          </tr>
        </tfoot>
      </table>
    </section>
  );
}

/** A number by slider and by typing; on paper the number alone. */
function CountField({
  name,
  value,
  most,
  onChange,
}: {
  name: string;
  value: number;
  most: number;
  onChange: (count: number) => void;
}) {
  return (
    <span className="flex items-center justify-end gap-2">
      <input
        type="range"
        aria-label={name}
        min={0}
        max={most}
        value={Math.min(value, most)}
        onChange={(event) => onChange(event.target.valueAsNumber)}
        className="h-11 w-28 accent-[var(--accent)] print:hidden"
      />
      <input
        type="text"
        inputMode="numeric"
        aria-label={name}
        value={String(value)}
        onChange={(event) => {
          const digits = event.target.value.normalize("NFKC").replace(/\D/g, "").slice(0, 5);
          onChange(Number(digits || 0));
        }}
        className="min-h-11 w-20 rounded-lg border border-line-strong bg-ground px-2 text-right tabular-nums print:border-none"
      />
    </span>
  );
}

function countsOf({ classes }: Licences): Counts {
  return Object.fromEntries(
    classes.map((each) => [each.class, each.planned ?? each.accounts]),
  ) as unknown as Counts;
}

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Today as YYYY-MM-DD in Japan. */
function fiscalYearOf(today: string): number {
  const [year = 0, month = 0] = today.split("-").map(Number);
  return month >= 4 ? year : year - 1;
}

function yearsAround(licences: Licences): number[] {
  const present = fiscalYearOf(licences.today);
  const years = new Set([present - 1, present, present + 1, present + 2]);
  if (licences.plan) years.add(licences.plan.fiscalYear);
  return [...years].sort((a, b) => a - b);
}

function yearName(year: number): string {
  return currentLanguage() === "ja" && year >= 2019
    ? text("year.of", { year: String(year - 2018) })
    : String(year);
}
