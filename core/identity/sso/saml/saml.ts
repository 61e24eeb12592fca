import { randomBytes } from "node:crypto";
import { SAML } from "@node-saml/node-saml";
import { AppError, type Clock, type Logger } from "#core/kernel/index.ts";
import type { Claims } from "../claims.ts";
import type { ProviderTrial, SamlSettings } from "../provider-contract.ts";
import type { Provider } from "../providers.ts";
import type { SamlAnswer } from "../tickets.ts";
import { entityIdOf, samlAnswerAddressOf } from "./metadata.ts";
import { readSamlResponse, SamlRefused } from "./read-response.ts";
import { goodCertificates } from "./signing-certificates.ts";

/** How the page is told why an answer was not believed. */
export const samlRefusals = {
  unasked: "provider-not-asked",
  encrypted: "provider-answer-encrypted",
  refused: "provider-answer-refused",
} as const;
export type SamlRefusal = (typeof samlRefusals)[keyof typeof samlRefusals];

/** Signing in by SAML 2.0 (Web Browser SSO): asked by redirect, answered by a form that the browser posts. Nothing is ever fetched. */
export class Saml {
  readonly #clock: Clock;
  readonly #log: Logger;

  constructor(services: { clock: Clock; log: Logger }) {
    this.#clock = services.clock;
    this.#log = services.log;
  }

  /** Where to send the browser, and the number of the question. */
  async begin(
    tenantId: string,
    provider: Provider,
    settings: SamlSettings,
    address: string,
  ): Promise<{ url: string; state: string }> {
    const idpCert = goodCertificates(settings.certificates, this.#clock.now());
    if (idpCert.length === 0) {
      this.#log.warn({ provider: provider.id }, "no certificate of an identity provider is valid today");
      throw new AppError("provider-unavailable");
    }
    const state = `_${randomBytes(20).toString("hex")}`;
    const classes = settings.acr.split(" ").filter((word) => word !== "");
    const library = new SAML({
      idpCert,
      issuer: entityIdOf(provider.id),
      entryPoint: settings.signInUrl,
      callbackUrl: samlAnswerAddressOf(address, tenantId, provider.id),
      identifierFormat: "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
      forceAuthn: settings.asksAnew,
      disableRequestedAuthnContext: classes.length === 0,
      ...(classes.length > 0 && { authnContext: classes }),
      generateUniqueId: () => state,
    });
    return { url: await library.getAuthorizeUrlAsync("", undefined, {}), state };
  }

  /** Reads what a browser has posted; anything wrong with it is a refusal, and the log has the reason. */
  async read(
    tenantId: string,
    provider: Provider,
    settings: SamlSettings,
    address: string,
    posted: string,
  ): Promise<Omit<SamlAnswer, "revision" | "zone"> | { refusal: SamlRefusal }> {
    const here = {
      entityId: entityIdOf(provider.id),
      answerAddress: samlAnswerAddressOf(address, tenantId, provider.id),
    };
    try {
      const xml = Buffer.from(posted, "base64").toString("utf8");
      const { subject, inResponseTo, values } = await readSamlResponse(
        xml,
        settings,
        here,
        this.#clock.now(),
      );
      const value = provider.match ? values[provider.match.claim] : undefined;
      return { providerId: provider.id, subject, inResponseTo, ...(value !== undefined && { value }) };
    } catch (error) {
      const because = error instanceof SamlRefused ? error.because : "refused";
      const reason = error instanceof Error ? error.message.slice(0, 300) : "";
      this.#log.warn({ provider: provider.id, reason }, "an identity provider's answer was refused");
      return { refusal: samlRefusals[because] };
    }
  }

  /** What an administrator is told who wants to know whether the settings can be used. */
  try(settings: SamlSettings): ProviderTrial {
    return goodCertificates(settings.certificates, this.#clock.now()).length > 0
      ? { result: "usable", signInHost: new URL(settings.signInUrl).host, signOutIsKnown: false }
      : { result: "unusable", because: "certificate-over" };
  }
}

/** What a provider's answer says of somebody, as it is looked up here. */
export function claimsOf(answer: SamlAnswer, provider: Provider): Claims {
  return {
    subject: answer.subject,
    values: provider.match && answer.value !== undefined ? { [provider.match.claim]: answer.value } : {},
  };
}
