import { createHash, randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { fileLimits } from "#core/files/contract.ts";
import { newId } from "#shared/ids.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { makeSanitiserDouble } from "#tests/support/sanitiser-double.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

const sanitiser = makeSanitiserDouble();
let server: TestServer;
let tenantId: string;
let people: Record<"owner" | "colleague" | "guest" | "stranger", BuiltPerson>;
let owner: ApiClient;
let colleague: ApiClient;
let outside: ApiClient;
let guest: ApiClient;
let stranger: ApiClient;
let roomId: string;
const eicar = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*";

beforeAll(async () => {
  server = await startTestServer({ sanitiser, log: !!process.env.DEBUG_FILES });
  tenantId = await buildMunicipality(server.database);
  people = {
    owner: await buildPerson(server.database, tenantId, { name: "見積 花子" }),
    colleague: await buildPerson(server.database, tenantId),
    guest: await buildPerson(server.database, tenantId, { kind: "guest" }),
    stranger: await buildPerson(server.database, tenantId),
  };
  owner = await server.as(people.owner);
  colleague = await server.as(people.colleague);
  outside = await server.as(people.owner, "internet");
  guest = await server.as(people.guest, "internet");
  stranger = await server.as(people.stranger);
  roomId = (await owner.createGroup([people.colleague.id, people.guest.id])).id;
});
afterAll(() => server.stop());

const file = async (client: ApiClient, id: string) => (await client.get(`/api/v1/files/${id}`)).body;
const settled = async (client: ApiClient, id: string) => {
  await until("the file has been inspected", async () => {
    const { state, pages } = await file(client, id);
    return state === "released"
      ? ["ready", "impossible"].includes(pages)
      : ["held", "refused"].includes(state);
  });
  return file(client, id);
};
const isReleased = (id: string) => async () => (await file(owner, id)).state === "released";
const isEmpty = (folder: string) => async () => (await readdir(join(server.folder, folder))).length === 0;
const put = async (client: ApiClient, name: string, contents: Uint8Array | string, more = {}) => {
  const answer = await client.upload(roomId, name, contents, { purpose: "library", ...more });
  expect(answer.status, JSON.stringify(answer.body)).toBe(201);
  return answer.body;
};
const audited = (subject: string) =>
  server.database.transaction(scopeOf(tenantId), async (tx) => {
    const rows = await tx.all(
      build
        .selectFrom("audit_entry")
        .select(["action", "payload"])
        .where("tenant_id", "=", tenantId)
        .where("subject_id", "=", subject)
        .orderBy("id"),
    );
    return rows.map((row) => ({ action: row.action, ...JSON.parse(row.payload!) }));
  });

describe("a file inside the office", () => {
  test("is received, inspected, released, and downloaded under its Japanese name", async () => {
    const made = await put(owner, "令和8年度 見積書（案）～最終.txt", "金額は百万円です");
    expect(made).toMatchObject({
      kind: "file",
      state: "received",
      origin: "lgwan",
      classification: "2",
      size: 24,
    });
    expect(made.may.download.isAllowed).toBe(false);
    const early = await colleague.get(`/api/v1/files/${made.id}/content`);
    expect([200, 403]).toContain(early.status);
    const ready = await settled(colleague, made.id);
    expect(ready).toMatchObject({ state: "released", type: { family: "text", mime: "text/plain" } });
    const answer = await colleague.bytes(`/api/v1/files/${made.id}/content`);
    expect(answer.body.toString()).toBe("金額は百万円です");
    expect(answer.headers.get("content-disposition")).toContain(
      `filename*=UTF-8''${encodeURIComponent("令和8年度 見積書（案）～最終.txt")}`,
    );
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "x-content-type-options": "nosniff",
      "content-security-policy": "sandbox; default-src 'none'",
      "cache-control": "no-store",
      "content-length": "24",
    });
    const entries = await audited(made.id);
    expect(entries.map((entry) => entry.action)).toEqual([
      "file.uploaded",
      "file.released",
      "file.downloaded",
    ]);
    expect(entries[2]).toMatchObject({
      actor: people.colleague.id,
      zone: "lgwan",
      rule: "crossing.lgwan-works",
    });
  });

  test("is given in ranges, so that a download goes on after a break", async () => {
    const bytes = randomBytes(300_000);
    const made = await put(owner, "大きい.bin", bytes);
    await settled(owner, made.id);
    const path = `/api/v1/files/${made.id}/content`;
    for (const [range, start, end] of [
      ["bytes=0-0", 0, 1],
      ["bytes=65535-65536", 65_535, 65_537],
      ["bytes=200000-", 200_000, 300_000],
      ["bytes=-5", 299_995, 300_000],
      ["bytes=299999-400000", 299_999, 300_000],
    ] as const) {
      const part = await owner.bytes(path, { range });
      expect([range, part.status]).toEqual([range, 206]);
      expect(part.body.equals(bytes.subarray(start, end)), range).toBe(true);
      expect(part.headers.get("content-range")).toBe(`bytes ${start}-${end - 1}/300000`);
    }
    expect((await owner.bytes(path, { range: "bytes=300000-" })).status).toBe(416);
    expect((await owner.bytes(path, { range: "bytes=5-1" })).status).toBe(200);
    expect((await owner.bytes(path, { range: "bytes=0-1,3-4" })).status).toBe(200);
    const downloads = (await audited(made.id)).filter((entry) => entry.action === "file.downloaded");
    expect(downloads).toHaveLength(1);
  });

  test("is nobody's else before it is sent, and a stranger's never", async () => {
    const unsent = (await owner.upload(roomId, "下書き.txt", "まだ")).body;
    expect(unsent.isUnsent).toBe(true);
    await settled(owner, unsent.id);
    for (const client of [colleague, stranger, guest])
      for (const path of ["", "/content", "/pages/1", "/thumbnail", "/versions"])
        expect((await client.get(`/api/v1/files/${unsent.id}${path}`)).status, path).toBe(404);
    expect(
      (await colleague.get(`/api/v1/rooms/${roomId}/files`)).body.files.map((f: any) => f.id),
    ).not.toContain(unsent.id);
  });

  test("the same key is the same file; with another content the key is refused", async () => {
    const key = newId();
    const first = await owner.upload(roomId, "二度.txt", "同じ", {}, key);
    const again = await owner.upload(roomId, "二度.txt", "同じ", {}, key);
    expect([again.status, again.body.id]).toEqual([201, first.body.id]);
    const other = await owner.upload(roomId, "二度.txt", "違う", {}, key);
    expect([other.status, other.body.code]).toEqual([409, "idempotency-key-reused"]);
  });

  test("what is stored shows neither name nor contents, and the same contents are stored once", async () => {
    const words = `誰にも見せない${randomBytes(8).toString("hex")}`;
    const first = await put(owner, "一.txt", words);
    const second = await put(owner, "二.txt", words);
    await settled(owner, first.id);
    await settled(owner, second.id);
    const rows = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(
        build
          .selectFrom("file_version")
          .select("blob_name")
          .where("tenant_id", "=", tenantId)
          .where("file_id", "in", [first.id, second.id]),
      ),
    );
    expect(new Set(rows.map((row) => row.blob_name)).size).toBe(1);
    const names = await readdir(join(server.folder, tenantId), { recursive: true });
    expect(names.filter((name) => name.endsWith(rows[0]!.blob_name))).toHaveLength(1);
    expect(names.join()).not.toContain(createHash("sha256").update(words).digest("hex"));
    await until("nothing is left of it", isEmpty("work"));
  });

  test("a virus is refused for everybody and for good", async () => {
    const made = await put(owner, "請求書.txt", eicar);
    expect(await settled(owner, made.id)).toMatchObject({ state: "refused", reason: "virus" });
    const answer = await owner.get(`/api/v1/files/${made.id}/content`);
    expect([answer.status, answer.body.facts.ruleId]).toEqual([403, "file.refused"]);
    expect((await audited(made.id)).map((entry) => entry.action)).toContain("file.refused");
  });
});

