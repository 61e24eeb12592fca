import { copyFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type TLSSocket } from "node:tls";
import pino from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { TlsIdentity } from "./tls-identity.ts";

const fixtures = new URL("../../tests/support/", import.meta.url).pathname;
const first = { certificate: "push-service/certificate.pem", key: "push-service/key.pem" };
const renewed = { certificate: "certificates/renewed.pem", key: "certificates/renewed-key.pem" };
const silent = pino({ level: "silent" });

let folder: string;
let files: { certificate: string; key: string };
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "chonai-tls-"));
  files = { certificate: join(folder, "city.pem"), key: join(folder, "city.key") };
  place(first);
});

afterEach(() => {
  server?.close();
  rmSync(folder, { recursive: true, force: true });
});

let placed = 0;
function place(pair: typeof first) {
  copyFileSync(join(fixtures, pair.certificate), files.certificate);
  copyFileSync(join(fixtures, pair.key), files.key);
  placed += 1;
  for (const path of Object.values(files)) utimesSync(path, placed, placed);
}

async function serve(identity: TlsIdentity): Promise<number> {
  server = createServer(identity.options);
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

function shakeHands(port: number, options: object = {}): Promise<{ name: string; protocol: string | null }> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect(
      { port, host: "127.0.0.1", rejectUnauthorized: false, ...options },
      () => {
        const name = String(socket.getPeerCertificate().subject.CN);
        resolve({ name, protocol: socket.getProtocol() });
        socket.destroy();
      },
    );
    socket.on("error", reject);
  });
}

test("a renewed certificate serves without a restart; a broken one leaves the one before", async () => {
  const identity = new TlsIdentity(files, silent);
  const port = await serve(identity);
  const before = await shakeHands(port);
  expect(before.protocol).toBe("TLSv1.3");

  writeFileSync(files.certificate, "not a certificate");
  identity.lookAgain(server!);
  expect((await shakeHands(port)).name).toBe(before.name);

  place(renewed);
  identity.lookAgain(server!);
  expect((await shakeHands(port)).name).toBe("localhost renewed");
});

test("old protocols and ciphers without forward secrecy are refused", async () => {
  const port = await serve(new TlsIdentity(files, silent));
  expect((await shakeHands(port, { maxVersion: "TLSv1.2" })).protocol).toBe("TLSv1.2");
  await expect(shakeHands(port, { minVersion: "TLSv1", maxVersion: "TLSv1.1" })).rejects.toThrow();
  await expect(
    shakeHands(port, { maxVersion: "TLSv1.2", ciphers: "AES128-GCM-SHA256:AES256-SHA" }),
  ).rejects.toThrow();
});

test("files that are missing, unreadable or of two pairs are told of in words", () => {
  copyFileSync(join(fixtures, renewed.key), files.key);
  expect(() => new TlsIdentity(files, silent)).toThrow(/証明書 .* のものではありません/);
  writeFileSync(files.key, "not a key");
  expect(() => new TlsIdentity(files, silent)).toThrow(/読み取れません/);
  rmSync(files.key);
  expect(() => new TlsIdentity(files, silent)).toThrow(/読めません/);
});
