import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { RecordedFile, RecordedMessage, RecordOfRoom } from "#capabilities/governance/contract.ts";
import { dispose, listDueByTheClock, listHeldRecords, writeRecord } from "#capabilities/governance/index.ts";
import { decideConsentToRecords, decideKeepRecords } from "#capabilities/governance/server/records/policy.ts";
import { verifyAudit } from "#core/audit/index.ts";
import { build, scopeOf } from "#core/db/index.ts";
import { forgetOldFiles } from "#core/files/index.ts";
import { ZipReader } from "#core/identity/import/read-zip.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { type Actor, type Office, offices, type Zone } from "#core/policy/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

const written = new Date("2026-11-21T03:00:00Z");
/** One year behind 31 March 2027 is over. */
const due = new Date("2028-04-02T03:00:00Z");
const clock = fixedClock(written);
let server: TestServer;
let tenantId: string;
let keeper: BuiltPerson;
let auditor: BuiltPerson;
let member: BuiltPerson;
let colleague: BuiltPerson;
let keeping: ApiClient;
let auditing: ApiClient;
let within: ApiClient;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer({ clock, rateFactor: 1000 });
});
afterAll(() => server.stop());

async function clientOf(person: BuiltPerson, zone: Zone = "lgwan"): Promise<ApiClient> {
  const expiresAt = new Date(clock.now().getTime() + 60 * 86_400_000);
  return new ApiClient(
    server.url(zone),
    (await buildSession(server.database, person, { zone, expiresAt })).token,
  );
}

/** Everybody signs in anew: sessions do not last for years. */
async function moveTo(moment: Date) {
  clock.set(moment);
  [keeping, auditing, within] = [await clientOf(keeper), await clientOf(auditor), await clientOf(member)];
}

beforeEach(async () => {
  tenantId = await buildMunicipality(server.database);
  const person = (given: readonly Office[] = []) =>
    buildPerson(server.database, tenantId, { offices: given });
  [keeper, auditor, member, colleague] = [
    await person(["records"]),
    await person(["audit"]),
    await person(),
    await person(),
  ];
  await moveTo(written);
  roomId = (await within.createGroup([colleague.id], "古い相談")).id;
});

const consents = { consents: true, reason: "規程を確認" };
const refusal = (answer: { status: number; body: any }) => [answer.status, answer.body?.facts?.ruleId];
const rules = [{ kind: "group", classification: null, years: 1, counting: "written-year" }];

async function keepForOneYear() {
  const proposed = await keeping.post("/api/v1/retention", {
    validFrom: "2026-11-21",
    rules,
    source: "水杜市文書管理規程 第20条",
    reason: "規程の施行",
  });
  expect(proposed.status).toBe(201);
  expect((await auditing.post(`/api/v1/retention/${proposed.body.id}/decision`, consents)).status).toBe(204);
}

async function upload(client: ApiClient, name: string, more: Record<string, string> = {}) {
  const { body } = await client.upload(roomId, name, `中身 ${name}`, more);
  await until("the file is released", async () => {
    const file = await client.get(`/api/v1/files/${body.id}`);
    return file.body.state === "released";
  });
  return body.id as string;
}

async function approved(): Promise<string> {
  const { body } = await keeping.post("/api/v1/disposals", undefined);
  expect((await keeping.post(`/api/v1/disposals/${body.id}/decision`, consents)).status).toBe(204);
  return body.id;
}

/** With the second person's consent, and with what follows from it done. */
async function disposed(id: string) {
  expect((await auditing.post(`/api/v1/disposals/${id}/decision`, consents)).status).toBe(204);
  await dispose(server.chonai.files, tenantId, id);
  return (await keeping.get(`/api/v1/disposals/${id}`)).body;
}

const bodies = async () =>
  (await within.get(`/api/v1/rooms/${roomId}/messages`)).body.items.map((item: any) => item.body);
const countOf = async (table: "message_version" | "file" | "blob" | "draft") =>
  (
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom(table).select("tenant_id")),
    )
  ).length;

