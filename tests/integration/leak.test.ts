import { afterAll, beforeAll, expect, test } from "vitest";
import {
  type CrossingQuestion,
  type CrossingRule,
  type CrossingTable,
  decideCrossing,
  defaultTable,
} from "#core/crossing/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import type { PersonKind, Zone } from "#core/policy/index.ts";
import { classifications } from "#shared/classification.ts";
import { newId } from "#shared/ids.ts";
import { allRoutes } from "#tests/support/all-routes.ts";
import type { ApiClient } from "#tests/support/api-client.ts";
import { type BuiltPerson, buildMunicipality, buildPerson } from "#tests/support/factories.ts";
import { Random } from "#tests/support/random.ts";
import { makeSanitiserDouble } from "#tests/support/sanitiser-double.ts";
import { startTestServer, type TestServer } from "#tests/support/server.ts";
import { until } from "#tests/support/until.ts";

/*
 * Random people, rooms, files and rules; then everybody asks every GET route of the program, with every id there is, from
 * every zone they may use, and follows the stream from its beginning. Each word and each file holds a secret of its own.
 * Wherever a secret comes out, the table must permit it to that person there.
 */

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ sanitiser: makeSanitiserDouble(), rateFactor: 1000 });
});
afterAll(() => server.stop());

type Somebody = BuiltPerson & { kind: PersonKind; zones: readonly Zone[] };
type Room = {
  id: string;
  kind: "group";
  members: readonly Somebody[];
  classification: (typeof classifications)[number];
};
type Secret = { text: string; room: Room; is: "word" | "contents"; origin: Zone; what: string };
type World = {
  tenantId: string;
  people: Somebody[];
  rooms: Room[];
  secrets: Secret[];
  table: CrossingTable;
  ids: Ids;
};
type Ids = Record<string, string[]>;

const setClass = statement<never>(
  "test.set-class",
  "update room set classification = $3 where tenant_id = $1 and id = $2",
);

/** The default table with some rules taken out and some exceptions and limits put in. */
function randomTable(random: Random): CrossingTable {
  const some = <T>(list: readonly T[]) => random.shuffle(list).slice(0, random.between(1, list.length));
  const kept = defaultTable.rules.filter(() => random.next() < 0.85);
  const added = Array.from({ length: random.between(1, 4) }, (_, index): CrossingRule => {
    const isRefusal = random.next() < 0.4;
    return {
      id: `random-${index}`,
      rank: isRefusal ? random.pick(["limit", "exception"] as const) : "exception",
      effect: isRefusal ? "refuse" : "allow",
      deeds: some(["read", "open-pages", "download", "carry-in"] as const),
      zones: { is: some(["lgwan", "internet"]) },
      kinds: some(["staff", "section", "guest"] as const),
      offices: null,
      rooms: null,
      classifications: some(classifications),
      origins: random.next() < 0.3 ? some(["lgwan", "internet"]) : null,
      ask: "",
      note: "",
    };
  });
  return { ...defaultTable, rules: [...kept, ...added] };
}

async function buildWorld(random: Random): Promise<World> {
  const { database } = server;
  const tenantId = await buildMunicipality(database);
  const kinds = ["staff", "staff", "staff", "section", "guest", "guest"] as const;
  const people: Somebody[] = [];
  for (const kind of kinds) {
    const zones: readonly Zone[] =
      kind === "guest"
        ? ["internet"]
        : random.pick([["lgwan", "internet"], ["lgwan", "internet"], ["lgwan"]] as const);
    people.push({ ...(await buildPerson(database, tenantId, { kind, zones })), kind, zones });
  }
  const [first] = people;
  const founder = await server.as(first!);
  const rooms: Room[] = [];
  const secrets: Secret[] = [];
  const ids: Ids = {
    personId: people.map(({ id }) => id),
    roomId: [],
    messageId: [],
    fileId: [],
    folderId: [],
    seq: ["1", "2"],
  };
  const secret = (room: Room, is: Secret["is"], origin: Zone, what: string) => {
    const text = `HIMITSU${newId().replaceAll("-", "")}`;
    secrets.push({ text, room, is, origin, what });
    return text;
  };
  for (let made = 0; made < 3; made++) {
    const members = [first!, ...random.shuffle(people.slice(1)).slice(0, random.between(1, 4))];
    const { id } = await founder.createGroup(members.slice(1).map((member) => member.id));
    const room: Room = { id, kind: "group", members, classification: random.pick(classifications) };
    rooms.push(room);
    ids.roomId!.push(id);
    for (const [index, member] of members.entries()) {
      const zone = random.pick(member.zones);
      const client = await server.as(member, zone);
      const sent = await client.send(id, secret(room, "word", zone, "a message"), {
        mentions: [random.pick(members).id],
        ...(index === 1 && { confirmation: {} }),
        ...(index === 2 && { threadSeq: 1 }),
      });
      expect(sent.status, JSON.stringify(sent.body)).toBe(201);
      ids.messageId!.push(sent.body.id);
    }
    const writer = random.pick(members);
    const zone = random.pick(writer.zones);
    const edited = await (await server.as(writer, zone)).send(
      id,
      secret(room, "word", zone, "an edited message"),
    );
    await (await server.as(writer, zone)).put(`/api/v1/rooms/${id}/messages/${edited.body.id}`, {
      body: secret(room, "word", zone, "an edit"),
    });
    for (const uploader of random.shuffle(members).slice(0, 2)) {
      const from = random.pick(uploader.zones);
      const client = await server.as(uploader, from);
      const contents = secret(room, "contents", from, "a file's contents");
      const name = `${secret(room, "word", from, "a file's name")}.txt`;
      const put = await client.upload(id, name, contents, { purpose: "library" });
      expect(put.status, JSON.stringify(put.body)).toBe(201);
      ids.fileId!.push(put.body.id);
      await until("the file is released", async () =>
        ["ready", "impossible"].includes((await client.get(`/api/v1/files/${put.body.id}`)).body.pages),
      );
    }
  }
  const table = randomTable(random);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const room of rooms) await tx.run(setClass, [tenantId, room.id, room.classification]);
  });
  const rules = await server.as(await buildPerson(database, tenantId, { offices: ["rules"] }));
  const saved = await rules.post("/api/v1/crossing/versions", {
    table,
    reason: "試験のため",
    takesEffectAt: null,
    basedOn: 0,
  });
  expect(saved.status, JSON.stringify(saved.body)).toBe(201);
  return { tenantId, people, rooms, secrets, table, ids };
}

