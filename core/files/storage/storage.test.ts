import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Keyring } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";
import { type Blob, BlobStore } from "./blob-store.ts";
import type { StorageDriver } from "./driver.ts";
import { arriving, makeFolderDriver } from "./folder-driver.ts";
import { makeS3Driver } from "./s3-driver.ts";
import { chunkLength, openedLength, sealedLength } from "./sealed-stream.ts";

const root32 = randomBytes(32);
const keyring = new Keyring(root32);
const tenant = newId();
let root: string;
const stops: (() => unknown)[] = [];
const drivers: Record<string, StorageDriver> = {};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "chonai-storage-"));
  drivers.folder = makeFolderDriver(join(root, "folder"));
  // A server that speaks S3: the client, its signatures and its multipart uploads are real.
  const S3rver = createRequire(import.meta.url)("s3rver");
  const s3 = new S3rver({
    address: "127.0.0.1",
    port: 0,
    silent: true,
    directory: join(root, "s3"),
    configureBuckets: [{ name: "chonai" }],
  });
  const { port } = (await s3.run()) as AddressInfo;
  stops.push(() => s3.close());
  drivers.s3 = makeS3Driver({
    endpoint: `http://127.0.0.1:${port}`,
    region: "us-east-1",
    bucket: "chonai",
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    pathStyle: true,
  });
});
afterAll(async () => {
  for (const stop of stops) await stop();
  await rm(root, { recursive: true, force: true });
});

const storeOf = (driver: StorageDriver, keys = keyring) =>
  new BlobStore(driver, keys, join(root, "folder", arriving));

async function put(store: BlobStore, bytes: Buffer, tenantId = tenant): Promise<Blob> {
  const arrived = await store.receive(tenantId, Readable.from(inOddPieces(bytes)));
  await store.give(tenantId, arrived);
  return { name: arrived.name, length: arrived.length };
}

function* inOddPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0, step = 1; at < bytes.length; at += step, step = (step * 7) % 100_003)
    yield bytes.subarray(at, at + step);
}

const read = (store: BlobStore, blob: Blob, range?: { start: number; end: number }, tenantId = tenant) =>
  buffer(store.read(tenantId, blob, range));

describe.each(["folder", "s3"])("%s", (name) => {
  test("gives back what was put, whole and in ranges, at every edge of a chunk", async () => {
    const store = storeOf(drivers[name]!);
    for (const length of [0, 1, chunkLength - 1, chunkLength, chunkLength + 1, 3 * chunkLength, 200_000]) {
      const bytes = randomBytes(length);
      const blob = await put(store, bytes);
      expect(blob.length).toBe(length);
      expect((await read(store, blob)).equals(bytes), `${length} bytes`).toBe(true);
      for (const [start, end] of [
        [0, Math.min(1, length)],
        [Math.floor(length / 2), length],
        [Math.max(0, length - 1), length],
        [Math.min(length, chunkLength - 1), Math.min(length, chunkLength + 1)],
      ] as const)
        expect((await read(store, blob, { start, end })).equals(bytes.subarray(start, end))).toBe(true);
      expect(openedLength(sealedLength(length))).toBe(length);
    }
  });

  test("stores the same contents once, and another municipality's under another name", async () => {
    const store = storeOf(drivers[name]!);
    const bytes = randomBytes(1000);
    const other = newId();
    const [first, second] = [await put(store, bytes), await put(store, bytes)];
    const elsewhere = await put(store, bytes, other);
    expect(second).toEqual(first);
    expect(elsewhere.name).not.toBe(first.name);
    await expect(read(store, first, undefined, other)).rejects.toThrow(/missing/);
    const listed: string[] = [];
    for await (const { name: found } of store.list(other)) listed.push(found);
    expect(listed).toEqual([elsewhere.name]);
    await store.remove(tenant, first.name);
    expect(await store.has(tenant, first)).toBe(false);
    expect((await read(store, elsewhere, undefined, other)).equals(bytes)).toBe(true);
  });

  test("keeps pieces of an upload apart, and lets them go", async () => {
    const store = storeOf(drivers[name]!);
    const upload = newId();
    const bytes = randomBytes(70_000);
    await store.putPiece(tenant, upload, "first", bytes);
    expect(
      (await buffer(store.readPiece(tenant, upload, { name: "first", length: 70_000 }))).equals(bytes),
    ).toBe(true);
    await store.removePiece(tenant, upload, "first");
    await store.removePiece(tenant, upload, "first");
    await expect(buffer(store.readPiece(tenant, upload, { name: "first", length: 70_000 }))).rejects.toThrow(
      /missing/,
    );
  });
});

