/** The side of the hall whose trust a zone has: what an account may be used on is said of these two. */
export type Side = "lgwan" | "internet";

/** `closed`: as much trust as LGWAN. `outside`: as little as the Internet. */
export type ZoneKind = "closed" | "outside";

/** A zone beside LGWAN and Internet, such as a city's network of permitted clouds; described in the operator's file. */
export type FurtherZone = {
  /** In cookies, rules and records, so it does not change: small letters, digits and hyphens. */
  readonly id: string;
  readonly ja: string;
  readonly en: string;
  readonly kind: ZoneKind;
  readonly needsSecondFactor: boolean;
  /** Asks for an approved device from the first day, whatever the municipality's own rule asks for. */
  readonly needsApprovedDevice: boolean;
  /** Hosts that the server itself may call for this zone: `sso.example.jp`, `sso.example.jp:8443`, `*.example.jp`. */
  readonly destinations: readonly string[];
};

const sideOfKind = { closed: "lgwan", outside: "internet" } as const satisfies Record<ZoneKind, Side>;

/**
 * What an installation knows of its zones. LGWAN and Internet are always there; of a zone that nobody has described
 * nothing is permitted.
 */
export class Zones {
  readonly further: readonly FurtherZone[];

  constructor(further: readonly FurtherZone[] = []) {
    this.further = further;
  }

  find(zone: string): FurtherZone | undefined {
    return this.further.find(({ id }) => id === zone);
  }

  /** The side whose trust this zone has; undefined for the public side and for zones that are not there. */
  sideOf(zone: string): Side | undefined {
    if (zone === "lgwan" || zone === "internet") return zone;
    const found = this.find(zone);
    return found && sideOfKind[found.kind];
  }

  needsSecondFactor(zone: string): boolean {
    return zone !== "lgwan" && (this.find(zone)?.needsSecondFactor ?? true);
  }

  needsApprovedDevice(zone: string): boolean {
    return this.find(zone)?.needsApprovedDevice ?? false;
  }

  /** Whether an account may be used in this zone: it must be admitted to the side; guests belong to the Internet side alone. */
  admits(zone: string, account: { kind: string; zones: readonly string[] }): boolean {
    const side = this.sideOf(zone);
    if (side === undefined || !account.zones.includes(side)) return false;
    return side === zone || account.kind !== "guest";
  }

  /**
   * Whether the server may call this address for somebody in a zone: never for LGWAN, in a further zone what its list
   * names, by https. For the Internet side each caller has its own list (push services, identity providers).
   */
  mayCall(zone: string, url: URL): boolean {
    if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return false;
    if (zone === "internet") return true;
    return this.find(zone)?.destinations.some((pattern) => isNamed(pattern, url.host)) ?? false;
  }

  /**
   * Whether the server may ask a system that an administrator has set up (identity providers) for somebody in a zone: what was set up
   * says it for the two sides, and in a further zone its list does too.
   */
  mayAsk(zone: string, url: URL): boolean {
    return zone === "lgwan" || this.mayCall(zone, url);
  }

  /** Whether the server may call anything at all for somebody in this zone. */
  callsOut(zone: string): boolean {
    return zone === "internet" || (this.find(zone)?.destinations.length ?? 0) > 0;
  }
}

/** `*.example.jp` names everything below, not `example.jp` itself. */
function isNamed(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}
