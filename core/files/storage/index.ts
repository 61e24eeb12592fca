/** Where the bytes of files lie: sealed, named by their contents, in a folder or an S3-compatible store. */
export { type ArrivedBlob, type Blob, BlobStore } from "./blob-store.ts";
export type { StorageDriver } from "./driver.ts";
export { arriving, makeFolderDriver } from "./folder-driver.ts";
export { makeS3Driver, type S3Settings } from "./s3-driver.ts";
export { StorageFault } from "./storage-fault.ts";
