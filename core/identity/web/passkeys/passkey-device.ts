/** The browser's side of passkeys; loaded when one is made or used. */
import {
  type PublicKeyCredentialCreationOptionsJSON,
  startAuthentication,
  startRegistration,
  WebAuthnError,
} from "@simplewebauthn/browser";
import type {
  PasskeyAssertion,
  PasskeyAttestation,
  PasskeyCreation,
  PasskeyRequest,
} from "../../contract.ts";

/** `cancelled`: the device's dialog was closed or timed out. `known`: this device's passkey is registered already. */
export type Failed = "cancelled" | "known";

export async function makePasskey(creation: PasskeyCreation): Promise<PasskeyAttestation | Failed> {
  try {
    // The server makes the options with the same library.
    const optionsJSON = creation as unknown as PublicKeyCredentialCreationOptionsJSON;
    return { ...(await startRegistration({ optionsJSON })) } as unknown as PasskeyAttestation;
  } catch (error) {
    const isKnown =
      error instanceof WebAuthnError && error.code === "ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED";
    return isKnown ? "known" : "cancelled";
  }
}

export async function showPasskey(request: PasskeyRequest): Promise<PasskeyAssertion | "cancelled"> {
  try {
    const optionsJSON = request as Parameters<typeof startAuthentication>[0]["optionsJSON"];
    return { ...(await startAuthentication({ optionsJSON })) } as unknown as PasskeyAssertion;
  } catch {
    return "cancelled";
  }
}
