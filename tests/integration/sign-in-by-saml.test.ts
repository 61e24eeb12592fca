import { inflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import {
  other,
  overCertificate,
  type SamlLies,
  signing,
  startSamlProvider,
  weakCertificate,
} from "#tests/support/saml/saml-provider.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let idp: Awaited<ReturnType<typeof startSamlProvider>>;
let tenantId: string;
let administrator: ApiClient;
let provider: string;
let people = 0;

type Zone = "lgwan" | "internet";

beforeAll(async () => {
  idp = await startSamlProvider();
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database, { slug: "here" });
  administrator = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
  provider = await add();
});
afterAll(async () => {
  await server?.stop();
  await idp?.stop();
});

const settingsOf = (given: Record<string, any> = {}) => ({
  name: "庁内ポータル認証",
  isEnabled: true,
  zones: ["lgwan", "internet"],
  personKinds: ["staff"],
  allowsAdministrators: false,
  isSecondFactor: true,
  addresses: [server.url("lgwan"), server.url("internet")],
  ca: null,
  match: { claim: "employeeNumber", with: "staff-number" },
  reason: "試験",
  ...given,
  settings: {
    kind: "saml",
    issuer: idp.entityId,
    signInUrl: `${idp.issuer}/sign-in`,
    certificates: [signing.certificate],
    acr: "",
    asksAnew: false,
    ...given.settings,
  },
});
async function add(given: Record<string, any> = {}): Promise<string> {
  const answer = await administrator.post("/api/v1/identity-providers", settingsOf(given));
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.id;
}
const change = (id: string, given: Record<string, any>) =>
  administrator.put(`/api/v1/identity-providers/${id}`, settingsOf(given));

/** Our metadata, carried to the provider. */
async function carry(id: string): Promise<string> {
  const before = carried.get(id);
  const got = before ?? (await fetchMetadata(administrator, id));
  const text = typeof got === "string" ? got : await got.text();
  carried.set(id, text);
  idp.register(text);
  return text;
}
const carried = new Map<string, string>();
const fetchMetadata = ({ token }: ApiClient, id: string) =>
  fetch(`${server.url("lgwan")}/api/v1/identity-providers/${id}/metadata`, {
    headers: { authorization: `Bearer ${token}` },
  });
async function known(given: Parameters<typeof buildPerson>[2] = {}) {
  const person = await buildPerson(server.database, tenantId, given);
  const name = `person-${++people}`;
  idp.people.set(name, { nameId: `name-id-${people}`, number: `n${person.loginId.slice(4)}` });
  return { ...person, name, nameId: `name-id-${people}` };
}
const begin = (id: string, zone: Zone = "lgwan") =>
  server.anonymous(zone).post("/api/v1/provider-sign-ins", { provider: id, tenant: "here" });
const questionOf = (url: string) => new URL(url).searchParams.get("SAMLRequest") ?? "";

/** The form that the provider's page makes the browser post: from another site, without any cookie of ours. */
async function post(to: string, form: Record<string, string>, headers: Record<string, string> = {}) {
  const answer = await fetch(to, {
    method: "POST",
    redirect: "manual",
    headers: { origin: idp.issuer, "sec-fetch-site": "cross-site", ...headers },
    body: new URLSearchParams(form),
  });
  return { status: answer.status, location: answer.headers.get("location") ?? "", answer };
}
/** Goes there and comes back, as far as the page that has the ticket. */
async function come(id: string, name: string, lies: SamlLies = {}, zone: Zone = "lgwan") {
  await carry(id);
  const begun = await begin(id, zone);
  expect(begun.status).toBe(200);
  const { to, answer } = await idp.answerTo(questionOf(begun.body.url), name, lies);
  const posted = await post(to, { SAMLResponse: answer, RelayState: "https://evil.example.jp/" });
  expect(posted.status).toBe(303);
  // Whatever RelayState says, one goes on at our own page.
  expect(posted.location).toMatch(/^\/sign-in\/return\?(saml|refused)=/);
  return { ticket: begun.body.ticket as string, answer: posted.location.split("?")[1]!, to, posted: answer };
}
const redeem = (shown: { ticket: string; answer: string }, zone: Zone = "lgwan") =>
  server.anonymous(zone).post("/api/v1/provider-answers", { ticket: shown.ticket, answer: shown.answer });
