import { afterAll, beforeAll, expect, test } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import { systemClock } from "#core/kernel/index.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { buildSession } from "#tests/support/factories.ts";
import { buildOffice, type OfficeLine } from "#tests/support/office.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let office: Awaited<ReturnType<typeof buildOffice>>;
let administrator: ApiClient;

const sections = [
  { code: "0101", name: "情報政策課" },
  { code: "0102", name: "財政課" },
];
const people: OfficeLine[] = [
  { number: "1", section: "0101", isAdministrator: true },
  { number: "2", section: "0102" },
  { number: "3", section: "0102" },
  { number: "4", section: "0101", concurrent: ["0102"] },
  { number: "5", section: "0102" },
  { number: "k0102", name: "財政課", section: "0102", kind: "所属" },
];

beforeAll(async () => {
  server = await startTestServer();
  office = await buildOffice(server);
  await office.run(sections, people);
  administrator = await server.as(await office.person("1"));
});
afterAll(() => server.stop());

/** A session of the section's account with somebody at the keyboard, and its open stream. */
async function sit(number: string) {
  const account = await office.person("k0102");
  const operator = await office.person(number);
  const { token } = await buildSession(server.database, account, { operatorId: operator.id });
  const client = Object.assign(server.anonymous(), { token }) as ApiClient;
  expect((await client.get("/api/v1/me")).status).toBe(200);
  return { operator, client, stream: await client.stream() };
}

test("whoever is entered into another section no longer sits at the old one's account, from that moment", async () => {
  const [moving, staying] = [await sit("2"), await sit("3")];
  const section = await server.database.transaction(scopeOf(office.tenantId), (tx) =>
    tx.first(
      build
        .selectFrom("section")
        .select("id")
        .where("tenant_id", "=", office.tenantId)
        .where("code", "=", "0101"),
    ),
  );
  const moved = await administrator.post(`/api/v1/people/${moving.operator.id}/posts`, {
    sectionId: section!.id,
    postName: "係長",
    isMain: true,
    from: todayInJapan(systemClock),
  });
  expect(moved.status).toBe(201);
  await moving.stream.untilClosed();
  expect((await moving.client.get("/api/v1/me")).status).toBe(401);
  expect((await staying.client.get("/api/v1/me")).status).toBe(200);
  staying.stream.close();
});

test("the office's list ends it as well: a move, a concurrent post that is over, and leaving", async () => {
  const [concurrent, leaving, staying] = [await sit("4"), await sit("5"), await sit("3")];
  await office.run(
    sections,
    people.flatMap((line) =>
      line.number === "5"
        ? []
        : line.number === "2"
          ? [{ ...line, section: "0101" }]
          : [line.number === "4" ? { ...line, concurrent: [] } : line],
    ),
  );
  for (const { stream, client } of [concurrent, leaving]) {
    await stream.untilClosed();
    expect((await client.get("/api/v1/me")).status).toBe(401);
  }
  expect((await staying.client.get("/api/v1/me")).status).toBe(200);
  staying.stream.close();
});
