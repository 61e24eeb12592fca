import { useEffect, useRef, useState } from "react";
import { addDays, dateInJapan, formatEraYear } from "#shared/time.ts";
import { serverNow } from "../state/clock.ts";
import { currentLanguage } from "../text/catalogue.ts";
import { text } from "../text/index.ts";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import { BackIcon } from "./icons.tsx";

/** A day of the calendar, e.g. 2026-11-21. */
export type Day = string;

export function today(): Day {
  return dateInJapan(serverNow());
}

/**
 * A month to choose a day from, as a grid in the sense of ARIA: the arrows walk by days and weeks, PageUp and PageDown by
 * months, Home and End within the week, Enter chooses. Days after `last` cannot be chosen.
 */
export function Calendar({
  label,
  last,
  onChoose,
}: {
  label: string;
  last: Day;
  onChoose: (day: Day) => void;
}) {
  const [focused, setFocused] = useState(last);
  const grid = useRef<HTMLTableElement>(null);
  const wantsFocus = useRef(true);
  const month = focused.slice(0, 7);

  // biome-ignore lint/correctness/useExhaustiveDependencies: when another day has the focus
  useEffect(() => {
    if (wantsFocus.current) grid.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus();
    wantsFocus.current = false;
  }, [focused]);

  const go = (day: Day) => {
    wantsFocus.current = true;
    setFocused(day > last ? last : day);
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    const weekday = new Date(focused).getUTCDay();
    const to: Readonly<Record<string, Day>> = {
      ArrowLeft: addDays(focused, -1),
      ArrowRight: addDays(focused, 1),
      ArrowUp: addDays(focused, -7),
      ArrowDown: addDays(focused, 7),
      Home: addDays(focused, -weekday),
      End: addDays(focused, 6 - weekday),
      PageUp: addMonths(focused, event.shiftKey ? -12 : -1),
      PageDown: addMonths(focused, event.shiftKey ? 12 : 1),
    };
    const day = to[event.key];
    if (day === undefined) return;
    event.preventDefault();
    go(day);
  };

  return (
    <div className="w-full max-w-96">
      <div className="mb-2 flex items-center gap-1">
        <IconButton
          label={text("calendar.previous")}
          icon={<BackIcon />}
          onPress={() => setFocused(addMonths(focused, -1))}
        />
        <p aria-live="polite" className="flex-1 text-center text-base font-bold">
          {monthTitle(month)}
        </p>
        <IconButton
          label={text("calendar.next")}
          icon={
            <span className="rotate-180">
              <BackIcon />
            </span>
          }
          isDisabled={month >= last.slice(0, 7)}
          onPress={() => setFocused(addMonths(focused, 1) > last ? last : addMonths(focused, 1))}
        />
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveElementToInteractiveRole: a calendar is a grid in the ARIA patterns */}
      <table ref={grid} role="grid" aria-label={label} onKeyDown={onKeyDown} className="w-full table-fixed">
        <thead>
          <tr>
            {weekdays().map((name, index) => (
              <th
                key={name}
                scope="col"
                className={classes("py-1 text-center text-sm font-normal", dayColour(index))}
              >
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {weeksOf(month).map((week) => (
            <tr key={week[0]}>
              {week.map((day, index) => (
                <td key={day} className="p-0.5 text-center">
                  {day.startsWith(month) && (
                    <button
                      type="button"
                      disabled={day > last}
                      tabIndex={day === focused ? 0 : -1}
                      onClick={() => onChoose(day)}
                      onFocus={() => setFocused(day)}
                      aria-label={dayLabel(day)}
                      aria-current={day === last ? "date" : undefined}
                      className={classes(
                        "inline-flex size-11 items-center justify-center rounded-lg text-base tabular-nums hover:bg-hover disabled:text-ink-3 disabled:opacity-50",
                        day === last && "border border-accent font-bold",
                        dayColour(index),
                      )}
                    >
                      {Number(day.slice(8))}
                    </button>
                  )}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function dayColour(weekday: number): string {
  return weekday === 0 ? "text-danger" : weekday === 6 ? "text-link" : "text-ink";
}

function weekdays(): readonly string[] {
  return currentLanguage() === "en"
    ? ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    : ["日", "月", "火", "水", "木", "金", "土"];
}

/** 令和8年（2026年）11月 */
function monthTitle(month: string): string {
  const [year, number] = month.split("-").map(Number) as [number, number];
  if (currentLanguage() === "en")
    return new Date(`${month}-01`).toLocaleDateString("en-GB", {
      month: "long",
      year: "numeric",
      timeZone: "UTC",
    });
  return `${formatEraYear({ year, month: number, day: 1 })}（${year}年）${number}月`;
}

function dayLabel(day: Day): string {
  const [, month, number] = day.split("-").map(Number) as [number, number, number];
  const weekday = weekdays()[new Date(day).getUTCDay()]!;
  return currentLanguage() === "en" ? `${day} ${weekday}` : `${month}月${number}日（${weekday}）`;
}

/** The weeks, Sunday first, that a month touches. */
function weeksOf(month: string): Day[][] {
  const first = `${month}-01`;
  const start = addDays(first, -new Date(first).getUTCDay());
  const weeks: Day[][] = [];
  for (let day = start; day < addMonths(first, 1); day = addDays(day, 7))
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(day, index)));
  return weeks;
}

/** The same day of another month, or its last one where it is shorter. */
export function addMonths(day: Day, months: number): Day {
  const [year, month, number] = day.split("-").map(Number) as [number, number, number];
  const lastOfMonth = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return dayOf(Date.UTC(year, month - 1 + months, Math.min(number, lastOfMonth)));
}

function dayOf(milliseconds: number): Day {
  return new Date(milliseconds).toISOString().slice(0, 10);
}