describe("what is due", () => {
  test("goes with its earlier texts, files and drafts; its place, the record's chain and what is not due stay", async () => {
    await keepForOneYear();
    const term = (await within.get(`/api/v1/rooms/${roomId}/retention`)).body;
    expect(term).toMatchObject({ rule: { years: 1, counting: "written-year" }, until: "2028-03-31" });
    const first = (await within.send(roomId, "秘密の初稿")).body;
    await within.put(`/api/v1/rooms/${roomId}/messages/${first.id}`, {
      body: "秘密の改稿",
      version: 1,
      mentions: [colleague.id],
    });
    const taken = (await within.send(roomId, "消した本文")).body;
    await within.put(`/api/v1/rooms/${roomId}/messages/${taken.id}/deletion`, {});
    const fileId = await upload(within, "添付.txt");
    await within.send(roomId, "資料です", { fileIds: [fileId] });
    await upload(within, "綴り.txt", { purpose: "library" });
    await within.put(`/api/v1/drafts/${roomId}`, {
      body: "書きかけの秘密",
      mentioned: [],
      replyTo: null,
      basedOn: 0,
    });
    expect(await countOf("blob")).toBe(2);

    await moveTo(new Date("2028-03-30T03:00:00Z"));
    await within.send(roomId, "新しい話");
    await listDueByTheClock(server.database, tenantId, clock.now());
    expect((await keeping.get("/api/v1/disposals")).body.items).toEqual([]);

    await moveTo(due);
    await listDueByTheClock(server.database, tenantId, clock.now());
    const [listed] = (await keeping.get("/api/v1/disposals")).body.items;
    expect(listed).toMatchObject({ state: "proposed", rooms: 1, messages: 3, files: 2 });
    await keeping.post(`/api/v1/disposals/${listed.id}/decision`, consents);
    const stream = await (await clientOf(colleague)).stream();
    const page = await disposed(listed.id);
    const told = await stream.until((frame) => frame.type === "messages.disposed");
    expect(told).toMatchObject({ roomId, messages: [{ seq: 1 }, { seq: 3 }] });
    stream.close();

    expect(await bodies()).toEqual(["", "", "", "新しい話"]);
    expect([await countOf("message_version"), await countOf("file"), await countOf("draft")]).toEqual([
      0, 0, 0,
    ]);
    expect(await countOf("blob")).toBe(0);
    const left: string[] = [];
    for await (const { name } of server.chonai.files.store.list(tenantId)) left.push(name);
    expect(left).toEqual([]);

    expect(page.disposal).toMatchObject({ state: "done", goneMessages: 3 });
    const { text, digest } = page.certificate;
    expect(createHash("sha256").update(text).digest("hex")).toBe(digest);
    expect(text).not.toContain("秘密");
    expect(JSON.parse(text)).toMatchObject({
      municipality: "試験市",
      source: "水杜市文書管理規程 第20条",
      approved: { by: keeper.name },
      consented: { by: auditor.name },
      rooms: [{ name: "古い相談", messages: 3, earlierTexts: 2, files: 2 }],
      kept: [],
    });
    const again = await dispose(server.chonai.files, tenantId, listed.id);
    expect(again).toBeUndefined();
    await server.chonai.auditSealer.flush();
    const auditKey = { id: server.keyring.id, key: server.keyring.derive("audit-chain") };
    expect((await verifyAudit(server.database, tenantId, [auditKey], [], clock.now())).faults).toEqual([]);
    const found = (await auditing.get("/api/v1/audit/entries?limit=200")).body.items;
    const finished = found.find(({ action }: any) => action === "disposal.finished");
    expect(finished.facts).toMatchObject({ messages: 3, files: 2, digest });
  });

  test("is taken out with a reason, and refused by either of the two", async () => {
    await keepForOneYear();
    await within.send(roomId, "残すもの");
    const other = (await within.createGroup([colleague.id], "別の相談")).id;
    await within.send(other, "いらないもの");
    await moveTo(due);
    const { id } = (await keeping.post("/api/v1/disposals", undefined)).body;
    expect((await keeping.post("/api/v1/disposals", undefined)).status).toBe(409);
    const out = { roomId, reason: "市史の資料になる" };
    expect(refusal(await auditing.post(`/api/v1/disposals/${id}/exclusions`, out))).toEqual([
      403,
      "records.office-keeps",
    ]);
    expect((await keeping.post(`/api/v1/disposals/${id}/exclusions`, out)).status).toBe(204);
    await keeping.post(`/api/v1/disposals/${id}/decision`, consents);
    expect((await keeping.post(`/api/v1/disposals/${id}/exclusions`, out)).status).toBe(409);
    const page = await disposed(id);
    expect(await bodies()).toEqual(["残すもの"]);
    expect(JSON.parse(page.certificate.text).kept).toEqual([
      { id: roomId, name: "古い相談", because: "市史の資料になる" },
    ]);
    const next = (await keeping.post("/api/v1/disposals", undefined)).body.id;
    const no = { consents: false, reason: "まだ使う" };
    expect((await keeping.post(`/api/v1/disposals/${next}/decision`, no)).status).toBe(204);
    await dispose(server.chonai.files, tenantId, next);
    expect(await bodies()).toEqual(["残すもの"]);
  });
});

