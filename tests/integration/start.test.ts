import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { totpAt } from "#core/identity/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { findPortBase, makeDataFolder, Program } from "#tests/support/program.ts";

const running = /Press Ctrl-C to stop/;
const codePattern = /\n {2}([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\n/;

/** What the set-up page sends. */
function setUpWith(code: string) {
  return {
    code,
    municipalityName: "試験市",
    slug: "shiken",
    administrator: {
      loginId: "admin",
      password: "とても長い合言葉を使います",
      familyName: "試験",
      givenName: "花子",
      familyKana: "しけん",
      givenKana: "はなこ",
    },
  };
}

describe("an empty installation", () => {
  const data = makeDataFolder();
  let portBase: number;
  let program: Program;
  let totpSecret: string;
  const inside = () => new ApiClient(`http://127.0.0.1:${portBase}`, undefined);
  const outside = () => new ApiClient(`http://127.0.0.1:${portBase + 1}`, undefined);

  beforeAll(async () => {
    portBase = await findPortBase();
    program = new Program(["start", "--empty", "--data", data.path, "--port-base", String(portBase)]);
    await program.says(running);
  });
  afterAll(async () => {
    await program.interrupt();
    data.remove();
  });

  test("is set up once with the console's code; its administrator signs in on both sides", async () => {
    const code = (await program.says(codePattern))[1]!;
    expect((await inside().get("/api/v1/sign-in-page")).body.isSetUp).toBe(false);
    const wrong = await inside().post("/api/v1/set-up", setUpWith("AAAA-BBBB-CCCC-DDDD"));
    expect([wrong.status, wrong.body.code]).toEqual([403, "set-up-code-wrong"]);
    const done = await inside().post("/api/v1/set-up", setUpWith(code.toLowerCase()));
    expect(done.status).toBe(201);
    const again = await inside().post("/api/v1/set-up", setUpWith(code));
    expect([again.status, again.body.code]).toEqual([409, "already-set-up"]);

    const credentials = { loginId: "ａｄｍｉｎ", password: "とても長い合言葉を使います" };
    const signedIn = await inside().post("/api/v1/sessions", credentials);
    expect([signedIn.status, signedIn.body.zone, signedIn.body.person.name]).toEqual([
      201,
      "lgwan",
      "試験 花子",
    ]);
    const without = await outside().post("/api/v1/sessions", credentials);
    expect([without.status, without.body.code]).toEqual([401, "totp-required"]);
    totpSecret = done.body.totpSecret;
    const totp = await totpAt(totpSecret, new Date());
    expect((await outside().post("/api/v1/sessions", { ...credentials, totp })).status).toBe(201);
  });

  test("a second start on the same data says that it is running, where, and what to do", async () => {
    const second = new Program(["start", "--data", data.path, "--port-base", String(await findPortBase())]);
    expect(await second.ended).toBe(1);
    expect(second.output).toContain(String(portBase));
    expect(second.output).toMatch(/すでに動いています/);
    expect(second.output).not.toMatch(/^\s+at /m);
  });

  test("stops on Ctrl-C and starts again with its data, and cannot become a demo", async () => {
    expect(await program.interrupt()).toBe(0);
    program = new Program(["start", "--data", data.path, "--port-base", String(portBase)]);
    await program.says(running);
    const page = await inside().get("/api/v1/sign-in-page");
    expect([page.body.isSetUp, page.body.isDemo, page.body.tenants]).toEqual([
      true,
      false,
      [{ slug: "shiken", name: "試験市" }],
    ]);
    expect(program.output).not.toMatch(codePattern);
  });

  test("refuses one address for both sides outside loopback, and a key that is not this data's", async () => {
    await program.interrupt();
    const start = ["start", "--data", data.path, "--port-base", String(portBase)];
    const shared = new Program([...start, "--listen", "0.0.0.0"]);
    expect(await shared.ended).toBe(1);
    expect(shared.output).toMatch(/--listen-lgwan と --listen-internet/);
    const key = `${data.path}-other-key`;
    writeFileSync(key, randomBytes(32).toString("hex"));
    const foreign = new Program(start, { CHONAI_KEY_FILE: key });
    expect(await foreign.ended).toBe(1);
    expect(foreign.output).toMatch(/別の鍵で封じられています/);
    program = new Program(start);
    await program.says(running);
  });

  test("a new key is drawn while it is stopped; everything is sealed under it at the next start, the app works on", async () => {
    const refused = new Program(["rotate-key", "--data", data.path]);
    expect(await refused.ended).toBe(1);
    expect(refused.output).toMatch(/すでに動いています/);
    await program.interrupt();
    const rotated = new Program(["rotate-key", "--data", data.path]);
    expect(await rotated.ended).toBe(0);
    expect(rotated.output).toMatch(/新しい鍵を作りました.*\n/);
    program = new Program(["start", "--data", data.path, "--port-base", String(portBase)]);
    await program.says(running);
    expect(program.output).toMatch(/[1-9]\d*件を封じ直しました/);
    const credentials = { loginId: "admin", password: "とても長い合言葉を使います" };
    // The code of this half minute was used up at the set-up.
    const totp = await totpAt(totpSecret, new Date(Date.now() + 30_000));
    expect((await outside().post("/api/v1/sessions", { ...credentials, totp })).status).toBe(201);
  });

  test("its audit record verifies, also what was chained under the key of before", async () => {
    await program.interrupt();
    const audit = new Program(["audit", "verify", "--data", data.path]);
    expect(await audit.ended).toBe(0);
    expect(audit.output).toMatch(/試験市: \d+件/);
  });

  test("a zone of the operator's file has its own listener; a file that says something else stops the start", async () => {
    const zone = { id: "cloud", ja: "庁内クラウド網", en: "Cloud network", kind: "outside" };
    const path = `${data.path}-zones.json`;
    const start = ["start", "--data", data.path, "--port-base", String(portBase), "--zones", path];
    writeFileSync(path, JSON.stringify({ zones: [{ ...zone, listener: [] }] }));
    const wrong = new Program(start);
    expect(await wrong.ended).toBe(1);
    expect(wrong.output).toMatch(/ゾーンの定義ファイルを読み取れません/);
    const port = await findPortBase();
    const listeners = [{ address: "127.0.0.1", port }];
    writeFileSync(path, JSON.stringify({ zones: [{ ...zone, listeners }] }));
    program = new Program(start);
    await program.says(running);
    expect(program.output).toMatch(new RegExp(`庁内クラウド網 +http://127.0.0.1:${port}/`));
    const page = await new ApiClient(`http://127.0.0.1:${port}`, undefined).get("/api/v1/sign-in-page");
    expect(page.body).toMatchObject({ zone: "cloud", needsTotp: true });
  });
});

test("a port in use, an unknown option and a wrong number are said in words, with a way on", async () => {
  const data = makeDataFolder();
  const portBase = await findPortBase();
  const blocker = createServer();
  await new Promise<void>((resolve) => blocker.listen(portBase + 1, "127.0.0.1", resolve));
  const taken = new Program(["start", "--empty", "--data", data.path, "--port-base", String(portBase)]);
  expect(await taken.ended).toBe(1);
  expect(taken.output).toMatch(new RegExp(`ポート ${portBase + 1} は使用中です.*--port-base`));
  expect(taken.output).not.toMatch(/^\s+at /m);
  blocker.close();

  for (const [args, words] of [
    [["start", "--port-base", "banana", "--data", data.path], /--port-base は/],
    [["start", "--prot", "1"], /--prot/],
    [["dance"], /chonai COMMAND/],
  ] as const) {
    const program = new Program(args);
    expect(await program.ended).not.toBe(0);
    expect(program.output).toMatch(words);
    expect(program.output).not.toMatch(/^\s+at /m);
  }
  data.remove();
});

describe("an existing PostgreSQL", () => {
  test("is used when DATABASE_URL and MIGRATION_DATABASE_URL name its two roles", async () => {
    const { superuser, owner, application } = inject("postgres");
    const name = `chonai_external_${process.pid}`;
    await asSuperuser(superuser, [`create database ${name} owner ${owner.user}`]);
    const url = (role: typeof owner) =>
      `postgresql://${role.user}:${encodeURIComponent(role.password ?? "")}@localhost/${name}?host=${encodeURIComponent(role.host)}&port=${role.port}`;
    const data = makeDataFolder();
    const portBase = await findPortBase();
    const args = ["start", "--empty", "--data", data.path, "--port-base", String(portBase)];

    const half = new Program(args, { DATABASE_URL: url(application) });
    expect(await half.ended).toBe(1);
    expect(half.output).toContain("MIGRATION_DATABASE_URL");

    const sameRole = new Program(args, { DATABASE_URL: url(owner), MIGRATION_DATABASE_URL: url(owner) });
    expect(await sameRole.ended).toBe(1);
    expect(sameRole.output).toContain("use another role");

    const program = new Program(args, { DATABASE_URL: url(application), MIGRATION_DATABASE_URL: url(owner) });
    await program.says(running);
    expect((await fetch(`http://127.0.0.1:${portBase}/healthz`)).status).toBe(200);
    expect(await program.interrupt()).toBe(0);
    await asSuperuser(superuser, [`drop database ${name} with (force)`]);
    data.remove();
  });
});
