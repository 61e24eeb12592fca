import { japanDayNumber } from "#shared/time.ts";
import { isWorkingDay, minutesOfDay } from "./holidays.ts";

/** When something was said: working days before today, or days after the day on which the storm came; a time in Japan. */
export type Moment = { unit: "working" | "storm"; days: number; minutes: number };

/** The storm came at least this many working days ago, so that what followed it has its place. */
const stormBack = 7;

/** By this time of the morning what makes a day worth opening has been said; until then the day before is the newest. */
const newsBy = 10 * 60 + 45;

/** Days of an office in Japan, counted back from now. A day is its number since 1970. */
export class Calendar {
  readonly now: number;
  readonly #today: number;
  readonly #storm: number;
  /** Working days, the last one first. */
  readonly #working: number[] = [];

  constructor(now: Date) {
    this.now = now.getTime();
    this.#today = japanDayNumber(this.now);
    // In the evening of a working day, and the day after it is one too: schools and sections speak of it.
    let day = this.workingDay(stormBack);
    while (!isWorkingDay(day) || !isWorkingDay(day + 1)) day -= 1;
    this.#storm = day;
  }

  /** Milliseconds since 1970; the seconds differ from line to line. */
  at({ unit, days, minutes }: Moment, index: number): number {
    const day = unit === "storm" ? this.#storm + days : this.workingDay(days);
    return this.timeOf(day, minutes) + ((index * 37) % 60) * 1000;
  }

  /** Milliseconds since 1970 of a time in Japan. */
  timeOf(day: number, minutes: number): number {
    return day * minutesOfDay * 60_000 - 9 * 3_600_000 + minutes * 60_000;
  }

  /** The day `back` working days ago; 0 is today when it is one and has begun to be told, else the last one before. */
  workingDay(back: number): number {
    const isTold = this.now >= this.timeOf(this.#today, newsBy);
    let day = this.#working.at(-1) ?? (isTold ? this.#today + 1 : this.#today);
    while (this.#working.length <= back) {
      day -= 1;
      if (isWorkingDay(day)) this.#working.push(day);
    }
    return this.#working[back]!;
  }

  /** The day of a moment, and the working days behind it, in milliseconds: a deadline. */
  workingDayAfter(at: number, after: number, minutes: number): number {
    let day = japanDayNumber(at);
    for (let left = after; left > 0; left -= isWorkingDay(day) ? 1 : 0) day += 1;
    return this.timeOf(day, minutes);
  }

  /** Up to when somebody has read who was out on the newest day. */
  get lastSeen(): number {
    return this.timeOf(this.workingDay(0), 8 * 60 + 10);
  }

  /** Months and years that are named in the texts, so that they fit whenever the demo is started. */
  fill(text: string): string {
    if (!text.includes("{")) return text;
    const date = new Date(this.#today * 86_400_000);
    const month = date.getUTCMonth();
    const fiscalYear = date.getUTCFullYear() - (month < 3 ? 1 : 0) - 2018;
    return text
      .replaceAll("{来月}", String(((month + 1) % 12) + 1))
      .replaceAll("{再来月}", String(((month + 2) % 12) + 1))
      .replaceAll("{定例月}", String(Math.floor(month / 3) * 3 + 3))
      .replaceAll("{本年度}", `令和${fiscalYear}年度`)
      .replaceAll("{来年度}", `令和${fiscalYear + 1}年度`)
      .replaceAll("{来年}", `令和${fiscalYear + 1}年`)
      .replace(/\{\+(\d+)日\}/g, (_, days: string) => this.dayText(0, Number(days)));
  }

  /** 12月3日（木): some working day before or after the day `back` working days ago. */
  dayText(back: number, offset: number): string {
    let day = this.workingDay(back);
    for (let left = Math.abs(offset); left > 0; left -= isWorkingDay(day) ? 1 : 0) day += Math.sign(offset);
    const date = new Date(day * 86_400_000);
    return `${date.getUTCMonth() + 1}月${date.getUTCDate()}日（${"日月火水木金土"[date.getUTCDay()]}）`;
  }

  /** Whether nothing but the night itself may be said at this moment: a test holds it. */
  isStormNight(at: number): boolean {
    return at >= this.timeOf(this.#storm, 16 * 60) && at < this.timeOf(this.#storm + 1, 10 * 60);
  }
}
