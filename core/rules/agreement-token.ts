import type { Keyring } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";

/**
 * What a refused sign-in hands over so that the rules can be read at leisure: a token that can agree to this one text for this
 * one account, and nothing else. Whoever holds it has shown password and second factor a moment ago.
 */
export type AgreementClaim = {
  textId: string;
  accountId: string;
  agreedBy: string;
  zone: string;
  until: number;
};

/** Long enough to read twenty pages. */
const minutes = 60;
const purpose = "rules-agreement";

export function makeAgreementToken(
  keyring: Keyring,
  tenantId: string,
  claim: Omit<AgreementClaim, "until">,
  now: Date,
): string {
  const payload: AgreementClaim = { ...claim, until: now.getTime() + minutes * 60_000 };
  const sealed = keyring.seal(purpose, tenantId, Buffer.from(JSON.stringify(payload)));
  return `${tenantId}.${sealed.toString("base64url")}`;
}

/** The claim of a token; undefined for anything that we did not make, or whose time is over. */
export function readAgreementToken(
  keyring: Keyring,
  token: string,
  now: Date,
): (AgreementClaim & { tenantId: string }) | undefined {
  const [tenantId = "", sealed = ""] = token.split(".");
  const bytes = Buffer.from(sealed, "base64url");
  if (!isId(tenantId) || bytes.length < 29) return undefined;
  try {
    // Authenticated encryption of ours: what opens is what was sealed.
    const claim = JSON.parse(keyring.open(purpose, tenantId, bytes).toString("utf8")) as AgreementClaim;
    return now.getTime() < claim.until ? { ...claim, tenantId } : undefined;
  } catch {
    return undefined;
  }
}
