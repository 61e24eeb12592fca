import type { ReactNode } from "react";
import type { Zone } from "#core/identity/contract.ts";
import { isClosedZone, zoneWords } from "#shared/zone-words.ts";
import { currentLanguage } from "../text/catalogue.ts";
import { text } from "../text/index.ts";
import { classes } from "./classes.ts";
import { GlobeIcon, LockIcon } from "./icons.tsx";
import { tell } from "./toasts.tsx";

export function zoneName(zone: Zone): string {
  const isKnown = zone === "lgwan" || zone === "internet" || zone === "public";
  return isKnown ? text(`zone.${zone}`) : zoneWords(zone)[currentLanguage()];
}

/** What is not done there. */
function zoneRule(zone: Zone): string {
  if (zone === "public") return text("zone.public.rule");
  return text(isClosedZone(zone) ? "zone.lgwan.rule" : "zone.internet.rule");
}

/** Where one is: a word, a colour, a shape, and what is not done here. Always on the screen. */
export function ZoneBand({ zone, name, children }: { zone: Zone; name: ReactNode; children?: ReactNode }) {
  const isClosed = isClosedZone(zone);
  const rule = zoneRule(zone);
  return (
    <header
      className={classes(
        "flex min-h-9 shrink-0 items-center gap-3 py-0.5 px-3 text-sm text-on-zone md:px-4",
        "border-b border-transparent [[data-theme=contrast]_&]:border-line-strong",
        isClosed ? "bg-lgwan" : "bg-internet",
      )}
    >
      <span className="min-w-0 max-w-[40%] truncate font-bold max-md:text-xs">{name}</span>
      {/* On a phone there is no room for the rule: a press tells it. */}
      <button
        type="button"
        title={rule}
        onClick={() => tell(rule)}
        className="flex min-h-7 shrink-0 items-center gap-1.5 whitespace-nowrap rounded-full border border-current px-2.5 font-bold max-md:text-xs"
      >
        {isClosed ? <LockIcon size={16} /> : <GlobeIcon size={16} />}
        {zoneName(zone)}
      </button>
      <span className="min-w-0 flex-1 truncate text-xs max-md:hidden" title={rule}>
        {rule}
      </span>
      <span className="min-w-0 flex-1 md:hidden" />
      {children}
    </header>
  );
}
