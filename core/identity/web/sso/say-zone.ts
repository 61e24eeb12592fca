import { zoneWords } from "#shared/zone-words.ts";
import { currentLanguage } from "#web/kit/text/catalogue.ts";
import { text } from "./text/index.ts";

/** A zone as it is called on this page: the two sides, or one of the operator's file. */
export function sayZone(zone: string): string {
  if (zone === "lgwan" || zone === "internet") return text(`zone.${zone}`);
  return currentLanguage() === "en" ? zoneWords(zone).en : zoneWords(zone).ja;
}
