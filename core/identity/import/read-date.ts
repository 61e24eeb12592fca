const eras: Readonly<Record<string, { yearBefore: number; firstDay: string }>> = {
  令和: { yearBefore: 2018, firstDay: "2019-05-01" },
  平成: { yearBefore: 1988, firstDay: "1989-01-08" },
  昭和: { yearBefore: 1925, firstDay: "1926-12-25" },
};
const eraLetters: Readonly<Record<string, string>> = { R: "令和", H: "平成", S: "昭和" };

const japanese = /^(令和|平成|昭和|[RHS])\.?(元|\d{1,2})[年./-](\d{1,2})[月./-](\d{1,2})日?$/i;
const western = /^(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?(?: ?0{1,2}:00(?::00)?)?$/;
const digitsOnly = /^(\d{4})(\d{2})(\d{2})$/;

/** What systems of the office write for "no end". */
const withoutEnd = /^(9999[-/.]?12[-/.]?31|99999999)$/;

/**
 * A day as offices write it: 令和8年4月1日, R8.4.1, 2026-04-01, 2026/4/1, 20260401. An era may run on past its end
 * (old contracts say 平成33年) but not begin early. `undefined` when it is not a day.
 */
export function readDate(text: string): string | undefined {
  const plain = text.normalize("NFKC").trim().replace(/\s+/g, " ");
  if (withoutEnd.test(plain)) return "9999-12-31";
  const compact = plain.replaceAll(" ", "");
  const inEra = japanese.exec(compact);
  if (inEra) {
    const [, name = "", year = "", month = "", day = ""] = inEra;
    const era = eras[eraLetters[name.toUpperCase()] ?? name];
    if (!era) return undefined;
    const date = realDate(era.yearBefore + (year === "元" ? 1 : Number(year)), Number(month), Number(day));
    return date !== undefined && date >= era.firstDay ? date : undefined;
  }
  const [, year, month, day] = western.exec(plain) ?? western.exec(compact) ?? digitsOnly.exec(compact) ?? [];
  return year === undefined ? undefined : realDate(Number(year), Number(month), Number(day));
}

/** True for the days that mean "for ever". */
export function isWithoutEnd(date: string): boolean {
  return date >= "9999-01-01";
}

function realDate(year: number, month: number, day: number): string | undefined {
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal =
    date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal && year >= 1868 ? date.toISOString().slice(0, 10) : undefined;
}
