/** How large and how many files may be; loaded by screens without the schemas. */
export const fileLimits = {
  /** Bytes of one file. */
  fileBytes: 2 * 1024 * 1024 * 1024,
  /** Bytes of a file that comes in one request; larger ones come in pieces. */
  formBytes: 64 * 1024 * 1024,
  /** Bytes that one account may bring in a day (JST), and a guest's. */
  dayBytes: 10 * 1024 * 1024 * 1024,
  guestDayBytes: 1024 * 1024 * 1024,
  /** Files that one account may bring in a day. */
  dayFiles: 2000,
  /** Files with one message. */
  messageFiles: 20,
  /** Uploads of one account that are under way together. */
  uploads: 50,
  /** Days for which an upload that stands still is kept, and a file that was never sent. */
  uploadDays: 7,
  /** Days in the bin. */
  binDays: 30,
  /** Levels of folders. */
  folderDepth: 8,
} as const;
