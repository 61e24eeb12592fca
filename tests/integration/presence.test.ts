import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiClient, StreamClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";

let server: TestServer;
let tenantId: string;
let sato: BuiltPerson;
let suzuki: BuiltPerson;
let guest: BuiltPerson;
let stranger: BuiltPerson;
let api: ApiClient;
let roomId: string;

beforeAll(async () => {
  server = await startTestServer();
  tenantId = await buildMunicipality(server.database);
  const person = (kind?: "guest") => buildPerson(server.database, tenantId, kind ? { kind } : {});
  [sato, suzuki, guest, stranger] = [await person(), await person(), await person("guest"), await person()];
  api = await server.as(sato);
  roomId = (await api.createGroup([suzuki.id, guest.id])).id;
});
afterAll(() => server.stop());

const say = (stream: StreamClient, frame: object) => stream.socket.send(JSON.stringify(frame));
const open = async (person: BuiltPerson, zone: "lgwan" | "internet" = "lgwan") =>
  (await server.as(person, zone)).stream();
/** The last thing that a stream was told of somebody. */
const lastOf = (stream: StreamClient, personId: string) =>
  stream.frames
    .filter((frame) => frame.type === "presence")
    .flatMap((frame) => frame.people as { id: string; presence: string }[])
    .findLast(({ id }) => id === personId)?.presence;
const untilSeen = (stream: StreamClient, personId: string, presence: string | undefined) =>
  expect.poll(() => lastOf(stream, personId), { timeout: 40_000 }).toBe(presence);

test("who watches somebody sees them come, step away and go", async () => {
  const watcher = await open(suzuki);
  say(watcher, { type: "activity", isActive: true, roomId: null });
  say(watcher, { type: "watch", personIds: [sato.id] });
  await untilSeen(watcher, sato.id, "offline");
  const seen = await open(sato);
  say(seen, { type: "activity", isActive: true, roomId: null });
  await untilSeen(watcher, sato.id, "active");
  say(seen, { type: "activity", isActive: false, roomId: null });
  await untilSeen(watcher, sato.id, "away");
  seen.close();
  await untilSeen(watcher, sato.id, "offline");
  // None of it is in the log.
  expect(watcher.frames.filter((frame) => frame.type === "presence" && "position" in frame)).toEqual([]);
  watcher.close();
});

test("a guest is told only of people of their rooms, and no more after the room", async () => {
  const own = await server.as(sato);
  const other = await own.createGroup([guest.id]);
  const left = await buildPerson(server.database, tenantId);
  const watcher = await open(guest, "internet");
  say(watcher, { type: "activity", isActive: true, roomId: null });
  say(watcher, { type: "watch", personIds: [suzuki.id, stranger.id, left.id] });
  const streams = await Promise.all([suzuki, stranger, left].map((person) => open(person)));
  for (const stream of streams) say(stream, { type: "activity", isActive: true, roomId: null });
  await untilSeen(watcher, suzuki.id, "active");
  expect(lastOf(watcher, stranger.id)).toBe("offline");
  await own.put(`/api/v1/rooms/${other.id}/members/${left.id}`);
  say(streams[2]!, { type: "activity", isActive: false, roomId: null });
  await untilSeen(watcher, left.id, "away");
  await own.delete(`/api/v1/rooms/${other.id}/members/${left.id}`);
  await streams[2]!.until((frame) => frame.type === "room.left");
  say(streams[2]!, { type: "activity", isActive: true, roomId: null });
  // Beside it somebody changes whom the guest may see: when that is told, the other would have been told too.
  say(streams[0]!, { type: "activity", isActive: false, roomId: null });
  await untilSeen(watcher, suzuki.id, "away");
  expect(lastOf(watcher, left.id)).toBe("away");
  for (const stream of [watcher, ...streams]) stream.close();
});

