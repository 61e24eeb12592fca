import { AppError } from "#core/kernel/index.ts";
import type { ReadMetadata } from "../provider-contract.ts";
import { attributeOf, childrenOf, descendantsOf, isNamed, readXml, textOf } from "./read-xml.ts";
import { checkSigningCertificates, describeCertificates } from "./signing-certificates.ts";

const redirectBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const postBinding = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
const protocol = "urn:oasis:names:tc:SAML:2.0:protocol";

/** Our name towards a provider: it stays the same when our addresses change. */
export const entityIdOf = (providerId: string) => `urn:uuid:${providerId}`;

/** Where a provider sends its answer to a browser that went from this address. */
export const samlAnswerAddressOf = (address: string, tenantId: string, providerId: string) =>
  `${address}/api/v1/saml/${tenantId}/${providerId}/answers`;

/** What a provider has to know of us, as the XML that its administrator carries over. */
export function writeMetadata(entityId: string, answerAddresses: readonly string[]): string {
  const services = answerAddresses.map(
    (address, index) =>
      `    <md:AssertionConsumerService Binding="${postBinding}" Location="${escapeXml(address)}" index="${index}"${index === 0 ? ' isDefault="true"' : ""}/>\n`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" entityID="${escapeXml(entityId)}">
  <md:SPSSODescriptor AuthnRequestsSigned="false" WantAssertionsSigned="true" protocolSupportEnumeration="${protocol}">
    <md:NameIDFormat>urn:oasis:names:tc:SAML:2.0:nameid-format:persistent</md:NameIDFormat>
${services.join("")}  </md:SPSSODescriptor>
</md:EntityDescriptor>
`;
}

/**
 * Reads what a provider says of itself. Nothing of it is believed by itself: it fills the form that an administrator looks over and saves.
 *
 * @throws `provider-metadata-unreadable` with the reason
 */
export function readMetadata(xml: string, now: Date): ReadMetadata {
  const { entity, provider } = findProviderIn(xml);
  const issuer = attributeOf(entity, "entityID");
  const service = childrenOf(provider, "metadata", "SingleSignOnService").find(
    (each) => attributeOf(each, "Binding") === redirectBinding,
  );
  const signInUrl = service && attributeOf(service, "Location");
  if (!issuer || !signInUrl?.startsWith("https://")) throw refuse("no-sign-in-address");
  if (/^(true|1)$/.test(attributeOf(provider, "WantAuthnRequestsSigned") ?? ""))
    throw refuse("wants-signed-requests");
  const given = childrenOf(provider, "metadata", "KeyDescriptor")
    .filter((key) => (attributeOf(key, "use") ?? "signing") === "signing")
    .flatMap((key) => descendantsOf(key, "signature", "X509Certificate").map(textOf));
  const certificates = [...new Set(checkSigningCertificates(given))];
  if (certificates.length === 0) throw refuse("no-certificate");
  return { issuer, signInUrl, certificates, described: describeCertificates(certificates, now) };
}

function findProviderIn(xml: string): { entity: Element; provider: Element } {
  let root: Element;
  try {
    root = readXml(xml.replace(/^\uFEFF/, "").trim());
  } catch {
    throw refuse("no-xml");
  }
  const entities = isNamed(root, "metadata", "EntityDescriptor")
    ? [root]
    : descendantsOf(root, "metadata", "EntityDescriptor");
  const found = entities.flatMap((entity) =>
    childrenOf(entity, "metadata", "IDPSSODescriptor")
      .filter((each) =>
        (attributeOf(each, "protocolSupportEnumeration") ?? "").split(/\s+/).includes(protocol),
      )
      .map((provider) => ({ entity, provider })),
  );
  const [only, ...others] = found;
  if (!only) throw refuse("no-provider");
  if (others.length > 0) throw refuse("several-providers");
  return only;
}

const reasons = {
  "no-xml": {
    because: "XML として読み取れないか、文書型定義（DTD）を含んでいます",
    becauseEn: "it is no XML that can be read, or holds a document type (DTD)",
  },
  "no-provider": {
    because: "SAML 2.0 の認証基盤（IdP）のメタデータではありません",
    becauseEn: "it is not the metadata of a SAML 2.0 identity provider",
  },
  "several-providers": {
    because: "認証基盤が2つ以上書かれています。使う1つだけのメタデータにしてください",
    becauseEn: "it names several identity providers; take the metadata of the one in use",
  },
  "no-sign-in-address": {
    because: "リダイレクト方式のログインのアドレス（https）がありません",
    becauseEn: "it has no sign-in address (https) for the redirect binding",
  },
  "wants-signed-requests": {
    because: "署名付きの要求を求めています。相手の設定で「要求への署名」を求めないようにしてください",
    becauseEn: "it wants signed requests; switch that off at the provider",
  },
  "no-certificate": {
    because: "署名用の証明書がありません",
    becauseEn: "it has no certificate for signing",
  },
} as const;

function refuse(reason: keyof typeof reasons): AppError {
  return new AppError("provider-metadata-unreadable", reasons[reason]);
}

function escapeXml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
