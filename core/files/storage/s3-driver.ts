import { createReadStream } from "node:fs";
import { readFile, rm, stat } from "node:fs/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import type { StorageDriver } from "./driver.ts";
import { StorageFault } from "./storage-fault.ts";

/** An S3-compatible store of the office. Contents are sealed before they go there. */
export type S3Settings = {
  endpoint: string;
  region: string;
  bucket: string;
  accessKeyId: string;
  secretAccessKey: string;
  /** `https://store/bucket/key` instead of `https://bucket.store/key`: nearly every store inside a hall wants it. */
  pathStyle: boolean;
};

/** Blobs longer than this go in parts of this size, each of which is tried again by itself. Memory holds one part. */
const partLength = 16 * 1024 * 1024;

/** The client is large, and most installations have a folder: it is loaded with the first blob. */
export function makeS3Driver(settings: S3Settings): StorageDriver {
  const { bucket: Bucket } = settings;
  let loaded: Promise<{ sdk: typeof import("@aws-sdk/client-s3"); client: S3Client }> | undefined;
  const load = () => {
    loaded ??= import("@aws-sdk/client-s3").then((sdk) => ({
      sdk,
      client: new sdk.S3Client({
        endpoint: settings.endpoint,
        region: settings.region,
        forcePathStyle: settings.pathStyle,
        credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
        // Stores of other makers do not know the newer checksums; what lies there authenticates itself.
        requestChecksumCalculation: "WHEN_REQUIRED",
        responseChecksumValidation: "WHEN_REQUIRED",
        maxAttempts: 4,
      }),
    }));
    return loaded;
  };
  return {
    place: `${settings.endpoint}/${Bucket}`,
    async put(Key, Body) {
      const { sdk, client } = await load();
      await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body }));
    },
    async adopt(Key, path) {
      const { sdk, client } = await load();
      if ((await stat(path)).size <= partLength) {
        await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: await readFile(path) }));
        await rm(path, { force: true });
        return;
      }
      const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand({ Bucket, Key }));
      try {
        const Parts: { PartNumber: number; ETag: string | undefined }[] = [];
        for await (const Body of inParts(createReadStream(path, { highWaterMark: 1024 * 1024 }))) {
          const PartNumber = Parts.length + 1;
          const { ETag } = await client.send(
            new sdk.UploadPartCommand({ Bucket, Key, UploadId, PartNumber, Body }),
          );
          Parts.push({ PartNumber, ETag });
        }
        await client.send(
          new sdk.CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }),
        );
      } catch (error) {
        await client.send(new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })).catch(() => {});
        throw error;
      } finally {
        await rm(path, { force: true });
      }
    },
    async find(Key) {
      const { sdk, client } = await load();
      try {
        return (await client.send(new sdk.HeadObjectCommand({ Bucket, Key }))).ContentLength ?? 0;
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw error;
      }
    },
    async read(Key, start, end) {
      if (start >= end) return [] as unknown as AsyncIterable<Uint8Array>;
      const { sdk, client } = await load();
      try {
        const Range = `bytes=${start}-${end - 1}`;
        const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key, Range }));
        // In Node the client's body is a readable stream.
        return Body as unknown as AsyncIterable<Uint8Array>;
      } catch (cause) {
        throw isMissing(cause) ? new StorageFault(`the blob ${Key} is missing`, { cause }) : cause;
      }
    },
    async remove(Key) {
      const { sdk, client } = await load();
      await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
    },
    async *list(Prefix) {
      const { sdk, client } = await load();
      let ContinuationToken: string | undefined;
      do {
        const page = await client.send(new sdk.ListObjectsV2Command({ Bucket, Prefix, ContinuationToken }));
        for (const { Key, LastModified } of page.Contents ?? [])
          if (Key) yield { key: Key, storedAt: LastModified ?? new Date(0) };
        ContinuationToken = page.IsTruncated ? page.NextContinuationToken : undefined;
      } while (ContinuationToken);
    },
  };
}

async function* inParts(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let length = 0;
  for await (const part of bytes) {
    waiting.push(part);
    length += part.length;
    if (length < partLength) continue;
    yield Buffer.concat(waiting, length);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting, length);
}

function isMissing(error: unknown): boolean {
  const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
  return name === "NoSuchKey" || name === "NotFound" || $metadata?.httpStatusCode === 404;
}