test("typing is told to those who have the room open, and to nobody else", async () => {
  const [typist, reader, elsewhere, outside] = [
    await open(sato),
    await open(suzuki),
    await open(guest, "internet"),
    await open(stranger),
  ];
  say(typist, { type: "activity", isActive: true, roomId });
  say(reader, { type: "activity", isActive: true, roomId });
  say(elsewhere, { type: "activity", isActive: true, roomId: null });
  // Claims a room of which they are no member.
  say(outside, { type: "activity", isActive: true, roomId });
  const { presence } = server.chonai.realtime.knownDispatcher(tenantId)!;
  await expect
    .poll(() => [suzuki, stranger].map(({ id }) => presence.isActive(id)), { timeout: 15_000 })
    .toEqual([true, true]);
  say(outside, { type: "typing", roomId });
  for (let i = 0; i < 5; i++) say(typist, { type: "typing", roomId });
  await reader.until((frame) => frame.type === "typing");
  const told = await api.send(roomId, "書き終えました");
  await reader.until((frame) => frame.type === "message.sent" && frame.message.id === told.body.id);
  expect(reader.frames.filter((frame) => frame.type === "typing")).toEqual([
    { type: "typing", roomId, personId: sato.id },
  ]);
  for (const stream of [typist, elsewhere, outside])
    expect(stream.frames.filter((frame) => frame.type === "typing")).toEqual([]);
  for (const stream of [typist, reader, elsewhere, outside]) stream.close();
});

test("a status is kept, told to watchers and to one's own pages, and ends by itself", async () => {
  const watcher = await open(suzuki);
  say(watcher, { type: "activity", isActive: true, roomId: null });
  say(watcher, { type: "watch", personIds: [sato.id] });
  await untilSeen(watcher, sato.id, "offline");
  const own = await open(sato);
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const status = { status: "meeting", words: "15時に戻ります", until, hidesPresence: false };
  expect((await api.put("/api/v1/me/status", status)).body).toMatchObject(status);
  const { type: _, position: __, ...event } = await own.until((frame) => frame.type === "status.changed");
  expect(event).toEqual((await api.get("/api/v1/me/status")).body);
  const told = await watcher.until((frame) => frame.type === "status");
  expect(told).toMatchObject({ personId: sato.id, status: "meeting", words: "15時に戻ります" });
  expect(told).not.toHaveProperty("hidesPresence");
  const asked = await (await server.as(suzuki)).get(`/api/v1/people/statuses?ids=${sato.id},${stranger.id}`);
  expect(asked.body.items).toMatchObject([{ personId: sato.id, status: "meeting" }]);
  const guestAsks = await (await server.as(guest, "internet")).get(
    `/api/v1/people/statuses?ids=${sato.id},${stranger.id}`,
  );
  expect(guestAsks.body.items).toHaveLength(1);
  await (await server.as(stranger)).put("/api/v1/me/status", { ...status, words: null });
  const again = await (await server.as(guest, "internet")).get(`/api/v1/people/statuses?ids=${stranger.id}`);
  expect(again.body.items).toEqual([]);
  expect((await api.put("/api/v1/me/status", { ...status, until: new Date(0).toISOString() })).status).toBe(
    400,
  );
  for (const stream of [watcher, own]) stream.close();
});

test("who hides their presence is seen as away from every screen, and typing is not told", async () => {
  const hidden = await buildPerson(server.database, tenantId);
  const hiddenApi = await server.as(hidden);
  const room = await hiddenApi.createGroup([suzuki.id]);
  const watcher = await open(suzuki);
  say(watcher, { type: "activity", isActive: true, roomId: room.id });
  say(watcher, { type: "watch", personIds: [hidden.id] });
  const own = await open(hidden);
  say(own, { type: "activity", isActive: true, roomId: room.id });
  await untilSeen(watcher, hidden.id, "active");
  await hiddenApi.put("/api/v1/me/status", { status: null, words: null, until: null, hidesPresence: true });
  await untilSeen(watcher, hidden.id, "offline");
  say(own, { type: "typing", roomId: room.id });
  await hiddenApi.send(room.id, "見えますか");
  await watcher.until((frame) => frame.type === "message.sent");
  expect(watcher.frames.filter((frame) => frame.type === "typing")).toEqual([]);
  for (const stream of [watcher, own]) stream.close();
});

test("too many words are passed over, and one that is none closes the line", async () => {
  const stream = await open(sato);
  for (let i = 0; i < 200; i++) say(stream, { type: "typing", roomId });
  say(stream, { type: "activity", isActive: true, roomId: "everywhere" });
  expect(await stream.untilClosed()).toEqual({ code: 4400 });
});
