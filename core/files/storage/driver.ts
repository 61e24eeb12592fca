/**
 * Where sealed blobs lie. A key is a path of safe characters (`<tenant>/<two digits>/<name>`); what is stored under one
 * never changes, so putting twice is harmless.
 */
export interface StorageDriver {
  /** For people: where the files are. */
  readonly place: string;
  /** Whole or not at all, and on disk (or acknowledged by the store) when it returns. For what fits into memory. */
  put(key: string, bytes: Buffer): Promise<void>;
  /** The same for a file of this machine, which is used up by it. It lies in the blob store's arriving folder. */
  adopt(key: string, path: string): Promise<void>;
  /** Bytes of what is stored; undefined when there is nothing. */
  find(key: string): Promise<number | undefined>;
  /** Bytes `start` to `end` (exclusive). Throws StorageFault when there is nothing. */
  read(key: string, start: number, end: number): Promise<AsyncIterable<Uint8Array>>;
  /** Nothing there is no error. */
  remove(key: string): Promise<void>;
  /** Everything whose key begins so, with the time of its putting. */
  list(prefix: string): AsyncIterable<{ key: string; storedAt: Date }>;
}
