import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newTotpSecret, totpAt } from "#core/identity/index.ts";
import { isOwn, makeGuardedFetch } from "#core/identity/sso/guarded-fetch.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildMunicipality, buildPerson, buildSection } from "#tests/support/factories.ts";
import { startLyingProvider } from "#tests/support/openid/lying-provider.ts";
import {
  providerCertificate,
  serveSecurely,
  startOpenIdProvider,
  visitProvider,
} from "#tests/support/openid/openid-provider.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let real: Awaited<ReturnType<typeof startOpenIdProvider>>;
let liar: Awaited<ReturnType<typeof startLyingProvider>>;
let tenantId: string;
let administrator: ApiClient;
let people = 0;

type Zone = "lgwan" | "internet" | "cloud";

beforeAll(async () => {
  real = await startOpenIdProvider();
  liar = await startLyingProvider("chonai");
  server = await startTestServer({
    outgoingHosts: [real.host, liar.host],
    furtherZones: [
      {
        id: "cloud",
        ja: "庁内クラウド網",
        en: "Cloud network",
        kind: "outside",
        needsSecondFactor: true,
        needsApprovedDevice: false,
        destinations: [real.host],
      },
    ],
  });
  real.register(
    (["lgwan", "internet", "cloud"] as const).map((zone) => `${server.url(zone)}/sign-in/return`),
  );
  tenantId = await buildMunicipality(server.database, { slug: "here" });
  administrator = await server.as(await buildPerson(server.database, tenantId, { offices: ["accounts"] }));
});
afterAll(async () => {
  await server?.stop();
  await real?.stop();
  await liar?.stop();
});

const settingsOf = (given: Record<string, any> = {}) => ({
  name: "全庁認証基盤",
  isEnabled: true,
  zones: ["lgwan", "internet"],
  personKinds: ["staff"],
  allowsAdministrators: false,
  isSecondFactor: true,
  addresses: [server.url("lgwan"), server.url("internet")],
  ca: providerCertificate,
  match: { claim: "employee_number", with: "staff-number" },
  reason: "試験",
  secret: real.client.secret,
  ...given,
  settings: {
    kind: "oidc",
    issuer: real.issuer,
    clientId: real.client.id,
    scope: "profile",
    acr: "",
    asksAnew: false,
    ...given.settings,
  },
});
async function add(given: Record<string, any> = {}): Promise<string> {
  const answer = await administrator.post("/api/v1/identity-providers", settingsOf(given));
  expect([answer.status, answer.body.code]).toEqual([201, undefined]);
  return answer.body.id;
}
const addLiar = (given: Record<string, any> = {}) =>
  add({ secret: undefined, ...given, settings: { issuer: liar.issuer, ...given.settings } });

/** Somebody here whom the real provider knows too, by their number. */
async function known(given: Parameters<typeof buildPerson>[2] = {}) {
  const person = await buildPerson(server.database, tenantId, given);
  const name = `person-${++people}`;
  real.people.set(name, { sub: `subject-${people}`, employee_number: `n${person.loginId.slice(4)}` });
  return { ...person, name, subject: `subject-${people}` };
}

const begin = (provider: string, zone: Zone = "lgwan") =>
  server.anonymous(zone).post("/api/v1/provider-sign-ins", { provider, tenant: "here" });
async function vouch(provider: string, name: string, zone: Zone = "lgwan") {
  const begun = await begin(provider, zone);
  expect(begun.status).toBe(200);
  const back = await visitProvider(begun.body.url, name);
  expect(`${back.origin}${back.pathname}`).toBe(`${server.url(zone)}/sign-in/return`);
  return { ticket: begun.body.ticket, answer: back.search.slice(1) };
}
const redeem = (shown: { ticket: string; answer: string }, zone: Zone = "lgwan") =>
  server.anonymous(zone).post("/api/v1/provider-answers", shown);
const enter = (proof: string, zone: Zone = "lgwan", more: Record<string, unknown> = {}) =>
  server.anonymous(zone).post("/api/v1/provider-sessions", { proof, ...more });
