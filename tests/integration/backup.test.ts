import { createHash } from "node:crypto";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ApiClient } from "#tests/support/api-client.ts";
import { findPortBase, makeDataFolder, Program } from "#tests/support/program.ts";
import { until } from "#tests/support/until.ts";

/** Copies as an operator makes them, of the program as an operator starts it. */
const data = makeDataFolder();
const parent = dirname(data.path);
const copies = join(parent, "copies");
const secrets = join(parent, "safe");
let portBase: number;
let program: Program;
let client: ApiClient;
let roomId: string;

beforeAll(async () => {
  portBase = await findPortBase();
  program = await start(["--empty"], data.path);
  const code = (await program.says(/\n {2}([0-9A-Z]{4}(?:-[0-9A-Z]{4}){3})\n/))[1]!;
  const visitor = new ApiClient(`http://127.0.0.1:${portBase}`, undefined);
  await visitor.post("/api/v1/set-up", {
    code,
    municipalityName: "試験市",
    slug: "shiken",
    administrator: {
      ...credentials,
      familyName: "試験",
      givenName: "花子",
      familyKana: "しけん",
      givenKana: "はなこ",
    },
  });
  client = await signIn();
  roomId = (await client.createGroup([])).id;
  await client.send(roomId, "写しの前の発言");
  expect((await client.upload(roomId, "議事録.txt", "会議の記録", { purpose: "library" })).status).toBe(201);
});
afterAll(async () => {
  await program.interrupt();
  data.remove();
});

const credentials = { loginId: "admin", password: "とても長い合言葉を使います" };

async function start(more: string[], folder: string): Promise<Program> {
  const started = new Program(["start", "--data", folder, "--port-base", String(portBase), ...more]);
  await started.says(/Press Ctrl-C to stop/);
  return started;
}

async function signIn(): Promise<ApiClient> {
  const base = `http://127.0.0.1:${portBase}`;
  const answer = await new ApiClient(base, undefined).post("/api/v1/sessions", {
    ...credentials,
    withToken: true,
  });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return new ApiClient(base, answer.body.token);
}

async function chonai(...args: string[]): Promise<{ code: number | null; says: string }> {
  const ran = new Program(args, { CHONAI_DATA: data.path });
  return { code: await ran.ended, says: ran.output };
}

const wholeOnes = () => readdirSync(copies).sort();

test("a copying that is killed leaves nothing that looks whole; the next ones are, and only as many stay as are wanted", async () => {
  const killed = new Program(["backup", "--to", copies], { CHONAI_DATA: data.path });
  await until(
    "copying",
    () => existsSync(copies) && readdirSync(copies).some((name) => name.endsWith(".making")),
  );
  killed.child.kill("SIGKILL");
  await killed.ended;
  expect(wholeOnes().filter((name) => !name.startsWith("."))).toEqual([]);
  expect((await chonai("backup", "verify", join(copies, wholeOnes()[0]!))).says).toContain(
    "写し終わっていません",
  );

  const made: string[] = [];
  for (let count = 0; count < 2; count++) {
    const { code, says } = await chonai("backup", "--to", copies, "--keep", "1");
    expect(code, says).toBe(0);
    expect(says).toMatch(/試験市: 監査記録 [1-9]\d*件は正しく、ファイル [1-9]\d*個はすべてあります/);
    expect(says).toContain(`前の写しと同じファイル ${count === 0 ? 0 : 1}個`);
    made.push(wholeOnes().at(-1)!);
  }
  expect(wholeOnes()).toEqual(made.slice(1));
  const inside = readdirSync(join(copies, made[1]!), { recursive: true }).map(String);
  expect(inside.filter((name) => /secret|installation-key|database\.json/.test(name))).toEqual([]);
  expect((await chonai("doctor")).says).toContain("○ 写し（バックアップ）");
});

test("one changed byte is found; what is damaged, occupied or without its keys is not restored", async () => {
  const newest = join(copies, wholeOnes()[0]!);
  expect((await chonai("backup", "verify", newest)).says).toContain("壊れていません");
  const damaged = join(parent, "damaged");
  cpSync(newest, damaged, { recursive: true });
  appendFileSync(join(damaged, "database", "PG_VERSION"), "\n");
  rmSync(join(damaged, "database", "global", "pg_control"));
  const found = await chonai("backup", "verify", damaged);
  expect(found.code).toBe(1);
  expect(found.says).toContain("変わっています: database/PG_VERSION");
  expect(found.says).toContain("ありません: database/global/pg_control");

  cpSync(join(data.path, "secrets"), secrets, { recursive: true });
  const target = join(parent, "other");
  const restore = (copy: string, ...more: string[]) => chonai("restore", copy, "--data", target, ...more);
  expect((await restore(damaged, "--secrets", secrets)).says).toContain("この写しは壊れています");
  expect((await restore(newest)).says).toContain("写しに鍵は入っていません");
  const foreign = join(parent, "foreign");
  mkdirSync(foreign);
  writeFileSync(join(foreign, "installation-key"), "ab".repeat(32));
  expect((await restore(newest, "--secrets", foreign)).says).toContain("この写しに要る鍵がありません");
  const occupied = await chonai("restore", newest, "--data", data.path, "--secrets", secrets);
  expect([occupied.code, occupied.says]).toEqual([1, expect.stringContaining("復元先が空ではありません")]);
  // Whoever can write where copies lie makes every digest right, and would have a command run at the trial start.
  const forged = join(parent, "forged");
  cpSync(newest, forged, { recursive: true });
  const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
  const swap = (name: string, change: (text: string) => string) => {
    const before = readFileSync(join(forged, name), "utf8");
    writeFileSync(join(forged, name), change(before));
    return [sha256(before), sha256(change(before))] as const;
  };
  const settings = swap("database/postgresql.auto.conf", (text) => `${text}archive_command = 'id'\n`);
  const list = swap("contents.sha256", (text) => text.replace(...settings));
  swap("copy.json", (text) => text.replace(...list));
  expect((await chonai("backup", "verify", forged)).says).toContain("作られた後に書き換えられています");
  expect((await restore(forged, "--secrets", secrets, "--dry-run")).says).toContain("書き換えられています");
  expect((await chonai("backup", "--to", join(data.path, "copies"))).says).toContain(
    "データのフォルダーの中",
  );
  const dry = await restore(newest, "--secrets", secrets, "--dry-run");
  expect([dry.code, existsSync(target)], dry.says).toEqual([0, false]);
});

test("a restored copy starts, and has what was there when it was made", async () => {
  await client.send(roomId, "写しの後の発言");
  await program.interrupt();
  const target = join(parent, "restored");
  const restored = await chonai(
    "restore",
    join(copies, wholeOnes().at(-1)!),
    "--data",
    target,
    "--secrets",
    secrets,
  );
  expect(restored.code, restored.says).toBe(0);
  program = await start([], target);
  client = await signIn();
  const { body } = await client.get(`/api/v1/rooms/${roomId}/messages`);
  expect(body.items.map((message: any) => message.body)).toEqual(["写しの前の発言"]);
  expect((await client.get(`/api/v1/rooms/${roomId}/files`)).body.files[0].name).toBe("議事録.txt");
  const audit = await chonai("audit", "verify", "--data", target);
  expect(audit.code, audit.says).toBe(0);
});
