import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import type { Route } from "#core/http/index.ts";
import { fixedClock } from "#core/kernel/index.ts";
import { errorCodes } from "#shared/error-codes.ts";
import { newId } from "#shared/ids.ts";
import { countCharacters } from "#shared/text.ts";
import { type Answer, ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { RawConnection, sendRaw } from "#tests/support/raw-http.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let sato: BuiltPerson;
let suzuki: BuiltPerson;
let a: ApiClient;
let b: ApiClient;
let roomId: string;
let messageId: string;
/** A program of another directory, for the routes that only such a one may use. */
let scimToken: string;
/** The same things of another municipality. */
let theirs: { person: BuiltPerson; client: ApiClient; roomId: string; messageId: string };

beforeAll(async () => {
  server = await startTestServer({ rateFactor: 1000 });
  const tenantId = await buildMunicipality(server.database);
  [sato, suzuki] = [
    await buildPerson(server.database, tenantId),
    await buildPerson(server.database, tenantId),
  ];
  [a, b] = [await server.as(sato), await server.as(suzuki)];
  roomId = (await a.createGroup([suzuki.id])).id;
  messageId = (await a.send(roomId, "最初の本文")).body.id;
  const administrator = await server.as(
    await buildPerson(server.database, tenantId, { offices: ["accounts"] }),
  );
  const scimClient = { name: "名簿", zone: "lgwan", accountClass: "telework", days: 1, reason: "試験" };
  scimToken = (await administrator.post("/api/v1/scim-clients", scimClient)).body.token;
  const elsewhere = await buildMunicipality(server.database);
  const person = await buildPerson(server.database, elsewhere);
  const client = await server.as(person);
  const room = await client.createGroup([]);
  const message = await client.send(room.id, "隣の自治体の本文");
  theirs = { person, client, roomId: room.id, messageId: message.body.id };
});
afterAll(() => server.stop());

/** A refusal is a problem of RFC 9457 with a code of the registry and that code's status. */
function expectProblem(answer: Answer<any>, code?: keyof typeof errorCodes): void {
  expect(answer.headers.get("content-type"), JSON.stringify(answer.body)).toMatch(
    /^application\/problem\+json/,
  );
  expect(Object.keys(errorCodes)).toContain(answer.body.code);
  if (code !== undefined) expect(answer.body.code).toBe(code);
  const known = errorCodes[answer.body.code as keyof typeof errorCodes];
  expect([answer.status, answer.body.status]).toEqual([known.status, known.status]);
  expect(answer.status).toBeLessThan(500);
  expect(answer.body.detail).not.toBe("");
}

/** The same where a protocol has errors of its own: theirs, with the status twice, and never a fault of ours. */
function expectOwnError(answer: Answer<any>): void {
  expect(answer.headers.get("content-type")).toMatch(/^application\/scim\+json/);
  expect([answer.status, answer.body.detail === ""]).toEqual([Number(answer.body.status), false]);
  expect(answer.status).toBeLessThan(500);
}

/** What a stranger could compare: the answer without the number of the request. */
const withoutRequestId = ({ status, body }: Answer<any>) => ({ status, body: { ...body, requestId: "" } });

/** Sends bytes as they are. */
async function call(
  method: string,
  path: string,
  body?: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Answer<any>> {
  const response = await fetch(server.url("lgwan") + path, {
    method,
    headers: { authorization: `Bearer ${a.token}`, "content-type": "application/json", ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : new Uint8Array(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: text === "" ? undefined : JSON.parse(text),
    headers: response.headers,
  };
}

const messagesPath = () => `/api/v1/rooms/${roomId}/messages`;

describe("texts", () => {
  const family = "👨‍👩‍👧‍👦";

  test("20,000 graphemes are kept as they are, 20,001 are refused with their number", async () => {
    const longest = `${"葛󠄀".repeat(10_000)}${"が".repeat(10_000)}`;
    expect(countCharacters(longest)).toBe(20_000);
    const sent = await a.send(roomId, longest);
    expect(sent.status).toBe(201);
    expect(sent.body.body).toBe(longest);
    const refused = await a.send(roomId, `${longest}。`);
    expectProblem(refused, "text-too-long");
    expect(refused.body.detail).toContain("20001");
  });

  test("a family of four is one character, and 20,000 of them are a message", async () => {
    expect((await a.send(roomId, family.repeat(20_000))).status).toBe(201);
    expectProblem(await a.send(roomId, family.repeat(20_001)), "text-too-long");
  });

  test("one character made of a hundred thousand joined emoji is refused", async () => {
    expectProblem(await a.send(roomId, Array.from({ length: 100_000 }, () => "👩").join("\u200d")));
  });

  test.each<[string, string, keyof typeof errorCodes]>([
    ["NUL", "a\u0000b", "invalid-text"],
    ["a control character", "a\u0007b", "invalid-text"],
    ["an escape sequence", "a\u001b[2Jb", "invalid-text"],
    ["a C1 control character", "a\u009bb", "invalid-text"],
    ["a bidirectional override", "請求\u202e０００１", "invalid-text"],
    ["a bidirectional isolate", "請求\u2067０００１", "invalid-text"],
    ["zero-width spam", `あ${"\u200b".repeat(10_000)}`, "invalid-text"],
    ["joiners without emoji", `あ${"\u200d".repeat(10_000)}`, "invalid-text"],
    ["tag characters without a flag", `あ${"\u{e0041}".repeat(10_000)}`, "invalid-text"],
    ["a tower of combining marks", `あ${"\u0301".repeat(50)}`, "invalid-text"],
    ["a hundred thousand combining marks in turn", `a${"\u0315\u0300\u0327".repeat(33_000)}`, "invalid-text"],
    ["nothing", "", "invalid-request"],
    ["white space alone", " \n\t　 ", "invalid-request"],
  ])("%s is refused in a message", async (_name, body, code) => {
    expectProblem(await a.send(roomId, body), code);
  });

  test("lone surrogates written as escapes are refused in a message and in a room's name", async () => {
    for (const written of ["\\ud800", "\\udc00\\ud800", "x\\udfff"])
      expectProblem(
        await call("POST", messagesPath(), `{"clientMessageId":"${newId()}","body":"${written}"}`),
        "invalid-text",
      );
    const name = `{"kind":"group","name":"\\ud800","memberIds":[]}`;
    expectProblem(await call("POST", "/api/v1/rooms", name, { "idempotency-key": newId() }), "invalid-text");
  });

  test("bytes that are not UTF-8 are refused", async () => {
    for (const bytes of [[0xff], [0xc0, 0xaf], [0xed, 0xa0, 0x80], [0x82, 0xa0], [0xf4, 0x90, 0x80, 0x80]]) {
      const body = Buffer.concat([
        Buffer.from(`{"clientMessageId":"${newId()}","body":"`),
        Buffer.from(bytes),
        Buffer.from(`"}`),
      ]);
      expectProblem(await call("POST", messagesPath(), body), "invalid-json");
    }
  });

  test("bodies above the limit in bytes are refused before they are read", async () => {
    const huge = JSON.stringify({ clientMessageId: newId(), body: "あ".repeat(1_000_000) });
    expectProblem(await call("POST", messagesPath(), huge), "body-too-large");
    const name = JSON.stringify({ kind: "group", name: "あ".repeat(300_000), memberIds: [] });
    expectProblem(
      await call("POST", "/api/v1/rooms", name, { "idempotency-key": newId() }),
      "body-too-large",
    );
  });

  test("thousands of mentions, and mentions of nobody, do no harm", async () => {
    const many = Array.from({ length: 5000 }, () => newId());
    expectProblem(await a.send(roomId, "皆さん", { mentions: many }), "too-many-mentions");
    const repeated = await a.send(roomId, "鈴木さん", {
      mentions: Array.from({ length: 5000 }, () => suzuki.id),
    });
    expect(repeated.status).toBe(201);
    expect(repeated.body.mentions).toEqual([suzuki.id]);
    const upper = await a.send(roomId, "鈴木さん", { mentions: [suzuki.id.toUpperCase(), suzuki.id] });
    expect(upper.body.mentions).toEqual([suzuki.id]);
    const strangers = await a.send(roomId, "どなた", { mentions: [newId(), theirs.person.id] });
    expect(strangers.status).toBe(201);
  });

  test("control characters in everything that is stored or searched besides messages", async () => {
    const nasty = ["\u0000", "a\u0000b", "\u001b", "\ufffe"];
    for (const text of nasty) {
      const encoded = encodeURIComponent(text);
      const answers = [
        await call("GET", `/api/v1/people?q=${encoded}`),
        await call("GET", `/api/v1/people?cursor=${encoded}`),
        await call("GET", `/api/v1/people?section=${encoded}`),
        await call("GET", `/api/v1/rooms?cursor=${encoded}`),
        await call("GET", `${messagesPath()}?at=${encoded}`),
        await call("GET", `/api/v1/rooms/${encoded}/messages`),
        await call(
          "POST",
          "/api/v1/rooms",
          JSON.stringify({ kind: "group", name: `部${text}屋`, memberIds: [] }),
          { "idempotency-key": newId() },
        ),
        await call("POST", messagesPath(), JSON.stringify({ clientMessageId: `a${text}`, body: "本文" })),
      ];
      for (const answer of answers) expectProblem(answer);
      const base = { tenant: "city-0001", loginId: "user", password: "password" };
      for (const field of ["loginId", "password", "tenant", "deviceName", "totp", "operatorId"])
        expectProblem(await server.anonymous().post("/api/v1/sessions", { ...base, [field]: text }));
    }
  });
});

describe("ids", () => {
  const malformed = [
    "0",
    "null",
    "undefined",
    "1e9",
    "..",
    "%00",
    "%ff",
    "%E3%81%82",
    "a".repeat(199),
    "a".repeat(5000),
    "' or 1=1 --",
    "{}",
    "__proto__",
    "constructor",
  ];

  test("unknown, malformed and another municipality's ids get the same answer on every route", async () => {
    const ids = (bad: string, room = bad, person = bad, message = bad): [string, string, unknown?][] => [
      ["GET", `/api/v1/rooms/${room}/messages`],
      ["GET", `/api/v1/rooms/${room}/members`],
      ["POST", `/api/v1/rooms/${room}/messages`, { clientMessageId: newId(), body: "本文" }],
      ["PUT", `/api/v1/rooms/${room}/read-position`, { seq: 1 }],
      ["PUT", `/api/v1/rooms/${room}/members/${suzuki.id}`],
      ["DELETE", `/api/v1/rooms/${room}/members/${suzuki.id}`],
      ["GET", `/api/v1/rooms/${room}/messages/${messageId}/readers`],
      ["PUT", `/api/v1/rooms/${roomId}/members/${person}`],
      ["GET", `/api/v1/rooms/${roomId}/messages/${message}/readers`],
    ];
    const unknown = newId();
    const expected = [];
    for (const [method, path, body] of ids(unknown)) {
      const answer = await a.call<any>(method, path, body);
      expectProblem(answer, "not-found");
      expected.push(withoutRequestId(answer));
    }
    const others: [string, string, string][] = [
      [theirs.roomId, theirs.person.id, theirs.messageId],
      [unknown.toUpperCase(), unknown.toUpperCase(), unknown.toUpperCase()],
      [roomId.toUpperCase(), suzuki.id.toUpperCase(), messageId.toUpperCase()],
      ...malformed.slice(0, 5).map((id): [string, string, string] => [id, id, id]),
      ...malformed
        .slice(5)
        .map(encodeURIComponent)
        .map((id): [string, string, string] => [id, id, id]),
    ];
    for (const [room, person, message] of others)
      for (const [index, [method, path, body]] of ids(unknown, room, person, message).entries()) {
        if (path.includes("..")) continue;
        const answer = await a.call<any>(method, path, body);
        expect(withoutRequestId(answer), `${method} ${path}`).toEqual(expected[index]);
      }
  });

  test("another municipality's people cannot be taken into a room, and the refusal does not tell them from nobody", async () => {
    const make = (memberIds: string[]) =>
      a.post<any>(
        "/api/v1/rooms",
        { kind: "group", name: "部屋", memberIds },
        { "idempotency-key": newId() },
      );
    const refused = await make([theirs.person.id]);
    expectProblem(refused, "invalid-request");
    expect(withoutRequestId(refused)).toEqual(withoutRequestId(await make([newId()])));
    const direct = (id: string) =>
      a.post<any>("/api/v1/rooms", { kind: "direct", memberIds: [id] }, { "idempotency-key": newId() });
    expect(withoutRequestId(await direct(theirs.person.id))).toEqual(withoutRequestId(await direct(newId())));
    expectProblem(await direct(sato.id), "invalid-request");
  });

  test("cursors that were changed, or made for somebody else or another filter, are refused", async () => {
    const page = await a.get("/api/v1/people?limit=1");
    const cursor: string = page.body.next;
    expect((await a.get(`/api/v1/people?limit=1&cursor=${cursor}`)).status).toBe(200);
    const [place, tag] = cursor.split(".");
    const forged = Buffer.from(JSON.stringify(["", theirs.person.id])).toString("base64url");
    for (const bad of [
      "",
      "x",
      ".",
      `${place}.`,
      `.${tag}`,
      `${forged}.${tag}`,
      `${cursor}x`,
      `${cursor}.x`,
      "a".repeat(500),
    ])
      expectProblem(await a.get(`/api/v1/people?limit=1&cursor=${bad}`), "invalid-cursor");
    expectProblem(await b.get(`/api/v1/people?limit=1&cursor=${cursor}`), "invalid-cursor");
    expectProblem(await theirs.client.get(`/api/v1/people?limit=1&cursor=${cursor}`), "invalid-cursor");
    expectProblem(await a.get(`/api/v1/people?limit=1&q=x&cursor=${cursor}`), "invalid-cursor");
    expectProblem(await a.get("/api/v1/rooms?cursor=x"), "invalid-cursor");
    // A room of others as the cursor of one's own list shows nothing of it.
    const rooms = await a.get(`/api/v1/rooms?cursor=${theirs.roomId}`);
    expect(JSON.stringify(rooms.body)).not.toContain(theirs.roomId);
  });
});

describe("numbers and times", () => {
  test.each([
    "limit=0",
    "limit=-1",
    "limit=201",
    "limit=1e9",
    "limit=1.5",
    "limit=NaN",
    "limit=Infinity",
    "limit=",
    "limit=1&limit=2",
    "limit[]=1",
    "limit=9007199254740993",
    "before=0",
    "before=-1",
    "before=9007199254740993",
    "before=99999999999999999999",
    "after=-1",
    "after=0x",
    "around=0",
    "around=-9007199254740993",
    "at=yesterday",
    "at=2026-13-01T00:00:00Z",
    "at=2026-02-30T00:00:00Z",
    "at=2026-11-21",
  ])("messages?%s is refused or ignored, never an error of ours", async (query) => {
    const answer = await a.get(`${messagesPath()}?${query}`);
    if (query === "limit[]=1") expect(answer.status).toBe(200);
    else expectProblem(answer, "invalid-request");
  });

  test("the ends of what numbers and times can be are answered", async () => {
    for (const query of [
      `before=${Number.MAX_SAFE_INTEGER}`,
      `after=${Number.MAX_SAFE_INTEGER}`,
      `around=${Number.MAX_SAFE_INTEGER}`,
      "after=0",
      "at=0001-01-01T00:00:00Z",
      "at=0000-01-01T00:00:00Z",
      "at=9999-12-31T23:59:59.999999999-23:59",
    ])
      expect((await a.get(`${messagesPath()}?${query}`)).status, query).toBe(200);
  });

  test("read positions and replies", async () => {
    const path = `/api/v1/rooms/${roomId}/read-position`;
    for (const seq of [-1, 1.5, 2 ** 53, 1e300, "1", null, [1], true, {}])
      expectProblem(await a.put(path, { seq }), "invalid-request");
    const last = (await a.get(messagesPath())).body.items.at(-1).seq;
    expect((await a.put(path, { seq: Number.MAX_SAFE_INTEGER })).body).toEqual({ seq: last });
    for (const replyTo of [0, -1, 1.5, last + 1000, Number.MAX_SAFE_INTEGER, 2 ** 60, "1", null])
      expectProblem(await a.send(roomId, "返事", { replyTo }), "invalid-request");
  });
});

describe("JSON", () => {
  test.each([
    "",
    " ",
    "{",
    "[]",
    "null",
    "1",
    '"x"',
    "{}}",
    "{'a':1}",
    "undefined",
    "NaN",
    "\ufeff{}",
    '{"clientMessageId":"x","body":{"toString":1}}',
    '{"clientMessageId":["x"],"body":"y"}',
    '{"clientMessageId":"x"}',
    `{"clientMessageId":"${"x".repeat(101)}","body":"y"}`,
    '{"clientMessageId":"あ","body":"y"}',
    '{"clientMessageId":"x","body":"y","mentions":"z"}',
    '{"clientMessageId":"x","body":"y","mentions":[1]}',
  ])("%j is refused as a message", async (body) => {
    expectProblem(await call("POST", messagesPath(), body));
  });

  test("a hundred thousand nested arrays or objects are refused", async () => {
    for (const [open, close] of [
      ["[", "]"],
      ['{"a":', "}"],
    ] as const) {
      const deep = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
      expectProblem(await call("POST", messagesPath(), deep), "invalid-request");
      expectProblem(
        await call("POST", messagesPath(), `{"clientMessageId":"x","body":${deep}}`),
        "invalid-request",
      );
      expectProblem(
        await call("POST", messagesPath(), `{"clientMessageId":"x","body":"y","mentions":${deep}}`),
        "invalid-request",
      );
    }
  });

  test("keys of the prototype change nothing", async () => {
    const id = newId();
    const sent = await call(
      "POST",
      messagesPath(),
      `{"clientMessageId":"${id}","body":"本文","__proto__":{"isAdministrator":true,"replyTo":99},"constructor":{"prototype":{"x":1}}}`,
    );
    expect(sent.status).toBe(201);
    expect(sent.body.replyTo).toBeNull();
    expect(({} as Record<string, unknown>).isAdministrator).toBeUndefined();
    expect(({} as Record<string, unknown>).x).toBeUndefined();
    for (const query of ["__proto__=1", "__proto__[limit]=1", "constructor[prototype][x]=1"])
      expect((await a.get(`${messagesPath()}?${query}`)).status).toBe(200);
  });

  test("other content types are refused", async () => {
    const body = JSON.stringify({ clientMessageId: newId(), body: "本文" });
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data; boundary=x",
      "application/xml",
      "application/json5",
      "application/jsonp",
      "text/json",
      "*/*",
      ";",
      "application/json/x",
    ])
      expectProblem(
        await call("POST", messagesPath(), body, { "content-type": type }),
        "unsupported-media-type",
      );
    for (const encoding of ["gzip", "br"]) {
      const answer = await call("POST", messagesPath(), body, { "content-encoding": encoding });
      expect(answer.status).toBeLessThan(500);
    }
  });
});

describe("Idempotency-Key", () => {
  const make = (key: string, name: string, as = a) =>
    as.post("/api/v1/rooms", { kind: "group", name, memberIds: [suzuki.id] }, { "idempotency-key": key });

  test("missing, empty, too long or not printable is refused", async () => {
    for (const key of ["", " ", "x".repeat(201), "a b"])
      expectProblem(await make(key, "部屋"), "idempotency-key-required");
    expectProblem(
      await a.post("/api/v1/rooms", { kind: "group", name: "部屋", memberIds: [] }),
      "idempotency-key-required",
    );
  });

  test("the same key at the same moment makes one room; with another body it is a conflict", async () => {
    const key = newId();
    const answers = await Promise.all(Array.from({ length: 10 }, () => make(key, "同時の部屋")));
    expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
    expectProblem(await make(key, "別の部屋"), "idempotency-key-reused");
    const contest = newId();
    const both = await Promise.all([make(contest, "甲"), make(contest, "乙")]);
    expect(both.map((answer) => answer.status).sort()).toEqual([201, 409]);
    // The key belongs to its account.
    expect((await make(key, "同時の部屋", b)).body.id).not.toBe(answers[0]!.body.id);
  });
});

describe("methods, paths and headers", () => {
  test("paths that are not ours are not found, however they are written", async () => {
    for (const path of [
      "/api/v1/nothing",
      "/api/v1/rooms/",
      "/api/v1//rooms",
      "//api/v1/rooms",
      "/api/v1/rooms/%2e%2e/me",
      "/api/v1/rooms/..%2fme",
      "/api/v1/rooms%00",
      "/api/v1/rooms%2f",
      "/API/V1/ROOMS",
      "/api/v1/rooms;x=1",
      "/api/v1/me.json",
      "/.env",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/..%5c..%5cwindows",
      `/${"a/".repeat(3000)}`,
      "/api/v1/rooms/%",
      "/api/v1/rooms/%zz/messages",
      "/%c0%ae%c0%ae/",
      "/api/v1/rooms/%ff/messages",
    ]) {
      const [answer] = await sendRaw(
        server.url("lgwan"),
        `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${a.token}\r\nConnection: close\r\n\r\n`,
      );
      expect(answer, path).toBeDefined();
      expect([400, 404], `${path} ${answer!.body}`).toContain(answer!.status);
      expect(answer!.headers["content-type"], path).toMatch(/problem\+json/);
      expect(Object.keys(errorCodes)).toContain(JSON.parse(answer!.body).code);
    }
  });

  test("a method cannot be changed by a header, a parameter or a field", async () => {
    const headers = {
      "x-http-method-override": "DELETE",
      "x-method-override": "DELETE",
      "x-http-method": "PUT",
    };
    const answer = await call("GET", `/api/v1/rooms/${roomId}/members?_method=DELETE`, undefined, headers);
    expect(answer.status).toBe(200);
    expect(answer.body.items).toHaveLength(2);
    for (const method of ["POST", "PATCH", "OPTIONS", "PROPFIND", "TRACE", "QUERY", "FOO"]) {
      const [refused] = await sendRaw(
        server.url("lgwan"),
        `${method} /api/v1/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      );
      expect(refused!.status, method).toBeGreaterThanOrEqual(400);
      expect(refused!.status, method).toBeLessThan(500);
      expect(refused!.headers["content-type"], method).toMatch(/problem\+json/);
      expect(refused!.headers["access-control-allow-origin"]).toBeUndefined();
    }
  });

  test("forwarded headers of an undeclared proxy are not believed", async () => {
    // The clock stands still: on a slow machine the limit would refill while it is being used up.
    const limited = await startTestServer({ rateFactor: 1, clock: fixedClock(new Date()) });
    try {
      // The limit before signing in is by address: claiming another one for each request does not help.
      let refused = 0;
      for (let i = 0; i < 320; i++) {
        const answer = await fetch(`${limited.url("lgwan")}/api/v1/sessions`, {
          method: "POST",
          headers: {
            "content-type": "application/json",
            "x-forwarded-for": `203.0.113.${i % 250}`,
            "x-real-ip": `203.0.113.${i % 250}`,
            forwarded: `for=203.0.113.${i % 250}`,
          },
          body: JSON.stringify({ loginId: `u${i}`, password: "x", tenant: "none" }),
        });
        await answer.arrayBuffer();
        if (answer.status === 429) {
          refused++;
          expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
        }
      }
      expect(refused).toBeGreaterThan(0);
    } finally {
      await limited.stop();
    }
  });

  test("a Host that is strange, missing or doubled is answered", async () => {
    const sign = JSON.stringify({ loginId: "x", password: "y" });
    for (const head of [
      "POST /api/v1/sessions HTTP/1.1\r\nHost: \r\n",
      "POST /api/v1/sessions HTTP/1.1\r\nHost: a b\r\n",
      "POST /api/v1/sessions HTTP/1.1\r\nHost: [::1\r\n",
      "POST /api/v1/sessions HTTP/1.1\r\nHost: 例え.jp\r\n",
      `POST /api/v1/sessions HTTP/1.1\r\nHost: ${"a".repeat(5000)}\r\n`,
      "POST /api/v1/sessions HTTP/1.0\r\n",
      "POST /api/v1/sessions HTTP/1.1\r\n",
      "POST http://evil.example/api/v1/sessions HTTP/1.1\r\nHost: localhost\r\n",
    ]) {
      const [answer] = await sendRaw(
        server.url("lgwan"),
        `${head}Content-Type: application/json\r\nContent-Length: ${sign.length}\r\nConnection: close\r\n\r\n${sign}`,
      );
      expect(answer!.status, head).toBeGreaterThanOrEqual(400);
      expect(answer!.status, `${head} ${answer!.body}`).toBeLessThan(500);
    }
  });

  test("tokens that we did not make, and headers that are no tokens, are unauthenticated", async () => {
    const { token } = a;
    for (const authorization of [
      "",
      "Bearer",
      "Bearer ",
      "Bearer x",
      `bearer ${token}`,
      `Basic ${Buffer.from(`x:${token}`).toString("base64")}`,
      `Bearer ${token}x`,
      `Bearer ${token!.slice(0, -1)}`,
      `Bearer ${"A".repeat(64)}`,
      `Bearer ${"_".repeat(64)}`,
      `Bearer ${theirs.client.token!.slice(0, 22)}${token!.slice(22)}`,
      `Bearer ${"a".repeat(10_000)}`,
    ])
      expectProblem(await call("GET", "/api/v1/me", undefined, { authorization }), "unauthenticated");
    // A token in the URL is no token.
    const bare = new ApiClient(server.url("lgwan"), undefined);
    expectProblem(await bare.get(`/api/v1/me?token=${token}`), "unauthenticated");
    expectProblem(await bare.get(`/api/v1/me?access_token=${token}`), "unauthenticated");
  });

  test("a session that has expired is unauthenticated", async () => {
    const { token } = await buildSession(server.database, sato, { expiresAt: new Date(Date.now() - 1000) });
    expectProblem(await new ApiClient(server.url("lgwan"), token).get("/api/v1/me"), "unauthenticated");
  });
});

describe("bytes on a socket", () => {
  const head = (lines: string[]) => `${lines.join("\r\n")}\r\n\r\n`;

  test("two ways of saying where a request ends are refused, and nothing behind it is taken for a request", async () => {
    const inner = head([
      "DELETE /api/v1/sessions/current HTTP/1.1",
      "Host: localhost",
      `Authorization: Bearer ${b.token}`,
    ]);
    const attempts = [
      ["Content-Length: 4", "Transfer-Encoding: chunked"],
      ["Transfer-Encoding: chunked", "Content-Length: 4"],
      ["Content-Length: 4", "Content-Length: 100"],
      ["Transfer-Encoding: xchunked"],
      ["Transfer-Encoding: chunked, identity"],
      ["Transfer-Encoding : chunked"],
      ["Transfer-Encoding:\u000bchunked"],
      ["Content-Length: +4"],
      ["Content-Length: 4 4"],
      ["Content-Length: -1"],
      ["Content-Length: 0x4"],
      ["Content-Length: 99999999999999999999"],
    ];
    for (const lines of attempts) {
      const connection = new RawConnection(server.url("lgwan"));
      connection.write(
        `${head([
          "POST /api/v1/sessions HTTP/1.1",
          "Host: localhost",
          "Content-Type: application/json",
          ...lines,
        ])}0\r\n\r\n${inner}`,
      );
      const answers = await connection.untilClosed();
      expect(answers.length, lines.join()).toBe(1);
      expect(answers[0]!.status, lines.join()).toBeGreaterThanOrEqual(400);
      expect(answers[0]!.status, lines.join()).toBeLessThan(500);
      expect(answers[0]!.headers["content-type"], lines.join()).toMatch(/problem\+json/);
    }
    expect((await b.get("/api/v1/me")).status).toBe(200);
  });

  test("what is not HTTP, and heads that are too large, are refused and closed", async () => {
    for (const bytes of [
      "\u0016\u0003\u0001\u0002\u0000\u0001\u0000",
      "SSH-2.0-OpenSSH_9.9\r\n",
      "GET / HTTP/9.9\r\n\r\n",
      "GET /\r\n\r\n",
      "\u0000\u0000\u0000\u0000\r\n\r\n",
      head(["GET / HTTP/1.1", "Host: localhost", `X-Long: ${"a".repeat(20_000)}`]),
      head(["GET / HTTP/1.1", "Host: localhost", ...Array.from({ length: 3000 }, (_, i) => `X-${i}: a`)]),
      head([`GET /${"a".repeat(20_000)} HTTP/1.1`, "Host: localhost"]),
      head(["GET / HTTP/1.1", "Host: localhost", "Bad Header: x"]),
      head(["GET / HTTP/1.1", "Host: localhost", "X-A: a\u0000b"]),
    ]) {
      const connection = new RawConnection(server.url("lgwan"));
      connection.write(Buffer.from(bytes, "latin1"));
      const [answer] = await connection.untilClosed();
      expect(answer?.status, JSON.stringify(bytes.slice(0, 40))).toBeGreaterThanOrEqual(400);
      expect(answer?.status).toBeLessThan(500);
      expect(answer?.headers["content-type"]).toMatch(/problem\+json/);
      expect(Object.keys(errorCodes)).toContain(JSON.parse(answer!.body).code);
    }
    expect((await a.get("/api/v1/me")).status).toBe(200);
  });

  test("connections that are cut at any place, also while changing over to the stream, do not stop the server", async () => {
    const request = head([
      "POST /api/v1/sessions HTTP/1.1",
      "Host: localhost",
      "Content-Type: application/json",
      "Content-Length: 500",
    ]);
    const upgrade = (path: string) =>
      head([
        `GET ${path} HTTP/1.1`,
        "Host: localhost",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      ]);
    for (let round = 0; round < 20; round++)
      for (const bytes of [
        request,
        `${request}{"loginId":`,
        "GET /api/v1/me HT",
        upgrade("/api/v1/stream"),
        upgrade("/elsewhere"),
        `${upgrade("/elsewhere")}${"x".repeat(70_000)}`,
        `${upgrade("/api/v1/stream")}\u0081`,
      ]) {
        const connection = new RawConnection(server.url("lgwan"));
        connection.write(bytes);
        if (round % 2 === 0) await new Promise<void>((resolve) => setImmediate(resolve));
        connection.socket.resetAndDestroy();
      }
    expect((await a.get("/api/v1/me")).status).toBe(200);
  });

  test("a change of protocol that we do not offer is passed over, or refused and the connection closed", async () => {
    const ask = (path: string, upgrade: string) => {
      const connection = new RawConnection(server.url("lgwan"));
      connection.write(
        head([
          `GET ${path} HTTP/1.1`,
          "Host: localhost",
          `Authorization: Bearer ${a.token}`,
          "Connection: Upgrade",
          `Upgrade: ${upgrade}`,
        ]),
      );
      return connection;
    };
    // Some clients propose h2c with every request; they get their answer over HTTP/1.1.
    const passedOver = ask("/api/v1/me", "h2c");
    expect((await passedOver.untilAnswered())[0]!.status).toBe(200);
    passedOver.close();
    const noStream = ask("/api/v1/stream", "h2c");
    expect((await noStream.untilAnswered())[0]!.status).toBe(404);
    noStream.close();
    for (const [path, status] of [
      ["/elsewhere", 404],
      ["/api/v1/me", 404],
      ["/api/v1/stream", 400],
    ] as const) {
      const [answer] = await ask(path, "websocket").untilClosed();
      expect(answer!.status, path).toBe(status);
    }
  });
});

describe("anything at all", () => {
  /** Texts and values that have broken programs before, beside random ones. */
  const nastyText = fc.oneof(
    fc.string({ unit: "binary", maxLength: 40 }),
    fc.constantFrom(
      "",
      "\u0000",
      "\ud800",
      "__proto__",
      "constructor",
      "null",
      "-1",
      "9007199254740993",
      "' or 1=1 --",
      "$" + "{7*7}",
      "../../etc/passwd",
      "\u202e",
      "{}",
      "2026-11-21T00:00:00Z",
      "+275760-09-13T00:00:00.001Z",
    ),
  );
  const id = fc.oneof(
    {
      weight: 6,
      arbitrary: fc
        .constantFrom("room", "room", "message", "person", "person", "theirRoom", "theirPerson")
        .map((idOf) => ({ idOf })),
    },
    { weight: 1, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: nastyText },
  );
  const value: fc.Arbitrary<unknown> = fc.oneof(
    { weight: 3, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
    { weight: 3, arbitrary: nastyText },
    { weight: 1, arbitrary: fc.integer() },
    { weight: 1, arbitrary: fc.constantFrom(null, -1, 0, 2 ** 53, 1e308, -0, [], {}, [[[]]]) },
    { weight: 2, arbitrary: fc.uuid() },
    { weight: 1, arbitrary: fc.array(fc.uuid(), { maxLength: 5 }) },
  );

  const fieldsOf = (body: z.ZodType): string[] => {
    const schema = z.toJSONSchema(body, { io: "input", unrepresentable: "any" }) as {
      properties?: object;
      anyOf?: { properties?: object }[];
      oneOf?: { properties?: object }[];
    };
    const shapes = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
    return [...new Set(shapes.flatMap((one) => Object.keys(one.properties ?? {})))];
  };

  /** A body with the fields that the route knows, each with a right or a wild value, or something else altogether. */
  const bodyOf = (route: Route): fc.Arbitrary<unknown> => {
    if (!route.request.body) return fc.option(value, { nil: undefined });
    const names = fieldsOf(route.request.body);
    const right: Record<string, fc.Arbitrary<unknown>> = {
      kind: fc.constantFrom("group", "direct"),
      name: fc.string({ unit: "grapheme", maxLength: 20 }),
      memberIds: fc.array(id, { maxLength: 3 }),
      mentions: fc.array(fc.uuid(), { maxLength: 3 }),
      clientMessageId: fc.stringMatching(/^[a-z0-9-]{1,20}$/),
      body: fc.string({ unit: "grapheme", maxLength: 50 }),
      seq: fc.nat(1000),
      replyTo: fc.nat(5),
      tenant: fc.constantFrom("city-0001", "city-0002", "none"),
      totp: fc.stringMatching(/^[0-9]{6}$/),
      operatorId: id,
      deviceName: fc.string({ unit: "grapheme", maxLength: 20 }),
      loginId: nastyText,
      password: nastyText,
    };
    const fields = Object.fromEntries(
      names.map((name) => [
        name,
        right[name]
          ? fc.oneof({ weight: 12, arbitrary: right[name] }, { weight: 1, arbitrary: value })
          : value,
      ]),
    );
    return fc.oneof(
      { weight: 8, arbitrary: fc.record(fields) },
      { weight: 4, arbitrary: fc.record(fields, { requiredKeys: [] }) },
      { weight: 1, arbitrary: value },
    );
  };

  /** How many requests a route gets: the more it takes in, the more there is to get wrong. */
  const triesFor = (route: Route): number => {
    const fields = route.request.body ? fieldsOf(route.request.body).length : 0;
    return Math.min(80, 16 + 8 * (fields + (route.path.match(/\{/g)?.length ?? 0)));
  };

  /** Puts the ids in place of their names; they are known only when the test runs. */
  const real = (input: unknown): unknown => {
    const ids = new Map([
      ["room", roomId],
      ["message", messageId],
      ["person", suzuki.id],
      ["theirRoom", theirs.roomId],
      ["theirPerson", theirs.person.id],
    ]);
    return JSON.parse(
      JSON.stringify(input ?? null, (_key, one) =>
        typeof one === "object" && one !== null && typeof one.idOf === "string" ? ids.get(one.idOf) : one,
      ),
    );
  };

  test("thrown at every route by a person who is signed in is never an error of ours", async () => {
    const statuses = new Map<string, Record<number, number>>();
    for (const route of server.chonai.routes) {
      // Ending the session would end the test.
      if (route.name === "identity.sign-out") continue;
      const counts: Record<number, number> = {};
      statuses.set(route.name, counts);
      const input = fc.record({
        params: fc.array(id, { minLength: 2, maxLength: 2 }),
        query: fc.dictionary(
          fc.oneof(
            fc.constantFrom(
              "limit",
              "before",
              "after",
              "around",
              "at",
              "cursor",
              "q",
              "section",
              "__proto__",
            ),
            nastyText,
          ),
          fc.oneof(nastyText, fc.integer().map(String)),
          { maxKeys: 3 },
        ),
        body: bodyOf(route),
        key: fc.oneof(fc.uuid(), fc.stringMatching(/^[\x20-\x7e]{0,30}$/)),
      });
      await fc.assert(
        fc.asyncProperty(input, async ({ params, query, body, key }) => {
          let place = 0;
          const path = route.path.replaceAll(/\{\w+\}/g, () =>
            encodeURIComponent(String(real(params[place++])).toWellFormed()),
          );
          const search = Object.entries(query)
            .map(
              ([name, one]) =>
                `${encodeURIComponent(name.toWellFormed())}=${encodeURIComponent(one.toWellFormed())}`,
            )
            .join("&");
          const answer = await call(
            route.method,
            `${path}${search ? `?${search}` : ""}`,
            route.method === "GET" || body === undefined ? undefined : JSON.stringify(real(body)),
            {
              "idempotency-key": key.trim(),
              ...(route.method === "GET" ? {} : { "x-chonai-client": "test" }),
              ...(route.errors && { authorization: `Bearer ${scimToken}` }),
            },
          );
          counts[answer.status] = (counts[answer.status] ?? 0) + 1;
          if (answer.status >= 400) (route.errors ? expectOwnError : expectProblem)(answer);
        }),
        { seed: 20_261_121, numRuns: triesFor(route), endOnFailure: true },
      );
    }
    console.log(`random input by route: ${JSON.stringify(Object.fromEntries(statuses))}`);
  }, 600_000);
});
