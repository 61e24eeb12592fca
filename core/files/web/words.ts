import { classLabel } from "#web/kit/components/class-mark.tsx";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import type { FileSummary, Verdict } from "../contract.ts";
import { text } from "./text/index.ts";

/** 1.2 MB, as people say it. */
export function sizeWords(bytes: number): string {
  if (bytes < 1024) return text("size.b", { size: bytes });
  const units = ["size.kb", "size.mb", "size.gb"] as const;
  let size = bytes / 1024;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return text(units[unit]!, { size: size < 10 ? size.toFixed(1) : Math.round(size) });
}

export function classWords(classification: FileSummary["classification"]): string {
  if (classification === "unknown") return text("class.unknown");
  return classLabel(classification);
}

export function stateWords({ state, origin }: FileSummary): string {
  if (state === "released" && origin !== "lgwan") return text("state.released.clean");
  return text(`state.${state}`);
}

/** Why something is not allowed, and whom to ask. */
export function whyNot({ rule, ask }: Verdict): string {
  const isEnglish = currentLanguage() === "en";
  const whom = ask ? text("card.why", { whom: isEnglish ? ask.en : ask.ja }) : "";
  return [isEnglish ? rule.en : rule.ja, whom].filter(Boolean).join("　");
}

/** 4時間, 3日間. */
export function hoursWords(hours: number): string {
  return hours >= 24 && hours % 24 === 0
    ? text("carryOut.days.value", { days: hours / 24 })
    : text("carryOut.hours.value", { hours });
}