describe("a file from outside", () => {
  test("is made harmless, and inside only what was made of it is given out", async () => {
    const made = await put(outside, "現地.txt", "外から");
    expect(made.origin).toBe("internet");
    const ready = await settled(owner, made.id);
    expect(ready).toMatchObject({ state: "released", removed: ["metadata"] });
    const answer = await owner.bytes(`/api/v1/files/${made.id}/content`);
    expect(answer.body.toString()).toBe("CLEAN 外から");
  });

  test("is held when nobody can look inside", async () => {
    const made = await put(outside, "鍵付き.xlsx", "ENCRYPTED secret");
    expect(await settled(owner, made.id)).toMatchObject({ state: "held", reason: "encrypted" });
    expect((await owner.get(`/api/v1/files/${made.id}/content`)).body.facts.ruleId).toBe("file.held");
  });

  test("is read as marked pages outside, never as bytes", async () => {
    const made = await put(owner, "計画.pdf", `%PDF-1.7 ${randomBytes(20).toString("hex")}`);
    await settled(owner, made.id);
    const seen = await file(outside, made.id);
    expect([seen.may.open.isAllowed, seen.may.download.isAllowed, seen.pageCount]).toEqual([true, false, 3]);
    const refused = await outside.get(`/api/v1/files/${made.id}/content`);
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "crossing.internet-keeps-nothing"]);
    const page = await outside.bytes(`/api/v1/files/${made.id}/pages/2?width=400`);
    expect([page.status, page.headers.get("content-type"), page.headers.get("cache-control")]).toEqual([
      200,
      "image/png",
      "no-store",
    ]);
    expect((await sharp(page.body).metadata()).width).toBe(400);
    const mark = /MARK ([0-9a-f]{16}) (.+)$/s.exec(page.body.toString("utf8"));
    expect(mark?.[2]).toContain("見積 花子");
    expect(mark?.[2]).toContain(people.owner.loginId);
    expect(mark?.[2]).toContain("インターネット");
    const entry = (await audited(made.id)).find((each) => each.action === "file.page-read");
    expect(entry).toMatchObject({ zone: "internet", facts: { part: "page 2", mark: mark![1] } });
    // Inside, nobody needs to be reminded.
    const inside = await owner.bytes(`/api/v1/files/${made.id}/pages/2?width=400`);
    expect(inside.body.toString("utf8")).not.toContain("MARK");
    expect((await outside.get(`/api/v1/files/${made.id}/pages/4`)).status).toBe(404);
    // A guest of the room reads it too, marked as theirs.
    expect((await guest.bytes(`/api/v1/files/${made.id}/pages/1`)).body.toString("utf8")).toContain(
      people.guest.loginId,
    );
  });

  test("of a class that stays inside, outside not even the name is known", async () => {
    const made = await put(owner, "懲戒処分.txt", "秘密", { classification: "3A" });
    await settled(owner, made.id);
    const seen = await file(outside, made.id);
    expect(seen).toMatchObject({ kind: "withheld", because: { rule: { id: "crossing.secret-stays" } } });
    const library = await outside.get(`/api/v1/rooms/${roomId}/files?q=${encodeURIComponent("懲戒")}`);
    expect(JSON.stringify(library.body)).not.toContain("懲戒");
    for (const path of ["/content", "/pages/1", "/thumbnail", "/versions"])
      expect((await outside.get(`/api/v1/files/${made.id}${path}`)).status, path).toBe(403);
    const lower = await owner.upload(roomId, "下げる.txt", "x", { classification: "1" });
    expect([lower.status, lower.body.facts.ruleId]).toEqual([403, "file.only-stricter"]);
  });
});

