/** Passkeys: a device's own key in the place of password and code (WebAuthn level 3). */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const base64url = (longest: number) =>
  z
    .string()
    .regex(/^[\w-]+$/)
    .max(longest);

/** What `navigator.credentials.get` gave, as JSON. */
export const PasskeyAssertion = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(4000),
    authenticatorData: base64url(4000),
    signature: base64url(4000),
    userHandle: base64url(200).optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

/** What `navigator.credentials.create` gave, as JSON. */
export const PasskeyAttestation = z.object({
  id: base64url(1400),
  rawId: base64url(1400),
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: base64url(4000),
    attestationObject: base64url(20_000),
    transports: z.array(z.string().max(20)).max(10).optional(),
    authenticatorData: base64url(4000).optional(),
    publicKeyAlgorithm: z.number().optional(),
    publicKey: base64url(4000).optional(),
  }),
  authenticatorAttachment: z.string().max(40).optional(),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
});
export type PasskeyAttestation = z.infer<typeof PasskeyAttestation>;

/** For `navigator.credentials.get`. */
export const PasskeyRequest = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.int(),
  userVerification: z.enum(["required", "preferred"]),
  allowCredentials: z.array(
    z.object({ id: z.string(), type: z.literal("public-key"), transports: z.array(z.string()) }),
  ),
});
export type PasskeyRequest = z.infer<typeof PasskeyRequest>;

/** For `navigator.credentials.create`. */
export const PasskeyCreation = z.looseObject({ challenge: z.string() });
export type PasskeyCreation = z.infer<typeof PasskeyCreation>;

export const PasskeyItem = z.object({
  id: z.uuid(),
  name: z.string(),
  /** The address for which the browser keeps it. */
  domain: z.string(),
  /** Kept by the maker of the device for its owner's other devices too. */
  isBackedUp: z.boolean(),
  createdAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type PasskeyItem = z.infer<typeof PasskeyItem>;

export const PasskeyList = z.object({
  items: z.array(PasskeyItem),
  /** Whether one can be registered at this address: https, or the device itself. */
  isPossibleHere: z.boolean(),
});
export type PasskeyList = z.infer<typeof PasskeyList>;

export const RegisterPasskeyRequest = z.object({
  name: shortText(60).refine((text) => text.trim().length > 0, "a name"),
  credential: PasskeyAttestation,
});
export type RegisterPasskeyRequest = z.infer<typeof RegisterPasskeyRequest>;

export const RemovePasskeyRequest = z.object({ password: z.string().min(1).max(1000) });
export type RemovePasskeyRequest = z.infer<typeof RemovePasskeyRequest>;

export const PasskeyChallengeRequest = z.object({ tenant: shortText(100).optional() });

/** Of the refusal `totp-required`: with which passkeys the second factor can be shown, and whether an app is registered. */
export const SecondFactorChoice = z.object({ passkey: PasskeyRequest.nullable(), hasApp: z.boolean() });
export type SecondFactorChoice = z.infer<typeof SecondFactorChoice>;

/** Signing in by passkey alone: the device has checked a finger, a face or its PIN. */
export const PasskeySignInRequest = z.object({
  passkey: PasskeyAssertion,
  tenant: shortText(100).optional(),
  operatorId: z.uuid().optional(),
  /** As in signing in with a password. */
  agreedRules: z.uuid().optional(),
  deviceName: shortText(200).optional(),
});
export type PasskeySignInRequest = z.infer<typeof PasskeySignInRequest>;