async function signIn(provider: string, name: string, zone: Zone = "lgwan", more = {}) {
  const redeemed = await redeem(await vouch(provider, name, zone), zone);
  return redeemed.status === 200 ? enter(redeemed.body.proof, zone, more) : redeemed;
}
const isLive = async (token: string, zone: Zone = "lgwan") =>
  (await server.anonymous(zone).call("GET", "/api/v1/me", undefined, { authorization: `Bearer ${token}` }))
    .status;

async function auditOf(action: string) {
  return server.database.transaction(scopeOf(tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("audit_entry")
        .select(["payload", "subject_id"])
        .where("tenant_id", "=", tenantId)
        .where("action", "=", action)
        .orderBy("id"),
    ),
  );
}

describe("with a real provider", () => {
  test("somebody comes in by their number, is linked by the subject, and keeps their account", async () => {
    const provider = await add();
    const clerk = await known();
    const page = await server.anonymous().get("/api/v1/sign-in-page");
    expect(page.body.providers).toContainEqual(
      expect.objectContaining({ id: provider, name: "全庁認証基盤" }),
    );
    const first = await signIn(provider, clerk.name);
    expect([first.status, first.body.account.id, first.body.zone]).toEqual([201, clerk.id, "lgwan"]);
    expect(await isLive(first.body.token)).toBe(200);
    // Bound to its side like any session.
    expect(await isLive(first.body.token, "internet")).toBe(401);

    // Another number now: the link is by the provider's own lasting name.
    real.people.set(clerk.name, { sub: clerk.subject, employee_number: "changed" });
    expect((await signIn(provider, clerk.name)).body.account.id).toBe(clerk.id);
    // And the number in somebody else's hands opens nothing.
    real.people.set("thief", { sub: "thief", employee_number: `n${clerk.loginId.slice(4)}` });
    expect((await signIn(provider, "thief")).body.code).toBe("provider-knows-nobody");

    const links = await administrator.get(`/api/v1/identity-providers/${provider}/links`);
    expect(links.body.items).toMatchObject([{ person: { id: clerk.id }, subject: clerk.subject }]);
    const started = (await auditOf("session.started")).map(({ payload }) => JSON.parse(payload!));
    expect(started.at(-1)).toMatchObject({
      actor: clerk.id,
      rule: "session.provider-vouches",
      facts: { provider, secondFactor: "provider" },
    });
  });

  test("nobody is made: whom nobody here knows is told so, and the record has it", async () => {
    const provider = await add();
    real.people.set("stranger", { sub: "nobody-here", employee_number: "99999" });
    const before = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("account").select("id").where("tenant_id", "=", tenantId)),
    );
    const refused = await signIn(provider, "stranger");
    expect([refused.status, refused.body.code]).toEqual([403, "provider-knows-nobody"]);
    const after = await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.all(build.selectFrom("account").select("id").where("tenant_id", "=", tenantId)),
    );
    expect(after).toHaveLength(before.length);
    expect((await auditOf("session.refused")).at(-1)?.payload).toContain('"why":"provider"');
  });

  test("a code, a ticket and a proof are each good once, and only where they belong", async () => {
    const provider = await add();
    const [clerk, other] = [await known(), await known()];
    const shown = await vouch(provider, clerk.name);
    // Another browser's ticket: the answer is of no use to whoever stole it, and nobody is signed in as somebody else.
    const foreign = (await begin(provider)).body.ticket;
    expect((await redeem({ ...shown, ticket: foreign })).body.code).toBe("provider-answer-refused");
    expect((await redeem({ ...shown, ticket: "" })).body.code).toBe("provider-sign-in-over");
    expect((await redeem(shown, "internet")).body.code).toBe("provider-sign-in-over");
    const { body } = await redeem(shown);
    expect((await redeem(shown)).body.code).toBe("provider-sign-in-over");
    expect((await enter(body.proof, "internet")).body.code).toBe("provider-sign-in-over");
    expect((await enter(`${body.proof.slice(0, -4)}AAAA`)).body.code).toBe("provider-sign-in-over");
    const entered = await Promise.all([enter(body.proof), enter(body.proof)]);
    expect(entered.map(({ status }) => status).sort()).toEqual([201, 409]);
    // What another person was vouched for is not changed by the operator's or any other field.
    expect((await signIn(provider, other.name)).body.account.id).toBe(other.id);
  });

  test("the second factor is asked for here unless the provider has asked", async () => {
    const provider = await add({ isSecondFactor: false });
    const secret = newTotpSecret();
    const clerk = await known({ totp: { keyring: server.keyring, secret } });
    const redeemed = await redeem(await vouch(provider, clerk.name, "internet"), "internet");
    const asked = await enter(redeemed.body.proof, "internet");
    expect(asked.body.code).toBe("totp-required");
    expect((await enter(redeemed.body.proof, "internet", { totp: "000000" })).body.code).toBe("totp-failed");
    const totp = await totpAt(secret, new Date());
    expect((await enter(redeemed.body.proof, "internet", { totp })).status).toBe(201);
    const without = await known();
    const refused = await signIn(provider, without.name, "internet");
    expect(refused.body.code).toBe("totp-not-set-up");
  });

  test("who has left, is stopped, over, of another kind or watches over administrators does not come in", async () => {
    const provider = await add();
    const watcher = await known({ offices: ["audit"] });
    const boss = await known({ offices: ["rules"] });
    const over = await known({ expiresAt: new Date(Date.now() - 1000) });
    const inside = await known({ zones: ["lgwan"] });
    const gone = await known();
    expect((await signIn(provider, gone.name)).status).toBe(201);
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(build.updateTable("person").set({ left_at: new Date() }).where("id", "=", gone.id)),
    );
    for (const { name } of [watcher, boss, over, gone])
      expect((await signIn(provider, name)).body.code).toBe("provider-not-for-account");
    expect((await signIn(provider, inside.name, "internet")).body.code).toBe("zone-not-allowed");
    const open = await add({ allowsAdministrators: true });
    expect((await signIn(open, boss.name)).status).toBe(201);
    // Nor does who is in already stay in, when an office is given that the provider may not vouch for.
    const clerk = await known();
    const [there, here] = [await signIn(open, clerk.name), await signIn(provider, clerk.name)];
    const office = { office: "rules", reason: "異動" };
    const given = await administrator.post(`/api/v1/accounts/${clerk.id}/offices`, office);
    expect([given.status, given.body.state]).toEqual([200, "given"]);
    expect([await isLive(there.body.token), await isLive(here.body.token)]).toEqual([200, 401]);
    expect((await signIn(open, watcher.name)).body.code).toBe("provider-not-for-account");
  });

  test("a section account says who sits there", async () => {
    const provider = await add({
      personKinds: ["section"],
      match: { claim: "preferred_username", with: "login-id" },
    });
    const section = await buildSection(server.database, tenantId);
    const desk = await buildPerson(server.database, tenantId, { kind: "section", sectionId: section.id });
    const clerk = await buildPerson(server.database, tenantId, { sectionId: section.id });
    real.people.set("desk", { sub: "desk", preferred_username: desk.loginId.toUpperCase() });
    const { body } = await redeem(await vouch(provider, "desk"));
    const asked = await enter(body.proof);
    expect([asked.body.code, asked.body.facts.operators[0].id]).toEqual(["operator-required", clerk.id]);
    const entered = await enter(body.proof, "lgwan", { operatorId: clerk.id });
    expect([entered.status, entered.body.operator.id]).toEqual([201, clerk.id]);
    // Whoever sits down next sits there on the same provider's word.
    const next = await buildPerson(server.database, tenantId, { sectionId: section.id });
    const changed = await new ApiClient(server.url("lgwan"), entered.body.token).put("/api/v1/me/operator", {
      operatorId: next.id,
    });
    expect(changed.status).toBe(200);
    await administrator.post(`/api/v1/identity-providers/${provider}/removal`, { reason: "終了" });
    expect(await isLive(changed.body.token)).toBe(401);
  });

  test("switched off, changed or removed, it lets nobody in, and those end whom it let in", async () => {
    const provider = await add();
    const clerk = await known();
    const first = await signIn(provider, clerk.name);
    const late = await redeem(await vouch(provider, clerk.name));
    const change = (given: Record<string, unknown>) =>
      administrator.put(
        `/api/v1/identity-providers/${provider}`,
        settingsOf({ secret: undefined, ...given }),
      );
    expect((await change({ name: "改名した基盤" })).body.ended).toBe(0);
    expect(await isLive(first.body.token)).toBe(200);
    expect((await enter(late.body.proof)).body.code).toBe("provider-sign-in-over");
    // The secret was kept.
    expect((await signIn(provider, clerk.name)).status).toBe(201);
    expect((await change({ isEnabled: false })).body.ended).toBe(2);
    expect(await isLive(first.body.token)).toBe(401);
    expect((await begin(provider)).status).toBe(404);

    await change({});
    const again = await signIn(provider, clerk.name);
    const unlink = { accountId: clerk.id, reason: "試験" };
    const removal = await administrator.post(`/api/v1/identity-providers/${provider}/links/removal`, unlink);
    expect([removal.body.ended, await isLive(again.body.token)]).toEqual([1, 401]);
    const last = await signIn(provider, clerk.name);
    await administrator.post(`/api/v1/identity-providers/${provider}/removal`, { reason: "終了" });
    expect(await isLive(last.body.token)).toBe(401);
    expect((await begin(provider)).status).toBe(404);
  });

  test("a link made by hand needs no claim, and is one person's alone", async () => {
    const provider = await add({ match: null });
    const [clerk, other] = [await known(), await known()];
    expect((await signIn(provider, clerk.name)).body.code).toBe("provider-knows-nobody");
    const link = (accountId: string, subject: string) =>
      administrator.post(`/api/v1/identity-providers/${provider}/links`, {
        accountId,
        subject,
        reason: "試験",
      });
    expect((await link(clerk.id, clerk.subject)).status).toBe(204);
    expect((await link(other.id, clerk.subject)).body.code).toBe("provider-link-taken");
    expect((await link(clerk.id, "another")).body.code).toBe("provider-link-taken");
    expect((await signIn(provider, clerk.name)).body.account.id).toBe(clerk.id);
    const auditor = await buildPerson(server.database, tenantId, { offices: ["audit"] });
    expect((await link(auditor.id, "auditor")).body.code).toBe("provider-not-for-account");
  });
});

