import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { Database } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import type { Driver, Session } from "../harness/driver.ts";
import {
  type BenchPerson,
  type BenchTown,
  fillRoom,
  findRoom,
  makeRooms,
  makeTown,
} from "./chonai-fixtures.ts";
import { findPlace } from "./chonai-place.ts";
import { HttpConnection, MessageIds, StreamConnection } from "./chonai-wire.ts";

type Room = { id: string; owner: BenchPerson };

/**
 * Chonai through its public API, with real accounts and sessions: stream for receiving, requests for all else. Rooms
 * that are joined are made, and people added, by the API; only people, sessions and seeded archives come by SQL.
 *
 * @param dataDirectory the data folder of a running installation that was started with `--empty`
 */
export default function chonaiDriver(dataDirectory: string): Driver {
  const place = findPlace(dataDirectory);
  const townFile = join(dataDirectory, "benchmark-town.json");
  const database = new Database(place.database("application"), {
    poolSize: 1,
    applicationName: "chonai benchmark",
  });
  let town: BenchTown | undefined = existsSync(townFile)
    ? JSON.parse(readFileSync(townFile, "utf8"))
    : undefined;
  const rooms = new Map<string, Promise<Room>>();
  const requestsOf = new Map<string, HttpConnection>();
  const messageIds = new MessageIds();

  const getPerson = (user: string): BenchPerson => {
    const person = town?.people.find((known) => known.user === user);
    if (!person) throw new Error(`${user} has no account: run set-up first`);
    return person;
  };
  const requests = (person: BenchPerson): HttpConnection => {
    let connection = requestsOf.get(person.user);
    if (!connection) {
      connection = new HttpConnection(place.host, place.port, person.token);
      requestsOf.set(person.user, connection);
    }
    return connection;
  };
  const ask = async (person: BenchPerson, method: string, path: string, body?: unknown) => {
    const answer = await requests(person).request(
      method,
      path,
      body === undefined ? undefined : JSON.stringify(body),
      method === "POST" ? `Idempotency-Key: ${newId()}\r\n` : "",
    );
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${answer.body.toString()}`);
    return JSON.parse(answer.body.toString());
  };

  const findOrMakeRoom = async (name: string, person: BenchPerson): Promise<Room> => {
    const found = await findRoom(database, town!.tenantId, name);
    if (found) return { id: found.id, owner: town!.people.find((other) => other.id === found.owner)! };
    const made = await ask(person, "POST", "/api/v1/rooms", { kind: "group", name, memberIds: [] });
    return { id: made.id, owner: person };
  };
  const roomOf = (name: string, person: BenchPerson): Promise<Room> => {
    const room = rooms.get(name) ?? findOrMakeRoom(name, person);
    rooms.set(name, room);
    return room;
  };

  return {
    name: "chonai",
    pids: () => ({ server: [place.pid], postmaster: place.postmaster }),

    async setup(users, plans) {
      town ??= await makeTown(database, users);
      await makeRooms(database, town, plans);
      writeFileSync(townFile, JSON.stringify(town), { mode: 0o600 });
      const owner = new pg.Client(place.database("owner"));
      await owner.connect();
      await owner.query("analyze");
      await owner.end();
    },

    async seedHistory(room, count) {
      const { id } = await rooms.get(room)!;
      await fillRoom(database, town!.tenantId, id, count);
      const owner = new pg.Client(place.database("owner"));
      await owner.connect();
      await owner.query("vacuum analyze message");
      await owner.end();
      return count;
    },

    async middleCursors(room, count) {
      const page = await ask(
        town!.people[0]!,
        "GET",
        `/api/v1/rooms/${(await rooms.get(room)!).id}/messages?limit=1`,
      );
      const last = page.items[0].seq as number;
      return Array.from({ length: count }, () => String(100 + Math.floor(Math.random() * (last - 200))));
    },

    async connect(user) {
      const person = getPerson(user);
      const stream = new StreamConnection(place.host, place.port, person.token, messageIds);
      await stream.ready();
      const listed = await requests(person).request("GET", "/api/v1/rooms");
      if (listed.status !== 200) throw new Error(`GET /api/v1/rooms: ${listed.status}`);
      const ids = new Map<string, string>();
      const session: Session = {
        user,
        async join(name) {
          const room = await roomOf(name, person);
          ids.set(name, room.id);
          if (room.owner.id !== person.id)
            await ask(room.owner, "PUT", `/api/v1/rooms/${room.id}/members/${person.id}`, {});
        },
        send(name, body, id) {
          const path = `/api/v1/rooms/${ids.get(name)}/messages`;
          // Nothing in these needs escaping, which a client that sends hundreds a second is spared.
          requests(person)
            .request("POST", path, `{"clientMessageId":"${id}","body":"${body}"}`)
            .then(
              (answer) => {
                if (answer.status !== 201)
                  session.onError?.(new Error(`${answer.status} ${answer.body.toString()}`));
              },
              (error) => session.onError?.(error),
            );
        },
        onMessage(listener) {
          stream.onMessage = listener;
        },
        async history(name, { max = 50, before = "" }) {
          const from = before ? `&before=${before}` : "";
          const page = await ask(
            person,
            "GET",
            `/api/v1/rooms/${ids.get(name)}/messages?limit=${max}${from}`,
          );
          const items = page.items as { seq: number; clientMessageId: string }[];
          return {
            ids: items.map((message) => message.clientMessageId),
            cursor: page.hasBefore ? String(items[0]!.seq) : null,
          };
        },
        rest() {
          requestsOf.get(user)?.close();
          requestsOf.delete(user);
        },
        close() {
          stream.close();
          session.rest?.();
        },
      };
      stream.onError = (error) => session.onError?.(error);
      return session;
    },
  };
}
