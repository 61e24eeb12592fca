import type { Rule } from "#core/policy/index.ts";

/** Being reached is one's own affair: the rules say under which words it is recorded. */
export const reachRules = {
  ownDevice: { id: "reach.own-device", ja: "本人の端末への通知", en: "one's own device" },
  ownSettings: { id: "reach.own-settings", ja: "本人の通知の設定", en: "one's own settings" },
  ownStatus: { id: "reach.own-status", ja: "本人の在席状況", en: "one's own status" },
} as const satisfies Record<string, Rule>;
