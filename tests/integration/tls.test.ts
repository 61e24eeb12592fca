import { readFileSync } from "node:fs";
import { request } from "node:https";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import WebSocket from "ws";
import { buildMunicipality, buildPerson, testPassword } from "../support/factories.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const folder = new URL("../support/certificates/", import.meta.url).pathname;
const tls = { certificate: `${folder}renewed.pem`, key: `${folder}renewed-key.pem` };
const ca = readFileSync(tls.certificate);

let server: TestServer;
let port: number;
let loginId: string;

beforeAll(async () => {
  server = await startTestServer({ listeners: { tls, secureCookies: true } });
  const city = await buildMunicipality(server.database, { slug: "tls" });
  server.chonai.tenants.forget();
  loginId = (await buildPerson(server.database, city)).loginId;
  port = server.chonai.addresses.find(({ zone }) => zone === "lgwan")!.port;
});
afterAll(() => server.stop());

type Answer = { status: number; headers: NodeJS.Dict<string | string[]>; body: string };

function send(method: string, path: string, body?: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, ca }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("end", () =>
        resolve({
          status: answer.statusCode!,
          headers: answer.headers,
          body: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on("error", reject);
    if (body !== undefined) sent.setHeader("content-type", "application/json");
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

test("a listener with a certificate speaks TLS alone, keeps browsers on https and its cookies on this host", async () => {
  expect((await send("GET", "/healthz")).status).toBe(200);
  const signedIn = await send("POST", "/api/v1/sessions", { loginId, password: testPassword });
  expect(signedIn.status).toBe(201);
  expect(signedIn.headers["strict-transport-security"]).toBe("max-age=31536000; includeSubDomains");
  expect(signedIn.headers["set-cookie"]?.[0]).toMatch(/^__Host-chonai_lgwan=.*; Secure$/);
  expect((await send("GET", "/nothing")).headers["strict-transport-security"]).toBeDefined();

  const plain = await new Promise<string>((resolve) => {
    const socket = connect(port, "127.0.0.1", () => socket.write("GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"));
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk.toString();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(text));
  });
  expect(plain).not.toContain("200");
  expect(plain).not.toContain("30"); // no redirect either: a client that forgot the s must notice
});

test("the stream runs over it", async () => {
  const { token } = JSON.parse(
    (await send("POST", "/api/v1/sessions", { loginId, password: testPassword })).body,
  ) as { token: string };
  const socket = new WebSocket(`wss://127.0.0.1:${port}/api/v1/stream`, { ca });
  const first = await new Promise<{ type: string }>((resolve, reject) => {
    socket.on("open", () => socket.send(JSON.stringify({ type: "hello", token })));
    socket.on("message", (data) => resolve(JSON.parse(String(data)) as { type: string }));
    socket.on("error", reject);
  });
  expect(first.type).toBe("ready");
  socket.close();
});

test("without TLS nothing asks browsers for https", async () => {
  const plain = await startTestServer();
  try {
    const answer = await fetch(`${plain.url("lgwan")}/healthz`);
    expect(answer.headers.get("strict-transport-security")).toBeNull();
  } finally {
    await plain.stop();
  }
});