describe("signed out at the provider", () => {
  const returns = () =>
    (["lgwan", "internet", "cloud"] as const).map((zone) => `${server.url(zone)}/sign-in/return`);
  const addressOf = (provider: string, zone: Zone = "lgwan") =>
    `${server.url(zone)}/api/v1/provider-logouts/${tenantId}/${provider}`;
  const tell = async (provider: string, token: string) => {
    const body = new URLSearchParams({ logout_token: token });
    const answer = await fetch(addressOf(provider), { method: "POST", body });
    return [answer.status, answer.status === 200 ? "" : ((await answer.json()) as { code: string }).code];
  };
  const namesOf = (session: string) =>
    server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.first(
        build
          .selectFrom("session")
          .select("provider_session")
          .where("id", "=", session)
          .where("tenant_id", "=", tenantId),
      ),
    );

  test("the session that began there ends here at once, and its stream with it; no other does", async () => {
    const provider = await add();
    real.register(returns(), addressOf(provider));
    const [clerk, other] = [await known(), await known()];
    const [atDesk, again, others] = [
      await signIn(provider, clerk.name),
      await signIn(provider, clerk.name),
      await signIn(provider, other.name),
    ];
    const stream = await new ApiClient(server.url("lgwan"), atDesk.body.token).stream();
    const name = (await namesOf(atDesk.body.session.id))?.provider_session;
    expect(name).toBeTruthy();
    await real.logOut(clerk.subject, name!);
    await stream.untilClosed();
    expect(await Promise.all([atDesk, again, others].map(({ body }) => isLive(body.token)))).toEqual([
      401, 200, 200,
    ]);
    // Another's name for a session ends nothing of theirs.
    await real.logOut(clerk.subject, (await namesOf(others.body.session.id))!.provider_session!);
    expect(await isLive(others.body.token)).toBe(200);
    const ended = (await auditOf("session.ended")).map(({ payload }) => JSON.parse(payload!));
    expect(ended.at(-1)).toMatchObject({
      rule: "session.provider-logs-out",
      facts: { account: clerk.id, provider },
    });
    real.register(returns());
  });

  test("a token that is not the provider's, not for us, not of now or no logout ends nothing", async () => {
    liar.lie({});
    const provider = await addLiar({ match: null });
    const clerk = await buildPerson(server.database, tenantId);
    const link = { accountId: clerk.id, subject: "person-1", reason: "試験" };
    await administrator.post(`/api/v1/identity-providers/${provider}/links`, link);
    const begun = await begin(provider);
    const answer = liar.answerTo(begun.body.url).toString();
    const entered = await enter((await redeem({ ticket: begun.body.ticket, answer })).body.proof);
    expect(entered.status).toBe(201);
    type Token = Parameters<NonNullable<Parameters<typeof liar.logoutToken>[0]>>[0];
    const claims = (change: Record<string, unknown>) => (token: Token) => ({
      ...token,
      claims: { ...token.claims, ...change },
    });
    const old = Math.floor(Date.now() / 1000) - 600;
    for (const [what, change] of Object.entries<(token: Token) => Token>({
      "another issuer": claims({ iss: "https://evil.example.jp" }),
      "another client": claims({ aud: "other" }),
      old: claims({ iat: old }),
      over: claims({ exp: old }),
      "without a number": claims({ jti: undefined }),
      "no event": claims({ events: undefined }),
      "another event": claims({ events: { "http://schemas.openid.net/event/other": {} } }),
      "a token of a sign-in": claims({ nonce: "x" }),
      "of nobody": claims({ sub: undefined }),
      "signed by another": (token) => ({ ...token, key: liar.otherKey }),
      "not signed": (token) => ({ ...token, header: { alg: "none" }, key: undefined }),
      "signed with a secret": (token) => ({ ...token, header: { alg: "HS256", kid: "own" } }),
    }))
      expect([what, ...(await tell(provider, liar.logoutToken(change)))]).toEqual([
        what,
        400,
        "logout-token-refused",
      ]);
    expect((await tell(provider, "no token"))[1]).toBe("logout-token-refused");
    expect((await tell(tenantId, liar.logoutToken()))[0]).toBe(404);
    expect(await isLive(entered.body.token)).toBe(200);
    // The provider never told a name for its session: all that began on its word end.
    const token = liar.logoutToken(claims({ sid: "unknown" }));
    expect((await tell(provider, token))[0]).toBe(200);
    expect(await isLive(entered.body.token)).toBe(401);
    expect((await tell(provider, token))[1]).toBe("logout-token-refused");
  });
});

