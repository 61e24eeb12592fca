import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "#shared/ids.ts";
import { ApiClient } from "#tests/support/api-client.ts";
import { buildSession } from "#tests/support/factories.ts";
import { buildOffice } from "#tests/support/office.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.stop());

/** What a guest may know of nobody: names of people outside the room and of sections in which roommates only help out. */
const secrets = ["秘書 操作子", "以前 居太郎", "監査委員事務局", "情報政策課"];

test("a guest learns of no person and no section beyond the room, wherever one looks", async () => {
  const office = await buildOffice(server);
  await office.run(
    [
      { code: "010100", name: "財政課" },
      { code: "010200", name: "監査委員事務局" },
      { code: "010300", name: "情報政策課" },
    ],
    [
      { number: "1", name: "担当 花子", section: "010100", concurrent: ["010200"] },
      { number: "2", name: "秘書 操作子", section: "010300", concurrent: ["010100"] },
      { number: "3", name: "以前 居太郎", section: "010300" },
      { number: "4", name: "財政課 受付", section: "010100", kind: "所属" },
      { number: "5", name: "客 次郎", kind: "ゲスト" },
    ],
  );
  const [host, operator, before, desk, guest] = await Promise.all(
    ["1", "2", "3", "4", "5"].map(office.person),
  );
  const staff = await server.as(host!);
  const left = await server.as(before!);
  const client = await server.as(guest!, "internet");
  const { token } = await buildSession(server.database, desk!, { operatorId: operator!.id });
  const atDesk = new ApiClient(server.url("lgwan"), token);
  const stream = await client.stream();

  const room = (await staff.createGroup([before!.id, desk!.id, guest!.id])).id;
  const path = `/api/v1/rooms/${room}`;
  const asked = (await staff.send(room, "ご確認ください", { confirmation: {}, mentions: [guest!.id] })).body;
  const message = `${path}/messages/${asked.id}`;
  for (const one of [left, atDesk]) {
    expect((await one.put(`${message}/confirmation`)).status).toBeLessThan(300);
    expect((await one.put(`${message}/reactions/done`)).status).toBeLessThan(300);
  }
  await left.send(room, "返信", { threadSeq: asked.seq });
  await atDesk.send(room, "受付から");
  expect((await staff.delete(`${path}/members/${before!.id}`)).status).toBeLessThan(300);
  await staff.send(room, "ここまで");

  const said: Record<string, string> = {};
  const look = async (address: string) => {
    said[address] = JSON.stringify((await client.get(`/api/v1${address}`)).body);
  };
  for (const part of ["changes", "members", "mention-targets", "messages", "threads"])
    await look(`/rooms/${room}/${part}`);
  for (const part of ["confirmations", "reactions", "readers", "versions"])
    await look(`/rooms/${room}/messages/${asked.id}/${part}`);
  const everybody = [host!, operator!, before!, desk!].map(({ id }) => id);
  for (const { id } of [host!, operator!, before!, desk!]) await look(`/people/${id}`);
  for (const address of [
    "/people",
    "/rooms",
    "/sections",
    "/section-roles",
    "/section-rooms",
    "/public-rooms",
    "/me",
    "/me/confirmations",
    "/notifications",
    "/accounts",
    "/directory-imports",
  ])
    await look(address);
  for (const word of ["監査", "情報政策", "以前", "操作子"])
    await look(`/people?q=${encodeURIComponent(word)}`);
  await look(`/people?ids=${everybody.join(",")}`);
  await look(`/people/statuses?ids=${everybody.join(",")}`);
  await stream.until((frame) => frame.message?.body === "ここまで");
  stream.socket.close();
  said.stream = JSON.stringify(stream.events);

  const leaks = Object.entries(said).flatMap(([address, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${address}: ${secret}`),
  );
  expect(leaks).toEqual([]);
  const hidden = (await left.get("/api/v1/sections")).body.items.find(
    (section: any) => section.name === "監査委員事務局",
  );
  const named = (sectionId: string) =>
    client.send(room, "@課", { mentionTargets: [{ kind: "section", sectionId }] });
  const [refused, unknown] = [await named(hidden.id), await named(newId())];
  expect([refused.status, refused.body.code]).toEqual([unknown.status, unknown.body.code]);
  expect(refused.status).toBe(400);
  // The way is right: those who may see it do.
  const shown = JSON.stringify((await staff.get(`${message}/confirmations`)).body);
  expect(shown).toContain("秘書 操作子");
  expect(JSON.stringify((await atDesk.get(`${path}/mention-targets`)).body)).toContain("監査委員事務局");
});
