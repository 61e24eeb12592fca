import type { PersonSummary } from "#core/identity/contract.ts";
import { classes } from "./classes.ts";
import { PeopleIcon } from "./icons.tsx";

type Pictured = Pick<PersonSummary, "id" | "kind" | "name">;

const sizes = {
  28: "size-7 text-[0.625rem]",
  36: "size-9 text-xs",
  40: "size-10 text-[0.8125rem]",
  64: "size-16 text-xl",
};

/** The family name (up to two characters) on a colour of the person's own. Sections are square, guests have a broken rim. */
export function Avatar({ person, size = 40 }: { person: Pictured; size?: keyof typeof sizes }) {
  const colour = (hash(person.id) % 7) + 1;
  return (
    <span
      aria-hidden="true"
      data-avatar
      className={classes(
        "inline-flex shrink-0 select-none items-center justify-center overflow-hidden font-bold leading-none",
        sizes[size],
        person.kind === "section" ? "rounded-lg" : "rounded-full",
        person.kind === "guest" && "border-2 border-dashed border-line-strong",
      )}
      style={{ background: `var(--avatar-${colour})`, color: `var(--avatar-${colour}-ink)` }}
    >
      {initialsOf(person.name)}
    </span>
  );
}

export function GroupAvatar({ size = 40 }: { size?: keyof typeof sizes }) {
  return (
    <span
      aria-hidden="true"
      data-avatar
      className={classes("inline-flex shrink-0 items-center justify-center rounded-lg", sizes[size])}
      style={{ background: "var(--avatar-8)", color: "var(--avatar-8-ink)" }}
    >
      <PeopleIcon size={size === 28 ? 16 : 20} />
    </span>
  );
}

const graphemes = new Intl.Segmenter("ja", { granularity: "grapheme" });

/** 佐藤 花子 → 佐藤; 国民健康保険課 → 国民. IVS stay with their character. */
export function initialsOf(name: string): string {
  const family = name.trim().split(/[\s\u3000]+/)[0] ?? "";
  const first: string[] = [];
  for (const { segment } of graphemes.segment(family)) {
    first.push(segment);
    if (first.length === 2) break;
  }
  return first.join("");
}

function hash(id: string): number {
  let value = 0;
  for (let i = 0; i < id.length; i++) value = (value * 31 + id.charCodeAt(i)) >>> 0;
  return value;
}
