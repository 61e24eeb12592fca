import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readKeyring } from "#cli/installation.ts";
import { markKeyOf } from "#cli/open-sanitiser.ts";
import type { ConnectionSettings } from "#core/db/index.ts";
import { PageMarks } from "#core/sanitise/index.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

/** The operators' commands about sanitising, as they run them beside the program. */
let server: TestServer;
let folder: string;

beforeAll(async () => {
  server = await startTestServer();
  folder = mkdtempSync(join(tmpdir(), "chonai-commands-"));
  writeFileSync(join(folder, "key"), "ab".repeat(32), { mode: 0o600 });
});
afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function chonai(...args: string[]): Promise<{ code: number | null; text: string }> {
  const url = ({ user, password, host, port, database }: ConnectionSettings) =>
    `postgresql://${user}:${password}@localhost:${port}/${database}?host=${encodeURIComponent(host)}`;
  const env = {
    ...process.env,
    DATABASE_URL: url(server.testDatabase.application),
    MIGRATION_DATABASE_URL: url(server.testDatabase.owner),
    CHONAI_DATA: join(folder, "data"),
    CHONAI_KEY_FILE: join(folder, "key"),
  };
  return new Promise((resolve) => {
    const main = new URL("../../cli/main.ts", import.meta.url).pathname;
    const child = spawn(process.execPath, [main, ...args], { env });
    let text = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (data) => {
        text += data;
      });
    child.on("close", (code) => resolve({ code, text }));
  });
}

test("definitions are packed, carried over and imported; doctor tells how old they are and what is missing", async () => {
  const before = await chonai("doctor");
  expect(before.code).toBe(1);
  expect(before.text).toContain("ウイルス定義がまだ取り込まれていません");
  expect(before.text).toContain("○ 隔離（bubblewrap）");
  expect(before.text).toContain("○ データベース");

  const keys = join(folder, "keys");
  expect((await chonai("definitions", "keys", "--out", keys)).code).toBe(0);
  expect((await chonai("definitions", "keys", "--out", keys)).code).toBe(1);
  mkdirSync(join(folder, "new"));
  writeFileSync(join(folder, "new", "test.ndb"), "Test.Word:0:*:6162636465666768\n");
  const bundle = join(folder, "definitions.tar");
  const pack = [
    "definitions",
    "pack",
    "--from",
    join(folder, "new"),
    "--key",
    join(keys, "definitions-private.pem"),
    "--out",
    bundle,
  ];
  expect((await chonai(...pack)).text).toContain("--date");
  expect((await chonai(...pack, "--date", new Date().toISOString())).code).toBe(0);

  expect((await chonai("definitions", "import", bundle)).text).toContain("definitions-key.pem");
  mkdirSync(join(folder, "data", "sanitise"), { recursive: true });
  renameSync(join(keys, "definitions-public.pem"), join(folder, "data", "sanitise", "definitions-key.pem"));
  const imported = await chonai("definitions", "import", bundle);
  expect(imported.code, imported.text).toBe(0);
  const after = await chonai("doctor");
  expect(after.text).not.toContain("まだ取り込まれていません");
  expect(after.text).toContain("Chonai が起動していないとき");

  chmodSync(join(folder, "key"), 0o644);
  expect((await chonai("doctor")).text).toContain("× 鍵");
  chmodSync(join(folder, "key"), 0o600);
});

test("the hidden mark of a page image is read with the installation's key, and where there is none it says so", async () => {
  process.env.CHONAI_KEY_FILE = join(folder, "key");
  const keyring = readKeyring(folder);
  delete process.env.CHONAI_KEY_FILE;
  const page = await sharp({ create: { width: 900, height: 1200, channels: 3, background: "#fff" } })
    .png()
    .toBuffer();
  const invisible = Buffer.from("0102030405060708", "hex");
  const marked = await new PageMarks(markKeyOf(keyring)).mark(page, { visible: ["総務課"], invisible });
  writeFileSync(join(folder, "marked.png"), marked);
  writeFileSync(join(folder, "plain.png"), page);
  const found = await chonai("watermark", "read", join(folder, "marked.png"));
  expect(found).toMatchObject({ code: 0, text: expect.stringContaining("0102030405060708") });
  expect(await chonai("watermark", "read", join(folder, "plain.png"))).toMatchObject({
    code: 1,
    text: expect.stringContaining("見つかりません"),
  });
  expect((await chonai("watermark", "read", join(folder, "key"))).text).toContain("画像ではありません");
  expect(readFileSync(join(folder, "marked.png")).length).toBeGreaterThan(1000);
});
