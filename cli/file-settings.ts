import { join } from "node:path";
import { makeFolderDriver, makeS3Driver, type StorageDriver } from "#core/files/index.ts";
import { type Keyring, type Logger, OperatorError } from "#core/kernel/index.ts";
import { openSanitiser } from "./open-sanitiser.ts";

/** Where files lie and who looks into them, from the environment; DATA/files and our own ClamAV when it says nothing. */
export function readFileSettings(dataDirectory: string, keyring: Keyring, log: Logger) {
  const folder = filesFolder(dataDirectory);
  return { driver: readDriver(folder), folder, sanitiser: openSanitiser(dataDirectory, keyring, log) };
}

export const filesFolder = (dataDirectory: string) => join(dataDirectory, "files");

/** Whether files lie in a store of the office, and not in a folder of this machine. */
export const isInStore = () => process.env.CHONAI_S3_ENDPOINT !== undefined;

export function readDriver(folder: string): StorageDriver {
  const {
    CHONAI_S3_ENDPOINT: endpoint,
    CHONAI_S3_BUCKET: bucket,
    CHONAI_S3_REGION: region = "us-east-1",
    CHONAI_S3_ACCESS_KEY_ID: accessKeyId,
    CHONAI_S3_SECRET_ACCESS_KEY: secretAccessKey,
    CHONAI_S3_PATH_STYLE: pathStyle = "1",
  } = process.env;
  if (!endpoint && !bucket) return makeFolderDriver(folder);
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey)
    throw new OperatorError({
      ja: "ファイルを S3 互換ストレージに置くには、CHONAI_S3_ENDPOINT・CHONAI_S3_BUCKET・CHONAI_S3_ACCESS_KEY_ID・CHONAI_S3_SECRET_ACCESS_KEY をすべて設定してください。",
      en: "To keep files in an S3-compatible store, set CHONAI_S3_ENDPOINT, CHONAI_S3_BUCKET, CHONAI_S3_ACCESS_KEY_ID and CHONAI_S3_SECRET_ACCESS_KEY.",
    });
  return makeS3Driver({
    endpoint,
    bucket,
    region,
    accessKeyId,
    secretAccessKey,
    pathStyle: pathStyle === "1",
  });
}
