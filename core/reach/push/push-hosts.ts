import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** The push services of the browsers that we support: Edge (both), Chrome and Android, Firefox, Safari. */
const knownServices = [
  "fcm.googleapis.com",
  "*.notify.windows.com",
  "*.push.services.mozilla.com",
  "*.push.apple.com",
];

export type PushHosts = {
  /** The endpoint's URL when we may send there, else undefined. */
  accept(endpoint: string): URL | undefined;
  /** How its name is looked up: an address inside is never connected to, unless the operator named the host. */
  lookupFor(url: URL): LookupFunction | undefined;
};

/**
 * Where pushes may be sent. A browser names its endpoint, so a forged one could name anything that the server reaches:
 * only https, only known services or hosts that the operator has listed, and no address inside behind a known name.
 *
 * @param allowed hosts that the operator adds: `push.example.jp`, `push.example.jp:8443` or `*.example.jp`
 */
export function makePushHosts(allowed: readonly string[]): PushHosts {
  const isListed = (url: URL) => allowed.some((pattern) => matches(pattern, url.host));
  return {
    accept(endpoint) {
      if (!URL.canParse(endpoint)) return undefined;
      const url = new URL(endpoint);
      if (url.protocol !== "https:" || url.username !== "" || url.password !== "") return undefined;
      if (isListed(url)) return url;
      if (url.port !== "" || isIP(url.hostname.replace(/^\[|\]$/g, "")) !== 0) return undefined;
      return knownServices.some((pattern) => matches(pattern, url.host)) ? url : undefined;
    },
    lookupFor: (url) => (isListed(url) ? undefined : lookupOutside),
  };
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}

/** Looks a name up and takes only addresses of the Internet. */
const lookupOutside: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 4);
    const outside = addresses.filter(({ address }) => !isInside(address));
    const [first] = outside;
    if (!first) return callback(new Error(`${hostname} lies inside`), "", 4);
    if (options.all) callback(null, outside);
    else callback(null, first.address, first.family);
  });
};

const inside = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const)
  inside.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fc00::", 7],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  inside.addSubnet(address, bits, "ipv6");

/** Loopback, private, link-local, shared and multicast addresses, and IPv4 inside IPv6. */
export function isInside(address: string): boolean {
  const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
  return inside.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}
