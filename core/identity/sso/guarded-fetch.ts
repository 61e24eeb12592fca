import { lookup } from "node:dns";
import { Agent, type RequestOptions, request } from "node:https";
import { BlockList, isIP, type LookupFunction } from "node:net";

/** Where the program may ask other systems, as its operator said at the start. */
export type OutgoingSettings = {
  /** Hosts that may be asked although they lie on this machine: `localhost:8443`. */
  hosts: readonly string[];
  /** The hall's proxy to the Internet, `http://proxy:8080`; straight when undefined. */
  proxy: string | undefined;
  /** Hosts that are asked without the proxy: `idp.city.local`, `*.city.local`. */
  withoutProxy: readonly string[];
};

/** Why an address was not asked, or gave nothing that can be used. Never told to anybody but administrators. */
export class NotFetched extends Error {
  readonly because: "not-permitted" | "not-reached" | "certificate";

  constructor(because: NotFetched["because"], cause?: unknown) {
    super(because, { cause });
    this.because = because;
  }
}

const patience = 10_000;
const longestAnswer = 1024 * 1024;

export type GuardedFetch = (
  url: string,
  init?: {
    method?: string;
    headers?: HeadersInit;
    // What openid-client sends: forms and JSON as text.
    body?: unknown;
    signal?: AbortSignal;
  },
) => Promise<Response>;

/**
 * The one way in which identity asks addresses that an administrator typed: https alone, no redirects, a mebibyte and ten seconds at the
 * most, and never an address of this machine or its link (metadata services), whatever name stands before it. Addresses inside the
 * hall's network are asked: on LGWAN that is where the provider is.
 *
 * @param mayAsk whether the zone for which is asked permits it
 * @param ca certificates in PEM that alone are believed; those of the machine when null
 */
export function makeGuardedFetch(
  settings: OutgoingSettings,
  ca: string | null,
  mayAsk: (url: URL) => boolean,
): GuardedFetch {
  const agentOf = (proxy: string | undefined) =>
    new Agent({ ...(ca && { ca }), ...(proxy && { proxyEnv: { HTTPS_PROXY: proxy } }) });
  const straight = agentOf(undefined);
  const proxied = settings.proxy ? agentOf(settings.proxy) : undefined;
  return (address, init = {}) => {
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== "https:" || url.username !== "" || url.password !== "" || !mayAsk(url))
      return Promise.reject(new NotFetched("not-permitted"));
    const isListed = settings.hosts.includes(url.host);
    const bare = url.hostname.replace(/^\[|\]$/g, "");
    if (!isListed && isIP(bare) !== 0 && isOwn(bare)) return Promise.reject(new NotFetched("not-permitted"));
    const goesStraight =
      !proxied || isListed || settings.withoutProxy.some((pattern) => matches(pattern, url.hostname));
    const options: RequestOptions = {
      method: init.method ?? "GET",
      agent: goesStraight ? straight : proxied,
      headers: Object.fromEntries(new Headers(init.headers)),
      signal: AbortSignal.timeout(patience),
      // Through a proxy the name is looked up there.
      ...(goesStraight && !isListed && { lookup: lookupElsewhere }),
    };
    return ask(url, options, init.body === undefined || init.body === null ? undefined : String(init.body));
  };
}

function ask(url: URL, options: RequestOptions, body: string | undefined): Promise<Response> {
  return new Promise((resolve, reject) => {
    const asking = request(url, options, (answer) => {
      const status = answer.statusCode ?? 0;
      const parts: Buffer[] = [];
      let length = 0;
      answer.on("data", (part: Buffer) => {
        length += part.length;
        if (length > longestAnswer) answer.destroy(new NotFetched("not-reached"));
        else parts.push(part);
      });
      answer.on("error", (cause) => reject(asNotFetched(cause)));
      answer.on("end", () => {
        const isEmpty = status === 204 || status === 304;
        const type = answer.headers["content-type"];
        // A redirect is no answer of the provider: wherever it leads was not asked for.
        if (status < 200 || (status >= 300 && status < 400)) return reject(new NotFetched("not-reached"));
        resolve(
          new Response(isEmpty ? null : Buffer.concat(parts), {
            status,
            headers: type ? { "content-type": type } : {},
          }),
        );
      });
    });
    asking.on("error", (cause) => reject(asNotFetched(cause)));
    asking.end(body);
  });
}

function asNotFetched(cause: unknown): NotFetched {
  if (cause instanceof NotFetched) return cause;
  const code = String((cause as NodeJS.ErrnoException).code ?? "");
  return new NotFetched(/CERT|SELF_SIGNED|VERIFY|ALTNAME/.test(code) ? "certificate" : "not-reached", cause);
}

/** Looks a name up and takes no address of this machine or its link. */
const lookupElsewhere: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, "", 4);
    const elsewhere = addresses.filter(({ address }) => !isOwn(address));
    const [first] = elsewhere;
    if (!first) return callback(new NotFetched("not-permitted"), "", 4);
    if (options.all) callback(null, elsewhere);
    else callback(null, first.address, first.family);
  });
};

const own = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["192.0.0.0", 24],
  ["224.0.0.0", 3],
] as const)
  own.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::", 127],
  ["64:ff9b::", 96],
  ["fe80::", 10],
  ["ff00::", 8],
] as const)
  own.addSubnet(address, bits, "ipv6");

/** This machine, its link, multicast, and IPv4 behind a translation to IPv6. */
export function isOwn(address: string): boolean {
  const mapped = /^::ffff:(.+)$/i.exec(address)?.[1];
  if (mapped !== undefined && isIP(mapped) !== 4) return true;
  const plain = mapped ?? address;
  return own.check(plain, isIP(plain) === 6 ? "ipv6" : "ipv4");
}

function matches(pattern: string, host: string): boolean {
  return pattern.startsWith("*.") ? host.endsWith(pattern.slice(1)) : host === pattern;
}
