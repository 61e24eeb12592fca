import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { stopDisabled } from "#core/identity/index.ts";
import { silentLogger, systemClock } from "#core/kernel/index.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { providerCertificate } from "#tests/support/openid/openid-provider.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { slapdBase, slapdPassword, slapdReader, startSlapd } from "#tests/support/slapd/slapd.ts";

let slapd: Awaited<ReturnType<typeof startSlapd>>;
let server: TestServer;
let tenantId: string;
let administrator: ApiClient;

const entryOf = (number: number, more: Record<string, string> = {}) => ({
  employeeNumber: `e${number}`,
  displayName: `髙﨑 ${number}子`,
  departmentNumber: number % 2 ? "財政課" : "0401",
  title: "主事",
  telephoneNumber: "04-2998-0000",
  sAMAccountName: `staff${number}`,
  userAccountControl: "512",
  ...more,
});

beforeAll(async () => {
  const people = Array.from({ length: 1200 }, (_, at) => entryOf(at));
  slapd = await startSlapd([
    ...people,
    entryOf(5000, { userAccountControl: "514" }),
    entryOf(5001, { userAccountControl: "66050" }),
    { displayName: "番号のない人" },
  ]);
  server = await startTestServer({ outgoingHosts: [slapd.plain, slapd.secure] });
  tenantId = await buildMunicipality(server.database);
  administrator = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
  await buildSection(server.database, tenantId, { name: "財政課" });
  const other = await buildSection(server.database, tenantId, { name: "危機管理課" });
  await server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.run(build.updateTable("section").set({ code: "0401" }).where("id", "=", other.id)),
  );
}, 120_000);
afterAll(async () => {
  await server?.stop();
  await slapd?.stop();
});

const sourceOf = (more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}) => ({
  name: "庁内の Active Directory",
  isEnabled: true,
  secret: slapdPassword,
  reason: "試験",
  ...more,
  settings: {
    url: `ldaps://${slapd.secure}`,
    ca: providerCertificate,
    bindDn: slapdReader,
    baseDn: slapdBase,
    filter: "(objectClass=inetOrgPerson)",
    attributes: {
      number: "employeeNumber",
      name: "displayName",
      kana: "",
      department: "departmentNumber",
      title: "title",
      phone: "telephoneNumber",
      loginId: "sAMAccountName",
    },
    ...settings,
  },
});
async function add(more: Record<string, unknown> = {}, settings: Record<string, unknown> = {}) {
  const answer = await administrator.post("/api/v1/ldap-sources", sourceOf(more, settings));
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.id as string;
}
const read = async (id: string, endMissing = false) =>
  (await administrator.post(`/api/v1/ldap-sources/${id}/reading`, { endMissing })).body;
const listed = async (id: string) =>
  (await administrator.get("/api/v1/ldap-sources")).body.items.find((one: { id: string }) => one.id === id);
const services = () => ({
  database: server.database,
  clock: systemClock,
  keyring: server.keyring,
  log: silentLogger,
  outgoing: { hosts: [slapd.plain, slapd.secure], proxy: undefined, withoutProxy: [] },
  onSessionEnded: () => {},
});