describe("when something is missing or breaks", () => {
  test("without a scanner files are held with words, and go on by themselves when it is back", async () => {
    sanitiser.isMissing = true;
    const made = await put(owner, "待つ.txt", "待っています");
    expect(await settled(owner, made.id)).toMatchObject({ state: "held", reason: "no-sanitiser" });
    const { resumeInspections } = await import("#core/files/index.ts");
    sanitiser.isMissing = false;
    await resumeInspections(server.chonai.files, tenantId);
    await until("it goes on by itself", isReleased(made.id));
  });

  test("a job that dies is tried again and leaves nothing behind", async () => {
    sanitiser.failsOnce = true;
    const made = await put(outside, "途中.txt", "途中で落ちる");
    expect(await settled(owner, made.id)).toMatchObject({ state: "released" });
    await until("nothing is left of it", isEmpty("work"));
    expect(await readdir(join(server.folder, "arriving"))).toEqual([]);
  });

  test("what a process left when it was killed is taken up by another", async () => {
    const made = await put(outside, "残された.txt", "残り");
    await settled(owner, made.id);
    // As kill -9 leaves it: under way, silent for minutes, and its job held by a worker that is no more.
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("file_version")
          .set({ state: "sanitising", worked_at: new Date(Date.now() - 300_000) })
          .where("tenant_id", "=", tenantId)
          .where("file_id", "=", made.id),
      ),
    );
    const { resumeInspections } = await import("#core/files/index.ts");
    await resumeInspections(server.chonai.files, tenantId);
    expect(await settled(owner, made.id)).toMatchObject({ state: "released" });
  });
});

