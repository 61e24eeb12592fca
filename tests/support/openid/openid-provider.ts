import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, request } from "node:https";
import type { AddressInfo } from "node:net";
import Provider from "oidc-provider";

const certificates = new URL("../push-service/", import.meta.url);
/** The certificate of every provider of these tests; it stands for nothing else. */
export const providerCertificate = readFileSync(new URL("certificate.pem", certificates), "utf8");
const key = readFileSync(new URL("key.pem", certificates), "utf8");

/** Who can sign in at the provider of the tests: the claims by the name that one types there. */
export type People = Map<string, { sub: string } & Record<string, unknown>>;

type Handler = (request: IncomingMessage, response: ServerResponse) => unknown;

/** An https server on a free port of this machine, under the name `localhost`. */
export async function serveSecurely(
  make: (issuer: string) => Handler,
): Promise<{ issuer: string; host: string; stop: () => Promise<void> }> {
  let handle: Handler = () => {};
  const server = createServer({ cert: providerCertificate, key }, (asked, response) =>
    handle(asked, response),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  handle = make(`https://${host}`);
  return {
    issuer: `https://${host}`,
    host,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A real provider (oidc-provider, certified for OpenID Connect) with a sign-in page of the test. `register` makes Chonai known to it. */
export async function startOpenIdProvider() {
  const people: People = new Map();
  const client = { id: "chonai", secret: "a secret of thirty-two characters" };
  let handle: Handler = (_asked, response) => response.writeHead(503).end();
  const served = await serveSecurely(() => (asked, response) => handle(asked, response));
  let tellLogout = async (_sub: string, _sid: string) => {};
  const register = (redirectUris: readonly string[], logoutUri?: string) => {
    const { issuer } = served;
    const provider = new Provider(issuer, {
      clients: [
        {
          client_id: client.id,
          client_secret: client.secret,
          redirect_uris: redirectUris,
          response_types: ["code"],
          grant_types: ["authorization_code"],
          ...(logoutUri && { backchannel_logout_uri: logoutUri, backchannel_logout_session_required: true }),
        },
      ],
      pkce: { required: () => true },
      claims: { openid: ["sub"], profile: ["name", "employee_number", "preferred_username"] },
      cookies: { keys: ["only for tests"] },
      features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
      // Chonai stands on this very machine here, which it would not ask by itself.
      fetch: (url: URL, { method, headers, body }: RequestInit) =>
        fetch(url, { ...(method && { method }), ...(headers && { headers }), ...(body && { body }) }),
      interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: async () => [...people.values()].find(({ sub }) => sub === id),
      }),
      // Nobody is asked for consent: the hall's provider belongs to the hall.
      loadExistingGrant: async ({ oidc }: { oidc: Record<string, any> }) => {
        const grant = new provider.Grant({
          clientId: oidc.client.clientId,
          accountId: oidc.session.accountId,
        });
        grant.addOIDCScope("openid profile");
        await grant.save();
        return grant;
      },
    });
    tellLogout = async (sub, sid) => (await provider.Client.find(client.id)).backchannelLogout(sub, sid);
    const answer = provider.callback();
    handle = (asked, response) => {
      const url = new URL(asked.url ?? "/", issuer);
      if (!url.pathname.startsWith("/interaction/")) return answer(asked, response);
      const person = people.get(url.searchParams.get("user") ?? "");
      if (person) return provider.interactionFinished(asked, response, { login: { accountId: person.sub } });
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
      return response.end(
        '<!doctype html><html lang="ja"><title>全庁認証基盤</title><form><label>利用者 <input name="user"></label> <button>確認する</button></form></html>',
      );
    };
  };
  /** Tells Chonai that a session has ended there, as it does when somebody signs out. */
  const logOut = (sub: string, sid: string) => tellLogout(sub, sid);
  return { ...served, people, client, register, logOut };
}

/** A browser at the provider: follows where it is sent, keeps cookies, types a name, and stops where it would leave for Chonai. */
export async function visitProvider(start: string, user: string): Promise<URL> {
  const cookies = new Map<string, string>();
  let url = new URL(start);
  const { host } = url;
  for (let step = 0; step < 10; step++) {
    const { status, location, setCookies } = await get(url, cookies);
    for (const cookie of setCookies) {
      const [name = "", value = ""] = cookie.split(";")[0]!.split("=");
      cookies.set(name, value);
    }
    if (status >= 300 && status < 400 && location) {
      url = new URL(location, url);
      if (url.host !== host) return url;
    } else if (url.pathname.startsWith("/interaction/") && !url.search)
      url.search = new URLSearchParams({ user }).toString();
    else throw new Error(`the provider answered ${status} at ${url.pathname}`);
  }
  throw new Error("the provider sends round in circles");
}

function get(url: URL, cookies: ReadonlyMap<string, string>) {
  return new Promise<{ status: number; location: string | undefined; setCookies: string[] }>(
    (resolve, reject) => {
      const asking = request(
        url,
        {
          ca: providerCertificate,
          headers: { cookie: [...cookies].map((pair) => pair.join("=")).join("; ") },
        },
        (answer) => {
          answer.resume();
          answer.on("end", () =>
            resolve({
              status: answer.statusCode ?? 0,
              location: answer.headers.location,
              setCookies: answer.headers["set-cookie"] ?? [],
            }),
          );
        },
      );
      asking.on("error", reject);
      asking.end();
    },
  );
}
