import { isIP } from "node:net";
import { z } from "zod";
import { OperatorError } from "#core/kernel/index.ts";
import { addressMatcher, type ListenerSettings } from "./listener-settings.ts";
import type { FurtherZone } from "./zones.ts";

const ranges = z
  .array(z.string())
  .default([])
  .refine((given) => {
    try {
      addressMatcher(given);
      return true;
    } catch {
      return false;
    }
  }, "neither an address nor a range such as 10.0.0.0/8");

const host = z
  .string()
  .regex(
    /^(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+(:[1-9]\d{0,4})?$/,
    "a host such as sso.example.jp, sso.example.jp:8443 or *.example.jp",
  );

const name = z.string().trim().min(1).max(30);

const listener = z
  .strictObject({
    address: z.string().refine((address) => isIP(address) !== 0, "an IP address"),
    port: z.int().min(1).max(65_535),
    trustedProxies: ranges,
    sharedAddresses: ranges,
    secureCookies: z.boolean().default(false),
    certificate: z.string().min(1).optional(),
    key: z.string().min(1).optional(),
  })
  .refine(
    ({ certificate, key }) => (certificate === undefined) === (key === undefined),
    "TLS needs both certificate and key",
  );

/** What an unknown word in it would have meant nobody knows: it is refused. */
const ZoneFile = z.strictObject({
  zones: z
    .array(
      z.strictObject({
        id: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,30}$/, "small letters, digits and hyphens")
          .refine((id) => !["lgwan", "internet", "public"].includes(id), "this zone is there already"),
        ja: name,
        en: name,
        kind: z.enum(["closed", "outside"]),
        secondFactor: z.boolean().optional(),
        approvedDevice: z.boolean().default(false),
        listeners: z.array(listener).min(1).max(20),
        destinations: z.array(host).max(200).default([]),
      }),
    )
    .max(20)
    .refine((zones) => new Set(zones.map(({ id }) => id)).size === zones.length, "each id stands once")
    .refine((zones) => {
      const places = zones.flatMap(({ listeners }) => listeners.map((one) => `${one.address} ${one.port}`));
      return new Set(places).size === places.length;
    }, "each address and port stands once"),
});

/**
 * Reads the operator's file of further zones; what is wrong in it stops the start, with its place.
 *
 * @example readZoneFile('{"zones":[{"id":"cloud","ja":"庁内クラウド網","en":"Cloud network","kind":"outside","listeners":[{"address":"10.20.0.5","port":8443}]}]}')
 */
export function readZoneFile(json: string): { zones: FurtherZone[]; listeners: ListenerSettings[] } {
  const result = ZoneFile.safeParse(parse(json));
  if (!result.success) {
    const issue = result.error.issues[0];
    throw broken(`${issue?.path.join(".") || "zones"}: ${issue?.message ?? ""}`);
  }
  const { zones } = result.data;
  return {
    zones: zones.map(({ id, ja, en, kind, secondFactor, approvedDevice, destinations }) => ({
      id,
      ja,
      en,
      kind,
      needsSecondFactor: secondFactor ?? kind === "outside",
      needsApprovedDevice: approvedDevice,
      destinations,
    })),
    listeners: zones.flatMap(({ id, listeners }) =>
      listeners.map(({ address, certificate, key, secureCookies, ...rest }) => ({
        ...rest,
        zone: id,
        host: address,
        secureCookies: secureCookies || certificate !== undefined,
        tls: certificate && key ? { certificate, key } : undefined,
      })),
    ),
  };
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error));
  }
}

function broken(why: string): OperatorError {
  return new OperatorError({
    ja: `ゾーンの定義ファイルを読み取れません（${why}）。docs/operations/zones.md の書き方に合わせて直してください。`,
    en: `The file of zones cannot be read (${why}). Write it as docs/operations/zones.md says.`,
  });
}