describe("a real directory", () => {
  test("is read by pages, encrypted either way, and becomes an import that waits and changes nobody", async () => {
    for (const url of [`ldaps://${slapd.secure}`, `ldap://${slapd.plain}`]) {
      const { result, importId, people } = await read(await add({ isEnabled: false }, { url }));
      // More than one page of 500; without those that are disabled or have no number.
      expect([result, people]).toEqual(["done", 1200]);
      const { report } = (await administrator.get(`/api/v1/directory-imports/${importId}`)).body;
      expect([report.outcome, report.people.created.length]).toEqual(["dry-run", 1200]);
      expect(report.people.created.find(({ number }: { number: string }) => number === "e1")).toMatchObject({
        name: "髙﨑 1子",
        sectionName: "財政課",
        postName: "主事",
        loginId: "staff1",
      });
    }
    const { count } = (await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.first(
        build
          .selectFrom("person")
          .select((eb) => eb.fn.countAll<number>().as("count"))
          .where("tenant_id", "=", tenantId),
      ),
    ))!;
    expect(Number(count)).toBe(1);
  });

  test("what is wrong is said: address, certificate, password, place, filter", async () => {
    const result = async (more: Record<string, unknown>, settings: Record<string, unknown> = {}) =>
      (await read(await add({ isEnabled: false, ...more }, settings))).result;
    expect(await result({ secret: "wrong" })).toBe("credentials");
    expect(await result({}, { ca: null })).toBe("certificate");
    expect(await result({}, { url: `ldap://${slapd.plain}`, ca: null })).toBe("certificate");
    expect(await result({}, { url: "ldaps://127.0.0.1:1" })).toBe("not-permitted");
    expect(await result({}, { url: "ldaps://169.254.169.254" })).toBe("not-permitted");
    expect(await result({}, { filter: "(uid=nobody)" })).toBe("nothing-found");
    expect(await result({}, { baseDn: "dc=elsewhere" })).toBe("not-reached");
    const refused = async (settings: Record<string, unknown>) =>
      (await administrator.post("/api/v1/ldap-sources", sourceOf({}, settings))).body.code;
    for (const url of [
      "http://dc.city.local",
      "ldapi://%2fvar",
      "ldaps://user@dc.city.local",
      "ldaps://dc/x",
    ])
      expect([url, await refused({ url })]).toEqual([url, "invalid-request"]);
  });

  test("its password is never shown, nor sent to another address", async () => {
    const id = await add();
    const page = await administrator.get("/api/v1/ldap-sources");
    expect(JSON.stringify(page.body)).not.toContain(slapdPassword);
    const elsewhere = sourceOf({ secret: undefined }, { url: `ldap://${slapd.plain}` });
    expect((await administrator.put(`/api/v1/ldap-sources/${id}`, elsewhere)).status).toBe(204);
    expect((await listed(id)).hasSecret).toBe(false);
    expect((await read(id)).result).toBe("credentials");
    expect((await administrator.post(`/api/v1/ldap-sources/${id}/removal`, { reason: "終了" })).status).toBe(
      204,
    );
    expect(await listed(id)).toBeUndefined();
  });
});

describe("whoever is disabled there", () => {
  async function city(disabled: number, others: number) {
    const id = await buildMunicipality(server.database);
    const boss = await server.as(await buildPerson(server.database, id, { offices: ["accounts"] }));
    const people = [];
    for (let at = 0; at < disabled + others; at++) people.push(await buildPerson(server.database, id));
    const answer = await boss.post("/api/v1/ldap-sources", sourceOf());
    return { id, boss, people, source: answer.body.id as string };
  }
  const giveNumber = (tenant: string, personId: string, number: string) =>
    server.database.transaction(scopeOf(tenant), (tx) =>
      tx.run(build.updateTable("person").set({ number }).where("id", "=", personId)),
    );

  test("is out here with the next look, and comes back by an administrator alone", async () => {
    const { id, boss, people, source } = await city(1, 2);
    const [gone, , here] = people;
    await giveNumber(id, gone!.id, "e5000");
    await giveNumber(id, here!.id, "e7");
    const [theirs, other] = [await server.as(gone!), await server.as(here!)];
    const stream = await theirs.stream();
    await stopDisabled(services(), id);
    await stream.untilClosed();
    expect([(await theirs.get("/api/v1/me")).status, (await other.get("/api/v1/me")).status]).toEqual([
      401, 200,
    ]);
    const page = (await boss.get("/api/v1/ldap-sources")).body.items[0];
    expect([page.id, page.readResult]).toEqual([source, "done"]);
    // Once more changes nothing.
    await stopDisabled(services(), id);
    const account = (await boss.get(`/api/v1/accounts/${gone!.id}`)).body;
    expect(JSON.stringify(account)).toContain("stopped");
  });

  test("a directory in which everybody is disabled by mistake stops nobody", async () => {
    const people = Array.from({ length: 25 }, (_, at) => entryOf(at, { userAccountControl: "514" }));
    const broken = await startSlapd(people);
    const { id, boss, people: staff } = await city(0, 25);
    for (const [at, person] of staff.entries()) await giveNumber(id, person.id, `e${at}`);
    const [item] = (await boss.get("/api/v1/ldap-sources")).body.items;
    const moved = sourceOf({}, { url: `ldaps://${broken.secure}` });
    await boss.put(`/api/v1/ldap-sources/${item.id}`, moved);
    const outgoing = { hosts: [broken.secure], proxy: undefined, withoutProxy: [] };
    await stopDisabled({ ...services(), outgoing }, id);
    await broken.stop();
    expect((await boss.get("/api/v1/ldap-sources")).body.items[0].readResult).toBe("too-many-stops");
    expect((await (await server.as(staff[3]!)).get("/api/v1/me")).status).toBe(200);
  });
});
