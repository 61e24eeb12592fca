/** The address for which browsers keep our passkeys: that of the page, as the browser itself will name it. */
export type RelyingParty = { domain: string; origins: string[] };

/**
 * From the host of the request. The browser puts the page's true origin under the signature, and keeps a passkey for one
 * domain alone: a page that only passes on what was meant for ours has another one, whatever it says here. Browsers know no
 * passkeys without https, except for the device itself, nor for bare addresses: undefined.
 *
 * @param hostNames those of the municipality; where it has any, only these
 */
export function relyingPartyOf(host: string, hostNames: readonly string[]): RelyingParty | undefined {
  const domain = host.replace(/:\d+$/, "").toLowerCase();
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)*$/.test(domain) || /^[\d.]+$/.test(domain)) return undefined;
  if (domain === "localhost") return { domain, origins: [`http://${host}`, `https://${host}`] };
  if (hostNames.length > 0 && !hostNames.includes(domain)) return undefined;
  return { domain, origins: [`https://${host}`] };
}
