import { SAML, ValidateInResponseTo } from "@node-saml/node-saml";
import type { SamlSettings } from "../provider-contract.ts";
import {
  attributeOf,
  childOf,
  childrenOf,
  descendantsOf,
  elementsOf,
  isNamed,
  readXml,
  textOf,
} from "./read-xml.ts";
import { goodCertificates } from "./signing-certificates.ts";

/** What a provider's signed assertion says, and to which question of ours. */
export type SamlClaims = {
  inResponseTo: string;
  subject: string;
  /** Attributes with one value, by name. */
  values: Readonly<Record<string, string>>;
};

/** Why an answer was not believed. `unasked`: it answers no question of ours. Only the log has the words. */
export class SamlRefused extends Error {
  readonly because: "unasked" | "encrypted" | "refused";

  constructor(because: "unasked" | "encrypted" | "refused", reason: string) {
    super(reason);
    this.because = because;
  }
}

/** Clocks of two systems differ by seconds; more is a fault. */
const toleratedMs = 60_000;
/** Somebody who is asked anew has been asked within this time. */
const askedWithinMs = 300_000;

/** What a signature may be made of; SHA-1 and keyed hashes are not among it, nor canonical forms that keep comments. */
const permitted: Readonly<Record<string, readonly string[]>> = {
  SignatureMethod: [
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512",
    "http://www.w3.org/2007/05/xmldsig-more#sha256-rsa-MGF1",
  ],
  DigestMethod: ["http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmlenc#sha512"],
  CanonicalizationMethod: ["http://www.w3.org/2001/10/xml-exc-c14n#"],
  Transform: [
    "http://www.w3.org/2000/09/xmldsig#enveloped-signature",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
  ],
};

/** Names for somebody that another may have tomorrow: drawn anew each time, or a mail address. */
const passingNames = [
  "urn:oasis:names:tc:SAML:2.0:nameid-format:transient",
  "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
  "urn:oasis:names:tc:SAML:2.0:nameid-format:encrypted",
];

/**
 * Reads the answer of a provider (Web Browser SSO, POST binding). The library finds the bytes that the provider's key has signed; what is
 * believed is read from these alone, and everything that binds the answer to us, to our question and to this moment is looked at here.
 *
 * @param xml the Response as it came, decoded
 * @param here our name, and the address at which the answer arrived
 */
export async function readSamlResponse(
  xml: string,
  settings: SamlSettings,
  here: { entityId: string; answerAddress: string },
  now: Date,
): Promise<SamlClaims> {
  const response = readXml(xml);
  expectThat(isNamed(response, "protocol", "Response"), "no Response");
  expectThat(attributeOf(response, "Version") === "2.0", "another version");
  const status = childOf(response, "protocol", "Status");
  const code = status && childOf(status, "protocol", "StatusCode");
  const isGranted = code && attributeOf(code, "Value") === "urn:oasis:names:tc:SAML:2.0:status:Success";
  expectThat(isGranted, `status ${code && attributeOf(code, "Value")}`);
  if (descendantsOf(response, "assertion", "EncryptedAssertion").length > 0)
    throw new SamlRefused("encrypted", "the assertion is encrypted");
  expectThat(descendantsOf(response, "assertion", "Assertion").length === 1, "not one assertion");
  expectSound(response);
  // Outside the assertion these may be unsigned: they can only refuse. What binds is said again within.
  const issuer = childOf(response, "assertion", "Issuer");
  expectThat(!issuer || textOf(issuer) === settings.issuer, "another issuer");
  const destination = attributeOf(response, "Destination");
  expectThat(!destination || destination === here.answerAddress, "another destination");
  const signed = await findSigned(xml, settings, here, now);
  return readAssertion(readXml(signed), settings, here, attributeOf(response, "InResponseTo"), now.getTime());
}

/** Every signature in the document is made as today's are, whichever the library looks at. */
function expectSound(response: Element): void {
  for (const [name, algorithms] of Object.entries(permitted))
    for (const element of descendantsOf(response, "signature", name)) {
      const algorithm = attributeOf(element, "Algorithm") ?? "";
      expectThat(algorithms.includes(algorithm), `${name} ${algorithm}`);
    }
}

/** The assertion as the provider's key has signed it, in canonical form: without comments, as bytes that nobody can have added to. */
async function findSigned(
  xml: string,
  settings: SamlSettings,
  here: { entityId: string; answerAddress: string },
  now: Date,
): Promise<string> {
  const idpCert = goodCertificates(settings.certificates, now);
  expectThat(idpCert.length > 0, "no certificate of the provider is valid today");
  const library = new SAML({
    idpCert,
    issuer: here.entityId,
    callbackUrl: here.answerAddress,
    // Looked at below, with everything else that binds the answer to us.
    audience: false,
    wantAssertionsSigned: false,
    wantAuthnResponseSigned: false,
    // The library goes by the machine's clock, the program by its own: times are looked at below, and so is the question.
    acceptedClockSkewMs: -1,
    validateInResponseTo: ValidateInResponseTo.never,
  });
  const { profile } = await library.validatePostResponseAsync({
    SAMLResponse: Buffer.from(xml).toString("base64"),
  });
  const signed = profile?.getAssertionXml?.();
  if (!signed) throw new SamlRefused("refused", "no signed assertion");
  return signed;
}