describe("in a further zone", () => {
  const inCloud = () => ({
    zones: ["lgwan", "cloud"],
    addresses: [server.url("lgwan"), server.url("cloud")],
  });

  test("a provider that the zone's list names lets people in there, with the trust of its side", async () => {
    const provider = await add(inCloud());
    const clerk = await known();
    const entered = await signIn(provider, clerk.name, "cloud");
    expect([entered.status, entered.body.zone]).toEqual([201, "cloud"]);
    const inside = await known({ zones: ["lgwan"] });
    expect((await signIn(provider, inside.name, "cloud")).body.code).toBe("zone-not-allowed");
    // Taken off again, the zone's sessions end, and those of the hall do not.
    const atDesk = await signIn(provider, clerk.name);
    const change = settingsOf({ secret: undefined, ...inCloud(), zones: ["lgwan"] });
    const changed = await administrator.put(`/api/v1/identity-providers/${provider}`, change);
    expect([changed.body.ended, await isLive(atDesk.body.token)]).toEqual([1, 200]);
    expect(await isLive(entered.body.token, "cloud")).toBe(401);
    expect((await begin(provider, "cloud")).status).toBe(404);
  });

  test("one that it does not name is neither set up for it nor asked", async () => {
    const save = (given: Record<string, any>) =>
      administrator.post("/api/v1/identity-providers", settingsOf(given));
    const refused = await save({ ...inCloud(), settings: { issuer: liar.issuer } });
    expect([refused.status, refused.body.code, refused.body.facts.host]).toEqual([
      409,
      "provider-zone-refused",
      liar.host,
    ]);
    expect((await save({ zones: ["nowhere"] })).body.code).toBe("invalid-request");
    // Even where the settings are older than the list.
    const provider = await addLiar({ addresses: [server.url("lgwan"), server.url("cloud")] });
    await server.database.transaction(scopeOf(tenantId), (tx) =>
      tx.run(
        build
          .updateTable("identity_provider")
          .set({ zones: ["lgwan", "cloud"] })
          .where("id", "=", provider),
      ),
    );
    liar.asked.length = 0;
    expect((await begin(provider, "cloud")).body.code).toBe("provider-unavailable");
    expect(liar.asked).toEqual([]);
    expect((await begin(provider)).status).toBe(200);
    // What was learnt for the hall is not used for the zone.
    expect((await begin(provider, "cloud")).body.code).toBe("provider-unavailable");
  });
});

