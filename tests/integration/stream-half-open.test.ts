import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltPerson, buildMunicipality, buildPerson, buildSession } from "#tests/support/factories.ts";
import { RawConnection } from "#tests/support/raw-http.ts";
import { clientFrame, openRawStream } from "#tests/support/raw-stream.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

/*
 * Connections whose other end is silent. They wait for the server's own patience (10 s for a hello, 15 s for a head,
 * 60 s for a request, two heartbeats of 25 s for a pong), so they wait together.
 */
let server: TestServer;
let tenantId: string;
let person: BuiltPerson;
beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  person = await buildPerson(server.database, tenantId);
});
afterAll(() => server.stop());

const patience = 100_000;

describe.concurrent("a connection that stays silent is closed", () => {
  test(
    "a stream without a hello, with an error",
    async () => {
      const connection = openRawStream(server.url("lgwan"));
      await connection.untilClosed(patience);
      expect(connection.received.toString("utf8")).toContain('{"type":"error","code":"invalid-request"}');
    },
    patience,
  );

  test(
    "a stream that answers no ping, and nothing of it is left",
    async () => {
      const { token } = await buildSession(server.database, person);
      const connection = openRawStream(server.url("lgwan"));
      connection.write(clientFrame(JSON.stringify({ type: "hello", token })));
      const dispatcher = await server.chonai.realtime.dispatcherOf(tenantId);
      const held = () =>
        [...dispatcher.subscribers()].filter((subscriber) => subscriber.personId === person.id).length;
      await until("it is ready", () => held() === 1);
      await connection.untilClosed(patience);
      await until("nothing of it is left", () => held() === 0);
      expect(connection.received.toString("utf8")).toContain('{"type":"position"');
    },
    patience,
  );

  test(
    "a stream that keeps its side open after it was refused",
    async () => {
      const connection = openRawStream(server.url("lgwan"));
      connection.write(clientFrame("no hello"));
      await connection.untilClosed(patience);
      expect(connection.received.toString("utf8")).toContain('{"type":"error","code":"invalid-request"}');
    },
    patience,
  );

  test(
    "a connection that never sends a byte, or a head letter by letter",
    async () => {
      const nothing = new RawConnection(server.url("lgwan"));
      const drip = new RawConnection(server.url("lgwan"));
      drip.write("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
      const timer = setInterval(() => drip.write("a"), 500);
      try {
        const [answer] = await drip.untilClosed(patience);
        expect(answer?.status).toBe(408);
        expect(JSON.parse(answer!.body).code).toBe("request-timeout");
        await nothing.untilClosed(patience);
      } finally {
        clearInterval(timer);
      }
    },
    patience,
  );

  test(
    "a body that comes letter by letter",
    async () => {
      const drip = new RawConnection(server.url("lgwan"));
      drip.write(
        "POST /api/v1/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n{",
      );
      const timer = setInterval(() => drip.write(" "), 500);
      try {
        const [answer] = await drip.untilClosed(patience);
        expect(answer?.status).toBe(408);
      } finally {
        clearInterval(timer);
      }
    },
    patience,
  );

  test(
    "three hundred of them hold nobody else up",
    async () => {
      const silent = Array.from({ length: 300 }, (_, i) => {
        const connection =
          i % 2 === 0 ? new RawConnection(server.url("lgwan")) : openRawStream(server.url("lgwan"));
        if (i % 4 === 0) connection.write("POST /api/v1/sessions HTTP/1.1\r\nHost: loc");
        return connection;
      });
      const client = await server.as(person);
      for (let i = 0; i < 20; i++) expect((await client.get("/api/v1/me")).status).toBe(200);
      const stream = await client.stream();
      stream.close();
      await Promise.all(silent.map((connection) => connection.untilClosed(patience)));
    },
    patience,
  );
});
