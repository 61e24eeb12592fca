import { createPublicKey, verify } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";

const read = (name: string) => readFileSync(new URL(name, import.meta.url), "utf8");

/** The certificate of the push service of these tests; it stands for nothing else. */
export const pushServiceCertificate = read("certificate.pem");

export type ReceivedPush = { path: string; headers: IncomingHttpHeaders; bodyBytes: number };

/** What stands outside the building: a push service on https that checks who knocks, and answers as the test wants. */
export type PushService = {
  host: string;
  endpoint: (name: string) => string;
  received: ReceivedPush[];
  /** Answers for an endpoint's next pushes, in turn; 201 when none is left. */
  answers: Map<string, { status: number; retryAfter?: number }[]>;
  stop: () => Promise<void>;
};

export async function startPushService(): Promise<PushService> {
  const received: ReceivedPush[] = [];
  const answers: PushService["answers"] = new Map();
  const server = createServer({ cert: pushServiceCertificate, key: read("key.pem") }, (request, response) => {
    let bodyBytes = 0;
    request.on("data", (bytes: Buffer) => {
      bodyBytes += bytes.length;
    });
    request.on("end", () => {
      const path = request.url ?? "";
      const problem = refusalOf(request.headers, `https://${request.headers.host}`);
      if (problem) return void response.writeHead(403, problem).end();
      received.push({ path, headers: request.headers, bodyBytes });
      const { status, retryAfter } = answers.get(path)?.shift() ?? { status: 201 };
      response.writeHead(status, retryAfter ? { "retry-after": String(retryAfter) } : {}).end();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    host,
    endpoint: (name) => `https://${host}/${name}`,
    received,
    answers,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** Checks what RFC 8030 and 8292 ask for; undefined when nothing is wrong. */
function refusalOf(headers: IncomingHttpHeaders, origin: string): string | undefined {
  if (!/^\d+$/.test(String(headers.ttl ?? ""))) return "no TTL";
  if (!["very-low", "low", "normal", "high"].includes(String(headers.urgency))) return "no urgency";
  if (!/^[A-Za-z0-9_-]{1,32}$/.test(String(headers.topic))) return "no topic";
  const [, token = "", key = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(headers.authorization ?? "") ?? [];
  const point = Buffer.from(key, "base64url");
  if (point.length !== 65 || point[0] !== 4) return "no key";
  const [head = "", claims = "", signature = ""] = token.split(".");
  const part = (text: string) => JSON.parse(Buffer.from(text, "base64url").toString());
  if (part(head).alg !== "ES256") return "no ES256";
  const { aud, exp, sub } = part(claims);
  const left = exp - Date.now() / 1000;
  if (aud !== origin || left <= 0 || left > 86_400 || !/^(mailto|https):/.test(sub)) return "wrong claims";
  const jwk = {
    kty: "EC",
    crv: "P-256",
    x: point.subarray(1, 33).toString("base64url"),
    y: point.subarray(33).toString("base64url"),
  };
  const isSigned = verify(
    "sha256",
    Buffer.from(`${head}.${claims}`),
    { key: createPublicKey({ key: jwk, format: "jwk" }), dsaEncoding: "ieee-p1363" },
    Buffer.from(signature, "base64url"),
  );
  return isSigned ? undefined : "wrong signature";
}
