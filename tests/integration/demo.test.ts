import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importPeople, totpAt } from "#core/identity/index.ts";
import { Keyring, silentLogger, systemClock } from "#core/kernel/index.ts";
import {
  type DemoAccount,
  demoPeopleOf,
  makeDemo,
  prepareDemo,
  readDemoAccounts,
} from "#server/demo/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let directory: string;
let accounts: DemoAccount[];
beforeAll(async () => {
  server = await startTestServer({ isDemo: true });
  directory = mkdtempSync(join(tmpdir(), "chonai-demo-"));
  await prepareDemo(server.database, server.keyring, systemClock, directory, silentLogger);
  accounts = await readDemoAccounts(directory);
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
    const { tenantId } = await makeDemo(server.database, server.keyring, systemClock, directory);
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
