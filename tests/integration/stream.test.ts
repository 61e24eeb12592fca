import { once } from "node:events";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { newId } from "#shared/ids.ts";
import { type ApiClient, type Frame, StreamClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { Outside } from "#tests/support/outside.ts";
import { expectSealedOnce } from "#tests/support/sealed-once.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

let server: TestServer;
let outside: Outside;
beforeAll(async () => {
  server = await startTestServer({ rateFactor: 1000 });
  outside = await Outside.open(server.testDatabase.superuser);
});
afterAll(async () => {
  await outside.close();
  await server.stop();
});

type Place = {
  tenantId: string;
  sato: BuiltPerson;
  suzuki: BuiltPerson;
  a: ApiClient;
  b: ApiClient;
  roomId: string;
};

async function roomOfTwo(on = server): Promise<Place> {
  const tenantId = await buildMunicipality(on.database);
  const [sato, suzuki] = [await buildPerson(on.database, tenantId), await buildPerson(on.database, tenantId)];
  const [a, b] = [await on.as(sato), await on.as(suzuki)];
  return { tenantId, sato, suzuki, a, b, roomId: (await a.createGroup([suzuki.id])).id };
}

/** The longest message: 60 kB on the wire. */
const long = "あ".repeat(20_000);

async function sendMany(client: ApiClient, roomId: string, count: number, body: string): Promise<void> {
  for (let sent = 0; sent < count; sent += 10) {
    const size = Math.min(10, count - sent);
    const answers = await Promise.all(Array.from({ length: size }, () => client.send(roomId, body)));
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
  }
}

const seqsOf = (events: readonly Frame[]) =>
  events.filter((frame) => frame.type === "message.sent").map((frame) => frame.message.seq);
const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const connections = async (tenantId: string) =>
  (await server.chonai.realtime.dispatcherOf(tenantId)).connectionCount;

/** A server that has just started on the same database has nothing in memory: forgets it here without a restart. */
async function forgetMemory(tenantId: string): Promise<void> {
  const dispatcher = await server.chonai.realtime.dispatcherOf(tenantId);
  // Frames beyond what is kept push the older ones out.
  await outside.query(
    `insert into outbox (tenant_id, type, topic_id, fields, published_at)
     select $1, 'test.filled', $2, format('"text":"%s"', repeat('x', 20000)), now() from generate_series(1, 900)`,
    [tenantId, newId()],
  );
  const before = dispatcher.position;
  await until("the filling is sealed", () => dispatcher.position >= before + 900);
}

describe("resuming", () => {
  test("from every position brings exactly what follows it, and the position of GET /rooms is one of them", async () => {
    const { a, b, roomId } = await roomOfTwo();
    const whole = await b.stream();
    await sendMany(a, roomId, 20, "本文");
    await whole.until((frame) => frame.message?.seq === 20);
    for (const [index, event] of whole.events.entries()) {
      const resumed = await b.stream(event.position);
      expect(resumed.frames[0]).toEqual({ type: "ready", position: event.position });
      const rest = whole.events.slice(index + 1);
      await until("the rest has come", () => resumed.events.length >= rest.length);
      expect(resumed.events).toEqual(rest);
      resumed.close();
    }
    const { position } = (await b.get("/api/v1/rooms")).body;
    const fromRooms = await b.stream(position);
    await a.send(roomId, "次の本文");
    await fromRooms.until((frame) => frame.message?.seq === 21);
    expect(seqsOf(fromRooms.events).at(-1)).toBe(21);
    for (const stream of [whole, fromRooms]) stream.close();
  });

  test("from a position that is no longer in memory reads the log, without a gap to what comes live", async () => {
    const { tenantId, a, b, roomId } = await roomOfTwo();
    const first = await b.stream();
    await sendMany(a, roomId, 50, "本文");
    const { position } = await first.until((frame) => frame.message?.seq === 10);
    first.close();
    await forgetMemory(tenantId);
    expect((await server.chonai.realtime.dispatcherOf(tenantId)).recentFrom).toBeGreaterThan(position);
    const opening = b.stream(position);
    await sendMany(a, roomId, 20, "追いつく間の本文");
    const resumed = await opening;
    await resumed.until((frame) => frame.message?.seq === 70);
    expect(seqsOf(resumed.events)).toEqual(numbers(11, 70));
    expect(resumed.frames.filter((frame) => frame.type === "ready")).toHaveLength(1);
    resumed.close();
  });

  test("over many long messages does not take an ordinary reader for a slow one, from memory or from the log", async () => {
    const { tenantId, a, b, roomId } = await roomOfTwo();
    const start = await b.stream();
    const { position } = await start.until((frame) => frame.type === "ready");
    start.close();
    await sendMany(a, roomId, 150, long);
    for (const place of ["memory", "log"]) {
      if (place === "log") await forgetMemory(tenantId);
      const resumed = await b.stream(position);
      await resumed.until((frame) => frame.message?.seq === 150, 30_000);
      expect(seqsOf(resumed.events), place).toEqual(numbers(1, 150));
      expect(resumed.closed).toBeUndefined();
      resumed.close();
    }
  });

  test("from before the log's retention, another epoch, or the future is a reset with a new position", async () => {
    const { tenantId, a, b, roomId } = await roomOfTwo();
    await sendMany(a, roomId, 5, "本文");
    await expectSealedOnce(server.database, tenantId);
    const stream = await b.stream();
    let { position } = await stream.until((frame) => frame.type === "ready");
    stream.close();
    const epoch = 2 ** 40;
    const strange = [() => position + 1, () => position + epoch, () => Number.MAX_SAFE_INTEGER];
    for (const choose of strange) {
      const reset = await b.stream(choose());
      expect(reset.frames.slice(0, 2)).toEqual([{ type: "reset" }, { type: "ready", position }]);
      await a.send(roomId, "続き");
      const next = await reset.until((frame) => frame.type === "message.sent");
      expect(next.position).toBe(position + 1);
      position = next.position;
      reset.close();
    }

    await forgetMemory(tenantId);
    await outside.query(
      "update stream_batch set sealed_at = sealed_at - interval '15 days' where tenant_id = $1",
      [tenantId],
    );
    await server.chonai.realtime.forgetOld();
    const reset = await b.stream(position - 1);
    expect(reset.frames[0]).toEqual({ type: "reset" });
    expect(reset.frames[1]!.type).toBe("ready");
    const before = (await b.get(`/api/v1/rooms/${roomId}/messages`)).body.items.length;
    await a.send(roomId, "忘れた後の本文");
    await reset.until((frame) => frame.message?.seq === before + 1);
    reset.close();
    expect(await outside.query("select from outbox where tenant_id = $1", [tenantId])).toHaveLength(1);
  });

  test("what was forgotten while it is replayed is a reset, never a silent gap", async () => {
    const { tenantId, a, b, roomId } = await roomOfTwo();
    const start = await b.stream();
    const { position } = await start.until((frame) => frame.type === "ready");
    start.close();
    await sendMany(a, roomId, 100, long);
    await forgetMemory(tenantId);
    const resumed = new StreamClient(server.url("lgwan"), b.token, position);
    await resumed.until((frame) => frame.message?.seq === 1);
    resumed.socket.pause();
    await outside.query(
      `with old as (delete from stream_batch where tenant_id = $1 returning last_position)
       update stream_head set forgotten_position = (select max(last_position) from old) where tenant_id = $1`,
      [tenantId],
    );
    resumed.socket.resume();
    // Either it had been read before it went, or a reset says so.
    await until("it is through or reset", () =>
      resumed.frames.some((frame) => frame.type === "reset" || frame.message?.seq === 100),
    );
    const seqs = seqsOf(resumed.events);
    expect(seqs).toEqual(numbers(1, seqs.length));
    if (seqs.length < 100) expect(resumed.frames.map((frame) => frame.type)).toContain("reset");
    resumed.close();
  });
});

describe("slow readers", () => {
  test("a reader that stops reading is dropped and resumes; the others have everything meanwhile", async () => {
    const { tenantId, a, b, suzuki, roomId } = await roomOfTwo();
    const quick = await a.stream();
    const slow = await b.stream();
    const other = await (await server.as(suzuki)).stream();
    slow.socket.pause();
    let sent = 0;
    // As much as the kernel takes for a socket that nobody reads, and 1 MiB.
    while ((await connections(tenantId)) === 3) {
      await sendMany(a, roomId, 20, long);
      sent += 20;
      await quick.until((frame) => frame.message?.seq === sent);
      await other.until((frame) => frame.message?.seq === sent);
      expect(sent).toBeLessThan(1000);
    }
    slow.socket.resume();
    await slow.untilClosed();
    const had = seqsOf(slow.events);
    expect(had).toEqual(numbers(1, had.length));
    expect(had.length).toBeLessThan(sent);
    const again = await b.stream(slow.events.at(-1)!.position);
    await again.until((frame) => frame.message?.seq === sent, 30_000);
    expect(seqsOf(again.events)).toEqual(numbers(had.length + 1, sent));
    for (const stream of [quick, other, again]) {
      expect(stream.closed).toBeUndefined();
      stream.close();
    }
    expect(seqsOf(quick.events)).toEqual(numbers(1, sent));
  });

  test("many long messages in one seal, and one message as large as a body may be, drop nobody", async () => {
    const { tenantId, a, b, roomId } = await roomOfTwo();
    const stream = await b.stream();
    // Nothing is sealed while the head is held; then everything at once.
    await outside.hold("select from stream_head where tenant_id = $1", [tenantId]);
    await sendMany(a, roomId, 80, long);
    await outside.letGo();
    await stream.until((frame) => frame.message?.seq === 80);
    // One character of eight joined emoji is 85 bytes.
    const large = `${"👩🏽\u200d".repeat(7)}👩🏽`.repeat(6_100);
    expect((await a.send(roomId, large)).status).toBe(201);
    const frame = await stream.until(({ message }) => message?.seq === 81);
    expect(Buffer.byteLength(JSON.stringify(frame))).toBeGreaterThan(500 * 1024);
    expect(frame.message.body).toBe(large);
    expect(stream.closed).toBeUndefined();
    stream.close();
  });
});

describe("what a client may say", () => {
  /** Opens the socket without saying hello. */
  async function connect(): Promise<WebSocket & { closed: Promise<{ code: number; frames: Frame[] }> }> {
    const socket = new WebSocket(`${server.url("lgwan").replace("http", "ws")}/api/v1/stream`);
    const frames: Frame[] = [];
    socket.on("message", (data) => frames.push(JSON.parse(String(data))));
    socket.on("error", () => {});
    const closed = new Promise<{ code: number; frames: Frame[] }>((resolve) =>
      socket.on("close", (code) => resolve({ code, frames })),
    );
    await once(socket, "open");
    return Object.assign(socket, { closed });
  }

  test.each<[string, string | Buffer]>([
    ["garbage", "hello"],
    ["an empty frame", ""],
    ["another type", '{"type":"goodbye"}'],
    ["no type", "{}"],
    ["an array", "[]"],
    ["null", "null"],
    ["deep nesting", "[".repeat(8000)],
    ["a binary frame", Buffer.from('{"type":"hello"}')],
    ["bytes", Buffer.from([0, 1, 2, 255])],
    ["a negative position", '{"type":"hello","position":-1}'],
    ["half a position", '{"type":"hello","position":1.5}'],
    ["a huge position", '{"type":"hello","position":9007199254740993}'],
    ["an infinite position", '{"type":"hello","position":1e400}'],
    ["a position in words", '{"type":"hello","position":"1"}'],
    ["a token that is no text", '{"type":"hello","token":{"a":1}}'],
    ["a token of 501 characters", JSON.stringify({ type: "hello", token: "a".repeat(501) })],
  ])("%s as the first frame closes with an error", async (_name, data) => {
    const socket = await connect();
    socket.send(data, { binary: Buffer.isBuffer(data) });
    const { code, frames } = await socket.closed;
    expect(code).toBe(4400);
    expect(frames).toEqual([{ type: "error", code: "invalid-request" }]);
  });

  test("no token, an unknown one and an expired one are unauthenticated", async () => {
    const { sato } = await roomOfTwo();
    const expired = await buildSession(server.database, sato, { expiresAt: new Date(Date.now() - 1) });
    for (const token of [undefined, "", "x", "A".repeat(64), expired.token]) {
      const socket = await connect();
      socket.send(JSON.stringify({ type: "hello", token }));
      const { code, frames } = await socket.closed;
      expect(code).toBe(4401);
      expect(frames).toEqual([{ type: "error", code: "unauthenticated" }]);
    }
  });

  test("a frame of 10 MB closes the connection, before hello and after", async () => {
    const { a } = await roomOfTwo();
    const first = await connect();
    first.send("x".repeat(10 * 1024 * 1024));
    expect((await first.closed).code).toBe(1009);
    const stream = await a.stream();
    stream.socket.send("x".repeat(10 * 1024 * 1024));
    expect((await stream.untilClosed()).code).toBe(1009);
  });

  test("a second hello, a binary frame and anything else after hello close with an error", async () => {
    const { a } = await roomOfTwo();
    for (const data of [JSON.stringify({ type: "hello", token: a.token }), Buffer.from([1]), "ping"]) {
      const stream = await a.stream();
      stream.socket.send(data);
      expect((await stream.untilClosed()).code).toBe(4400);
      expect(stream.frames.at(-1)).toEqual({ type: "error", code: "invalid-request" });
    }
  });

  test("two hellos at once open nothing", async () => {
    const { tenantId, a } = await roomOfTwo();
    const socket = await connect();
    const hello = JSON.stringify({ type: "hello", token: a.token });
    socket.send(hello);
    socket.send(hello);
    expect((await socket.closed).code).toBe(4400);
    expect(await connections(tenantId)).toBe(0);
  });

  test("fragments, text that is not UTF-8 and thousands of small frames do no harm", async () => {
    const { a } = await roomOfTwo();
    const whole = await connect();
    const hello = JSON.stringify({ type: "hello", token: a.token });
    for (const [index, letter] of [...hello].entries())
      whole.send(letter, { fin: index === hello.length - 1 });
    await once(whole, "message");
    whole.close();
    const notText = await connect();
    notText.send(Buffer.from([0xff, 0xfe]), { binary: false });
    expect((await notText.closed).code).toBe(1007);
    const flood = await connect();
    for (let i = 0; i < 5000; i++) flood.send("x");
    expect((await flood.closed).code).toBe(4400);
    const pings = await a.stream();
    for (let i = 0; i < 2000; i++) pings.socket.ping();
    expect((await a.get("/api/v1/me")).status).toBe(200);
    pings.close();
  });
});

describe("who may come", () => {
  /** The status of a WebSocket handshake with these headers, and the first frame if it was accepted. */
  function handshake(path: string, headers: Record<string, string>): Promise<number> {
    return new Promise((resolve, reject) => {
      const asked = request(server.url("lgwan") + path, {
        headers: {
          connection: "Upgrade",
          upgrade: "websocket",
          "sec-websocket-version": "13",
          "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
          ...headers,
        },
      });
      asked.on("upgrade", (answer, socket) => {
        socket.destroy();
        resolve(answer.statusCode!);
      });
      asked.on("response", (answer) => {
        answer.resume();
        resolve(answer.statusCode!);
      });
      asked.on("error", reject);
      asked.end();
    });
  }

  test("a page of another origin is refused, our own and programs are not", async () => {
    const own = server.url("lgwan");
    expect(await handshake("/api/v1/stream", { origin: own })).toBe(101);
    expect(await handshake("/api/v1/stream", {})).toBe(101);
    for (const origin of [
      "http://evil.example",
      "null",
      "file://",
      "",
      server.url("internet"),
      own.replace("http:", "http://x@"),
      `${own}.evil.example`,
      `http://evil.example/${own}`,
    ])
      expect(await handshake("/api/v1/stream", { origin }), origin).toBe(403);
  });

  test("a token in the address is no token", async () => {
    const { a } = await roomOfTwo();
    const socket = new WebSocket(
      `${server.url("lgwan").replace("http", "ws")}/api/v1/stream?token=${a.token}`,
    );
    socket.on("open", () => socket.send('{"type":"hello"}'));
    const [code] = await once(socket, "close");
    expect(code).toBe(4401);
  });

  test("the other zone's session is unauthenticated, by token and by cookie", async () => {
    const { sato } = await roomOfTwo();
    const { token } = await buildSession(server.database, sato, { zone: "internet" });
    const byToken = new StreamClient(server.url("lgwan"), token);
    expect((await byToken.untilClosed()).code).toBe(4401);
    for (const [url, cookie, code] of [
      [server.url("lgwan"), `chonai_lgwan=${token}`, 4401],
      [server.url("lgwan"), `chonai_internet=${token}`, 4401],
      [server.url("internet"), `chonai_lgwan=${token}`, 4401],
      [server.url("internet"), `chonai_internet=${token}`, undefined],
    ] as const) {
      const socket = new WebSocket(`${url.replace("http", "ws")}/api/v1/stream`, { headers: { cookie } });
      socket.on("open", () => socket.send('{"type":"hello"}'));
      const first = await Promise.race([
        once(socket, "close").then(([closed]) => ({ closed })),
        once(socket, "message").then(([data]) => ({ frame: JSON.parse(String(data)) })),
      ]);
      if (code === undefined) expect(first).toMatchObject({ frame: { type: "ready" } });
      else if ("frame" in first) expect(first.frame).toEqual({ type: "error", code: "unauthenticated" });
      else expect(first.closed).toBe(code);
      socket.terminate();
    }
  });
});

describe("rights at the moment of delivery", () => {
  test("somebody who was removed receives nothing that was sealed after it, connected, coming back or in between", async () => {
    const { tenantId, a, b, suzuki, roomId } = await roomOfTwo();
    const connected = await b.stream();
    await a.send(roomId, "見えます");
    const { position } = await connected.until((frame) => frame.message?.seq === 1);
    await forgetMemory(tenantId);
    const opening = Array.from(
      { length: 10 },
      () => new StreamClient(server.url("lgwan"), b.token, position),
    );
    expect((await a.delete(`/api/v1/rooms/${roomId}/members/${suzuki.id}`)).status).toBe(204);
    await sendMany(a, roomId, 10, "もう見えません");
    const late = await b.stream(position);
    // A room of their own shows that everything before it has been delivered.
    const room = await b.createGroup([]);
    for (const stream of [connected, late, ...opening]) {
      await stream.until((frame) => frame.type === "room.joined" && frame.room.id === room.id);
      expect(seqsOf(stream.events).filter((seq) => seq > 1)).toEqual([]);
      stream.close();
    }
    expect(connected.events.some((frame) => frame.type === "room.left")).toBe(true);
  });

  test("somebody who is added while a stream opens or resumes receives what follows, wherever the race ends", async () => {
    const { tenantId, a, sato } = await roomOfTwo();
    for (let round = 0; round < 10; round++) {
      const newcomer = await buildPerson(server.database, tenantId);
      const client = await server.as(newcomer);
      const room = await a.createGroup([]);
      const position = (await client.get("/api/v1/rooms")).body.position;
      const fresh = Array.from({ length: 3 }, () => new StreamClient(server.url("lgwan"), client.token));
      const resumed = Array.from(
        { length: 3 },
        () => new StreamClient(server.url("lgwan"), client.token, position),
      );
      expect((await a.put(`/api/v1/rooms/${room.id}/members/${newcomer.id}`)).status).toBe(200);
      // One that opens without a position may be ready behind this; then its snapshot has it.
      for (const stream of fresh) await stream.until((frame) => frame.type === "ready");
      await a.send(room.id, "ようこそ");
      for (const stream of [...fresh, ...resumed]) {
        await stream.until((frame) => frame.message?.senderId === sato.id);
        expect(seqsOf(stream.events)).toEqual([1]);
        stream.close();
      }
    }
  });

  test("signing out closes every stream of the session and no other", async () => {
    const { b, suzuki } = await roomOfTwo();
    const [one, two] = [await b.stream(), await b.stream()];
    const elsewhere = await (await server.as(suzuki)).stream();
    expect((await b.delete("/api/v1/sessions/current")).status).toBe(204);
    expect((await one.untilClosed()).code).toBe(4401);
    expect((await two.untilClosed()).code).toBe(4401);
    expect(one.frames.at(-1)).toEqual({ type: "error", code: "unauthenticated" });
    expect(elsewhere.closed).toBeUndefined();
    elsewhere.close();
    const late = new StreamClient(server.url("lgwan"), b.token);
    expect((await late.untilClosed()).code).toBe(4401);
  });

  test("a stream that opens while its session is ended does not stay", async () => {
    const { tenantId, sato, suzuki } = await roomOfTwo();
    const watcher = await (await server.as(sato)).stream();
    for (let round = 0; round < 20; round++) {
      const client = await server.as(suzuki);
      await client.get("/api/v1/me");
      const streams = Array.from({ length: 3 }, () => new StreamClient(server.url("lgwan"), client.token));
      if (round % 2 === 0) await streams[0]!.until((frame) => frame.type === "ready");
      expect((await client.delete("/api/v1/sessions/current")).status).toBe(204);
      for (const stream of streams) expect((await stream.untilClosed()).code).toBe(4401);
    }
    expect(await connections(tenantId)).toBe(1);
    watcher.close();
  });

  test("a session ended on another node is not believed by a stream that opens", async () => {
    const { suzuki } = await roomOfTwo();
    const { token, sessionId } = await buildSession(server.database, suzuki);
    const client = await server.as(suzuki);
    const known = new StreamClient(server.url("lgwan"), token);
    await known.until((frame) => frame.type === "ready");
    known.close();
    await outside.query("update session set ended_at = now() where id = $1", [sessionId]);
    const late = new StreamClient(server.url("lgwan"), token);
    expect((await late.untilClosed()).code).toBe(4401);
    expect((await client.get("/api/v1/me")).status).toBe(200);
  });

  test("a session that expires receives nothing more, and the next event closes its stream", async () => {
    const { a, roomId, suzuki } = await roomOfTwo();
    const ends = Date.now() + 1500;
    const { token } = await buildSession(server.database, suzuki, { expiresAt: new Date(ends) });
    const stream = new StreamClient(server.url("lgwan"), token);
    await stream.until((frame) => frame.type === "ready");
    await a.send(roomId, "期限の前");
    await stream.until((frame) => frame.message?.seq === 1);
    await until("the session has expired", () => Date.now() > ends);
    await a.send(roomId, "期限の後");
    expect((await stream.untilClosed()).code).toBe(4401);
    expect(seqsOf(stream.events)).toEqual([1]);
  });
});

test("stopping does not wait for clients that do not answer", async () => {
  const stopping = await startTestServer();
  const { b } = await roomOfTwo(stopping);
  const deaf = await b.stream();
  deaf.socket.pause();
  await stopping.stop();
  deaf.socket.terminate();
}, 15_000);
