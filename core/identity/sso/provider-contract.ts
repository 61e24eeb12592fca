/**
 * Identity providers (認証基盤): other systems that vouch for people when they sign in (single sign-on).
 */
import { z } from "zod";
import { findTextFault } from "#shared/text.ts";
import { PersonKind, PersonSummary } from "../person-summary.ts";

const shortText = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => findTextFault(text) === undefined, "characters that cannot be used");
const filled = (longest: number) => shortText(longest).refine((text) => text.trim().length > 0, "a text");
const reason = filled(200);
/** LGWAN, Internet, or a zone of the operator's file. */
const zone = z.string().regex(/^[a-z][a-z0-9-]{0,39}$/);

/** An origin at which people open Chonai: `https://chat.city.example.jp`, and for trials `http://localhost:8080`. */
const Origin = z
  .string()
  .max(300)
  .refine((text) => URL.canParse(text) && new URL(text).origin === text, "an origin")
  .refine((text) => /^https:|^http:\/\/(localhost|127\.0\.0\.1)(:|$)/.test(text), "https");

const HttpsUrl = z
  .string()
  .max(500)
  .refine((text) => {
    if (!URL.canParse(text)) return false;
    const { protocol, username, password, hash } = new URL(text);
    return protocol === "https:" && username === "" && password === "" && hash === "";
  }, "an address that begins with https");

/** Names of claims that are, or hold, a mail address: they are given to other people later. */
const mailClaims =
  /^(e-?mail|mail|email_?address|.*\/(emailaddress|mail)|urn:oid:0\.9\.2342\.19200300\.100\.1\.3|urn:mace:.*:mail)$/i;

/** How somebody is found who comes for the first time. */
export const ProviderMatch = z.object({
  claim: filled(200).refine((text) => !mailClaims.test(text.trim()), "no mail address"),
  with: z.enum(["login-id", "staff-number"]),
});
export type ProviderMatch = z.infer<typeof ProviderMatch>;

export const OpenIdSettings = z.object({
  kind: z.literal("oidc"),
  /** The provider's own name for itself; its description lies below it, at `.well-known/openid-configuration`. */
  issuer: HttpsUrl.refine((text) => !text.includes("/.well-known/") && !text.includes("?"), "an issuer"),
  clientId: filled(300),
  /** Words beside `openid`, separated by spaces. */
  scope: shortText(300).regex(/^[\x21\x23-\x5b\x5d-\x7e ]*$/),
  /** Authentication classes of which the provider must have met one (acr), separated by spaces; empty: any. */
  acr: shortText(300),
  /** Whether the provider must ask anew each time: at a shared terminal somebody else may have signed in there before. */
  asksAnew: z.boolean(),
});
export type OpenIdSettings = z.infer<typeof OpenIdSettings>;

export const SamlSettings = z.object({
  kind: z.literal("saml"),
  /** The provider's own name for itself (entityID). */
  issuer: filled(1000),
  /** Its sign-in page, for the redirect binding. */
  signInUrl: HttpsUrl,
  /** Whose signatures are believed, in PEM; several while the provider changes its own. */
  certificates: z.array(z.string().min(1).max(10_000)).min(1).max(6),
  /** Authentication classes of which the provider must have met one (AuthnContextClassRef), separated by spaces; empty: any. */
  acr: shortText(1000),
  /** Whether the provider must ask anew each time (ForceAuthn). */
  asksAnew: z.boolean(),
});
export type SamlSettings = z.infer<typeof SamlSettings>;

/** A certificate under which a provider signs, as administrators see it. */
export const SigningCertificate = z.object({
  subject: z.string(),
  /** SHA-256, to be compared by telephone. */
  fingerprint: z.string(),
  until: z.string(),
  /** `ends-soon`: within sixty days. What is over, or begins later, is not believed. */
  state: z.enum(["good", "ends-soon", "over", "later"]),
});
export type SigningCertificate = z.infer<typeof SigningCertificate>;

export const ProviderSettings = z.discriminatedUnion("kind", [OpenIdSettings, SamlSettings]);
export type ProviderSettings = z.infer<typeof ProviderSettings>;

const facts = {
  /** As it stands on the sign-in page's button. */
  name: filled(60),
  isEnabled: z.boolean(),
  zones: z.array(zone).min(1).max(20),
  personKinds: z.array(PersonKind).min(1).max(3),
  /** Whether those who administer accounts or rules may come in this way. Who holds audit or records never does. */
  allowsAdministrators: z.boolean(),
  /** Whether it has asked for a second factor itself, so that the Internet side need not. */
  isSecondFactor: z.boolean(),
  addresses: z.array(Origin).min(1).max(10),
  /** Certificates in PEM that its address must be signed by; null: those that this machine trusts. */
  ca: z.string().max(20_000).nullable(),
  match: ProviderMatch.nullable(),
  settings: ProviderSettings,
};

