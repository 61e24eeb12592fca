import { execFileSync } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import iconv from "iconv-lite";
import sharp from "sharp";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeFlatText } from "#capabilities/governance/server/records/flat-text.ts";
import { resumeInspections } from "#core/files/index.ts";
import { fixedClock, silentLogger } from "#core/kernel/index.ts";
import { findPdfNames, isActive } from "#core/sanitise/identify/pdf-names.ts";
import { Source } from "#core/sanitise/identify/source.ts";
import { readZipDirectory } from "#core/sanitise/identify/zip-directory.ts";
import { readSmallEntry } from "#core/sanitise/identify/zip-kind.ts";
import {
  definitionsFolder,
  importDefinitions,
  makeSanitiser,
  packDefinitions,
  type Sanitiser,
  SanitiserUnavailable,
  type Treated,
} from "#core/sanitise/index.ts";
import { LibreOffice } from "#core/sanitise/sandbox/libre-office.ts";
import { Sandbox } from "#core/sanitise/sandbox/sandbox.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import {
  compoundFile,
  eicar,
  hostileDocument,
  hostilePdf,
  plainDocument,
  rawZip,
  reachingDocument,
  zipOf,
} from "#tests/support/crafted-files.ts";
import { buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

/** Everything here is real: bubblewrap, LibreOffice, poppler, ClamAV's daemon with a signature for EICAR's file. */
let folder: string;
let sanitiser: ReturnType<typeof makeSanitiser>;
let server: Server;
let address: string;
const asked: string[] = [];
const clock = fixedClock("2026-11-21T09:00:00Z");
const pem = { type: "pkcs8", format: "pem" } as const;
const keys = generateKeyPairSync("ed25519", {
  privateKeyEncoding: pem,
  publicKeyEncoding: { type: "spki", format: "pem" },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "chonai-sanitise-"));
  server = createServer((request, response) => {
    asked.push(request.url ?? "");
    response.end("x");
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await mkdir(join(folder, "new"));
  await writeFile(join(folder, "new", "test.ndb"), `Test.Eicar:0:*:${Buffer.from(eicar).toString("hex")}\n`);
  await pack("first.tar", "2026-11-20T00:00:00Z");
  await take("first.tar");
  sanitiser = make(clock);
  await sanitiser.start();
  await until("every part to work", async () => (await sanitiser.status()).every(({ ok }) => ok));
});
afterAll(async () => {
  await sanitiser?.stop();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

const make = (at: typeof clock) =>
  makeSanitiser({ folder: join(folder, "data"), places: 2, clamd: undefined, clock: at, log: silentLogger });
const pack = (name: string, date: string, privateKey = keys.privateKey) =>
  packDefinitions({ from: join(folder, "new"), to: join(folder, name), privateKey, date: new Date(date) });
const take = (name: string, publicKey = keys.publicKey) =>
  importDefinitions({
    bundle: join(folder, name),
    folder: definitionsFolder(join(folder, "data")),
    publicKey,
    now: clock.now(),
  });

async function fileOf(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function treat(path: string, name = basename(path), with_: Sanitiser = sanitiser) {
  const workFolder = await mkdtemp(join(folder, "work-"));
  const kind = await with_.identify(path, name);
  const treated = await with_.treat(path, kind, { allowMacroFree: true, keepPlace: true, workFolder });
  return { kind, treated };
}

function productOf(treated: Treated, role: string): string {
  if (treated.kind !== "clean") throw new Error(JSON.stringify(treated));
  const product = treated.products.find((one) => one.role === role);
  if (!product) throw new Error(`no ${role}`);
  return product.path;
}

async function partsOf(path: string): Promise<Map<string, string>> {
  const file = await open(path);
  const source = new Source(file, (await stat(path)).size);
  const parts = new Map<string, string>();
  for (const entry of await readZipDirectory(source, 1000))
    parts.set(entry.rawName.toString(), (await readSmallEntry(source, entry, 1e8))!.toString("utf8"));
  await file.close();
  return parts;
}

async function activeNames(path: string): Promise<string[]> {
  const file = await open(path);
  const names = await findPdfNames(new Source(file, (await stat(path)).size));
  await file.close();
  return [...names].filter(isActive);
}

const textOf = async (pdf: string) =>
  (await sanitiser.pageWords(pdf)).flatMap(({ words }) => words.map(({ text }) => text)).join("");

test("EICAR's file is found, alone and in an archive; stale or missing definitions refuse to scan", async () => {
  expect(await sanitiser.scan(await fileOf("eicar.txt", eicar))).toMatchObject({
    clean: false,
    signature: expect.stringContaining("Eicar"),
  });
  expect(await sanitiser.scan(await fileOf("plain.txt", "庁議"))).toEqual({ clean: true });
  const archive = await zipOf(folder, "eicar.zip", { "報告.txt": "本文", "付録/eicar.txt": eicar });
  expect((await treat(archive)).treated).toMatchObject({
    kind: "refused",
    because: "virus",
    signature: expect.stringContaining("Eicar"),
  });

  const later = fixedClock("2026-11-28T00:00:01Z");
  const stale = makeSanitiser({
    folder: join(folder, "data"),
    places: 1,
    clamd: { socket: join(folder, "data", "clamd", "clamd.sock") },
    clock: later,
  });
  await expect(stale.scan(join(folder, "plain.txt"))).rejects.toBeInstanceOf(SanitiserUnavailable);
  expect((await stale.status()).find(({ part }) => part === "clamd")).toMatchObject({ ok: false });
  const none = makeSanitiser({ folder: join(folder, "empty"), places: 1, clamd: undefined });
  await expect(none.scan(join(folder, "plain.txt"))).rejects.toMatchObject({ part: "definitions" });
  const gone = makeSanitiser({
    folder: join(folder, "data"),
    places: 1,
    clamd: { socket: join(folder, "nowhere") },
  });
  await expect(gone.scan(join(folder, "plain.txt"))).rejects.toMatchObject({ part: "clamd" });
});

test("a bundle of definitions is taken only whole, by the pinned key, and never back in time", async () => {
  const other = generateKeyPairSync("ed25519", {
    privateKeyEncoding: pem,
    publicKeyEncoding: { type: "spki", format: "pem" },
  });
  await pack("foreign.tar", "2026-11-21T00:00:00Z", other.privateKey);
  await expect(take("foreign.tar")).rejects.toThrow("pinned key");
  await pack("older.tar", "2026-11-01T00:00:00Z");
  await expect(take("older.tar")).rejects.toThrow("older");
  await pack("future.tar", "2027-11-01T00:00:00Z");
  await expect(take("future.tar")).rejects.toThrow("future");
  await pack("good.tar", "2026-11-21T00:00:00Z");
  const good = await readFile(join(folder, "good.tar"));
  // A byte of the manifest, of the signature, of a file, and the end.
  for (const at of [520, 512 + 1024 + 520, good.length - 1024 - 400]) {
    const changed = Buffer.from(good);
    changed[at]! ^= 1;
    await fileOf("changed.tar", changed);
    await expect(take("changed.tar")).rejects.toThrow(/refused/);
  }
  await fileOf("cut.tar", good.subarray(0, good.length - 1600));
  await expect(take("cut.tar")).rejects.toThrow(/refused/);
  expect(await take("good.tar")).toMatchObject({ date: "2026-11-21T00:00:00.000Z" });
  await expect.poll(() => sanitiser.scan(join(folder, "eicar.txt"))).toMatchObject({ clean: false });
});

test("a document with macros, objects, DDE and a remote template comes out as what it says and no more", async () => {
  const { kind, treated } = await treat(await zipOf(folder, "次第.docm", hostileDocument(address)));
  expect(kind).toMatchObject({ extension: "docm", macros: true });
  expect(treated).toMatchObject({
    kind: "clean",
    removed: expect.arrayContaining(["macros", "embedded-objects", "external-links"]),
  });
  expect(await textOf(productOf(treated, "clean-pdf"))).toContain("庁議の次第");
  expect(await activeNames(productOf(treated, "clean-pdf"))).toEqual([]);
  const parts = await partsOf(productOf(treated, "macro-free"));
  expect([...parts.keys()].filter((name) => /vba|embeddings|customUI/.test(name))).toEqual([]);
  const all = [...parts.values()].join("\n");
  for (const gone of [
    "macroEnabled",
    "vbaProject",
    "OLEObject",
    "EAUTO",
    "INCLUDETEXT",
    "attachedTemplate",
    address,
    "file:///",
  ])
    expect(all, gone).not.toContain(gone);
  for (const kept of ["庁議の次第", "結果", "取り込み", "公式", "https://www.city.example.lg.jp/", " PAGE "])
    expect(all, kept).toContain(kept);
  const again = await treat(productOf(treated, "macro-free"), "again.docx");
  expect(again.kind).toMatchObject({ extension: "docx", macros: false });
  expect(again.treated).toMatchObject({ kind: "clean" });
  expect(asked).toEqual([]);
});

test("a document that wants a file of the machine or a server gets neither", async () => {
  const secret = execFileSync("id", ["-un"], { encoding: "utf8" }).trim();
  const entries = Object.entries(reachingDocument(address)).map(([name, content]) => ({
    name,
    content: Buffer.from(content),
    isStored: name === "mimetype",
  }));
  const { kind, treated } = await treat(await rawZip(folder, "回覧.odt", entries));
  expect(kind).toMatchObject({ extension: "odt" });
  const text = await textOf(productOf(treated, "clean-pdf"));
  expect(text).toContain("回覧");
  expect(text).not.toContain(`${secret}:`);
  expect(text).not.toContain("nobody:");
  const page = await fileOf(
    "page.html",
    `<html><body><p>お知らせ</p><img src="${address}/x.png"><iframe src="file:///etc/passwd"></iframe><script>alert(1)</script></body></html>`,
  );
  expect(await textOf(productOf((await treat(page)).treated, "clean-pdf"))).not.toContain("nobody:");
  expect(asked).toEqual([]);
});

test("a PDF with scripts, actions, attachments, forms and links is drawn anew without them", async () => {
  const { kind, treated } = await treat(await fileOf("会議.pdf", hostilePdf()));
  expect(kind).toMatchObject({ family: "pdf", macros: true });
  expect(treated).toMatchObject({
    removed: expect.arrayContaining([
      "scripts",
      "actions",
      "embedded-files",
      "form-fields",
      "external-links",
    ]),
  });
  const clean = productOf(treated, "clean-pdf");
  expect(await activeNames(clean)).toEqual([]);
  expect(await textOf(clean)).toContain("Notice");
  expect(await sanitiser.pageCount(clean)).toBe(1);
  const picture = await sharp(await sanitiser.renderPage(clean, 1, 800)).metadata();
  expect(picture).toMatchObject({ format: "png", width: 800 });
});

test("bombs, disguises and names that lead out are refused; what nobody can open is held", async () => {
  const zeros = Buffer.alloc(40 * 1024 * 1024);
  const verdicts: [string, object][] = [
    [await rawZip(folder, "bomb.zip", [{ name: "a.txt", content: zeros }]), { because: "bomb" }],
    [
      await rawZip(folder, "overlap.zip", [
        { name: "a.txt", content: Buffer.from("a") },
        { name: "a.txt", sameAs: 0, content: Buffer.from("a") },
      ]),
      { because: "bomb" },
    ],
    [
      await rawZip(folder, "up.zip", [{ name: "../../etc/cron.d/x", content: Buffer.from("a") }]),
      { because: "disguised" },
    ],
    [
      await rawZip(folder, "link.zip", [
        { name: "link", content: Buffer.from("/etc/passwd"), mode: 0o120777 },
      ]),
      { because: "disguised" },
    ],
    [
      await rawZip(folder, "twice.zip", [
        { name: "A.txt", content: Buffer.from("a") },
        { name: "a.txt", content: Buffer.from("b") },
      ]),
      { because: "disguised" },
    ],
    [
      await rawZip(folder, "secret.zip", [{ name: "a.txt", flags: 1, content: Buffer.from("a") }]),
      { kind: "held", because: "encrypted" },
    ],
    [await fileOf("給与.xlsx", compoundFile("EncryptedPackage")), { kind: "held", because: "encrypted" }],
    [
      await fileOf(
        "both.pdf",
        Buffer.concat([hostilePdf(), readFileSync(await zipOf(folder, "inner.zip", { "a.txt": "a" }))]),
      ),
      { because: "disguised" },
    ],
    [
      await fileOf(
        "cut.docx",
        readFileSync(await zipOf(folder, "whole.docx", plainDocument("本文"))).subarray(0, 500),
      ),
      { kind: "refused" },
    ],
    [
      await fileOf(
        "cut.png",
        (
          await sharp({ create: { width: 50, height: 50, channels: 3, background: "red" } })
            .png()
            .toBuffer()
        ).subarray(0, 90),
      ),
      { because: "broken" },
    ],
    [await fileOf("data.bin", Buffer.from([0, 1, 2, 3])), { kind: "held", because: "unknown-type" }],
    [await fileOf("program.exe", Buffer.from("4d5a9000", "hex")), { kind: "held", because: "unknown-type" }],
  ];
  for (const [path, verdict] of verdicts)
    expect((await treat(path)).treated, basename(path)).toMatchObject(verdict);

  let nested = await zipOf(folder, "level-0.zip", { "a.txt": "a" });
  for (let level = 1; level < 4; level++)
    nested = await zipOf(folder, `level-${level}.zip`, { "inner.zip": readFileSync(nested) });
  expect((await treat(nested)).treated).toEqual({ kind: "held", because: "too-deep" });
});

test("a PDF that asks for a password is held", async () => {
  const path = await zipOf(folder, "password.docx", plainDocument("内密"));
  const options = JSON.stringify({
    EncryptFile: { type: "boolean", value: "true" },
    DocumentOpenPassword: { type: "string", value: "x" },
  });
  execFileSync(
    "/usr/bin/soffice",
    [
      `-env:UserInstallation=file://${folder}/profile`,
      "--headless",
      "--convert-to",
      `pdf:writer_pdf_Export:${options}`,
      "--outdir",
      folder,
      path,
    ],
    { stdio: "ignore", env: { ...process.env, HOME: folder } },
  );
  expect((await treat(join(folder, "password.pdf"))).treated).toEqual({ kind: "held", because: "encrypted" });
});

test("an archive's files come out treated, under their names", async () => {
  const path = await rawZip(folder, "資料.zip", [
    {
      name: "写真/庁舎.png",
      content: await sharp({ create: { width: 20, height: 20, channels: 3, background: "blue" } })
        .png()
        .toBuffer(),
    },
    {
      name: "一覧.csv",
      content: iconv.encode('名称,値\r\n髙橋,=HYPERLINK("http://x")\r\n減,-12\r\n', "cp932"),
    },
    { name: "案内.docx", content: readFileSync(await zipOf(folder, "案内.docx", plainDocument("ご案内"))) },
    { name: "Thumbs.db", content: Buffer.from("x") },
  ]);
  const { treated } = await treat(path);
  const parts = await partsOf(productOf(treated, "archive"));
  expect([...parts.keys()].sort()).toEqual(["一覧.csv", "写真/庁舎.png", "案内.docx", "案内.pdf"].sort());
  expect(parts.get("一覧.csv")).toBe(`\ufeff名称,値\r\n髙橋,"'=HYPERLINK(""http://x"")"\r\n減,-12\r\n`);
  expect(treated).toMatchObject({ removed: expect.arrayContaining(["formulas"]) });
});

test("a photo keeps its pixels and loses its metadata; its place is told only to who wants it", async () => {
  const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#336699" } })
    .jpeg()
    .withExif({
      IFD0: { Artist: "職員" },
      IFD3: {
        GPSLatitudeRef: "N",
        GPSLatitude: "35/1 30/1 0/1",
        GPSLongitudeRef: "E",
        GPSLongitude: "139/1 45/1 0/1",
      },
    })
    .toBuffer();
  const { treated } = await treat(await fileOf("photo.jpg", photo));
  expect(treated).toMatchObject({
    place: { latitude: 35.5, longitude: 139.75 },
    removed: expect.arrayContaining(["metadata", "place"]),
  });
  expect((await sharp(productOf(treated, "image")).metadata()).exif).toBeUndefined();
  const svg = await fileOf(
    "drawing.svg",
    `<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"><script>alert(1)</script><image href="file:///etc/passwd"/><rect width="10" height="10" fill="red"/></svg>`,
  );
  expect(await sharp(productOf((await treat(svg)).treated, "image")).metadata()).toMatchObject({
    format: "png",
  });
});

test("what runs in the sandbox has no network, no files of ours, no way out, and an end", async () => {
  const sandbox = new Sandbox(join(folder, "jobs"), 1);
  const limits = { seconds: 20, memory: 256, fileSize: 4, processes: 32 };
  const shell = (command: string, seconds = limits.seconds) => ({
    program: "/bin/sh",
    args: ["-c", command],
    limits: { ...limits, seconds },
  });
  await sandbox.work(async (job) => {
    await job.bring(await fileOf("own.txt", "x"), "own.txt");
    const look = await job.run(
      shell(
        `ls / /work /home /root; cat /etc/passwd; ls ${folder}; unshare -Ur true || echo no-namespace; wc -l < /proc/net/dev; id -u; touch /usr/x`,
      ),
    );
    const said = look.stdout.toString();
    expect(said).toContain("own.txt");
    expect(said).toContain("no-namespace");
    // Two lines of headings and the loopback.
    expect(said).toMatch(/^3$/m);
    expect(said).toMatch(/^65534$/m);
    expect(said).not.toContain("root:");
    for (const refused of ["/etc/passwd", folder, "/usr/x"]) expect(look.stderr).toContain(refused);
    await job.run(shell("ln -s /etc/passwd link; ln -s / way; echo made > made"));
    expect(await job.take("link")).toBeUndefined();
    expect(await job.take("way/etc/hostname")).toBeUndefined();
    expect(await job.take("made")).toBeDefined();
    await expect(job.bring(join(folder, "own.txt"), "way/tmp/x")).rejects.toThrow();
    const big = await job.run(shell("head -c 20000000 /dev/zero > big"));
    expect(big.code).not.toBe(0);
    const memory = await job.run(shell("head -c 2000000000 /dev/zero | tail | wc -c"));
    expect(memory.stderr).toMatch(/memory/i);
    expect((await job.run(shell("sleep 86399 & sleep 86399", 1))).how).toBe("time");
    const many = "for i in $(seq 1 60); do sleep 20 & done; wait";
    expect((await job.run(shell(many))).how).toBe("killed");
    const files = "for i in 1 2 3 4; do head -c 3000000 /dev/zero > part$i; done; sleep 20";
    expect((await job.run(shell(files))).how).toBe("killed");
  });
  await expect
    .poll(() => execFileSync("ps", ["-eo", "args"], { encoding: "utf8" }))
    .not.toContain("sleep 86399");
});

test("a document that keeps LibreOffice busy for too long is given up", async () => {
  const sandbox = new Sandbox(join(folder, "jobs-2"), 1);
  const impatient = new LibreOffice(sandbox, join(folder, "data"), 0.05);
  const path = await zipOf(folder, "slow.docx", plainDocument("本文"));
  const how = await impatient.convert(path, "docx", "pdf", async (ended, result) => ({
    how: ended.how,
    result,
  }));
  expect(how).toEqual({ how: "time", result: undefined });
});

test("what is brought from the Internet side is scanned, made anew and read inside, by the same programs", async () => {
  // Which scanner answers changes while the server runs, as an operator changes it.
  let scanner: Sanitiser = sanitiser;
  const office = await startTestServer({
    sanitiser: {
      ...sanitiser,
      scan: (path) => scanner.scan(path),
      status: () => scanner.status(),
    },
  });
  try {
    const tenantId = await buildMunicipality(office.database);
    const [bringer, reader] = [
      await buildPerson(office.database, tenantId),
      await buildPerson(office.database, tenantId),
    ];
    const outside = await office.as(bringer, "internet");
    const inside = await office.as(reader);
    const room = (await (await office.as(bringer)).createGroup([reader.id])).id;
    const bring = async (name: string, contents: Uint8Array | string) => {
      const answer = await outside.upload(room, name, contents, { purpose: "library" });
      expect(answer.status, JSON.stringify(answer.body)).toBe(201);
      return answer.body.id as string;
    };
    const look = async (id: string, client: ApiClient = inside) =>
      (await client.get(`/api/v1/files/${id}`)).body;
    const settled = async (id: string) => {
      await until("it was inspected", async () =>
        ["released", "held", "refused"].includes((await look(id)).state),
      );
      return look(id);
    };

    const before = asked.length;
    const document = await bring(
      "庁議の次第（案）.docm",
      await readFile(await zipOf(folder, "carried.docm", hostileDocument(address))),
    );
    const notice = await bring("開催通知.pdf", hostilePdf());
    const virus = await bring("請求書.txt", eicar);

    expect(await settled(document)).toMatchObject({
      state: "released",
      pages: "ready",
      pageCount: 1,
      origin: "internet",
    });
    expect(await settled(notice)).toMatchObject({
      state: "released",
      pages: "ready",
      type: { family: "pdf" },
    });
    expect(await settled(virus)).toMatchObject({ state: "refused", reason: "virus" });
    expect((await look(document)).removed.length).toBeGreaterThan(0);

    for (const id of [document, notice]) {
      const page = await inside.bytes(`/api/v1/files/${id}/pages/1?width=600`);
      expect([page.status, (await sharp(page.body).metadata()).width]).toEqual([200, 600]);
      const clean = await fileOf(
        `${id}.pdf`,
        (await inside.bytes(`/api/v1/files/${id}/content?as=clean-pdf`)).body,
      );
      expect(await activeNames(clean)).toEqual([]);
      // Who brought it reads it outside, marked, and has no byte of it there.
      expect((await outside.bytes(`/api/v1/files/${id}/pages/1?width=600`)).status).toBe(200);
      expect((await outside.get(`/api/v1/files/${id}/content`)).status).toBe(403);
    }
    const carried = await fileOf(
      "carried-in.docx",
      (await inside.bytes(`/api/v1/files/${document}/content`)).body,
    );
    expect(
      [...(await partsOf(carried)).keys()].filter((part) => /vba|embeddings|customUI/.test(part)),
    ).toEqual([]);
    const places = await inside.get(`/api/v1/files/${document}/places?q=${encodeURIComponent("庁議")}`);
    expect(places.body.items[0]).toMatchObject({ page: 1 });
    for (const path of ["content", "pages/1", "thumbnail"])
      expect((await inside.get(`/api/v1/files/${virus}/${path}`)).status, path).toBe(403);
    expect(asked.slice(before), "nothing was fetched from the document's server").toEqual([]);

    // Definitions that are too old, and a daemon that is gone, hold what comes, and let it go on afterwards.
    const waiting: string[] = [];
    const clamd = { socket: join(folder, "data", "clamd", "clamd.sock") };
    for (const [name, settings] of [
      ["古い定義.txt", { clamd, clock: fixedClock("2026-11-28T00:00:01Z") }],
      ["止まった検査.txt", { clamd: { socket: join(folder, "nowhere") } }],
    ] as const) {
      scanner = makeSanitiser({ folder: join(folder, "data"), places: 1, ...settings });
      const id = await bring(name, `本文 ${name}`);
      expect(await settled(id)).toMatchObject({ state: "held", reason: "no-sanitiser" });
      expect((await inside.get(`/api/v1/files/${id}/content`)).status).toBe(403);
      waiting.push(id);
    }
    scanner = sanitiser;
    await resumeInspections(office.chonai.files, tenantId);
    for (const id of waiting) {
      await until("it goes on", async () => (await look(id)).state === "released");
      expect((await inside.bytes(`/api/v1/files/${id}/content`)).body.toString()).toContain("本文");
    }
  } finally {
    await office.stop();
  }
});

test("a record of ours becomes PDF/A-2b, with its fonts inside and Japanese as it was written", async () => {
  const work = await mkdtemp(join(folder, "record-"));
  const source = join(work, "part.fodt");
  const message = { seq: 1, sentAt: new Date("2026-11-21T03:00:00Z"), by: "髙橋 美咲（国民健康保険課）" };
  await writeFile(
    source,
    writeFlatText(
      ["ルーム「財政課」の記録"],
      [{ ...message, body: "令和八年度　<予算>\u0007の相談", notes: [] }],
    ),
  );
  const pdf = await sanitiser.archivePdf(source, work);
  const bytes = (await readFile(pdf)).toString("latin1");
  expect(/<pdfaid:part>2<\/pdfaid:part>\s*<pdfaid:conformance>B<\/pdfaid:conformance>/.test(bytes)).toBe(
    true,
  );
  const said = (await sanitiser.pageWords(pdf))
    .flatMap(({ words }) => words.map(({ text }) => text))
    .join("");
  for (const words of ["ルーム「財政課」の記録", "髙橋", "<予算>"]) expect(said).toContain(words);
  const fonts = execFileSync("pdffonts", [pdf], { encoding: "utf8" }).trim().split("\n").slice(2);
  expect(fonts.length).toBeGreaterThan(0);
  for (const font of fonts) expect(font).toMatch(/yes yes yes\s+\d+\s+\d+$/);
});
