import type { ReactNode } from "react";
import type { Zone } from "#core/identity/contract.ts";
import { text } from "../text/index.ts";
import { classes } from "./classes.ts";
import { GlobeIcon, LockIcon } from "./icons.tsx";
import { tell } from "./toasts.tsx";

export function zoneName(zone: Zone): string {
  return text(`zone.${zone}`);
}

/** Where one is: a word, a colour, a shape, and what is not done here. Always on the screen. */
export function ZoneBand({ zone, name, children }: { zone: Zone; name: ReactNode; children?: ReactNode }) {
  return (
    <header
      className={classes(
        "flex min-h-9 shrink-0 items-center gap-3 py-0.5 px-3 text-sm text-on-zone md:px-4",
        "border-b border-transparent [[data-theme=contrast]_&]:border-line-strong",
        zone === "lgwan" ? "bg-lgwan" : "bg-internet",
      )}
    >
      <span className="min-w-0 max-w-[40%] truncate font-bold max-md:text-xs">{name}</span>
      {/* On a phone there is no room for the rule: a press tells it. */}
      <button
        type="button"
        title={text(`zone.${zone}.rule`)}
        onClick={() => tell(text(`zone.${zone}.rule`))}
        className="flex min-h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border border-current px-2.5 font-bold max-md:text-xs"
      >
        {zone === "lgwan" ? <LockIcon size={16} /> : <GlobeIcon size={16} />}
        {zoneName(zone)}
      </button>
      <span className="min-w-0 flex-1 truncate text-xs max-md:hidden" title={text(`zone.${zone}.rule`)}>
        {text(`zone.${zone}.rule`)}
      </span>
      <span className="min-w-0 flex-1 md:hidden" />
      {children}
    </header>
  );
}