test("goes to an S3 store in parts when it is large", async () => {
  const store = storeOf(drivers.s3!);
  const bytes = randomBytes(17 * 1024 * 1024);
  const blob = await put(store, bytes);
  expect((await read(store, blob)).equals(bytes)).toBe(true);
});

describe("what lies on the disk", () => {
  const contents = Buffer.concat(
    [1, 2, 3].map((mark) => Buffer.alloc(chunkLength, `住民の秘密${mark}`)).concat(Buffer.from("おわり")),
  );
  let store: BlobStore;
  let blob: Blob;
  let path: string;
  let sealed: Buffer;

  beforeAll(async () => {
    store = storeOf(drivers.folder!);
    blob = await put(store, contents);
    path = join(root, "folder", tenant, "blobs", blob.name.slice(0, 2), blob.name);
    sealed = await readFile(path);
  });

  test("shows nothing of the contents, and two puts of the same never look alike", async () => {
    expect(sealed.includes("秘密")).toBe(false);
    await store.remove(tenant, blob.name);
    await put(store, contents);
    expect((await readFile(path)).equals(sealed)).toBe(false);
  });

  test("leaves nothing behind that was arriving", async () => {
    expect(await readdir(join(root, "folder", arriving))).toEqual([]);
    const broken = store.receive(
      tenant,
      (async function* () {
        yield Buffer.from("x");
        throw new Error("the line is gone");
      })(),
    );
    await expect(broken).rejects.toThrow("the line is gone");
    expect(await readdir(join(root, "folder", arriving))).toEqual([]);
  });

  const sealedChunk = chunkLength + 16;
  const header = 26;
  const damages: Record<string, (whole: Buffer) => Buffer> = {
    "a changed byte": (whole) => {
      const changed = Buffer.from(whole);
      changed[header + sealedChunk + 5]! ^= 1;
      return changed;
    },
    "two chunks in the other order": (whole) =>
      Buffer.concat([
        whole.subarray(0, header),
        whole.subarray(header + sealedChunk, header + 2 * sealedChunk),
        whole.subarray(header, header + sealedChunk),
        whole.subarray(header + 2 * sealedChunk),
      ]),
    "another salt": (whole) => {
      const changed = Buffer.from(whole);
      changed[12]! ^= 1;
      return changed;
    },
    "a blob of another key's": (whole) => {
      const changed = Buffer.from(whole);
      changed[5]! ^= 1;
      return changed;
    },
  };
  test.each(Object.keys(damages))("%s is noticed", async (damage) => {
    await writeFile(path, damages[damage]!(sealed));
    await expect(read(store, blob)).rejects.toThrow();
    await writeFile(path, sealed);
  });

  test("a cut end is noticed, also at a chunk's edge and by a reader who believes the new length", async () => {
    await writeFile(path, sealed);
    const cut = 2 * chunkLength;
    await truncate(path, sealedLength(cut));
    await expect(read(store, blob)).rejects.toThrow(/not as long/);
    await expect(read(store, { name: blob.name, length: cut })).rejects.toThrow(/not what was stored/);
    await writeFile(path, sealed);
  });

  test("opens after the installation's key was changed, as long as the older one is kept", async () => {
    await writeFile(path, sealed);
    const changed = storeOf(drivers.folder!, new Keyring(randomBytes(32), [root32]));
    expect((await read(changed, blob)).equals(contents)).toBe(true);
  });

  test("opens under no other key", async () => {
    await writeFile(path, sealed);
    const other = storeOf(drivers.folder!, new Keyring(randomBytes(32)));
    await expect(read(other, blob)).rejects.toThrow(/sealed with the key/);
  });
});

test("a key that is none of ours goes nowhere near the disk", async () => {
  await expect(drivers.folder!.put("../outside", Buffer.from("x"))).rejects.toThrow(/not a key/);
  await expect(drivers.folder!.find("a/../../b")).rejects.toThrow(/not a key/);
});
