import { readFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { IdentityProvider, SamlLib, ServiceProvider, setSchemaValidator } from "samlify";
import { serveSecurely } from "../openid/openid-provider.ts";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");
/** Certificates and keys of these tests; they stand for nothing else. */
export const signing = { certificate: read("signing.pem"), key: read("signing-key.pem") };
export const other = { certificate: read("other.pem"), key: read("other-key.pem") };
/** Of the signing key, but over since 2026-01-01; and one of 1024 bits. */
export const [overCertificate, weakCertificate] = [read("over.pem"), read("weak.pem")];

setSchemaValidator({ validate: async () => "not looked at" });

export type SamlPerson = { nameId: string; number: string };

/** How an answer differs from the truth: in its words before they are signed, in its bytes afterwards, or in how it is signed. */
export type SamlLies = {
  words?: (xml: string) => string;
  bytes?: (xml: string) => string;
  signs?: "assertion" | "response";
  algorithm?: string;
  signer?: { certificate: string; key: string };
};

const persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

/**
 * A provider for SAML 2.0 (samlify) with a sign-in page of the test: a browser comes with a question, types a name, and its page posts the
 * signed answer. `register` makes Chonai known to it, by our own metadata.
 */
export async function startSamlProvider() {
  const people = new Map<string, SamlPerson>();
  let ours: string | undefined;
  const served = await serveSecurely((origin) => (asked, response) => {
    const url = new URL(asked.url ?? "/", origin);
    const page = (body: string) => {
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      response.end(`<!doctype html><html lang="ja"><title>庁内ポータル認証</title>${body}</html>`);
    };
    if (asked.method === "GET")
      return page(
        `<form method="post" action="/confirm?${url.searchParams.toString().replaceAll("&", "&amp;")}"><label>利用者 <input name="user"></label> <button>確認する</button></form>`,
      );
    return readBody(asked).then(async (body) => {
      const question = url.searchParams.get("SAMLRequest") ?? "";
      const { to, answer } = await answerTo(question, body.get("user") ?? "");
      page(
        `<form method="post" action="${to}"><input type="hidden" name="SAMLResponse" value="${answer}"></form><script>document.forms[0].submit()</script>`,
      );
    });
  });
  const entityId = `${served.issuer}/saml`;
  const providerSigning = ({ certificate, key }: typeof signing, algorithm: string) =>
    IdentityProvider({
      entityID: entityId,
      signingCert: certificate,
      privateKey: key,
      requestSignatureAlgorithm: algorithm,
      nameIDFormat: [persistent],
      singleLogoutService: [
        { Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect", Location: `${served.issuer}/out` },
      ],
      singleSignOnService: [
        {
          Binding: "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect",
          Location: `${served.issuer}/sign-in`,
        },
      ],
    });
  const sha256 = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

  /** The answer to a question, as its page posts it: Base64. */
  async function answerTo(question: string, user: string, lies: SamlLies = {}) {
    const person = people.get(user);
    if (!ours || !person) throw new Error(`the provider knows nobody of the name ${user}`);
    const signs = lies.signs ?? "assertion";
    const chonai = ServiceProvider({
      metadata: ours.replace(
        'WantAssertionsSigned="true"',
        `WantAssertionsSigned="${signs === "assertion"}"`,
      ),
    });
    const provider = providerSigning(lies.signer ?? signing, lies.algorithm ?? sha256);
    const { extract } = await provider.parseLoginRequest(chonai, "redirect", {
      query: { SAMLRequest: question },
    });
    const asked = extract.request as { id: string; assertionConsumerServiceUrl: string };
    const to = asked.assertionConsumerServiceUrl;
    const write = (template: string) => {
      const now = Date.now();
      const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
      const xml = SamlLib.replaceTagsByValue(
        template
          .replace(
            "{AuthnStatement}",
            `<saml:AuthnStatement AuthnInstant="${at(-30)}" SessionIndex="s1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement>`,
          )
          .replace(
            "{AttributeStatement}",
            '<saml:AttributeStatement><saml:Attribute Name="employeeNumber"><saml:AttributeValue>{number}</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>',
          ),
        {
          ID: "_response",
          AssertionID: "_assertion",
          Destination: to,
          SubjectRecipient: to,
          Audience: String(chonai.entityMeta.getEntityID()),
          Issuer: entityId,
          IssueInstant: at(0),
          StatusCode: "urn:oasis:names:tc:SAML:2.0:status:Success",
          ConditionsNotBefore: at(-10),
          ConditionsNotOnOrAfter: at(300),
          SubjectConfirmationDataNotOnOrAfter: at(300),
          NameIDFormat: persistent,
          NameID: person.nameId,
          InResponseTo: asked.id,
          number: person.number,
        },
      );
      return { id: "_response", context: lies.words?.(xml) ?? xml };
    };
    const { context } = await provider.createLoginResponse(chonai, { extract }, "post", {}, write);
    const signed = Buffer.from(context, "base64").toString();
    return { to, answer: Buffer.from(lies.bytes?.(signed) ?? signed).toString("base64") };
  }

  return {
    ...served,
    entityId,
    people,
    answerTo,
    /** What its administrator carries to us. */
    metadata: () => providerSigning(signing, sha256).getMetadata(),
    register(metadata: string) {
      ours = metadata;
    },
  };
}

async function readBody(request: IncomingMessage): Promise<URLSearchParams> {
  let body = "";
  for await (const part of request) body += part;
  return new URLSearchParams(body);
}