describe("setting it up", () => {
  test("the secret is never shown again, nor in the record, and a trial says what is wrong", async () => {
    const provider = await add();
    const listed = await administrator.get("/api/v1/identity-providers");
    expect(JSON.stringify(listed.body)).not.toContain(real.client.secret);
    expect(listed.body.items.find(({ id }: { id: string }) => id === provider)).toMatchObject({
      hasSecret: true,
      returnAddresses: [`${server.url("lgwan")}/sign-in/return`, `${server.url("internet")}/sign-in/return`],
    });
    expect(JSON.stringify(await auditOf("identity-provider.added"))).not.toContain(real.client.secret);
    const tried = async (id: string) =>
      (await administrator.post(`/api/v1/identity-providers/${id}/trial`, undefined)).body;
    expect(await tried(provider)).toMatchObject({ result: "usable", signInHost: real.host });
    expect(await tried(await add({ ca: null }))).toEqual({ result: "unusable", because: "certificate" });
    const closed = `https://localhost:${Number(real.host.split(":")[1]) === 1 ? 2 : 1}`;
    expect(await tried(await add({ settings: { issuer: closed } }))).toMatchObject({
      because: "not-permitted",
    });
    expect(await tried(await add({ settings: { issuer: `${real.issuer}/elsewhere` } }))).toMatchObject({
      because: "not-a-provider",
    });
  });

  test("what would open a door is refused", async () => {
    const refused = async (given: Record<string, unknown>) => {
      const { status, body } = await administrator.post("/api/v1/identity-providers", settingsOf(given));
      return [status, body.code];
    };
    const invalid = [400, "invalid-request"];
    for (const claim of [
      "email",
      "E-Mail",
      "http://schemas.xmlsoap.org/ws/2005/05/identity/claims/emailaddress",
    ])
      expect([claim, ...(await refused({ match: { claim, with: "login-id" } }))]).toEqual([
        claim,
        ...invalid,
      ]);
    for (const issuer of ["http://idp.example.jp", "https://user:word@idp.example.jp", "file:///etc/passwd"])
      expect([issuer, ...(await refused({ settings: { issuer } }))]).toEqual([issuer, ...invalid]);
    for (const address of ["http://chat.example.jp", "https://chat.example.jp/path", "javascript:alert(1)"])
      expect([address, ...(await refused({ addresses: [address] }))]).toEqual([address, ...invalid]);
    expect(await refused({ ca: "no certificate" })).toEqual([400, "certificate-unreadable"]);
  });

  test("nobody but the office for accounts, in the hall, sees or changes it", async () => {
    const provider = await add();
    const ways = (client: ApiClient) => [
      client.get("/api/v1/identity-providers"),
      client.post("/api/v1/identity-providers", settingsOf()),
      client.put(`/api/v1/identity-providers/${provider}`, settingsOf()),
      client.post(`/api/v1/identity-providers/${provider}/removal`, { reason: "x" }),
      client.post(`/api/v1/identity-providers/${provider}/trial`, undefined),
      client.get(`/api/v1/identity-providers/${provider}/links`),
    ];
    const person = (given: Parameters<typeof buildPerson>[2], zone: Zone) =>
      buildPerson(server.database, tenantId, given).then((one) => server.as(one, zone));
    for (const [client, status] of [
      [await person({}, "lgwan"), 403],
      [await person({ offices: ["rules", "audit", "records"] }, "lgwan"), 403],
      [await person({ offices: ["accounts"] }, "internet"), 403],
      [await person({ kind: "guest" }, "internet"), 404],
    ] as const)
      for (const answer of await Promise.all(ways(client))) expect(answer.status).toBe(status);
    const elsewhere = await buildMunicipality(server.database);
    const stranger = await server.as(
      await buildPerson(server.database, elsewhere, { offices: ["accounts"] }),
    );
    const [list, , ...others] = await Promise.all(ways(stranger));
    expect(JSON.stringify(list!.body)).not.toContain(provider);
    for (const answer of others) expect(answer.status).toBe(404);
  });
});