describe("under legal hold", () => {
  const hold = (kind: "room" | "person", subjectId: string) =>
    keeping.post("/api/v1/legal-holds", { kind, subjectId, reason: "住民監査請求" });

  test("a room stays, also when the hold came behind the approval, and until two persons end it", async () => {
    await keepForOneYear();
    await within.send(roomId, "証拠");
    await moveTo(due);
    const id = await approved();
    const placed = (await hold("room", roomId)).body.id;
    const page = await disposed(id);
    expect(await bodies()).toEqual(["証拠"]);
    expect(page.disposal.state).toBe("done");
    expect(JSON.parse(page.certificate.text).kept[0].because).toBe("法的保全");
    expect((await keeping.post("/api/v1/disposals", undefined)).status).toBe(409);

    const decide = (by: ApiClient, yes = true) =>
      by.post(`/api/v1/legal-holds/${placed}/decision`, { consents: yes, reason: "確認" });
    expect(refusal(await decide(keeping))).toEqual([403, "records.audit-consents"]);
    expect((await decide(auditing)).status).toBe(204);
    expect(refusal(await decide(auditing))).toEqual([403, "records.not-open"]);
    await keeping.post(`/api/v1/legal-holds/${placed}/release`, { reason: "訴訟の終了" });
    expect((await keeping.post("/api/v1/disposals", undefined)).status).toBe(409);
    expect((await decide(auditing)).status).toBe(204);
    await disposed(await approved());
    expect(await bodies()).toEqual([""]);
  });

  test("nobody gets rid of it by deleting first, by leaving, or through the bin", async () => {
    await keepForOneYear();
    await hold("person", member.id);
    const message = (await within.send(roomId, "消したい話")).body;
    const inBin = await upload(within, "捨てたい.txt", { purpose: "library" });
    await within.put(`/api/v1/rooms/${roomId}/messages/${message.id}/deletion`, {});
    expect((await within.put(`/api/v1/files/${inBin}`, { isDeleted: true })).status).toBe(200);
    await listDueByTheClock(server.database, tenantId, clock.now());
    const theirs = await clientOf(colleague);
    await theirs.send(roomId, "相手の返事");
    await within.put(`/api/v1/rooms/${roomId}/members/${colleague.id}/role`, { role: "owner" });
    expect((await within.delete(`/api/v1/rooms/${roomId}/members/${member.id}`)).status).toBe(204);
    await moveTo(due);
    await forgetOldFiles(server.chonai.files, tenantId, listHeldRecords);
    expect((await keeping.post("/api/v1/disposals", undefined)).status).toBe(409);
    const kept = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("message_version").select("body")),
    );
    expect(kept).toEqual([{ body: "消したい話" }]);
    expect(await countOf("file")).toBe(1);
  });

  test("it is known to the two offices alone", async () => {
    await hold("room", roomId);
    expect(refusal(await within.get("/api/v1/legal-holds"))).toEqual([403, "records.offices-only"]);
    const told = JSON.stringify([
      (await within.get("/api/v1/rooms")).body,
      (await within.get(`/api/v1/rooms/${roomId}/retention`)).body,
      (await within.get(`/api/v1/rooms/${roomId}/changes`)).body,
    ]);
    expect(told).not.toContain("住民監査請求");
    const everything = await clientOf(await buildPerson(server.database, tenantId, { offices: ["rules"] }));
    expect(refusal(await everything.get("/api/v1/legal-holds"))).toEqual([403, "records.offices-only"]);
    expect(refusal(await (await clientOf(keeper, "internet")).get("/api/v1/legal-holds"))).toEqual([
      403,
      "records.in-the-hall-only",
    ]);
    expect((await keeping.get("/api/v1/legal-holds")).body.items).toMatchObject([
      { subjectName: "古い相談", state: "waiting", mayDecide: false },
    ]);
  });
});