const enter = (proof: string, zone: Zone = "lgwan", more: Record<string, unknown> = {}) =>
  server.anonymous(zone).post("/api/v1/provider-sessions", { proof, ...more });
async function signIn(id: string, name: string, lies: SamlLies = {}, zone: Zone = "lgwan", more = {}) {
  const redeemed = await redeem(await come(id, name, lies, zone), zone);
  return redeemed.status === 200 ? enter(redeemed.body.proof, zone, more) : redeemed;
}

describe("with a real provider", () => {
  test("each learns of the other by its metadata, and somebody comes in by their number and is linked by the NameID", async () => {
    const read = await administrator.post("/api/v1/identity-provider-metadata", { metadata: idp.metadata() });
    expect(read.body).toMatchObject({
      issuer: idp.entityId,
      signInUrl: `${idp.issuer}/sign-in`,
      described: [{ state: "good" }],
    });
    expect(read.body.certificates[0].trim()).toBe(signing.certificate.trim());
    const ours = await carry(provider);
    const again = await fetchMetadata(administrator, provider);
    expect(again.headers.get("content-type")).toBe("application/samlmetadata+xml");
    expect(ours).toContain(`entityID="urn:uuid:${provider}"`);
    expect(ours).toContain(`${server.url("internet")}/api/v1/saml/${tenantId}/${provider}/answers`);

    const clerk = await known();
    const begun = await begin(provider);
    const request = inflateRawSync(Buffer.from(questionOf(begun.body.url), "base64")).toString();
    expect(request).toContain(`Destination="${idp.issuer}/sign-in"`);
    expect(request).not.toContain("ForceAuthn");
    const first = await signIn(provider, clerk.name);
    expect([first.status, first.body.account.id, first.body.zone]).toEqual([201, clerk.id, "lgwan"]);

    idp.people.set(clerk.name, { nameId: clerk.nameId, number: "changed" });
    expect((await signIn(provider, clerk.name)).body.account.id).toBe(clerk.id);
    idp.people.set("thief", { nameId: "thief", number: `n${clerk.loginId.slice(4)}` });
    expect((await signIn(provider, "thief")).body.code).toBe("provider-knows-nobody");
    const links = await administrator.get(`/api/v1/identity-providers/${provider}/links`);
    expect(links.body.items).toMatchObject([{ person: { id: clerk.id }, subject: clerk.nameId }]);
  });

  test("an answer is good once, for the tab that asked, on its side", async () => {
    const clerk = await known();
    const shown = await come(provider, clerk.name);
    const foreign = (await begin(provider)).body.ticket as string;
    // Another tab's ticket: nobody is signed in as somebody else by a form that another page posts.
    expect((await redeem({ ...shown, ticket: foreign })).body.code).toBe("provider-answer-refused");
    expect((await redeem({ ...shown, ticket: "" })).body.code).toBe("provider-sign-in-over");
    expect((await redeem(shown, "internet")).body.code).toBe("provider-sign-in-over");
    const { body } = await redeem(shown);
    // The very same assertion, posted once more: its question has been answered.
    const again = await post(shown.to, { SAMLResponse: shown.posted });
    const replayed = { ticket: shown.ticket, answer: again.location.split("?")[1]! };
    expect((await redeem(replayed)).body.code).toBe("provider-sign-in-over");
    const fresh = { ...replayed, ticket: (await begin(provider)).body.ticket as string };
    expect((await redeem(fresh)).body.code).toBe("provider-answer-refused");
    // Arrived at the other side, it is for another address.
    const elsewhere = shown.to.replace(server.url("lgwan"), server.url("internet"));
    expect((await post(elsewhere, { SAMLResponse: shown.posted })).location).toContain("refused=");
    expect((await enter(body.proof)).status).toBe(201);
    expect((await enter(body.proof)).body.code).toBe("provider-sign-in-over");
  });

  test("the second factor, offices and sides are looked at as behind a password", async () => {
    const own = await add({ isSecondFactor: false });
    const secret = newTotpSecret();
    const clerk = await known({ totp: { keyring: server.keyring, secret } });
    const redeemed = await redeem(await come(own, clerk.name, {}, "internet"), "internet");
    expect((await enter(redeemed.body.proof, "internet")).body.code).toBe("totp-required");
    const totp = await totpAt(secret, new Date());
    expect((await enter(redeemed.body.proof, "internet", { totp })).status).toBe(201);
    const watcher = await known({ offices: ["audit"] });
    expect((await signIn(provider, watcher.name)).body.code).toBe("provider-not-for-account");
    const inside = await known({ zones: ["lgwan"] });
    expect((await signIn(provider, inside.name, {}, "internet")).body.code).toBe("zone-not-allowed");
  });

  test("a signature over the whole answer is as good as one over the assertion", async () => {
    const clerk = await known();
    expect((await signIn(provider, clerk.name, { signs: "response" })).status).toBe(201);
  });

  test("comments in a NameID part nothing", async () => {
    const clerk = await known();
    expect((await signIn(provider, clerk.name)).status).toBe(201);
    const cut = clerk.nameId.slice(0, 4);
    idp.people.set("split", { nameId: `${clerk.nameId}.evil`, number: "nobody" });
    const lies = {
      words: (xml: string) => xml.replace(`${clerk.nameId}.evil<`, `${clerk.nameId}<!-- x -->.evil<`),
    };
    expect((await signIn(provider, "split", lies)).body.code).toBe("provider-knows-nobody");
    const whole = {
      bytes: (xml: string) => xml.replace(clerk.nameId, `${cut}<!-- x -->${clerk.nameId.slice(4)}`),
    };
    expect((await signIn(provider, clerk.name, whole)).body.account.id).toBe(clerk.id);
  });
});

