import { createHash, generateKeyPairSync, type KeyObject, randomUUID, sign } from "node:crypto";
import { serveSecurely } from "./openid-provider.ts";

type Token = { header: Record<string, unknown>; claims: Record<string, unknown>; key: KeyObject | undefined };

const pair = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");

function signed({ header, claims, key }: Token): string {
  const head = `${encode(header)}.${encode(claims)}`;
  const signature = key ? sign("sha256", Buffer.from(head), { key, dsaEncoding: "ieee-p1363" }) : undefined;
  return `${head}.${signature?.toString("base64url") ?? ""}`;
}

/**
 * A provider that can lie in every way: what it says of itself and the ID token that it gives go through the test's hands. Left
 * alone it speaks the truth, which the test shows first.
 */
export async function startLyingProvider(clientId: string) {
  const [own, other] = [pair(), pair()];
  const nonces = new Map<string, string>();
  let changeToken: (token: Token) => Token = (token) => token;
  let changeDescription: (about: Record<string, unknown>) => Record<string, unknown> = (about) => about;
  let answerToken: { status: number; headers: Record<string, string> } | undefined;
  const asked: string[] = [];

  const served = await serveSecurely((issuer) => (request, response) => {
    const { pathname } = new URL(request.url ?? "/", issuer);
    asked.push(pathname);
    const json = (body: unknown) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    };
    if (pathname === "/.well-known/openid-configuration")
      return json(
        changeDescription({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ["code"],
          subject_types_supported: ["public"],
          id_token_signing_alg_values_supported: ["ES256"],
          code_challenge_methods_supported: ["S256"],
        }),
      );
    if (pathname === "/keys")
      return json({
        keys: [{ ...own.publicKey.export({ format: "jwk" }), alg: "ES256", use: "sig", kid: "own" }],
      });
    if (pathname !== "/token") return response.writeHead(404).end();
    if (answerToken) return response.writeHead(answerToken.status, answerToken.headers).end();
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    return request.on("end", () => {
      const code = new URLSearchParams(body).get("code") ?? "";
      const now = Math.floor(Date.now() / 1000);
      const token = changeToken({
        header: { alg: "ES256", kid: "own" },
        claims: {
          iss: issuer,
          aud: clientId,
          sub: "person-1",
          employee_number: "1001",
          nonce: nonces.get(code),
          iat: now,
          exp: now + 300,
        },
        key: own.privateKey,
      });
      json({ access_token: "x", token_type: "Bearer", id_token: signed(token) });
    });
  });

  return {
    ...served,
    asked,
    otherKey: other.privateKey,
    /** Lets it lie from now on; everything that is left out is the truth. */
    lie(lies: {
      token?: typeof changeToken;
      description?: typeof changeDescription;
      answerToken?: typeof answerToken;
    }) {
      changeToken = lies.token ?? ((token) => token);
      changeDescription = lies.description ?? ((about) => about);
      answerToken = lies.answerToken;
    },
    /** That it has ended somebody's session. */
    logoutToken(change: (token: Token) => Token = (token) => token): string {
      const now = Math.floor(Date.now() / 1000);
      return signed(
        change({
          header: { alg: "ES256", kid: "own", typ: "logout+jwt" },
          claims: {
            iss: served.issuer,
            aud: clientId,
            sub: "person-1",
            iat: now,
            exp: now + 120,
            jti: randomUUID(),
            events: { "http://schemas.openid.net/event/backchannel-logout": {} },
          },
          key: own.privateKey,
        }),
      );
    },
    /** What it sends the browser back with that came by this address. */
    answerTo(url: string): URLSearchParams {
      const asked = new URL(url).searchParams;
      const code = createHash("sha256").update(url).digest("base64url");
      nonces.set(code, asked.get("nonce") ?? "");
      return new URLSearchParams({ code, state: asked.get("state") ?? "" });
    },
  };
}