describe("with a provider that lies", () => {
  let provider: string;
  beforeAll(async () => {
    const clerk = await buildPerson(server.database, tenantId);
    provider = await addLiar({ match: null });
    await administrator.post(`/api/v1/identity-providers/${provider}/links`, {
      accountId: clerk.id,
      subject: "person-1",
      reason: "試験",
    });
  });
  const come = async (change: (answer: URLSearchParams) => void = () => {}) => {
    const begun = await begin(provider);
    const answer = liar.answerTo(begun.body.url);
    change(answer);
    const redeemed = await redeem({ ticket: begun.body.ticket, answer: answer.toString() });
    return redeemed.status === 200 ? (await enter(redeemed.body.proof)).status : redeemed.body.code;
  };
  const claims = (change: Record<string, unknown>) => ({
    token: (token: { header: object; claims: object; key: any }) => ({
      ...token,
      header: { ...token.header },
      claims: { ...token.claims, ...change },
    }),
  });
  const now = () => Math.floor(Date.now() / 1000);

  test("the truth is believed", async () => {
    liar.lie({});
    expect(await come()).toBe(201);
  });

  test.each([
    ["for another client", () => claims({ aud: "somebody-else" })],
    [
      "for others beside us, without saying who asked",
      () => claims({ aud: ["chonai", "other"], azp: "other" }),
    ],
    ["of another issuer", () => claims({ iss: "https://evil.example.jp" })],
    ["of another sign-in (nonce)", () => claims({ nonce: "replayed" })],
    ["without a nonce", () => claims({ nonce: undefined })],
    ["that is over", () => claims({ iat: now() - 900, exp: now() - 300 })],
    ["of tomorrow", () => claims({ nbf: now() + 3600 })],
    ["without a subject", () => claims({ sub: undefined })],
    ["signed by somebody else", () => ({ token: (token: any) => ({ ...token, key: liar.otherKey }) })],
    [
      "that is not signed",
      () => ({ token: (token: any) => ({ ...token, header: { alg: "none" }, key: undefined }) }),
    ],
    [
      "signed with the client's secret",
      () => ({ token: (token: any) => ({ ...token, header: { alg: "HS256", kid: "own" } }) }),
    ],
  ])("a token %s is refused", async (_name, lies) => {
    liar.lie(lies() as Parameters<typeof liar.lie>[0]);
    expect(await come()).toBe("provider-answer-refused");
  });

  test("an answer with another state, another issuer, a refusal or without a code is refused", async () => {
    liar.lie({});
    for (const change of [
      (answer: URLSearchParams) => answer.set("state", "another"),
      (answer: URLSearchParams) => answer.delete("state"),
      (answer: URLSearchParams) => answer.set("iss", "https://evil.example.jp"),
      (answer: URLSearchParams) => answer.delete("code"),
      (answer: URLSearchParams) => answer.set("error", "access_denied"),
    ])
      expect(await come(change)).toBe("provider-answer-refused");
  });

  test("a redirect in the place of a token leads nowhere", async () => {
    liar.lie({ answerToken: { status: 307, headers: { location: `${liar.issuer}/elsewhere` } } });
    expect(await come()).toBe("provider-unavailable");
    expect(liar.asked).not.toContain("/elsewhere");
  });

  test("a description of another issuer, or with a sign-in page without https, is no provider", async () => {
    liar.lie({ description: (about) => ({ ...about, issuer: "https://evil.example.jp" }) });
    const tried = async () =>
      (await administrator.post(`/api/v1/identity-providers/${provider}/trial`, undefined)).body;
    expect(await tried()).toEqual({ result: "unusable", because: "not-a-provider" });
    liar.lie({ description: (about) => ({ ...about, authorization_endpoint: "http://localhost:1/a" }) });
    expect(await tried()).toEqual({ result: "unusable", because: "not-a-provider" });
    liar.lie({});
  });

  test("a class that was asked for must be met", async () => {
    liar.lie({});
    const strict = await addLiar({ settings: { acr: "mfa strong" } });
    const begun = await begin(strict);
    expect(new URL(begun.body.url).searchParams.get("acr_values")).toBe("mfa strong");
    const answer = liar.answerTo(begun.body.url).toString();
    const redeemed = await redeem({ ticket: begun.body.ticket, answer });
    expect(redeemed.body.code).toBe("provider-answer-refused");
  });
});