describe("with a provider that lies, or somebody between", () => {
  let liar: string;
  let clerk: Awaited<ReturnType<typeof known>>;
  beforeAll(async () => {
    liar = await add();
    clerk = await known();
    expect((await signIn(liar, clerk.name)).status).toBe(201);
  });
  const at = (seconds: number) => new Date(Date.now() + seconds * 1000).toISOString();
  const swap = (pattern: RegExp | string, by: string) => (xml: string) => {
    const changed = xml.replace(pattern, by);
    expect(changed).not.toBe(xml);
    return changed;
  };
  const signature = /<ds:Signature[\s\S]*<\/ds:Signature>/;
  const assertion = /<saml:Assertion[\s\S]*<\/saml:Assertion>/;
  const evil = (xml: string) =>
    assertion
      .exec(xml)![0]
      .replace(signature, "")
      .replace('ID="_assertion"', 'ID="_evil"')
      .replace(clerk.nameId, "evil");

  test.each<[string, () => SamlLies]>([
    ["is not signed", () => ({ bytes: swap(signature, "") })],
    ["was changed behind its signature", () => ({ bytes: swap(clerk.nameId, "somebody-else") })],
    ["is signed by somebody else", () => ({ signer: other })],
    ["is signed with SHA-1", () => ({ algorithm: "http://www.w3.org/2000/09/xmldsig#rsa-sha1" })],
    [
      "is digested with SHA-1",
      () => ({
        bytes: swap("http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2000/09/xmldsig#sha1"),
      }),
    ],
    [
      "asks for a canonical form with comments",
      () => ({
        bytes: swap(
          'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"',
          'Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#WithComments"',
        ),
      }),
    ],
    [
      "has another assertion before the signed one",
      () => ({ bytes: (xml) => xml.replace(assertion, (signed) => evil(xml) + signed) }),
    ],
    [
      "has another assertion behind the signed one",
      () => ({ bytes: (xml) => xml.replace(assertion, (signed) => signed + evil(xml)) }),
    ],
    [
      "wraps the signed assertion in another",
      () => ({
        bytes: (xml) =>
          xml.replace(assertion, (signed) =>
            evil(xml).replace("</saml:Assertion>", `<saml:Advice>${signed}</saml:Advice></saml:Assertion>`),
          ),
      }),
    ],
    [
      "hides the signed assertion in the signature of another",
      () => ({
        bytes: (xml) => {
          const signed = assertion.exec(xml)![0];
          const own = signature
            .exec(signed)![0]
            .replace(
              "</ds:Signature>",
              `<ds:Object>${signed.replace(signature, "")}</ds:Object></ds:Signature>`,
            );
          return xml.replace(assertion, evil(xml).replace("</saml:Issuer>", `</saml:Issuer>${own}`));
        },
      }),
    ],
    [
      "has two elements of one ID",
      () => ({ bytes: (xml) => xml.replace('ID="_response"', 'ID="_assertion"') }),
    ],
    [
      "is of another issuer",
      () => ({ words: (xml) => xml.replaceAll(idp.entityId, "https://evil.example.jp") }),
    ],
    ["is for another audience", () => ({ words: swap(/<saml:Audience>[^<]*/, "<saml:Audience>urn:other") })],
    [
      "is for no audience",
      () => ({ words: swap(/<saml:AudienceRestriction>.*<\/saml:AudienceRestriction>/, "") }),
    ],
    [
      "was sent to another address",
      () => ({ words: swap(/Recipient="[^"]*"/, 'Recipient="https://other.example.jp/"') }),
    ],
    [
      "names another destination",
      () => ({ words: swap(/Destination="[^"]*"/, 'Destination="https://other.example.jp/"') }),
    ],
    [
      "answers two questions",
      () => ({ words: swap(/(<samlp:Response[^>]*)InResponseTo="[^"]*"/, '$1InResponseTo="_x"') }),
    ],
    [
      "answers another question",
      () => ({ words: (xml) => xml.replaceAll(/InResponseTo="[^"]*"/g, 'InResponseTo="_other"') }),
    ],
    [
      "is over",
      () => ({ words: (xml) => xml.replaceAll(/NotOnOrAfter="[^"]*"/g, `NotOnOrAfter="${at(-61)}"`) }),
    ],
    ["is of tomorrow", () => ({ words: swap(/NotBefore="[^"]*"/, `NotBefore="${at(120)}"`) })],
    ["never ends", () => ({ words: swap(/(<saml:SubjectConfirmationData )NotOnOrAfter="[^"]*"/, "$1") })],
    ["says no time that can be read", () => ({ words: swap(/NotBefore="[^"]*"/, 'NotBefore="yesterday"') })],
    ["has no conditions", () => ({ words: swap(/<saml:Conditions[\s\S]*<\/saml:Conditions>/, "") })],
    [
      "has a condition of its own",
      () => ({ words: swap("</saml:Conditions>", "<saml:Condition/></saml:Conditions>") }),
    ],
    ["is confirmed otherwise than by its bearer", () => ({ words: swap("cm:bearer", "cm:sender-vouches") })],
    ["names nobody", () => ({ words: swap(/<saml:NameID[\s\S]*<\/saml:NameID>/, "") })],
    [
      "names somebody for this once",
      () => ({ words: swap("nameid-format:persistent", "nameid-format:transient") }),
    ],
    [
      "names somebody by a mail address",
      () => ({ words: swap("2.0:nameid-format:persistent", "1.1:nameid-format:emailAddress") }),
    ],
    ["says that nobody has signed in", () => ({ words: swap("status:Success", "status:Responder") })],
    [
      "does not say how one has signed in",
      () => ({ words: swap(/<saml:AuthnStatement[\s\S]*<\/saml:AuthnStatement>/, "") }),
    ],
    [
      "brings a document type",
      () => ({ bytes: (xml) => `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${xml}` }),
    ],
    [
      "unfolds without end",
      () => ({
        bytes: (xml) =>
          `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>${xml.replace(clerk.nameId, "&b;")}`,
      }),
    ],
    ["is nested without end", () => ({ bytes: () => "<a>".repeat(20_000) })],
    ["is no XML", () => ({ bytes: () => "SAML" })],
  ])("an answer that %s is refused", async (_name, lies) => {
    const answer = await signIn(liar, clerk.name, lies());
    expect([answer.status, answer.body.code]).toEqual([403, "provider-answer-refused"]);
  });

  test("a little difference of clocks is borne", async () => {
    const words = swap(/NotBefore="[^"]*"/, `NotBefore="${at(40)}"`);
    expect((await signIn(liar, clerk.name, { words })).status).toBe(201);
  });

  test("what is encrypted, and what nobody asked for, is refused in words of its own", async () => {
    const bytes = (xml: string) => xml.replace(assertion, "<saml:EncryptedAssertion/>");
    expect((await signIn(liar, clerk.name, { bytes })).body.code).toBe("provider-answer-encrypted");
    const words = (xml: string) => xml.replaceAll(/ InResponseTo="[^"]*"/g, "");
    const unasked = await come(liar, clerk.name, { words });
    expect(unasked.answer).toBe("refused=provider-not-asked");
    // Straight from the provider's page there is no ticket.
    expect((await redeem({ ticket: "", answer: unasked.answer })).body.code).toBe("provider-not-asked");
  });

  test("an authentication class and being asked anew are held to when they are wanted", async () => {
    const strict = await add({ settings: { acr: "urn:strong", asksAnew: true } });
    const begun = await begin(strict);
    const request = inflateRawSync(Buffer.from(questionOf(begun.body.url), "base64")).toString();
    expect(request).toContain("urn:strong");
    expect(request).toContain('ForceAuthn="true"');
    expect((await signIn(strict, clerk.name)).body.code).toBe("provider-answer-refused");
    const strong = swap(/(<saml:AuthnContextClassRef>)[^<]*/, "$1urn:strong");
    expect((await signIn(strict, clerk.name, { words: strong })).status).toBe(201);
    const old = (xml: string) => strong(xml).replace(/AuthnInstant="[^"]*"/, `AuthnInstant="${at(-400)}"`);
    expect((await signIn(strict, clerk.name, { words: old })).body.code).toBe("provider-answer-refused");
  });

  test("the address for answers takes no cookie, gives none, and is no door for anything else", async () => {
    const { to, posted } = await come(liar, clerk.name);
    const { answer } = await post(to, { SAMLResponse: posted });
    expect(answer.headers.get("set-cookie")).toBeNull();
    expect((await post(to.replace(liar, provider), { SAMLResponse: posted })).location).toContain("refused=");
    expect((await post(to.replace(tenantId, liar), { SAMLResponse: posted })).status).toBe(404);
    expect((await post(to, { other: "x" })).status).toBe(400);
    expect((await post(to, { SAMLResponse: "A".repeat(300_000) })).status).toBe(413);
    // Forms are taken nowhere else.
    const session = await post(`${server.url("lgwan")}/api/v1/sessions`, { loginId: "x", password: "x" });
    expect([session.status, session.location]).toEqual([403, ""]);
    const form = await post(
      `${server.url("lgwan")}/api/v1/sessions`,
      { loginId: "x" },
      { origin: server.url("lgwan"), "sec-fetch-site": "same-origin" },
    );
    expect(form.status).toBe(415);
    await change(liar, { isEnabled: false });
    expect((await post(to, { SAMLResponse: posted })).status).toBe(404);
    await change(liar, {});
  });
});

describe("setting it up", () => {
  test("certificates roll over, are shown with their end, and one that is over is not believed", async () => {
    const rolling = await add({ settings: { certificates: [overCertificate, other.certificate] } });
    const clerk = await known();
    expect((await signIn(rolling, clerk.name)).body.code).toBe("provider-answer-refused");
    const shown = (await administrator.get("/api/v1/identity-providers")).body.items.find(
      ({ id }: { id: string }) => id === rolling,
    );
    expect(shown.saml.certificates.map(({ state }: { state: string }) => state)).toEqual(["over", "good"]);
    expect(shown.saml.entityId).toBe(`urn:uuid:${rolling}`);
    await change(rolling, { settings: { certificates: [other.certificate, signing.certificate] } });
    expect((await signIn(rolling, clerk.name)).status).toBe(201);
    expect((await signIn(rolling, clerk.name, { signer: other })).status).toBe(201);
    // What came in under a key that is believed no more ends with it.
    const without = await change(rolling, { settings: { certificates: [overCertificate] } });
    expect(without.body.ended).toBe(2);
    expect((await begin(rolling)).body.code).toBe("provider-unavailable");
    const trial = await administrator.post(`/api/v1/identity-providers/${rolling}/trial`, undefined);
    expect(trial.body).toEqual({ result: "unusable", because: "certificate-over" });
    for (const [certificate, code] of [
      [weakCertificate, "certificate-weak"],
      ["no certificate", "certificate-unreadable"],
    ]) {
      const refused = await change(rolling, { settings: { certificates: [certificate] } });
      expect([refused.status, refused.body.code]).toEqual([400, code]);
    }
  });

  test("metadata that cannot be used says why, and nothing of it is fetched or unfolded", async () => {
    const metadata = idp.metadata();
    // The parser would look through the whole text for the end of each name.
    const names = Array.from({ length: 300 }, (_, at) => `<n${at}></n${at}>`).join("");
    const reasonOf = async (text: string) => {
      const { status, body } = await administrator.post("/api/v1/identity-provider-metadata", {
        metadata: text,
      });
      return [status, body.code, body.facts?.becauseEn];
    };
    for (const [text, reason] of [
      [`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${metadata}`, "it is no XML"],
      ["{}", "it is no XML"],
      [metadata.replace(/(<IDPSSODescriptor[^>]*>)/, `$1<Extensions>${names}</Extensions>`), "it is no XML"],
      [await carry(provider), "not the metadata of a SAML 2.0 identity provider"],
      [
        metadata
          .replace("https://localhost", "http://localhost")
          .replace(/Location="https/g, 'Location="http'),
        "no sign-in address",
      ],
      [
        metadata.replace(/WantAuthnRequestsSigned="false"/, 'WantAuthnRequestsSigned="true"'),
        "signed requests",
      ],
      [metadata.replace(/<KeyDescriptor[\s\S]*<\/KeyDescriptor>/, ""), "no certificate"],
    ] as const)
      expect(await reasonOf(text)).toEqual([
        400,
        "provider-metadata-unreadable",
        expect.stringContaining(reason),
      ]);
  });

  test("nobody but the office for accounts, in the hall, reads metadata or fetches ours", async () => {
    const ways = (client: ApiClient) => [
      client.post("/api/v1/identity-provider-metadata", { metadata: idp.metadata() }),
      client.call("GET", `/api/v1/identity-providers/${provider}/metadata`),
    ];
    const person = (given: Parameters<typeof buildPerson>[2], zone: Zone) =>
      buildPerson(server.database, tenantId, given).then((one) => server.as(one, zone));
    for (const [client, status] of [
      [await person({ offices: ["rules", "audit"] }, "lgwan"), 403],
      [await person({ offices: ["accounts"] }, "internet"), 403],
      [await person({ kind: "guest" }, "internet"), 404],
    ] as const)
      for (const answer of await Promise.all(ways(client))) expect(answer.status).toBe(status);
    const elsewhere = await buildMunicipality(server.database);
    const stranger = await server.as(
      await buildPerson(server.database, elsewhere, { offices: ["accounts"] }),
    );
    const [, metadata] = await Promise.all(ways(stranger));
    expect(metadata!.status).toBe(404);
  });

  test("what was refused stands in the record", async () => {
    const entries = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("audit_entry")
          .select("payload")
          .where("tenant_id", "=", tenantId)
          .where("action", "=", "session.refused")
          .orderBy("id"),
      ),
    );
    expect(entries.at(-1)?.payload).toContain('"why":"provider"');
  });
});