function readAssertion(
  assertion: Element,
  settings: SamlSettings,
  here: { entityId: string; answerAddress: string },
  answered: string | undefined,
  now: number,
): SamlClaims {
  expectThat(isNamed(assertion, "assertion", "Assertion"), "no assertion");
  expectThat(textOf(childOf(assertion, "assertion", "Issuer")) === settings.issuer, "another issuer");
  expectConditions(assertion, here.entityId, now);
  const subject = childOf(assertion, "assertion", "Subject");
  if (!subject) throw new SamlRefused("refused", "no subject");
  const nameId = childOf(subject, "assertion", "NameID");
  const name = textOf(nameId);
  const format = nameId && attributeOf(nameId, "Format");
  expectThat(name !== "" && name.length <= 500, "no NameID");
  expectThat(!format || !passingNames.includes(format), `a NameID of the format ${format}`);
  const inResponseTo = findQuestion(subject, here.answerAddress, now);
  if (!inResponseTo) throw new SamlRefused("unasked", "an answer that nobody asked for");
  expectThat(!answered || answered === inResponseTo, "answers to two questions");
  expectSignedIn(assertion, settings, now);
  return { inResponseTo, subject: name, values: readAttributes(assertion) };
}

/** For us, now, and on no condition that we do not know. */
function expectConditions(assertion: Element, entityId: string, now: number): void {
  const conditions = childOf(assertion, "assertion", "Conditions");
  if (!conditions) throw new SamlRefused("refused", "no conditions");
  const known = ["AudienceRestriction", "OneTimeUse", "ProxyRestriction"];
  expectThat(
    elementsOf(conditions).every((each) => known.includes(each.localName)),
    "an unknown condition",
  );
  const audiences = childrenOf(conditions, "assertion", "AudienceRestriction");
  const isForUs = (restriction: Element) =>
    childrenOf(restriction, "assertion", "Audience").some((audience) => textOf(audience) === entityId);
  expectThat(audiences.length > 0 && audiences.every(isForUs), "another audience");
  expectTime(conditions, now);
}

/** The question that was answered, said by a bearer confirmation to this address that is still good; undefined when none was asked. */
function findQuestion(subject: Element, answerAddress: string, now: number): string | undefined {
  const confirmations = childrenOf(subject, "assertion", "SubjectConfirmation").filter(
    (each) => attributeOf(each, "Method") === "urn:oasis:names:tc:SAML:2.0:cm:bearer",
  );
  const [only, ...others] = confirmations;
  const data = only && childOf(only, "assertion", "SubjectConfirmationData");
  if (!data || others.length > 0) throw new SamlRefused("refused", "not one bearer confirmation");
  expectThat(attributeOf(data, "Recipient") === answerAddress, "another recipient");
  expectThat(attributeOf(data, "NotOnOrAfter") !== undefined, "a confirmation without an end");
  expectTime(data, now);
  return attributeOf(data, "InResponseTo");
}

/** How and when somebody has signed in there, where that was asked for. */
function expectSignedIn(assertion: Element, settings: SamlSettings, now: number): void {
  const [statement, ...others] = childrenOf(assertion, "assertion", "AuthnStatement");
  if (!statement || others.length > 0) throw new SamlRefused("refused", "not one AuthnStatement");
  const end = attributeOf(statement, "SessionNotOnOrAfter");
  expectThat(!end || now - toleratedMs < timeOf(end), "a session that is over");
  const accepted = settings.acr.split(" ").filter((word) => word !== "");
  const context = childOf(statement, "assertion", "AuthnContext");
  const reached = textOf(context && childOf(context, "assertion", "AuthnContextClassRef"));
  expectThat(accepted.length === 0 || accepted.includes(reached), `class ${reached}`);
  const at = attributeOf(statement, "AuthnInstant");
  expectThat(!settings.asksAnew || (at && now - timeOf(at) <= askedWithinMs + toleratedMs), "not asked anew");
}

function readAttributes(assertion: Element): Record<string, string> {
  const values = new Map<string, string>();
  const several = new Set<string>();
  for (const statement of childrenOf(assertion, "assertion", "AttributeStatement"))
    for (const attribute of childrenOf(statement, "assertion", "Attribute")) {
      const name = attributeOf(attribute, "Name");
      const [value, ...others] = childrenOf(attribute, "assertion", "AttributeValue");
      if (!name || !value) continue;
      if (others.length > 0 || values.has(name)) several.add(name);
      else values.set(name, textOf(value));
    }
  // Of several values nobody has said which is meant.
  return Object.fromEntries([...values].filter(([name]) => !several.has(name)));
}

function expectTime(element: Element, now: number): void {
  const from = attributeOf(element, "NotBefore");
  const until = attributeOf(element, "NotOnOrAfter");
  expectThat(!from || timeOf(from) <= now + toleratedMs, "not yet valid");
  expectThat(!until || now - toleratedMs < timeOf(until), "no longer valid");
}

/** A moment in UTC, as SAML has them; anything else is refused. */
function timeOf(text: string): number {
  const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time)) throw new SamlRefused("refused", `no time: ${text}`);
  return time;
}

function expectThat(condition: unknown, otherwise: string): asserts condition {
  if (!condition) throw new SamlRefused("refused", otherwise);
}