/** A provider as administrators see it; its secret is never shown again. */
export const IdentityProvider = z.object({
  id: z.uuid(),
  ...facts,
  hasSecret: z.boolean(),
  /** How many people are linked to it. */
  links: z.int(),
  changedAt: z.string(),
  /** What the provider has to be told of us, one for each address. */
  returnAddresses: z.array(z.string()),
  /** Where an OpenID provider may say that somebody has signed out there (back-channel logout), one for each address; none for SAML. */
  logoutAddresses: z.array(z.string()),
  /** Of SAML: our name towards it, and the certificates under which it signs. */
  saml: z.object({ entityId: z.string(), certificates: z.array(SigningCertificate) }).nullable(),
});
export type IdentityProvider = z.infer<typeof IdentityProvider>;

export const IdentityProviders = z.object({ items: z.array(IdentityProvider) });
export type IdentityProviders = z.infer<typeof IdentityProviders>;

export const SaveProviderRequest = z.object({
  ...facts,
  /** The client's secret; left out, the one before stays, null takes it away. */
  secret: z.string().min(1).max(2000).nullable().optional(),
  reason,
});
export type SaveProviderRequest = z.infer<typeof SaveProviderRequest>;

export const RemoveProviderRequest = z.object({ reason });

/** What came of trying a provider: what it says of itself, or why it cannot be used. */
export const ProviderTrial = z.discriminatedUnion("result", [
  z.object({ result: z.literal("usable"), signInHost: z.string(), signOutIsKnown: z.boolean() }),
  z.object({
    result: z.literal("unusable"),
    because: z.enum(["not-reached", "not-permitted", "certificate", "not-a-provider", "certificate-over"]),
  }),
]);
export type ProviderTrial = z.infer<typeof ProviderTrial>;

/** A provider's own description (SAML metadata), as its administrator has carried it over. */
export const ReadMetadataRequest = z.object({ metadata: z.string().min(1).max(200_000) });
/** What it says of itself, for the form of its settings. */
export const ReadMetadata = z.object({
  issuer: z.string(),
  signInUrl: z.string(),
  certificates: z.array(z.string()),
  described: z.array(SigningCertificate),
});
export type ReadMetadata = z.infer<typeof ReadMetadata>;

/** Who somebody is at a provider. */
export const ProviderLink = z.object({
  person: PersonSummary,
  subject: z.string(),
  linkedAt: z.string(),
  lastUsedAt: z.string().nullable(),
});
export type ProviderLink = z.infer<typeof ProviderLink>;

export const ProviderLinksQuery = z.object({
  /** Words of the person's name or kana. */
  q: shortText(100).optional(),
});
/** The first hundred by kana. */
export const ProviderLinks = z.object({ items: z.array(ProviderLink) });
export type ProviderLinks = z.infer<typeof ProviderLinks>;

export const LinkPersonRequest = z.object({
  accountId: z.uuid(),
  /** The provider's lasting name for the person (`sub`, NameID). */
  subject: filled(500),
  reason,
});
export type LinkPersonRequest = z.infer<typeof LinkPersonRequest>;

export const UnlinkPersonRequest = z.object({ accountId: z.uuid(), reason });

/** A button of the sign-in page. */
export const SignInProvider = z.object({ id: z.uuid(), tenant: z.string(), name: z.string() });
export type SignInProvider = z.infer<typeof SignInProvider>;

export const BeginProviderSignInRequest = z.object({
  provider: z.uuid(),
  /** Slug of the municipality; by host name, or the only one, when left out. */
  tenant: shortText(100).optional(),
});
export const BegunProviderSignIn = z.object({
  /** Where the browser goes. */
  url: z.string(),
  /** Kept by the page that goes: only where it lies can the answer be used. */
  ticket: z.string(),
});
export type BegunProviderSignIn = z.infer<typeof BegunProviderSignIn>;

export const AnswerProviderRequest = z.object({
  ticket: z.string().max(4000),
  /** The query with which the provider has sent the browser back. */
  answer: z.string().max(16_000),
});
export const ProviderProof = z.object({
  /** That the provider has vouched for somebody: good for ten minutes and one session. */
  proof: z.string(),
  provider: z.string(),
});
export type ProviderProof = z.infer<typeof ProviderProof>;
