import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Message, RoomItem } from "#capabilities/chat/contract.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { importPeople, totpAt } from "#core/identity/index.ts";
import { Keyring, silentLogger, systemClock } from "#core/kernel/index.ts";
import {
  type DemoAccount,
  demoPeopleOf,
  makeDemo,
  placeDemoDocuments,
  prepareDemo,
  readDemoAccounts,
} from "#server/demo/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let directory: string;
let accounts: DemoAccount[];
let tenantId: string;
beforeAll(async () => {
  server = await startTestServer({ isDemo: true });
  directory = mkdtempSync(join(tmpdir(), "chonai-demo-"));
  await prepareDemo(server.database, server.keyring, systemClock, directory, silentLogger);
  accounts = await readDemoAccounts(directory);
  ({ tenantId } = await makeDemo(server.database, server.keyring, systemClock, directory));
});
afterAll(async () => {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
});

describe("the demo city", () => {
  test("has the accounts that the procurement paper buys, class by class", () => {
    const counts = Object.fromEntries(
      Map.groupBy(accounts, (a) => a.kind)
        .entries()
        .map(([kind, all]) => [kind, all.length]),
    );
    expect(counts).toEqual({
      "video-tablet": 48,
      "remote-tablet": 72,
      telework: 100,
      section: 196,
      "guest-other": 85,
    });
    expect(statSync(join(directory, "demo-accounts.json")).mode & 0o777).toBe(0o600);
    expect(new Set(accounts.map((account) => account.loginId)).size).toBe(501);
    expect(accounts.filter((a) => a.personKind === "section" && a.operators.length === 0)).toEqual([]);
  });

  test("somebody of each class signs in on each of the account's sides, and not on the other", async () => {
    for (const kind of ["video-tablet", "remote-tablet", "telework", "section", "guest-other"]) {
      const account = accounts.find((candidate) => candidate.kind === kind)!;
      for (const zone of ["lgwan", "internet"] as const) {
        const totp = zone === "internet" ? await totpAt(account.totpSecret, new Date()) : undefined;
        const { loginId, password } = account;
        const answer = await server.anonymous(zone).post("/api/v1/sessions", { loginId, password, totp });
        expect([kind, zone, answer.status]).toEqual([kind, zone, account.zones.includes(zone) ? 201 : 403]);
      }
    }
  });

  test("the picker offers each side only those who may use it, with the code of the moment", async () => {
    const people = demoPeopleOf(directory);
    const [inside, outside] = [await people("lgwan", new Date()), await people("internet", new Date())];
    expect(inside.length).toBeGreaterThan(8);
    expect(inside.every((person) => person.zones.includes("lgwan") && person.totp === null)).toBe(true);
    expect(outside.some((person) => person.kind === "guest")).toBe(true);
    expect(
      outside.every((person) => person.zones.includes("internet") && /^\d{6}$/.test(person.totp ?? "")),
    ).toBe(true);
    expect(await demoPeopleOf(undefined)("lgwan", new Date())).toEqual([]);
  });

  test("has rooms to read: executives see the storm night, a guest only the rooms of the contract", async () => {
    const roomsOf = async (account: DemoAccount, zone: "lgwan" | "internet") => {
      const totp =
        zone === "internet" ? await totpAt(account.totpSecret, new Date(Date.now() + 30_000)) : undefined;
      const { loginId, password } = account;
      const session = await server.anonymous(zone).post("/api/v1/sessions", { loginId, password, totp });
      const client = new ApiClient(server.url(zone), session.body.token);
      return (await client.get("/api/v1/rooms")).body.items as {
        id: string;
        name: string;
        lastSeq: number;
        unread: number;
      }[];
    };
    const manager = accounts.find((account) => account.post === "危機管理監")!;
    const rooms = await roomsOf(manager, "lgwan");
    expect(rooms.map((room) => room.name)).toEqual(
      expect.arrayContaining(["幹部連絡", "災害対策本部（台風の夜）"]),
    );
    const guest = accounts.find((account) => account.affiliation === "㈱みなもりシステムサービス")!;
    const shown = await roomsOf(guest, "internet");
    expect(shown.map((room) => room.name)).toContain("みなもりシステム×情報政策課（ネットワーク更新）");
    expect(shown.length).toBeLessThan(4);
  });

  test("everybody of the picker finds something unread, somebody who asks for them, something to confirm", async () => {
    const missing: unknown[] = [];
    for (const zone of ["lgwan", "internet"] as const)
      for (const { loginId } of await demoPeopleOf(directory)(zone, new Date())) {
        const account = accounts.find((each) => each.loginId === loginId)!;
        const client = await server.as({ id: account.personId, tenantId }, zone);
        const rooms: RoomItem[] = (await client.get("/api/v1/rooms")).body.items;
        const { waiting } = (await client.get("/api/v1/me/confirmations")).body;
        const found = {
          rooms: rooms.length,
          unread: rooms.filter((room) => room.unread > 0).length,
          mentions: rooms.filter((room) => room.mentions > 0).length,
          waiting: waiting.length,
        };
        if (Object.values(found).some((count) => count === 0))
          missing.push({ loginId, section: account.section ?? account.affiliation, ...found });
      }
    expect(missing).toEqual([]);
  });

  test("what a room counts is what it holds: members, guests, unread, mentions, threads, confirmations", async () => {
    const wrong: Record<string, unknown[]> = {};
    const queries = {
      counters: `select r.name from room r join room_counter c on c.tenant_id = r.tenant_id and c.room_id = r.id
            where r.tenant_id = $1 and (
              c.last_seq <> (select count(*) from message m where m.tenant_id = $1 and m.room_id = r.id)
              or c.last_seq <> (select coalesce(max(seq), 0) from message m where m.tenant_id = $1 and m.room_id = r.id)
              or c.member_count <> (select count(*) from room_member m where m.tenant_id = $1 and m.room_id = r.id)
              or c.guest_count <> (select count(*) from room_member m
                   join person p on p.tenant_id = $1 and p.id = m.person_id and p.kind = 'guest'
                  where m.tenant_id = $1 and m.room_id = r.id))`,
      mentions: `select mm.seq from message_mention mm
             left join room_member rm on rm.tenant_id = $1 and rm.room_id = mm.room_id and rm.person_id = mm.person_id
             left join message m on m.tenant_id = $1 and m.room_id = mm.room_id and m.seq = mm.seq
            where mm.tenant_id = $1 and (rm.person_id is null or m.seq is null or m.deleted_at is not null)`,
      threads: `select t.seq from thread t where t.tenant_id = $1 and t.reply_count <>
             (select count(*) from message m where m.tenant_id = $1 and m.room_id = t.room_id and m.thread_seq = t.seq)`,
      asked: `select q.seq from confirmation_request q where q.tenant_id = $1 and q.asked_count <>
             (select count(*) from confirmation_person p
               where p.tenant_id = $1 and p.room_id = q.room_id and p.seq = q.seq)`,
      readBeyond: `select m.person_id from room_member m join room_counter c on c.tenant_id = $1 and c.room_id = m.room_id
            where m.tenant_id = $1 and m.read_seq > c.last_seq`,
      twice:
        "select name from room where tenant_id = $1 and name is not null group by name having count(*) > 1",
    };
    await server.database.transaction(scopeOf(tenantId), async (tx) => {
      for (const [name, sql] of Object.entries(queries))
        wrong[name] = await tx.all(statement(`demo-test.${name}`, sql), [tenantId]);
    });
    expect(wrong).toEqual({ counters: [], mentions: [], threads: [], asked: [], readBeyond: [], twice: [] });
  });

  test("shows what messages can have, as its readers see it", async () => {
    const head = accounts.find(({ section, post }) => section === "情報政策課" && post === "課長")!;
    const client = await server.as({ id: head.personId, tenantId });
    const page = (await client.get("/api/v1/rooms")).body;
    const room = (name: string): RoomItem => page.items.find((item: RoomItem) => item.name === name);
    expect(room("全庁のお知らせ")).toMatchObject({
      kind: "municipality",
      posting: "owners",
      isAutomatic: true,
    });
    expect(room("情報政策課")).toMatchObject({ kind: "section", isAutomatic: true });
    expect(page.list.favourites).toContain(room("情報政策課").id);
    const all: Message[] = [];
    for (const name of [
      "全庁のお知らせ",
      "情報政策課",
      "災害対策本部（台風の夜）",
      "端末・ネットワークの困りごと",
    ])
      all.push(...(await client.get(`/api/v1/rooms/${room(name).id}/messages?limit=200`)).body.items);
    expect(all.some((message) => message.reactions?.some(({ count }) => count > 10))).toBe(true);
    expect(all.some((message) => message.thread?.title && message.thread.replyCount > 1)).toBe(true);
    expect(all.some((message) => message.editedAt)).toBe(true);
    expect(all.some((message) => message.deletion)).toBe(true);
    expect(all.some((message) => message.mentionTargets?.some(({ kind }) => kind === "everybody"))).toBe(
      true,
    );
    expect(all.some((message) => message.body.includes("|---"))).toBe(true);
    const asked = all.find(({ confirmation }) => confirmation && confirmation.askedCount > 300)!;
    const { waiting, confirmed } = (
      await client.get(`/api/v1/rooms/${room("全庁のお知らせ").id}/messages/${asked.id}/confirmations`)
    ).body;
    expect(waiting.length + confirmed.length).toBe(asked.confirmation!.askedCount);
    const found = (await client.get(`/api/v1/public-rooms?q=${encodeURIComponent("相談")}`)).body.items;
    expect(found.map((each: { name: string }) => each.name)).toEqual(
      expect.arrayContaining(["DX相談", "Excel何でも相談"]),
    );
  });

  test("is an office: April is booked, required roles are held but for a few, workplaces are known", async () => {
    const head = accounts.find(({ section, post }) => section === "情報政策課" && post === "課長")!;
    const client = await server.as({ id: head.personId, tenantId });
    const imports = (await client.get("/api/v1/directory-imports")).body.items;
    expect(imports).toHaveLength(1);
    expect(imports[0]).toMatchObject({ state: "scheduled", on: expect.stringMatching(/-04-01$/) });
    expect((await client.get(`/api/v1/directory-imports/${imports[0].id}`)).body.report).toMatchObject({
      outcome: "dry-run",
      issues: [],
    });
    const roles = (await client.get("/api/v1/section-roles")).body.items;
    const lacking = roles.filter((row: { missing: string[] }) => row.missing.length > 0);
    expect(lacking.length).toBeGreaterThan(2);
    expect(lacking.length).toBeLessThan(roles.length / 10);
    expect((await client.get(`/api/v1/people/${head.personId}`)).body).toMatchObject({
      workplace: "本庁 4階",
      extension: expect.stringMatching(/^\d{5}$/),
    });
    const loans = (await client.get("/api/v1/media-loans")).body.items;
    expect(loans.map(({ state, isOverdue }: any) => [state, isOverdue])).toEqual([
      ["waiting", false],
      ["lent", false],
      ["lent", true],
      ["returned", false],
    ]);
    expect((await client.get("/api/v1/equipment-counts")).body.kinds.length).toBeGreaterThan(3);
  });

  test("documents and photos stand beside what is said of them, also in a contractor's room, and open at once", async () => {
    expect(await placeDemoDocuments(server.chonai.files, tenantId)).toBe(7);
    const head = accounts.find(({ section, post }) => section === "情報政策課" && post === "課長")!;
    const inside = await server.as({ id: head.personId, tenantId });
    const outside = await server.as({ id: head.personId, tenantId }, "internet");
    const rooms: RoomItem[] = (await inside.get("/api/v1/rooms")).body.items;
    const room = rooms.find(({ name }) => name?.startsWith("みなもりシステム×情報政策課"))!;
    const library = (await inside.get(`/api/v1/rooms/${room.id}/files?sort=name`)).body.files;
    expect(library.map((file: any) => [file.name, file.state, file.pages, file.origin])).toEqual(
      expect.arrayContaining([
        ["3階配線工事_完了写真.jpg", "released", "ready", "internet"],
        ["当日の体制と連絡先.docx", "released", "ready", "lgwan"],
        ["停止時間の工程表.csv", "released", "impossible", "lgwan"],
      ]),
    );
    const byName = (name: string) => library.find((file: any) => file.name.startsWith(name));
    const document = byName("当日の体制");
    const page = await outside.bytes(`/api/v1/files/${document.id}/pages/1?width=400`);
    expect([page.status, page.body.subarray(1, 4).toString()]).toEqual([200, "PNG"]);
    expect((await outside.get(`/api/v1/files/${document.id}/content`)).status).toBe(403);
    expect((await inside.bytes(`/api/v1/files/${document.id}/content`)).body.subarray(0, 2).toString()).toBe(
      "PK",
    );
    const said = await inside.get(`/api/v1/rooms/${room.id}/messages?around=${document.messageSeq}&limit=5`);
    const message = said.body.items.find((each: Message) => each.seq === document.messageSeq);
    expect(message.files).toEqual([{ id: document.id }]);
    const photo = byName("3階配線工事");
    const small = await outside.bytes(`/api/v1/files/${photo.id}/thumbnail`);
    expect([small.status, small.headers.get("content-type")]).toEqual([200, "image/png"]);
    // Once more, as at the next start: nothing is there twice.
    expect(await placeDemoDocuments(server.chonai.files, tenantId)).toBe(0);
    expect((await inside.get(`/api/v1/rooms/${room.id}/files`)).body.files).toHaveLength(library.length);
  });

  test("a second start changes nothing, a lost file of accounts comes back the same", async () => {
    const path = join(directory, "demo-accounts.json");
    const before = readFileSync(path, "utf8");
    await prepareDemo(server.database, server.keyring, systemClock, directory, silentLogger);
    expect(readFileSync(path, "utf8")).toBe(before);
    rmSync(path);
    await prepareDemo(server.database, server.keyring, systemClock, directory, silentLogger);
    expect(readFileSync(path, "utf8")).toBe(before);
  });

  test("its own lists, imported once more, change nothing", async () => {
    const files = join(directory, "demo");
    expect(readdirSync(files).sort()).toEqual(["people.csv", "sections.csv"]);
    const report = await importPeople(server.database, new Keyring(randomBytes(32)), systemClock, tenantId, {
      sections: readFileSync(join(files, "sections.csv")),
      people: readFileSync(join(files, "people.csv")),
    });
    expect(report.issues).toEqual([]);
    expect(report.outcome).toBe("unchanged");
  });
});
