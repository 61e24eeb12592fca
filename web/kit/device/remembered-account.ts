/**
 * Who was signed in last on this device, so that the application can be opened without a network. No token is in it: the
 * session's cookie is none of a page's business. It goes when one signs out, when the session ends, and with its time.
 */
import type { Me } from "#core/identity/contract.ts";

const key = "chonai.account";

export function rememberAccount(me: Me): void {
  try {
    localStorage.setItem(key, JSON.stringify(me));
  } catch {
    // A device that keeps nothing is opened with a network alone.
  }
}

export function forgetAccount(): void {
  try {
    localStorage.removeItem(key);
  } catch {
    // Nothing was kept.
  }
}

/** The account whose session, as far as this device can know, has not run out. */
export function rememberedAccount(now = Date.now()): Me | undefined {
  try {
    const me = JSON.parse(localStorage.getItem(key) ?? "null") as Me | null;
    return me && Date.parse(me.session.expiresAt) > now ? me : undefined;
  } catch {
    return undefined;
  }
}
