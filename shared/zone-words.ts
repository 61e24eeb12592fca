/** How network zones are called on screens, in refusals and in records. */
export type Words = { readonly ja: string; readonly en: string };

const knownZones: Readonly<Record<string, Words>> = {
  lgwan: { ja: "LGWAN 側", en: "the LGWAN side" },
  internet: { ja: "インターネット側", en: "the Internet side" },
  public: { ja: "公開側", en: "the public side" },
  cloud: { ja: "許可したクラウド側", en: "the side of permitted clouds" },
};

const furtherZones = new Map<string, Words & { kind: "closed" | "outside" }>();

/** Tells the names of the zones that this installation has beside the known ones: the server at its start, a page when it opens. */
export function nameZones(zones: readonly (Words & { id: string; kind: "closed" | "outside" })[]): void {
  for (const { id, ja, en, kind } of zones) furtherZones.set(id, { ja, en, kind });
}

/** The ids of those zones. */
export function furtherZoneIds(): string[] {
  return [...furtherZones.keys()];
}

/** A zone's words; one that nobody has named is called by its id. */
export function zoneWords(zone: string): Words {
  return furtherZones.get(zone) ?? knownZones[zone] ?? { ja: zone, en: zone };
}

/** Whether a zone is to look like a closed one. What nobody knows looks like outside. */
export function isClosedZone(zone: string): boolean {
  return zone === "lgwan" || furtherZones.get(zone)?.kind === "closed";
}
