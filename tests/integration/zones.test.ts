import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newTotpSecret } from "#core/identity/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { addressMatcher } from "#core/zones/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { sendRaw } from "#tests/support/raw-http.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let webRoot: string;
beforeAll(async () => {
  webRoot = mkdtempSync(join(tmpdir(), "chonai-web-"));
  writeFileSync(join(webRoot, "index.html"), "<!doctype html><title>庁内</title>");
  mkdirSync(join(webRoot, "assets"));
  writeFileSync(join(webRoot, "assets", "main-abc.js"), "export {};");
  writeFileSync(join(webRoot, "..", "chonai-secret.txt"), "a secret beside the web root");
  server = await startTestServer({ webRoot });
});
afterAll(async () => {
  await server.stop();
  rmSync(webRoot, { recursive: true, force: true });
  rmSync(join(tmpdir(), "chonai-secret.txt"), { force: true });
});

describe("the zone is the listener's", () => {
  test("nothing in a request changes it", async () => {
    const headers = {
      "x-zone": "lgwan",
      "x-chonai-zone": "lgwan",
      host: "lgwan.city.example",
      forwarded: "host=lgwan",
    };
    const page = await server
      .anonymous("internet")
      .call<{ zone: string; needsTotp: boolean }>(
        "GET",
        "/api/v1/sign-in-page?zone=lgwan",
        undefined,
        headers,
      );
    expect(page.body).toMatchObject({ zone: "internet", needsTotp: true });
    expect((await server.anonymous("lgwan").get("/api/v1/sign-in-page")).body).toMatchObject({
      zone: "lgwan",
      needsTotp: false,
    });
  });

  test("a field of the sign-in does not change it either", async () => {
    const tenantId = await buildMunicipality(server.database);
    server.chonai.tenants.forget();
    const person = await buildPerson(server.database, tenantId, {
      totp: { keyring: server.keyring, secret: newTotpSecret() },
    });
    const answer = await server.anonymous("internet").post("/api/v1/sessions", {
      loginId: person.loginId,
      password: "correct horse battery staple",
      zone: "lgwan",
    });
    expect(answer.body.code).toBe("totp-required");
  });

  test("a token of one zone is 401 in the other, on every route that needs one", async () => {
    const tenantId = await buildMunicipality(server.database);
    const person = await buildPerson(server.database, tenantId);
    for (const [own, other] of [
      ["lgwan", "internet"],
      ["internet", "lgwan"],
    ] as const) {
      const { token } = await buildSession(server.database, person, { zone: own });
      expect((await new ApiClient(server.url(own), token).get("/api/v1/me")).status).toBe(200);
      for (const route of server.chonai.routes) {
        if (route.policy.kind === "anyone") continue;
        const path = route.path.replaceAll(/\{\w+\}/g, person.id);
        const answer = await new ApiClient(server.url(other), token).call<{ code: string }>(
          route.method,
          path,
          route.method === "GET" ? undefined : {},
        );
        // A route of one side alone is an unknown path on the other.
        const isThere = (route.zones ?? ["lgwan", "internet"]).includes(other);
        expect([answer.status, answer.body.code], route.name).toEqual(
          isThere ? [401, "unauthenticated"] : [404, "not-found"],
        );
      }
      // The attempt has not ended it.
      expect((await new ApiClient(server.url(own), token).get("/api/v1/me")).status).toBe(200);
    }
  });
});

