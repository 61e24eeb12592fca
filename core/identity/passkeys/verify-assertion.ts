import { verifyAuthenticationResponse } from "@simplewebauthn/server";
import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import { type ChallengePurpose, isChallenge, newChallenge, spendChallenge } from "./challenges.ts";
import type { PasskeyAssertion, PasskeyRequest } from "./passkey-contract.ts";
import type { PasskeyRow } from "./passkeys-of.ts";
import type { RelyingParty } from "./relying-party.ts";

const timeout = 120_000;

/** What a browser needs to ask for a passkey. Without a list the device itself offers those that it has. */
export function askForPasskey(
  keyring: Keyring,
  tenantId: string,
  purpose: ChallengePurpose,
  party: RelyingParty,
  passkeys: readonly PasskeyRow[],
  now: Date,
): PasskeyRequest {
  return {
    challenge: Buffer.from(newChallenge(keyring, tenantId, purpose, now)).toString("base64url"),
    rpId: party.domain,
    timeout,
    userVerification: purpose.kind === "sign-in" ? "required" : "preferred",
    allowCredentials: passkeys
      .filter((passkey) => passkey.domain === party.domain)
      .map(({ credential_id, transports }) => ({
        id: credential_id.toString("base64url"),
        type: "public-key",
        transports,
      })),
  };
}

/** A signature that is right; to be used up in the transaction that relies on it. */
export type ShownPasskey = { passkeyId: string; challenge: string; counter: number; isBackedUp: boolean };

/**
 * Checks an answer: our challenge for this purpose, this page's address, this passkey's signature, a counter that went on,
 * and for signing in by it alone that the device has checked who holds it. Undefined for anything else.
 */
export async function verifyAssertion(
  keyring: Keyring,
  tenantId: string,
  purpose: ChallengePurpose,
  party: RelyingParty,
  passkey: PasskeyRow,
  assertion: PasskeyAssertion,
  now: Date,
): Promise<ShownPasskey | undefined> {
  if (passkey.domain !== party.domain) return undefined;
  let shown: string | undefined;
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      // The schema has checked what the library reads; its own type names the transports and extensions one by one.
      response: assertion as unknown as Parameters<typeof verifyAuthenticationResponse>[0]["response"],
      expectedChallenge: (challenge) => {
        shown = challenge;
        return isChallenge(keyring, tenantId, purpose, challenge, now);
      },
      expectedOrigin: party.origins,
      expectedRPID: party.domain,
      requireUserVerification: purpose.kind === "sign-in",
      credential: {
        id: passkey.credential_id.toString("base64url"),
        publicKey: Uint8Array.from(passkey.public_key),
        counter: Number(passkey.counter),
      },
    });
    if (!verified || shown === undefined) return undefined;
    const { newCounter, credentialBackedUp } = authenticationInfo;
    return { passkeyId: passkey.id, challenge: shown, counter: newCounter, isBackedUp: credentialBackedUp };
  } catch {
    // The library throws for each thing that is not as it must be; all of them are a passkey that does not open.
    return undefined;
  }
}

// The condition on the counter: of two answers with the same count one is a copy's.
const noteUse = statement<never>(
  "identity.note-passkey-use",
  `update passkey set counter = $3, is_backed_up = $4, last_used_at = $5
    where tenant_id = $1 and id = $2 and (counter < $3 or (counter = 0 and $3 = 0))`,
);

/** Uses an answer up; false when its challenge was answered before, its counter was used, or the passkey is gone. */
export async function spendPasskey(
  tx: Transaction,
  tenantId: string,
  shown: ShownPasskey,
  now: Date,
): Promise<boolean> {
  if (!(await spendChallenge(tx, tenantId, shown.challenge, now))) return false;
  return (await tx.run(noteUse, [tenantId, shown.passkeyId, shown.counter, shown.isBackedUp, now])) === 1;
}
