import type { ReactNode } from "react";
import { classes } from "./classes.ts";

/** A count. Over 99 it says so; what it counts is told by `label`. */
export function Badge({
  count,
  label,
  tone = "accent",
}: {
  count: number;
  label: string;
  tone?: "accent" | "danger";
}) {
  if (count <= 0) return null;
  return (
    <span
      data-badge
      className={classes(
        "inline-flex min-w-5 shrink-0 items-center justify-center rounded-full px-1.5 text-xs font-bold leading-5 tabular-nums",
        tone === "accent" ? "bg-accent text-on-accent" : "bg-danger text-on-danger",
      )}
    >
      <span aria-hidden="true">{count > 99 ? "99+" : count}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

const tones = {
  plain: "border-line bg-sunken text-ink-2",
  accent: "border-accent-line bg-accent-soft text-accent",
  warn: "border-warn-line bg-warn-soft text-warn",
  ok: "border-ok-line bg-ok-soft text-ok",
};

/** A word that classifies: ゲスト, 管理者. */
export function Tag({ children, tone = "plain" }: { children: ReactNode; tone?: keyof typeof tones }) {
  return (
    <span
      className={classes(
        "mx-1 inline-block whitespace-nowrap rounded-sm border px-1.5 align-middle text-xs font-normal leading-[1.125rem]",
        tones[tone],
      )}
    >
      {children}
    </span>
  );
}
