import { Agent, request } from "node:https";
import type { Zones } from "#core/zones/index.ts";
import type { PushHosts } from "./push-hosts.ts";
import type { Vapid } from "./vapid.ts";

/** What a push service said. `status` is 0 when there was no answer. */
export type PushAnswer = { status: number; retryAfterSeconds: number | undefined; reason: string };

/** `zone` is that of the session whose device is woken. */
export type SendPush = (endpoint: string, push: { isUrgent: boolean; zone: string }) => Promise<PushAnswer>;

/** How long a push service keeps a push for a device that is off: what is older than a night is read at the desk. */
export const timeToLive = 12 * 3600;
/** A push replaces the one before that a device has not fetched: what there is to show is asked of us anyway. */
const topic = "chonai";
const patience = 10_000;

/**
 * Makes the function that wakes a device (RFC 8030): a POST without a body, so nothing of ours lies at the push service.
 *
 * @param given.proxy the hall's proxy to the Internet, `http://proxy:8080`; straight when undefined
 * @param given.ca a certificate authority beside the built-in ones, PEM
 */
export function makeSendPush(given: {
  vapid: Vapid;
  hosts: PushHosts;
  zones: Zones;
  proxy?: string | undefined;
  ca?: string | undefined;
}): SendPush {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 8,
    ...(given.ca && { ca: given.ca }),
    ...(given.proxy && { proxyEnv: { HTTPS_PROXY: given.proxy } }),
  });
  return (endpoint, { isUrgent, zone }) => {
    const url = given.hosts.accept(endpoint);
    if (!url || !given.zones.mayCall(zone, url))
      return Promise.resolve({ status: 410, retryAfterSeconds: undefined, reason: "host not allowed" });
    return new Promise((resolve) => {
      const fail = (reason: string) => resolve({ status: 0, retryAfterSeconds: undefined, reason });
      const sending = request(
        url,
        {
          method: "POST",
          agent,
          // Through a proxy the name is looked up there.
          ...(!given.proxy && { lookup: given.hosts.lookupFor(url) }),
          headers: {
            "Content-Length": "0",
            TTL: String(timeToLive),
            Urgency: isUrgent ? "high" : "normal",
            Topic: topic,
            Authorization: given.vapid.authorize(url.origin),
          },
          signal: AbortSignal.timeout(patience),
        },
        (answer) => {
          answer.resume();
          answer.on("error", () => {});
          const wait = Number(answer.headers["retry-after"]);
          resolve({
            status: answer.statusCode ?? 0,
            retryAfterSeconds: Number.isFinite(wait) && wait > 0 ? wait : undefined,
            reason: answer.statusMessage ?? "",
          });
        },
      );
      sending.on("error", (error) => fail(error.message));
      sending.end();
    });
  };
}