describe("a room as an official record", () => {
  const ask = (by = keeping) => by.post("/api/v1/record-exports", { roomId, reason: "公文書館への移管" });
  const decide = (id: string, by = auditing) => by.post(`/api/v1/record-exports/${id}/decision`, consents);
  const fetchArchive = (id: string, by = keeping) =>
    fetch(`${by.base}/api/v1/record-exports/${id}/archive`, {
      headers: { authorization: `Bearer ${by.token}` },
    });

  test("is read without Chonai: every word, name and file in its form, with digests; the members are told", async () => {
    for (let i = 1; i <= 520; i++) await within.send(roomId, `${i} 件目\n二行目 <b>&  空白`);
    const edited = (await within.send(roomId, "初めの文")).body;
    await within.put(`/api/v1/rooms/${roomId}/messages/${edited.id}`, { body: "後の文", version: 1 });
    const gone = (await within.send(roomId, "消した文")).body;
    await within.put(`/api/v1/rooms/${roomId}/messages/${gone.id}/deletion`, {});
    const inside = await upload(within, "令和八年度 予算.txt");
    await within.send(roomId, "資料です", { fileIds: [inside] });
    const outside = await clientOf(member, "internet");
    const brought = (await outside.upload(roomId, "持ち込み.txt", "外の中身")).body.id;
    await until("it is released", async () => {
      return (await within.get(`/api/v1/files/${brought}`)).body.state === "released";
    });
    await outside.send(roomId, "外からの資料", { fileIds: [brought] });

    const { id } = (await ask()).body;
    expect((await fetchArchive(id)).status).toBe(409);
    expect(refusal(await decide(id, keeping))).toEqual([403, "records.audit-consents"]);
    expect((await decide(id)).status).toBe(204);
    await writeRecord(server.chonai.files, tenantId, id);
    const told = (await within.get(`/api/v1/rooms/${roomId}/changes`)).body.items.at(-1);
    expect([told.kind, told.actorId]).toEqual(["inspected", keeper.id]);

    const [listed] = (await keeping.get("/api/v1/record-exports")).body.items;
    expect(listed).toMatchObject({ state: "done", written: 524, messages: 524, mayFetch: true });
    const answer = await fetchArchive(id);
    expect(answer.headers.get("content-disposition")).toContain(encodeURIComponent("記録_古い相談_"));
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(listed.digest);
    const zip = new ZipReader(bytes, 50_000_000);
    const read = (name: string) => zip.text(name)!;
    const sums = read("digests.txt").trim().split("\n");
    for (const line of sums) {
      const [sum, name] = line.split("  ") as [string, string];
      expect(createHash("sha256").update(read(name)).digest("hex"), name).toBe(sum);
    }
    const messages = read("messages.jsonl")
      .trim()
      .split("\n")
      .map((line) => RecordedMessage.parse(JSON.parse(line)));
    expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 524 }, (_, i) => i + 1));
    expect(messages[520]).toMatchObject({ body: "後の文", earlierTexts: [{ version: 1, body: "初めの文" }] });
    expect(messages[521]).toMatchObject({ body: null, deletion: { by: member.name } });
    expect(RecordOfRoom.parse(JSON.parse(read("room.json")))).toMatchObject({
      municipality: "試験市",
      room: { name: "古い相談" },
      export: { askedBy: keeper.name, consentedBy: auditor.name, reason: "公文書館への移管" },
    });
    const files = read("files.jsonl")
      .trim()
      .split("\n")
      .map((line) => RecordedFile.parse(JSON.parse(line)));
    expect(files.map(({ form, path }) => [form, read(path!)]).sort()).toEqual([
      ["original", "中身 令和八年度 予算.txt"],
      ["text", "CLEAN 外の中身"],
    ]);
    expect(read("pdf/0001.pdf")).toContain("520 件目");
    expect(read("pdf/0001.pdf")).not.toContain("消した文");

    const other = await clientOf(await buildPerson(server.database, tenantId, { offices: ["records"] }));
    expect((await fetchArchive(id, other)).status).toBe(409);
    await moveTo(new Date(written.getTime() + 25 * 3_600_000));
    expect((await fetchArchive(id)).status).toBe(409);
  });

  test("is not written where the table refuses to read, nor for anybody else", async () => {
    await within.send(roomId, "内部の話");
    expect(refusal(await ask(within))).toEqual([403, "records.offices-only"]);
    expect(refusal(await ask(auditing))).toEqual([403, "records.office-keeps"]);
    expect(refusal(await ask(await clientOf(keeper, "internet")))).toEqual([403, "records.in-the-hall-only"]);
    const { id } = (await ask()).body;
    const no = { consents: false, reason: "不要" };
    expect((await auditing.post(`/api/v1/record-exports/${id}/decision`, no)).status).toBe(204);
    await writeRecord(server.chonai.files, tenantId, id);
    expect((await keeping.get("/api/v1/record-exports")).body.items[0].state).toBe("refused");
  });
});