/** What the table says, put together here and not by the program: may these bytes be there, in this zone? */
function isPermitted(table: CrossingTable, person: Somebody, zone: Zone, secret: Secret): boolean {
  if (!secret.room.members.some(({ id }) => id === person.id)) return false;
  const may = (deed: CrossingQuestion["deed"], origin: Zone | null) =>
    decideCrossing(table, {
      deed,
      zone,
      kind: person.kind,
      offices: [],
      room: secret.room,
      classification: secret.room.classification,
      origin,
    }).kind === "allow";
  // A word is read by whom the table lets read words, or, as the name of a file, files of that origin.
  if (secret.is === "word") return may("read", null) || may("read", secret.origin);
  if (!may("read", secret.origin)) return false;
  if (zone === "lgwan" && secret.origin !== "lgwan" && !may("carry-in", secret.origin)) return false;
  return may("download", secret.origin);
}

/** Every GET request that the routes allow, with every id of the world in every place where one belongs. */
function requestsOf(ids: Ids): string[] {
  const paths = allRoutes()
    .filter((route) => route.method === "GET")
    .flatMap(({ path }) => {
      const places = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!);
      let filled = [path];
      for (const place of places) {
        const candidates = ids[place] ?? (place === "id" ? Object.values(ids).flat() : ["1"]);
        filled = filled.flatMap((one) => candidates.map((id) => one.replace(`{${place}}`, id)));
      }
      return filled;
    });
  const queries = ["", "?q=HIMITSU", "?limit=50", "?around=1", "?width=200", "?as=pdf"];
  return paths.flatMap((path) =>
    queries
      // Each question where it makes sense: others are refused before anything is read.
      .filter((query) => query === "" || !/\/(me|sign-in-page|push)/.test(path))
      .map((query) => path + query),
  );
}

async function collect(client: ApiClient, requests: readonly string[]): Promise<Buffer[]> {
  const answers: Buffer[] = [];
  for (let from = 0; from < requests.length; from += 25) {
    const batch = requests.slice(from, from + 25).map(async (path) => {
      const answer = await client.bytes(path);
      expect(answer.status, path).toBeLessThan(500);
      answers.push(answer.body, Buffer.from(JSON.stringify([...answer.headers])));
    });
    await Promise.all(batch);
  }
  return answers;
}

/** Everything that the stream would ever have told this connection. */
async function listen(client: ApiClient, position: number): Promise<Buffer> {
  const stream = await client.stream(position);
  // Its own typing comes back behind everything that came before.
  await until("the stream is quiet", () => stream.frames.some((frame) => frame.type === "ready"));
  await new Promise((resolve) => setTimeout(resolve, 50));
  stream.close();
  return Buffer.from(JSON.stringify(stream.frames));
}

test.each([1, 2, 3])(
  "world %i: whatever comes out, the table permits",
  { timeout: 600_000 },
  async (seed) => {
    const random = new Random(seed * 7919);
    const world = await buildWorld(random);
    const requests = requestsOf(world.ids);
    const met = { word: [0, 0], contents: [0, 0] };
    for (const person of world.people)
      for (const zone of person.zones) {
        const client = await server.as(person, zone);
        const { position } = (await client.get("/api/v1/rooms")).body;
        const heard = await listen(client, Math.max(0, position - 500));
        const answers = [...(await collect(client, requests)), heard];
        for (const secret of world.secrets) {
          const isOut = answers.some((answer) => isIn(answer, secret.text));
          const isFine = isPermitted(world.table, person, zone, secret);
          met[secret.is][isFine ? 0 : 1]! += 1;
          if (isOut && !isFine)
            expect.fail(
              `${secret.what} of class ${secret.room.classification} came out to ${person.kind} in ${zone}:\n` +
                requests.filter((_, index) => isIn(answers[index * 2]!, secret.text)).join("\n"),
            );
        }
      }
    // What may be had and what may not are both met, or this would prove nothing.
    for (const [permitted, refused] of Object.values(met)) {
      expect(permitted).toBeGreaterThan(3);
      expect(refused).toBeGreaterThan(3);
    }
  },
);

/** As it is, in UTF-16, or in base64, whichever way a body could carry it. */
function isIn(answer: Buffer, text: string): boolean {
  return (
    answer.includes(text) ||
    answer.includes(Buffer.from(text, "utf16le")) ||
    answer.includes(Buffer.from(text).toString("base64").slice(4, -4))
  );
}
