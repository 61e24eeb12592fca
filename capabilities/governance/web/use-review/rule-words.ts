import type { UseReviewRuleName, UseReviewRules } from "../../contract.ts";
import { text } from "../text/index.ts";

/** What picks, as sentences: one for each rule, also for those that are off. */
export function ruleSentences(rules: UseReviewRules): Record<UseReviewRuleName, string> {
  const { massReading, massDownloads, oddHours, leavers, newDevices, refused } = rules;
  const off = text("use.rule.off");
  return {
    "mass-reading": massReading ? text("use.says.mass-reading", { count: massReading.readingsADay }) : off,
    "mass-downloads": massDownloads
      ? text("use.says.mass-downloads", { count: massDownloads.downloadsADay })
      : off,
    "odd-hours": oddHours ? text("use.says.odd-hours", oddHours) : off,
    leavers: leavers ? text("use.says.leavers", { days: leavers.days, count: leavers.readings }) : off,
    "new-devices": newDevices ? text("use.says.new-devices", { count: newDevices.devices }) : off,
    refused: refused ? text("use.says.refused", { count: refused.attempts }) : off,
  };
}

export const ruleNames = [
  "mass-reading",
  "mass-downloads",
  "odd-hours",
  "leavers",
  "new-devices",
  "refused",
] as const satisfies readonly UseReviewRuleName[];