test("nobody changes a term or disposes of anything alone, with every office in one hand", async () => {
  const everything = await clientOf(await buildPerson(server.database, tenantId, { offices }));
  const proposal = { validFrom: "2026-11-21", rules, source: "規程", reason: "短くする" };
  const { id } = (await everything.post("/api/v1/retention", proposal)).body;
  const decided = await everything.post(`/api/v1/retention/${id}/decision`, consents);
  expect(refusal(decided)).toEqual([403, "records.audit-consents"]);
  const begun = await everything.post("/api/v1/retention", { ...proposal, validFrom: "2026-11-20" });
  expect(begun.status).toBe(409);
  expect((await within.get(`/api/v1/rooms/${roomId}/retention`)).body.rule).toBeNull();
  expect((await everything.post("/api/v1/disposals", undefined)).status).toBe(409);
});

test("whoever consents holds the other office and did not ask: over every actor", () => {
  const actor = fc.record({
    personId: fc.constantFrom("a", "b"),
    kind: fc.constantFrom("staff", "section", "guest"),
    offices: fc.subarray([...offices]),
    zone: fc.constantFrom("lgwan", "internet"),
  }) as fc.Arbitrary<unknown> as fc.Arbitrary<Actor>;
  const hits = { keep: 0, consent: 0 };
  fc.assert(
    fc.property(actor, fc.option(fc.constantFrom("a", "b")), (who, askedBy) => {
      const isInside = who.kind === "staff" && who.zone === "lgwan";
      if (decideKeepRecords(who).kind === "allow") {
        hits.keep++;
        expect(isInside && who.offices.includes("records")).toBe(true);
      }
      if (decideConsentToRecords(who, { askedBy }).kind === "allow") {
        hits.consent++;
        expect(isInside && who.offices.includes("audit") && askedBy !== null).toBe(true);
        expect(who.personId).not.toBe(askedBy);
      }
    }),
    { numRuns: 2000, seed: 20261121 },
  );
  for (const count of Object.values(hits)) expect(count).toBeGreaterThan(5);
});