describe("the one way out", () => {
  const outgoing = { hosts: [], proxy: undefined, withoutProxy: [] };

  test.each([
    ["http://idp.example.jp/"],
    ["https://127.0.0.1/"],
    ["https://[::1]/"],
    ["https://[::ffff:127.0.0.1]/"],
    ["https://169.254.169.254/latest/meta-data/"],
    ["https://localhost/"],
    ["https://user@idp.example.jp/"],
    ["file:///etc/passwd"],
  ])("%s is not asked", async (url) => {
    await expect(makeGuardedFetch(outgoing, null, () => true)(url)).rejects.toMatchObject({
      because: "not-permitted",
    });
  });

  test("addresses of the hall may be asked, this machine and its link may not", () => {
    expect(["10.1.2.3", "192.168.0.1", "172.16.5.5", "203.0.113.9", "fd00::1"].map(isOwn)).toEqual(
      new Array(5).fill(false),
    );
    expect(
      ["127.8.8.8", "0.0.0.0", "169.254.0.1", "::1", "::", "fe80::1", "::ffff:7f00:1"].map(isOwn),
    ).toEqual(new Array(7).fill(true));
  });

  test("an answer that does not end is cut off", async () => {
    const endless = await serveSecurely(() => (_request, response) => {
      response.writeHead(200);
      const block = Buffer.alloc(256 * 1024);
      const pour = () => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once("drain", pour);
      };
      pour();
    });
    const fetching = makeGuardedFetch(
      { ...outgoing, hosts: [endless.host] },
      providerCertificate,
      () => true,
    );
    await expect(fetching(`${endless.issuer}/`)).rejects.toMatchObject({ because: "not-reached" });
    await endless.stop();
  });
});
