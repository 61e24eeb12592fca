import { BlockList, isIP } from "node:net";

/** A zone's id. LGWAN and Internet are always there; further ones are configuration. */
export type ZoneName = "lgwan" | "internet" | "public" | (string & {});

/**
 * A listener binds one address and belongs to one zone; nothing in a request can change that.
 */
export type ListenerSettings = {
  zone: ZoneName;
  host: string;
  port: number;
  /** Proxies whose forwarded headers are believed, as CIDR; nobody else's are. */
  trustedProxies: readonly string[];
  /** Addresses behind which a whole hall sits (NAT): limits by address do not apply, those by account do. */
  sharedAddresses: readonly string[];
  /** Cookies are marked Secure: when the listener, or the proxy before it, speaks TLS. */
  secureCookies: boolean;
  /** With these the listener speaks TLS itself; without, plain HTTP for a proxy or the machine itself. */
  tls?: TlsFiles | undefined;
};

/** Paths of PEM files: the certificate with its chain, and its private key. */
export type TlsFiles = { readonly certificate: string; readonly key: string };

/** Cookies ignore ports, so each zone has a name of its own. */
export function cookieNameOf(zone: ZoneName, secure: boolean): string {
  return secure ? `__Host-chonai_${zone}` : `chonai_${zone}`;
}

/** The cookie that outlives sessions and only says that this device has signed in before. */
export function deviceCookieOf(sessionCookie: string): string {
  return `${sessionCookie}_device`;
}

/** Builds a matcher of addresses and CIDR ranges; an entry that is neither throws with its text. */
export function addressMatcher(ranges: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", bits, ...more] = range.split("/");
    const version = isIP(address);
    // "10.0.0.0/" must not become /0, which is everybody.
    if (version === 0 || more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits)))
      throw new Error(`"${range}" is neither an address nor a range such as 10.0.0.0/8`);
    const family = version === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) list.addAddress(address, family);
    else list.addSubnet(address, Number(bits), family);
  }
  return (address) => {
    const plain = address.startsWith("::ffff:") ? address.slice(7) : address;
    const version = isIP(plain);
    return version !== 0 && list.check(plain, version === 6 ? "ipv6" : "ipv4");
  };
}
