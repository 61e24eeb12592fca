import type { ImportedStatus } from "#core/reach/index.ts";
import { japanDayNumber, toJapanTime } from "#shared/time.ts";
import { Calendar } from "./conversations/calendar.ts";
import type { DemoPerson } from "./people.ts";
import { SeededRandom } from "./random.ts";

type DemoStatus = Omit<ImportedStatus, "personId"> & { person: DemoPerson };

/** Status, words and until when (minutes of the day, in Japan), as people write them. */
const said: readonly (readonly [status: ImportedStatus["status"], words: string | null, until: number])[] = [
  ["meeting", "庁議", 18 * 60],
  ["meeting", "課内会議", 17 * 60 + 30],
  ["meeting", "16時まで打合せ", 18 * 60],
  ["telework", "本日は在宅です。通話できます", 24 * 60],
  ["telework", null, 24 * 60],
  ["telework", "午後から在宅", 24 * 60],
  ["outside", "現地確認。携帯へどうぞ", 20 * 60],
  ["outside", "県庁（直帰）", 24 * 60],
  ["outside", "研修", 20 * 60],
  ["leave", "夏季休暇", 24 * 60],
  ["leave", "午後休", 24 * 60],
  ["available", "電話の当番です", 19 * 60],
];

/** Where some of the staff are today. What is over by now is not said any more; those at home and on leave stay so. */
export function demoStatuses(people: readonly DemoPerson[], now: Date): DemoStatus[] {
  const calendar = new Calendar(now);
  const random = new SeededRandom(8_505);
  const today = japanDayNumber(now);
  const staff = people.filter(({ kind, loginId }) => kind === "職員" && loginId !== "");
  return staff
    .filter(({ post }) => post !== "市長")
    .filter(() => random.next() < 0.28)
    .flatMap((person) => {
      const [status, words, minutes] = random.pick(said);
      const until = new Date(calendar.timeOf(today, minutes));
      if (until.getTime() <= now.getTime()) return [];
      const fitting = words === "夏季休暇" ? holidayWords(now) : words;
      return [{ person, status, words: fitting, until, changedAt: new Date(now.getTime() - 3_600_000) }];
    });
}

function holidayWords(now: Date): string {
  const { month } = toJapanTime(now);
  return month >= 7 && month <= 9 ? "夏季休暇" : "年次休暇";
}
