import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

const core = "urn:ietf:params:scim:schemas:core:2.0:User";
const enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const patchOp = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

let server: TestServer;
let tenantId: string;
let administrator: ApiClient;
let section: { id: string; name: string };
let token: string;
let clientId: string;
let numbers = 5000;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  administrator = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
  section = await buildSection(server.database, tenantId, { name: "財政課" });
  ({ token, id: clientId } = await addClient());
});
afterAll(() => server.stop());

async function addClient(more: Record<string, unknown> = {}) {
  const body = {
    name: "Entra ID",
    zone: "lgwan",
    accountClass: "telework",
    days: 365,
    reason: "試験",
    ...more,
  };
  const answer = await administrator.post("/api/v1/scim-clients", body);
  expect(answer.status).toBe(201);
  return answer.body as { id: string; token: string };
}

type Call = { status: number; body: any; headers: Headers };
async function scim(
  method: string,
  path: string,
  body?: unknown,
  more: Record<string, string> = {},
  at = server.url("lgwan"),
): Promise<Call> {
  const response = await fetch(`${at}/scim/v2${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { "content-type": "application/scim+json" }),
      ...more,
    },
    ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text ? JSON.parse(text) : undefined, headers: response.headers };
}
const patch = (id: string, ...Operations: unknown[]) =>
  scim("PATCH", `/Users/${id}`, { schemas: [patchOp], Operations });
const find = (filter: string) => scim("GET", `/Users?filter=${encodeURIComponent(filter)}`);

/** A new person as Entra ID sends one. */
const entraUser = (more: Record<string, unknown> = {}) => {
  const number = String(++numbers);
  return {
    schemas: [core, enterprise],
    externalId: `object-${number}`,
    userName: `hanako.${number}@city.example.jp`,
    active: true,
    displayName: "佐藤 花子",
    emails: [{ primary: true, type: "work", value: `hanako.${number}@city.example.jp` }],
    meta: { resourceType: "User" },
    name: { formatted: "花子 佐藤", familyName: "佐藤", givenName: "花子" },
    roles: [],
    title: "主査",
    phoneNumbers: [
      { type: "mobile", value: "090" },
      { type: "work", value: "04-2998-0000" },
    ],
    [enterprise]: { employeeNumber: number, department: "財政課" },
    ...more,
  };
};
async function create(more: Record<string, unknown> = {}) {
  const created = await scim("POST", "/Users", entraUser(more));
  expect([created.status, created.body.detail]).toEqual([201, undefined]);
  return created.body;
}
async function accountOf(id: string) {
  return server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.first(build.selectFrom("account").selectAll().where("tenant_id", "=", tenantId).where("id", "=", id)),
  );
}

describe("what a directory does", () => {
  test("it looks, finds nobody, makes the person, and finds them by every name it has for them", async () => {
    const wanted = entraUser();
    const none = await find(`userName eq "${wanted.userName}"`);
    expect(none.body).toMatchObject({ totalResults: 0, startIndex: 1, itemsPerPage: 0, Resources: [] });
    const created = await scim("POST", "/Users", wanted);
    expect([created.status, created.headers.get("content-type")]).toEqual([
      201,
      "application/scim+json; charset=utf-8",
    ]);
    expect(created.headers.get("location")).toBe(`/scim/v2/Users/${created.body.id}`);
    expect(created.body).toMatchObject({
      schemas: [core, enterprise],
      externalId: wanted.externalId,
      userName: wanted.userName,
      name: { formatted: "佐藤 花子", familyName: "佐藤", givenName: "花子" },
      title: "主査",
      active: true,
      phoneNumbers: [{ type: "work", value: "04-2998-0000" }],
      [enterprise]: { employeeNumber: wanted[enterprise].employeeNumber, department: "財政課" },
    });
    // Case of names does not count; what a program knows of the directory's own names does.
    for (const filter of [
      `userName eq "${wanted.userName.toUpperCase()}"`,
      `externalId eq "${wanted.externalId}"`,
      `${enterprise}:employeeNumber eq "${wanted[enterprise].employeeNumber}"`,
      `USERNAME EQ "${wanted.userName}" and active eq True`,
      `id eq "${created.body.id}"`,
    ])
      expect([filter, (await find(filter)).body.Resources?.[0]?.id]).toEqual([filter, created.body.id]);
    // No password that anybody knows, no office, and the person stands in the directory like any other.
    const account = await accountOf(created.body.id);
    expect(account).toMatchObject({ class: "telework", offices: [], must_change_password: true });
    expect((await scim("POST", "/Users", wanted)).body).toMatchObject({
      status: "409",
      scimType: "uniqueness",
    });
    const seen = await administrator.get(`/api/v1/people/${created.body.id}`);
    expect(seen.body.person ?? seen.body).toMatchObject({ name: "佐藤 花子" });
  });

  test("PATCH as Entra ID sends it: capital words, paths, booleans as text", async () => {
    const user = await create();
    const changed = await patch(
      user.id,
      { op: "Replace", path: "name.familyName", value: "髙橋" },
      { op: "Add", path: `${enterprise}:department`, value: section.name },
      { op: "Replace", path: 'phoneNumbers[type eq "work"].value', value: "04-2998-1111" },
      { op: "Replace", path: 'emails[type eq "work"].value', value: "other@city.example.jp" },
      { op: "Replace", path: "userName", value: `renamed.${user.id.slice(-6)}@city.example.jp` },
      { op: "Remove", path: "title" },
      { op: "Replace", path: "externalId", value: `moved-${user.id}` },
    );
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      name: { formatted: "髙橋 花子" },
      externalId: `moved-${user.id}`,
      userName: `renamed.${user.id.slice(-6)}@city.example.jp`,
      phoneNumbers: [{ value: "04-2998-1111" }],
    });
    expect(changed.body.title).toBeUndefined();
    const off = await patch(user.id, { op: "Replace", path: "active", value: "False" });
    expect(off.body.active).toBe(false);
    expect((await patch(user.id, { op: "Replace", path: "active", value: "True" })).body.active).toBe(true);
  });

  test("PATCH and PUT as Okta sends them: without a path, and the whole user", async () => {
    const user = await create();
    expect((await patch(user.id, { op: "replace", value: { active: false } })).body.active).toBe(false);
    expect(
      (await patch(user.id, { op: "replace", value: { active: true, "name.givenName": "華子" } })).body,
    ).toMatchObject({ active: true, displayName: "佐藤 華子" });
    const { meta: _, groups: __, ...whole } = user;
    const put = await scim("PUT", `/Users/${user.id}`, { ...whole, title: "係長" });
    expect(put.body).toMatchObject({ title: "係長", name: { formatted: "佐藤 花子" } });
  });

  test("whoever is deactivated is out at that moment, and only by whom they were stopped do they come back", async () => {
    const user = await create();
    const person = { id: user.id, tenantId };
    const client = await server.as(person);
    const stream = await client.stream();
    expect((await client.get("/api/v1/me")).status).toBe(200);
    await patch(user.id, { op: "replace", path: "active", value: false });
    expect((await client.get("/api/v1/me")).status).toBe(401);
    await stream.untilClosed();
    // A list that knows the person does not let them in again; neither does another program.
    const other = await addClient({ name: "別の名簿" });
    const back = await scim(
      "PATCH",
      `/Users/${user.id}`,
      { schemas: [patchOp], Operations: [{ op: "replace", path: "active", value: true }] },
      { authorization: `Bearer ${other.token}` },
    );
    expect([back.status, back.body.schemas]).toEqual([403, ["urn:ietf:params:scim:api:messages:2.0:Error"]]);
    expect((await patch(user.id, { op: "replace", path: "active", value: true })).body.active).toBe(true);
    // Stopped by an administrator here: the directory outside does not overrule that.
    await administrator.put(`/api/v1/accounts/${user.id}/validity`, {
      isStopped: true,
      startsAt: null,
      expiresAt: null,
      reason: "調査中",
    });
    expect((await patch(user.id, { op: "replace", path: "active", value: true })).status).toBe(403);
  });

  test("DELETE stops the account, keeps what was written, and is an unknown id from then on", async () => {
    const user = await create();
    expect((await scim("DELETE", `/Users/${user.id}`)).status).toBe(204);
    expect((await scim("GET", `/Users/${user.id}`)).body).toMatchObject({ status: "404" });
    expect((await find(`id eq "${user.id}"`)).body.totalResults).toBe(0);
    expect((await accountOf(user.id))?.disabled_at).not.toBeNull();
  });

  test("pages, projections, and versions", async () => {
    const all = await scim("GET", "/Users?count=0");
    expect(all.body).toMatchObject({ itemsPerPage: 0, Resources: [] });
    const seen: string[] = [];
    for (let at = 1; seen.length < all.body.totalResults; at += 3) {
      const page = await scim("GET", `/Users?startIndex=${at}&count=3`);
      expect(page.body).toMatchObject({ startIndex: at, totalResults: all.body.totalResults });
      seen.push(...page.body.Resources.map(({ id }: { id: string }) => id));
    }
    expect(new Set(seen).size).toBe(all.body.totalResults);
    const [id] = seen;
    const only = await scim("GET", `/Users/${id}?attributes=userName`);
    expect(Object.keys(only.body).sort()).toEqual(["id", "schemas", "userName"]);
    expect((await scim("GET", `/Users/${id}?excludedAttributes=name,meta`)).body.name).toBeUndefined();

    const user = await create();
    const { version } = user.meta;
    expect((await scim("GET", `/Users/${user.id}`, undefined, { "if-none-match": version })).status).toBe(
      304,
    );
    const changed = await scim("PUT", `/Users/${user.id}`, { title: "課長" }, { "if-match": version });
    expect([changed.status, changed.body.meta.version === version]).toEqual([200, false]);
    const late = await scim("PUT", `/Users/${user.id}`, { title: "部長" }, { "if-match": version });
    expect([late.status, late.body.status]).toEqual([412, "412"]);
  });

  test("sections are groups that are only read", async () => {
    const user = await create();
    const found = await scim("GET", `/Groups?filter=${encodeURIComponent('displayName eq "財政課"')}`);
    expect(found.body.Resources[0]).toMatchObject({ id: section.id, displayName: "財政課" });
    const members = (await scim("GET", `/Groups/${section.id}`)).body.members;
    expect(members.map(({ value }: { value: string }) => value)).toContain(user.id);
    const bare = await scim("GET", `/Groups/${section.id}?excludedAttributes=members`);
    expect(bare.body.members).toBeUndefined();
    expect((await scim("PATCH", `/Groups/${section.id}`, {})).status).toBe(404);
  });

  test("says what it can do", async () => {
    expect((await scim("GET", "/ServiceProviderConfig")).body).toMatchObject({
      patch: { supported: true },
      etag: { supported: true },
      bulk: { supported: false },
    });
    const types = (await scim("GET", "/ResourceTypes")).body.Resources;
    expect(types.map(({ endpoint }: { endpoint: string }) => endpoint)).toEqual(["/Users", "/Groups"]);
    const ids = (await scim("GET", "/Schemas")).body.Resources.map(({ id }: { id: string }) => id);
    expect(ids).toEqual([core, enterprise, "urn:ietf:params:scim:schemas:core:2.0:Group"]);
  });
});

describe("what is refused", () => {
  test("errors are SCIM's, and say which kind", async () => {
    const user = await create();
    const kind = async (call: Promise<Call>) => {
      const { status, body, headers } = await call;
      expect(headers.get("content-type")).toBe("application/scim+json; charset=utf-8");
      expect(body.schemas).toEqual(["urn:ietf:params:scim:api:messages:2.0:Error"]);
      expect(body.status).toBe(String(status));
      return body.scimType;
    };
    expect(await kind(find('userName gt "x"'))).toBe("invalidFilter");
    expect(await kind(find('password eq "x"'))).toBe("invalidFilter");
    expect(await kind(find('userName eq "a" or userName eq "b"'))).toBe("invalidFilter");
    expect(await kind(find('userName eq "\\q"'))).toBe("invalidFilter");
    expect(await kind(patch(user.id, { op: "replace", path: "offices", value: ["accounts"] }))).toBe(
      "invalidPath",
    );
    expect(await kind(patch(user.id, { op: "remove" }))).toBe("noTarget");
    expect(await kind(patch(user.id, { op: "remove", path: "userName" }))).toBe("mutability");
    expect(await kind(patch(user.id, { op: "swap", path: "active", value: true }))).toBe("invalidSyntax");
    expect(await kind(scim("PATCH", `/Users/${user.id}`, "{"))).toBe("invalidSyntax");
    expect(
      await kind(patch(user.id, { op: "replace", path: `${enterprise}:employeeNumber`, value: "1" })),
    ).toBe("mutability");
    expect(
      await kind(patch(user.id, { op: "replace", path: `${enterprise}:department`, value: "ない課" })),
    ).toBe("invalidValue");
    for (const broken of [{ userName: "" }, { userName: 5 }, { [enterprise]: {} }, { active: "perhaps" }])
      expect(await kind(scim("POST", "/Users", entraUser(broken)))).toBe("invalidValue");
    const other = await create();
    expect(await kind(patch(user.id, { op: "replace", path: "userName", value: other.userName }))).toBe(
      "uniqueness",
    );
    expect(await kind(patch(user.id, { op: "replace", path: "externalId", value: other.externalId }))).toBe(
      "uniqueness",
    );
  });

  test("without its token, with a session's, another side's, another city's, or after revocation nobody gets in", async () => {
    const paths = ["/Users", "/Groups", "/ServiceProviderConfig", "/Schemas", "/ResourceTypes"];
    const refused = async (authorization: string, at = server.url("lgwan")) => {
      for (const path of paths) {
        const answer = await scim("GET", path, undefined, { authorization }, at);
        expect([path, answer.status, answer.body.status]).toEqual([path, 401, "401"]);
      }
      const written = await scim("POST", "/Users", entraUser(), { authorization }, at);
      expect(written.status).toBe(401);
    };
    await refused("");
    await refused(`Bearer ${administrator.token}`);
    await refused(`Bearer ${token.slice(0, -4)}AAAA`);
    await refused(`Bearer ${token}`, server.url("internet"));
    const elsewhere = await buildMunicipality(server.database);
    const there = await server.as(await buildPerson(server.database, elsewhere, { offices: ["accounts"] }));
    const foreign = await there.post("/api/v1/scim-clients", {
      name: "よその名簿",
      zone: "lgwan",
      accountClass: "telework",
      days: 1,
      reason: "試験",
    });
    const theirs = { authorization: `Bearer ${foreign.body.token}` };
    expect((await scim("GET", "/Users", undefined, theirs)).body.Resources).toHaveLength(1);
    const user = await create();
    expect((await scim("GET", `/Users/${user.id}`, undefined, theirs)).status).toBe(404);
    const revoked = await addClient({ name: "終わる名簿" });
    await administrator.post(`/api/v1/scim-clients/${revoked.id}/revocation`, { reason: "終了" });
    await refused(`Bearer ${revoked.token}`);
    // A program's token is no session.
    expect((await new ApiClient(server.url("lgwan"), token).get("/api/v1/me")).status).toBe(401);
    const listed = JSON.stringify((await administrator.get("/api/v1/scim-clients")).body);
    expect(listed).toContain(clientId);
    expect(listed).not.toContain(token);
  });

  test("guests, section accounts and leavers are unknown ids", async () => {
    const guest = await buildPerson(server.database, tenantId, { kind: "guest" });
    const desk = await buildPerson(server.database, tenantId, { kind: "section", sectionId: section.id });
    for (const { id, loginId } of [guest, desk]) {
      expect((await scim("GET", `/Users/${id}`)).status).toBe(404);
      expect((await patch(id, { op: "replace", path: "active", value: false })).status).toBe(404);
      expect((await find(`userName eq "${loginId}"`)).body.totalResults).toBe(0);
    }
  });

  test("a directory that was emptied by mistake empties no other, and the last administrator stays", async () => {
    const city = await buildMunicipality(server.database);
    const boss = await buildPerson(server.database, city, { offices: ["accounts"] });
    const there = await server.as(boss);
    const { body } = await there.post("/api/v1/scim-clients", {
      name: "名簿",
      zone: "lgwan",
      accountClass: "telework",
      days: 1,
      reason: "試験",
    });
    const authorization = `Bearer ${body.token}`;
    const stop = (id: string) =>
      scim(
        "PATCH",
        `/Users/${id}`,
        { schemas: [patchOp], Operations: [{ op: "replace", path: "active", value: false }] },
        { authorization },
      );
    expect([(await stop(boss.id)).status, (await there.get("/api/v1/me")).status]).toEqual([409, 200]);
    const staff = [];
    for (let count = 0; count < 22; count++) staff.push(await buildPerson(server.database, city));
    const answers = await Promise.all(staff.map(({ id }) => stop(id)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(2);
  });
});