describe("proxies", () => {
  /** How many of these sign-ins from ever new forwarded addresses pass before the limit of one address (300). */
  async function passed(listeners: Parameters<typeof startTestServer>[0], header: (i: number) => string) {
    // A clock that stands still refills nothing, however slow the machine is.
    const proxied = await startTestServer({ ...listeners, clock: fixedClock(new Date()) });
    try {
      await buildMunicipality(proxied.database, { slug: "one" });
      let count = 0;
      for (let i = 0; i < 310; i++) {
        const response = await fetch(`${proxied.url("lgwan")}/api/v1/sessions`, {
          method: "POST",
          headers: { "content-type": "application/json", "x-forwarded-for": header(i) },
          body: JSON.stringify({ loginId: `u${i}`, password: "x", tenant: "none" }),
        });
        await response.arrayBuffer();
        if (response.status !== 429) count++;
      }
      return count;
    } finally {
      await proxied.stop();
    }
  }
  const everNew = (i: number) => `198.51.100.${i % 250}`;

  test("a declared proxy's address counts, an undeclared one's does not", async () => {
    const declared = { trustedProxies: ["127.0.0.1/32"] };
    expect(await passed({ rateFactor: 1, listeners: declared }, everNew)).toBe(310);
    const elsewhere = { trustedProxies: ["10.0.0.0/8"] };
    expect(await passed({ rateFactor: 1, listeners: elsewhere }, everNew)).toBeLessThan(310);
  });

  test("what a client writes before the proxy's own entry is not believed", async () => {
    const declared = { trustedProxies: ["127.0.0.1/32"] };
    const forged = (i: number) => `${everNew(i)}, 203.0.113.7`;
    expect(await passed({ rateFactor: 1, listeners: declared }, forged)).toBeLessThan(310);
  });

  test("the declared address of a whole hall is not limited as one", async () => {
    const shared = { sharedAddresses: ["127.0.0.0/8"] };
    expect(await passed({ rateFactor: 1, listeners: shared }, () => "198.51.100.1")).toBe(310);
  });

  test("garbage in forwarded headers of a declared proxy is no error", async () => {
    const proxied = await startTestServer({ listeners: { trustedProxies: ["127.0.0.1/32"] } });
    try {
      for (const text of [
        "",
        ",",
        "unknown",
        "::1::",
        "a".repeat(5000),
        "1.2.3.4:99999",
        "' or 1=1",
        "%00",
      ]) {
        const response = await fetch(`${proxied.url("lgwan")}/api/v1/sign-in-page`, {
          headers: { "x-forwarded-for": text, "x-forwarded-host": text, "x-forwarded-proto": text },
        });
        await response.arrayBuffer();
        expect(response.status, text).toBe(200);
      }
    } finally {
      await proxied.stop();
    }
  });

  test("ranges are read strictly", () => {
    const matches = addressMatcher(["10.0.0.0/8", "2001:db8::/32", "192.0.2.7"]);
    for (const address of ["10.255.0.1", "::ffff:10.1.1.1", "2001:db8::1", "192.0.2.7"])
      expect(matches(address), address).toBe(true);
    for (const address of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "", "x", "10.0.0.1.evil"])
      expect(matches(address), address).toBe(false);
    for (const range of [
      "10.0.0.0/33",
      "10.0.0.0/-1",
      "10.0.0.0/x",
      "10.0.0.0/",
      "10.0.0.0/8/8",
      "hall",
      "10.0.0",
      "::/129",
    ])
      expect(() => addressMatcher([range]), range).toThrow();
  });
});

describe("pages", () => {
  test("nothing outside the web root is served, however the path is written", async () => {
    for (const path of [
      "/../chonai-secret.txt",
      "/..%2fchonai-secret.txt",
      "/%2e%2e/chonai-secret.txt",
      "/%2e%2e%2fchonai-secret.txt",
      "/assets/../../chonai-secret.txt",
      "/assets/..%2f..%2fchonai-secret.txt",
      "/assets/%2e%2e/%2e%2e/chonai-secret.txt",
      "/..%5cchonai-secret.txt",
      "/%252e%252e/chonai-secret.txt",
      "/..%00/chonai-secret.txt",
      "/assets/main-abc.js%00.txt",
      "/....//chonai-secret.txt",
      `/${encodeURIComponent(join(tmpdir(), "chonai-secret.txt"))}`,
      "//etc/passwd",
      "/assets/",
      "/assets",
    ]) {
      const [answer] = await sendRaw(
        server.url("lgwan"),
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`,
      );
      expect(answer!.body, path).not.toContain("secret beside");
      expect(answer!.status, `${path} ${answer!.body}`).toBeGreaterThanOrEqual(400);
      expect(answer!.status, `${path} ${answer!.body}`).toBeLessThan(500);
    }
  });

  test("every answer carries the headers that keep other sites and scripts out", async () => {
    for (const path of [
      "/",
      "/assets/main-abc.js",
      "/rooms/1",
      "/api/v1/me",
      "/api/v1/nothing",
      "/healthz",
      "/%zz",
    ]) {
      const response = await fetch(server.url("internet") + path, { headers: { accept: "text/html" } });
      await response.arrayBuffer();
      expect(response.headers.get("content-security-policy"), path).toMatch(/default-src 'none'/);
      expect(response.headers.get("content-security-policy"), path).not.toMatch(/https?:|unsafe-inline|\*/);
      expect(response.headers.get("x-content-type-options"), path).toBe("nosniff");
      expect(response.headers.get("x-frame-options"), path).toBe("DENY");
      expect(response.headers.get("referrer-policy"), path).toBe("no-referrer");
      expect(response.headers.get("x-powered-by"), path).toBeNull();
    }
  });

  test("an unknown page is the client's business, an unknown asset or API path is not found", async () => {
    const get = async (path: string) =>
      (await fetch(server.url("lgwan") + path, { headers: { accept: "text/html" } })).status;
    expect(await get("/rooms/1")).toBe(200);
    expect(await get("/assets/gone.js")).toBe(404);
    expect(await get("/api/v1/gone")).toBe(404);
  });
});
