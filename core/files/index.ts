/**
 * Files of rooms: brought in whole or in pieces, kept sealed, inspected and made harmless, given out by one function that asks the
 * crossing table. It knows no feature; who is in a room is told to it. See docs/architecture/files.md.
 */
export { claimFiles } from "./actions/claim-files.ts";
export {
  countDueFiles,
  disposeFilesOfLibrary,
  disposeFilesOfMessages,
  removeContents,
} from "./actions/dispose-files.ts";
export { forgetOldFiles, type HeldRecords } from "./actions/end-upload.ts";
export { type ImportedFile, importFiles } from "./actions/import-files.ts";
export { inspectTask, inspectVersion, resumeInspections } from "./actions/inspect-file.ts";
export { keepBlob } from "./actions/keep-blob.ts";
export { sweepBlobs } from "./actions/sweep-blobs.ts";
export { withdrawFiles } from "./actions/withdraw-files.ts";
export { clearLeftovers, placesOf } from "./clear-leftovers.ts";
export { PagePictures } from "./page-pictures.ts";
export { countFilesByRoom } from "./queries/count-files.ts";
export { listReferredBlobs } from "./queries/list-referred.ts";
export { unsafeListReleased } from "./queries/list-released.ts";
export type { FileRoom, FileRooms } from "./rooms.ts";
export { fileRoutes } from "./routes.ts";
export type { FileServices } from "./services.ts";
export {
  BlobStore,
  makeFolderDriver,
  makeS3Driver,
  type S3Settings,
  type StorageDriver,
} from "./storage/index.ts";
