import { createHash, randomBytes } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { Database } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { makeTown } from "../drivers/chonai-fixtures.ts";
import { findPlace, type Place } from "../drivers/chonai-place.ts";
import { sleep, userNames } from "../harness/driver.ts";
import { round } from "../harness/measure.ts";
import type { Measured } from "../harness/scenario.ts";
import { launch, makeDataFolder } from "../servers/chonai.ts";

const length = 2 * 1024 ** 3;
const piece = 8 * 1024 ** 2;
/** Every so many pieces the line breaks in the middle of one. */
const breakEvery = 16;

/**
 * A file of 2 GB over a line that breaks in every sixteenth piece, with SHA-256 of each piece as the client sends it: how fast, how many bytes
 * went twice, and how much memory the server took meanwhile (the largest and the mean RSS beyond what it had before).
 */
export async function measureUpload(): Promise<
  Measured & { versions: Record<string, string>; settings: string }
> {
  const directory = makeDataFolder();
  try {
    const server = await launch(directory);
    try {
      return await uploadTo(directory);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function uploadTo(directory: string) {
  const place = findPlace(directory);
  const database = new Database(place.database("application"), {
    poolSize: 1,
    applicationName: "chonai benchmark",
  });
  const town = await makeTown(database, userNames(2)).finally(() => database.close());
  const { token } = town.people[0]!;
  const room = await ask(place, token, "POST", "/api/v1/rooms", {
    headers: { "content-type": "application/json", "idempotency-key": newId() },
    body: Buffer.from(
      JSON.stringify({ kind: "group", name: "大きなファイル", memberIds: [town.people[1]!.id] }),
    ),
  });
  const base64 = (words: string) => Buffer.from(words).toString("base64");
  const { id } = await ask(place, token, "POST", "/api/v1/uploads", {
    headers: {
      "tus-resumable": "1.0.0",
      "upload-length": String(length),
      "upload-metadata": `roomId ${base64(room.id)},name ${base64("大きい.bin")},purpose ${base64("library")}`,
    },
  });
  await sleep(2000);
  const memory = watchMemory(place.pid);
  const startedAt = performance.now();
  let sent = 0;
  let breaks = 0;
  let offset = 0;
  let fileId: string | null = null;
  for (let count = 1; fileId === null; count++) {
    const bytes = randomBytes(Math.min(piece, length - offset));
    const cutAt = count % breakEvery === 0 ? bytes.length >> 1 : undefined;
    try {
      sent += cutAt ?? bytes.length;
      await ask(place, token, "PATCH", `/api/v1/uploads/${id}`, {
        headers: {
          "tus-resumable": "1.0.0",
          "content-type": "application/offset+octet-stream",
          "upload-offset": String(offset),
          "upload-checksum": `sha256 ${createHash("sha256").update(bytes).digest("base64")}`,
        },
        body: bytes,
        cutAt,
      });
    } catch (error) {
      if (cutAt === undefined) throw error;
      breaks++;
    }
    ({ offset, fileId } = await ask(place, token, "GET", `/api/v1/uploads/${id}`, { headers: {} }));
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { before, mean, most } = memory.stop();
  return {
    figures: {
      mebibytesASecond: round(length / 1024 ** 2 / seconds, 0),
      breaks,
      percentSentTwice: round(((sent - length) / length) * 100, 1),
      mebibytesMoreMean: round((mean - before) / 1024, 0),
      mebibytesMoreMost: round((most - before) / 1024, 0),
    },
    lost: offset === length ? 0 : 1,
    doubled: 0,
    missingInArchive: fileId === null ? 1 : 0,
    details: { seconds: round(seconds, 1), before, most },
    versions: { node: process.versions.node },
    settings: "chonai start --empty; folder store; pieces of 8 MiB with checksum, loopback",
  };
}

/** Resident memory of a process in KiB, looked at ten times a second. */
function watchMemory(pid: number) {
  const look = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  const before = look();
  const seen: number[] = [];
  const timer = setInterval(() => seen.push(look()), 100);
  return {
    stop() {
      clearInterval(timer);
      const mean = seen.reduce((sum, each) => sum + each, 0) / Math.max(1, seen.length);
      return { before, mean, most: Math.max(before, ...seen) };
    },
  };
}

/** One request; with `cutAt` the line is cut after so many bytes of the body. */
function ask(
  place: Place,
  token: string,
  method: string,
  path: string,
  given: { headers: Record<string, string>; body?: Buffer; cutAt?: number | undefined },
): Promise<any> {
  const { body, cutAt } = given;
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: place.host,
        port: place.port,
        method,
        path,
        headers: {
          authorization: `Bearer ${token}`,
          "content-length": body?.length ?? 0,
          ...given.headers,
        },
      },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part) => parts.push(part));
        answer.on("end", () => {
          const words = Buffer.concat(parts).toString();
          if ((answer.statusCode ?? 500) >= 300)
            reject(new Error(`${method} ${path}: ${answer.statusCode} ${words}`));
          else resolve(words === "" ? {} : JSON.parse(words));
        });
      },
    );
    asked.on("error", reject);
    if (body && cutAt !== undefined)
      asked.write(body.subarray(0, cutAt), () => asked.destroy(new Error("the line broke")));
    else asked.end(body);
  });
}