test("what lay open when a process was killed is gone when the next one starts", async () => {
  const { mkdir, writeFile } = await import("node:fs/promises");
  const left = ["work/inspect-x", "reading/reading-y", "arriving"];
  const own = await startTestServer();
  await own.restart(async () => {
    for (const place of left) {
      await mkdir(join(own.folder, place), { recursive: true });
      await writeFile(join(own.folder, place, "original"), "秘密の文書");
    }
  });
  const names = await readdir(own.folder, { recursive: true });
  expect(names.filter((name) => name.endsWith("original"))).toEqual([]);
  await own.stop();
});

describe("an upload in pieces", () => {
  const base64 = (words: string) => Buffer.from(words).toString("base64");
  const begin = (client: ApiClient, length: number, name = "大きなファイル.bin", more = {}) =>
    client.call<any>("POST", "/api/v1/uploads", undefined, {
      "tus-resumable": "1.0.0",
      "upload-length": String(length),
      "upload-metadata": Object.entries({ roomId, name, purpose: "library", ...more })
        .map(([field, value]) => `${field} ${base64(value)}`)
        .join(","),
    });
  const patch = (client: ApiClient, id: string, offset: number, bytes: Uint8Array, headers = {}) =>
    fetch(`${client.base}/api/v1/uploads/${id}`, {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${client.token}`,
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "upload-offset": String(offset),
        ...headers,
      },
      body: bytes as BodyInit,
    });

  test("goes on after the line broke in the middle of a piece, and becomes one file", async () => {
    const bytes = randomBytes(9_000_000);
    const upload = (await begin(owner, bytes.length)).body;
    const cut = new AbortController();
    let sent = 0;
    const body = new ReadableStream({
      async pull(controller) {
        if (sent >= 6_000_000) {
          cut.abort();
          await new Promise(() => {});
        }
        controller.enqueue(bytes.subarray(sent, sent + 500_000));
        sent += 500_000;
      },
    });
    const broken = fetch(`${owner.base}/api/v1/uploads/${upload.id}`, {
      method: "PATCH",
      headers: {
        authorization: `Bearer ${owner.token}`,
        "content-type": "application/offset+octet-stream",
        "upload-offset": "0",
      },
      body,
      signal: cut.signal,
      duplex: "half",
    } as RequestInit);
    await expect(broken).rejects.toThrow();
    // Pieces that arrived whole count; what of the next one had arrived counts as soon as the server sees the line break.
    await until("the first pieces are kept", async () => {
      const { offset } = (await owner.get(`/api/v1/uploads/${upload.id}`)).body;
      return offset >= 4 * 1024 * 1024;
    });
    const head = await fetch(`${owner.base}/api/v1/uploads/${upload.id}`, {
      method: "HEAD",
      headers: { authorization: `Bearer ${owner.token}` },
    });
    expect([head.status, head.headers.get("upload-length")]).toEqual([200, "9000000"]);
    let at = Number(head.headers.get("upload-offset"));
    let rest = await patch(owner, upload.id, at, bytes.subarray(at));
    while (rest.status === 409) {
      at = (await rest.json()).facts.offset;
      rest = await patch(owner, upload.id, at, bytes.subarray(at));
    }
    expect([rest.status, rest.headers.get("upload-offset")]).toEqual([204, "9000000"]);
    const fileId = rest.headers.get("chonai-file")!;
    await settled(owner, fileId);
    expect((await owner.bytes(`/api/v1/files/${fileId}/content`)).body.equals(bytes)).toBe(true);
    // Asked once more, as by a client that did not hear the answer.
    const again = await patch(owner, upload.id, bytes.length, Buffer.alloc(0));
    expect([again.status, again.headers.get("chonai-file")]).toEqual([204, fileId]);
    const pieces = await readdir(join(server.folder, tenantId, "pieces", upload.id)).catch(() => []);
    expect(pieces).toEqual([]);
  });

  test("a piece that arrives changed does not count", async () => {
    const bytes = randomBytes(1000);
    const upload = (await begin(owner, 1000)).body;
    const digest = createHash("sha256").update(bytes).digest("base64");
    const changed = Buffer.from(bytes);
    changed[500]! ^= 1;
    const refused = await patch(owner, upload.id, 0, changed, { "upload-checksum": `sha256 ${digest}` });
    expect([refused.status, (await refused.json()).code]).toEqual([460, "upload-checksum"]);
    const right = await patch(owner, upload.id, 0, bytes, { "upload-checksum": `sha256 ${digest}` });
    expect(right.status).toBe(204);
  });

  test("two that add at the same place: one counts, the other hears where it stands", async () => {
    const upload = (await begin(owner, 2000)).body;
    const answers = await Promise.all([
      patch(owner, upload.id, 0, Buffer.alloc(1000, 1)),
      patch(owner, upload.id, 0, Buffer.alloc(1000, 2)),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([204, 409]);
    const loser = answers.find((answer) => answer.status === 409)!;
    expect((await loser.json()).facts.offset).toBe(1000);
  });

  test("is its owner's alone, on the side on which it began, and can be given up", async () => {
    const upload = (await begin(owner, 10)).body;
    for (const client of [colleague, outside]) {
      expect((await client.get(`/api/v1/uploads/${upload.id}`)).status).toBe(404);
      expect((await patch(client, upload.id, 0, Buffer.alloc(10))).status).toBe(404);
    }
    expect((await owner.delete(`/api/v1/uploads/${upload.id}`)).status).toBe(204);
    expect((await owner.get(`/api/v1/uploads/${upload.id}`)).status).toBe(404);
  });

  test("more than it said, more than a file may be, and more than the day's share are refused", async () => {
    const upload = (await begin(owner, 10)).body;
    expect((await patch(owner, upload.id, 0, Buffer.alloc(11))).status).toBe(413);
    expect((await begin(owner, fileLimits.fileBytes + 1)).body.code).toBe("file-too-large");
    for (let i = 0; i < 5; i++) {
      const answer = await begin(colleague, fileLimits.fileBytes);
      expect(answer.status).toBe(i < 5 ? 201 : 429);
    }
    expect((await begin(colleague, 1)).body.code).toBe("files-of-day-used-up");
    expect((await begin(owner, 10, "x.txt", { roomId: newId() })).status).toBe(404);
  });

  test("of another version of the protocol is refused, and so is another algorithm", async () => {
    const upload = (await begin(owner, 10)).body;
    expect((await patch(owner, upload.id, 0, Buffer.alloc(10), { "tus-resumable": "0.2.2" })).status).toBe(
      412,
    );
    expect(
      (await patch(owner, upload.id, 0, Buffer.alloc(10), { "upload-checksum": "md5 aaaa" })).status,
    ).toBe(400);
  });
});

describe("the library", () => {
  test("has folders, versions, names to search by, and a bin", async () => {
    const room = (await owner.createGroup([people.colleague.id])).id;
    const key = () => ({ "idempotency-key": newId() });
    const folder = (
      await owner.post(`/api/v1/rooms/${room}/folders`, { name: "予算", parentId: null }, key())
    ).body;
    const taken = await owner.post(`/api/v1/rooms/${room}/folders`, { name: "予算", parentId: null }, key());
    expect([taken.status, taken.body.code]).toEqual([409, "folder-name-taken"]);
    const made = (
      await owner.upload(room, "ヨサンショ.txt", "一版", { purpose: "library", folderId: folder.id })
    ).body;
    await settled(owner, made.id);
    await owner.upload(room, "ほか.txt", "別", { purpose: "library" });

    const top = (await colleague.get(`/api/v1/rooms/${room}/files`)).body;
    expect(top.folders).toMatchObject([{ name: "予算", fileCount: 1 }]);
    expect(top.files.map((each: any) => each.name)).toEqual(["ほか.txt"]);
    const inside = (await colleague.get(`/api/v1/rooms/${room}/files?folder=${folder.id}`)).body;
    expect([inside.path[0].name, inside.files[0].name]).toEqual(["予算", "ヨサンショ.txt"]);
    for (const q of ["よさん", "ﾖｻﾝ", "ヨサン"]) {
      const found = (await colleague.get(`/api/v1/rooms/${room}/files?q=${encodeURIComponent(q)}`)).body;
      expect(
        found.files.map((each: any) => each.id),
        q,
      ).toEqual([made.id]);
    }

    const under = (
      await owner.post(`/api/v1/rooms/${room}/folders`, { name: "補正", parentId: folder.id }, key())
    ).body;
    expect((await colleague.get(`/api/v1/rooms/${room}/folders`)).body.items).toEqual([
      { id: folder.id, path: ["予算"] },
      { id: under.id, path: ["予算", "補正"] },
    ]);

    // What a class would mean is said by the table that will decide, to who may change it.
    expect((await colleague.get(`/api/v1/files/${made.id}/class-effects`)).status).toBe(403);
    const effects = (await owner.get(`/api/v1/files/${made.id}/class-effects`)).body.items;
    expect(
      effects.map((each: any) => [each.classification, ...each.sides.map((side: any) => side.may)]),
    ).toEqual([
      [null, "download", "pages", "pages"],
      ["3A", "download", "nothing", "nothing"],
      ["3B", "download", "nothing", "nothing"],
      ["3C", "download", "nothing", "nothing"],
    ]);

    // Somebody else's file one may not change; an owner's rights are another matter.
    const refused = await colleague.put(`/api/v1/files/${made.id}`, { name: "私の.txt" });
    expect([refused.status, refused.body.facts.ruleId]).toEqual([403, "file.only-uploader-changes"]);
    const renamed = (await owner.put(`/api/v1/files/${made.id}`, { name: "予算書:最終.txt", folderId: null }))
      .body;
    expect([renamed.name, renamed.folderId]).toEqual(["予算書：最終.txt", null]);

    const second = await owner.upload(room, "二版.txt", "二版", { purpose: "library", fileId: made.id });
    expect([second.body.id, second.body.version, second.body.name]).toEqual([made.id, 2, "予算書：最終.txt"]);
    await settled(colleague, made.id);
    expect((await colleague.bytes(`/api/v1/files/${made.id}/content`)).body.toString()).toBe("二版");
    expect((await colleague.bytes(`/api/v1/files/${made.id}/content?version=1`)).body.toString()).toBe(
      "一版",
    );
    const versions = (await colleague.get(`/api/v1/files/${made.id}/versions`)).body.items;
    expect(versions.map((each: any) => [each.number, each.pages])).toEqual([
      [2, expect.stringMatching(/ready|impossible|making/)],
      [1, expect.stringMatching(/ready|impossible/)],
    ]);

    await owner.put(`/api/v1/files/${made.id}`, { isDeleted: true });
    expect((await colleague.get(`/api/v1/files/${made.id}`)).status).toBe(404);
    expect((await owner.get(`/api/v1/files/${made.id}/content`)).status).toBe(403);
    expect((await owner.get(`/api/v1/rooms/${room}/files?bin=true`)).body.files[0].id).toBe(made.id);
    expect((await colleague.get(`/api/v1/rooms/${room}/files?bin=true`)).body.files).toEqual([]);
    await owner.put(`/api/v1/files/${made.id}`, { isDeleted: false });
    expect((await colleague.get(`/api/v1/files/${made.id}`)).status).toBe(200);

    // A member who was removed has nothing more at that moment.
    await owner.delete(`/api/v1/rooms/${room}/members/${people.colleague.id}`);
    for (const path of ["", "/content", "/pages/1", "/versions"])
      expect((await colleague.get(`/api/v1/files/${made.id}${path}`)).status, path).toBe(404);
    expect((await colleague.get(`/api/v1/rooms/${room}/files`)).status).toBe(404);
  });

  test("what nothing refers to is swept after a day, what somebody refers to stays", async () => {
    const { sweepBlobs } = await import("#core/files/index.ts");
    const kept = await put(owner, "残る.txt", `残る${randomBytes(8).toString("hex")}`);
    const gone = (await owner.upload(roomId, "消える.txt", `消える${randomBytes(8).toString("hex")}`)).body;
    await settled(owner, kept.id);
    await settled(owner, gone.id);
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(build.deleteFrom("file").where("tenant_id", "=", tenantId).where("id", "=", gone.id)),
    );
    expect(await sweepBlobs(server.chonai.files, tenantId)).toBe(0);
    const later = { ...server.chonai.files, clock: { now: () => new Date(Date.now() + 2 * 86_400_000) } };
    expect(await sweepBlobs(later as typeof server.chonai.files, tenantId)).toBeGreaterThanOrEqual(1);
    expect((await owner.bytes(`/api/v1/files/${kept.id}/content`)).status).toBe(200);
  });
});

test("a changed byte in the store ends the download and is no answer", async () => {
  const { writeFile, readFile } = await import("node:fs/promises");
  const made = await put(owner, "傷.txt", randomBytes(500_000));
  await settled(owner, made.id);
  const [row] = await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("file_version")
        .select("blob_name")
        .where("tenant_id", "=", tenantId)
        .where("file_id", "=", made.id),
    ),
  );
  const path = join(server.folder, tenantId, "blobs", row!.blob_name.slice(0, 2), row!.blob_name);
  const sealed = await readFile(path);
  sealed[400_000]! ^= 1;
  await writeFile(path, sealed);
  await expect(owner.bytes(`/api/v1/files/${made.id}/content`)).rejects.toThrow();
});

describe("in messages", () => {
  const unsent = async (name = "添付.txt") =>
    (await owner.upload(roomId, name, `${name} ${newId()}`)).body.id;

  test("files come with a message for everybody in the room, and repeated it is the same", async () => {
    const [first, second] = [await unsent("一.txt"), await unsent("二.txt")];
    const stream = await colleague.stream();
    const clientMessageId = newId();
    const input = { clientMessageId, body: "添付します", fileIds: [second, first] };
    const sent = await owner.post(`/api/v1/rooms/${roomId}/messages`, input);
    expect([sent.status, sent.body.files]).toEqual([201, [{ id: first }, { id: second }]]);
    const told = await stream.until(
      (frame) => frame.type === "message.sent" && frame.message.id === sent.body.id,
    );
    expect(told.message.files).toEqual([{ id: first }, { id: second }]);
    expect(JSON.stringify(stream.frames)).not.toContain("一.txt");
    stream.close();
    const again = await owner.post(`/api/v1/rooms/${roomId}/messages`, input);
    expect([again.status, again.body.id]).toEqual([200, sent.body.id]);
    const other = await owner.post(`/api/v1/rooms/${roomId}/messages`, { ...input, fileIds: [first] });
    expect([other.status, other.body.code]).toEqual([409, "message-id-reused"]);
    const page = (await colleague.get(`/api/v1/rooms/${roomId}/messages?limit=5`)).body.items;
    expect(page.at(-1).files).toEqual([{ id: first }, { id: second }]);
    await settled(colleague, first);
    const seen = (await colleague.get(`/api/v1/files?ids=${first},${second}`)).body.items;
    expect(seen.map((each: any) => [each.name, each.messageSeq])).toEqual([
      ["一.txt", sent.body.seq],
      ["二.txt", sent.body.seq],
    ]);
    expect((await colleague.bytes(`/api/v1/files/${first}/content`)).status).toBe(200);
  });

  test("only one's own, unsent, of this room", async () => {
    const elsewhere = (await owner.createGroup([people.colleague.id])).id;
    const sent = await unsent();
    await owner.send(roomId, "送りました", { fileIds: [sent] });
    for (const [client, room, id] of [
      [colleague, roomId, await unsent()],
      [owner, elsewhere, await unsent()],
      [owner, roomId, sent],
      [owner, roomId, newId()],
    ] as const) {
      const refused = await client.send(room, "他人のもの", { fileIds: [id] });
      expect([refused.status, refused.body.code]).toEqual([409, "file-not-sendable"]);
    }
    const raced = await unsent();
    const answers = await Promise.all(
      [1, 2, 3].map((i) => owner.send(roomId, `競争${i}`, { fileIds: [raced] })),
    );
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 409, 409]);
  });

  test("a deleted message takes its files along, for everybody and for good", async () => {
    const id = await unsent();
    const { body: message } = await owner.send(roomId, "消します", { fileIds: [id] });
    await settled(colleague, id);
    expect((await colleague.get(`/api/v1/files/${id}`)).status).toBe(200);
    const deleted = await owner.put(`/api/v1/rooms/${roomId}/messages/${message.id}/deletion`, {});
    expect(deleted.body.files).toBeUndefined();
    for (const client of [colleague, owner])
      for (const path of ["", "/content", "/pages/1", "/thumbnail", "/versions"])
        expect((await client.get(`/api/v1/files/${id}${path}`)).status, path).toBe(404);
    expect(JSON.stringify((await owner.get(`/api/v1/rooms/${roomId}/files?bin=true`)).body)).not.toContain(
      id,
    );
  });
});

test("search in a document answers with places and not a letter of its text", async () => {
  const made = await put(owner, "探す.pdf", `%PDF-1.7 ${newId()}`);
  await settled(owner, made.id);
  const found = await outside.get(`/api/v1/files/${made.id}/places?q=${encodeURIComponent("見積")}`);
  expect(found.body.items).toMatchObject([{ page: 2, rectangles: [{ left: 10 / 600, top: 20 / 800 }] }]);
  expect(JSON.stringify(found.body)).not.toContain("見積");
});

test("a page's words are given to whom the office of rules named, and to nobody else a letter", async () => {
  const made = await put(owner, "点検.pdf", `%PDF-1.7 ${newId()}`);
  await settled(owner, made.id);
  const read = (client: ApiClient, page = 2) => client.get(`/api/v1/files/${made.id}/text?page=${page}`);
  const refusals = async (client: ApiClient) => {
    const answer = await read(client);
    return [answer.status, answer.body.facts?.ruleId, JSON.stringify(answer.body).includes("見積書")];
  };
  expect((await file(outside, made.id)).may.readText.isAllowed).toBe(false);
  for (const client of [outside, guest])
    expect(await refusals(client)).toEqual([403, "file.only-text-readers", false]);
  expect(await refusals(stranger)).toEqual([404, undefined, false]);

  const office = await buildPerson(server.database, tenantId, { offices: ["rules"] });
  const rules = await server.as(office);
  const name = (client: ApiClient, id: string, isGiven = true) =>
    client.put(`/api/v1/text-readers/${id}`, { isGiven, reason: "画面を読み上げて使うため" });
  const section = await buildPerson(server.database, tenantId, { kind: "section" });
  for (const [answer, rule] of [
    [await name(owner, people.owner.id), "text-reader.office-gives"],
    [await name(await server.as(office, "internet"), people.owner.id), "text-reader.in-the-hall-only"],
    [await name(rules, office.id), "text-reader.never-oneself"],
    [await name(rules, section.id), "text-reader.named-people-only"],
  ] as const)
    expect([answer.status, answer.body.facts?.ruleId]).toEqual([403, rule]);
  expect((await name(guest, people.guest.id)).status).toBe(404);

  expect((await name(rules, people.owner.id)).status).toBe(204);
  expect((await rules.get("/api/v1/text-readers")).body.items).toMatchObject([
    { person: { id: people.owner.id }, givenBy: { id: office.id }, reason: "画面を読み上げて使うため" },
  ]);
  expect((await read(outside)).body).toEqual({ page: 2, pageCount: 3, lines: ["見積書"] });
  expect((await read(outside, 4)).status).toBe(404);
  expect((await file(outside, made.id)).may.readText.isAllowed).toBe(true);
  // It opens nothing that the table keeps closed, and it is no right of others in the room.
  await owner.put(`/api/v1/files/${made.id}`, { classification: "3A" });
  expect(await refusals(outside)).toEqual([403, "crossing.secret-stays", false]);
  await owner.put(`/api/v1/files/${made.id}`, { classification: null });
  expect(await refusals(guest)).toEqual([403, "file.only-text-readers", false]);
  expect((await name(rules, people.owner.id, false)).status).toBe(204);
  expect(await refusals(outside)).toEqual([403, "file.only-text-readers", false]);
  const entries = (await audited(made.id)).filter((entry) => entry.action === "file.text-read");
  expect(new Set(entries.map((entry) => entry.actor))).toEqual(new Set([people.owner.id]));
  expect(entries[0]).toMatchObject({
    zone: "internet",
    rule: "file.reads-as-text",
    facts: { part: "text 2" },
  });
  expect((await audited(people.owner.id)).map((entry) => entry.action)).toEqual([
    "text-reader.named",
    "text-reader.ended",
  ]);
});
