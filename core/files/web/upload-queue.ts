/**
 * Files on their way from this device, piece by piece: what the server has on disk need not go again. They survive a lost line and
 * a reload (the device keeps the contents of those that are not too large), and wait for the message with which they go.
 */
import { newId } from "#shared/ids.ts";
import { request } from "#web/kit/api/client.ts";
import { networkProblem, Problem, problemOf, wordsOf } from "#web/kit/api/problem.ts";
import type { DeviceStore } from "#web/kit/device/device-store.ts";
import { Store } from "#web/kit/state/store.ts";
import { Backoff, delay } from "#web/kit/sync/backoff.ts";
import type { UploadAnswer } from "../contract.ts";
import { text } from "./text/index.ts";

export type Upload = {
  readonly id: string;
  readonly roomId: string;
  readonly name: string;
  readonly size: number;
  readonly purpose: "message" | "library";
  readonly folderId: string | null;
  /** A new version of this file. */
  readonly fileId: string | null;
  readonly createdAt: number;
  readonly state: "waiting" | "sending" | "offline" | "done" | "failed";
  /** Bytes that the server has. */
  readonly sent: number;
  /** Its number at the server, once it has begun. */
  readonly uploadId: string | null;
  /** The file that it became. */
  readonly becameId: string | null;
  readonly problem: string | null;
};

type Kept = Upload & { readonly contents: Blob | null };

/** Larger contents are not copied into the browser's own store: after a reload they are chosen again and go on. */
const keptLength = 200 * 1024 * 1024;
const smallest = 64 * 1024;
const largest = 8 * 1024 * 1024;
/** A piece should take about so long: on a bad line little is lost, on a good one little time goes by between pieces. */
const wanted = 2000;

export class UploadQueue {
  readonly uploads = new Store<readonly Upload[]>([]);
  readonly #device: DeviceStore;
  readonly #contents = new Map<string, Blob>();
  readonly #running = new Map<string, AbortController>();
  #wake: (() => void)[] = [];
  #isStopped = false;

  constructor(device: DeviceStore) {
    this.#device = device;
  }

  /** Takes up what an earlier page left. */
  async start(): Promise<void> {
    addEventListener("online", this.hurry);
    const kept = await this.#device.list<Kept>("uploads");
    for (const { contents, ...upload } of kept.sort((a, b) => a.createdAt - b.createdAt)) {
      if (this.uploads.get().some((known) => known.id === upload.id)) continue;
      if (contents) this.#contents.set(upload.id, contents);
      const isLost = !contents && upload.state !== "done";
      const state = upload.state === "done" ? "done" : isLost ? "failed" : "waiting";
      const problem = isLost ? text("upload.lost") : upload.problem;
      this.uploads.update((all) => [...all, { ...upload, state, problem }]);
    }
    this.#pump();
  }

  stop(): void {
    this.#isStopped = true;
    removeEventListener("online", this.hurry);
    for (const running of this.#running.values()) running.abort();
    this.hurry();
  }

  /** Tries again at once: the line is back. */
  readonly hurry = (): void => {
    for (const wake of this.#wake.splice(0)) wake();
  };

  add(
    files: readonly File[],
    to: Pick<Upload, "roomId" | "purpose"> & { folderId?: string | null; fileId?: string | null },
  ): void {
    for (const file of files) {
      const before = this.uploads
        .get()
        .find((each) => each.state === "failed" && each.name === file.name && each.size === file.size);
      // The same file chosen again after a reload goes on where it stopped.
      if (before && !this.#contents.has(before.id)) {
        this.#contents.set(before.id, file);
        this.#change(before.id, { state: "waiting", problem: null });
        continue;
      }
      const upload: Upload = {
        id: newId(),
        roomId: to.roomId,
        purpose: to.purpose,
        folderId: to.folderId ?? null,
        fileId: to.fileId ?? null,
        name: file.name,
        size: file.size,
        createdAt: Date.now(),
        state: "waiting",
        sent: 0,
        uploadId: null,
        becameId: null,
        problem: null,
      };
      this.#contents.set(upload.id, file);
      this.uploads.update((all) => [...all, upload]);
      this.#keep(upload);
    }
    this.#pump();
  }

  retry(id: string): void {
    this.#change(id, { state: "waiting", problem: null });
    this.#pump();
  }

  /** Gives it up, also at the server. */
  cancel(id: string): void {
    const upload = this.uploads.get().find((each) => each.id === id);
    this.#running.get(id)?.abort();
    this.#forget(id);
    if (upload?.uploadId && !upload.becameId)
      void request("DELETE", `/uploads/${upload.uploadId}`).catch(() => {});
  }

  /** What is ready in a room goes with the message that is sent now. */
  take(roomId: string): readonly string[] {
    const ready = this.uploads.get().filter((each) => isAttached(each, roomId) && each.becameId !== null);
    for (const { id } of ready) this.#forget(id);
    return ready.map((each) => each.becameId!);
  }

  /** A message was taken back: its files stand beside its text again. */
  give(roomId: string, fileIds: readonly string[], nameOf: (fileId: string) => string): void {
    const given = fileIds.map(
      (becameId): Upload => ({
        id: newId(),
        roomId,
        purpose: "message",
        folderId: null,
        fileId: null,
        name: nameOf(becameId),
        size: 0,
        createdAt: Date.now(),
        state: "done",
        sent: 0,
        uploadId: null,
        becameId,
        problem: null,
      }),
    );
    this.uploads.update((all) => [...all, ...given]);
    for (const upload of given) this.#keep(upload);
  }

  countUnsent(): number {
    return this.uploads.get().length;
  }

  /** Two at a time: one that waits for the disk of the server does not hold up the others. */
  #pump(): void {
    for (const upload of this.uploads.get()) {
      if (this.#isStopped || this.#running.size >= 2) return;
      if (upload.state !== "waiting" || this.#running.has(upload.id)) continue;
      const running = new AbortController();
      this.#running.set(upload.id, running);
      void this.#run(upload.id, running.signal).finally(() => {
        this.#running.delete(upload.id);
        this.#pump();
      });
    }
  }

  async #run(id: string, signal: AbortSignal): Promise<void> {
    const backoff = new Backoff(1000, 30_000);
    while (!signal.aborted) {
      try {
        const becameId = await this.#send(id, signal, () => backoff.reset());
        this.#contents.delete(id);
        this.#change(id, { state: "done", becameId });
        const done = this.uploads.get().find((each) => each.id === id);
        // In the library it stands by itself; for a message it waits.
        if (done?.purpose === "library") this.#forget(id);
        return;
      } catch (error) {
        if (signal.aborted) return;
        const isPassing = error instanceof Problem && (error.isRetryable || error.code === "upload-offset");
        if (!isPassing) return this.#change(id, { state: "failed", problem: wordsOf(error) });
        this.#change(id, { state: "offline" });
        await this.#wait(backoff.next());
      }
    }
  }

  /** Sends what the server does not have yet; gives the file that it became. */
  async #send(id: string, signal: AbortSignal, onProgress: () => void): Promise<string> {
    const contents = this.#contents.get(id);
    if (!contents) throw new Error(text("upload.lost"));
    let { uploadId, offset, fileId } = await this.#begin(id, signal);
    let length = 512 * 1024;
    while (!fileId) {
      this.#change(id, { state: "sending", sent: offset });
      const began = performance.now();
      const answer = await sendPiece(uploadId, offset, contents.slice(offset, offset + length), signal);
      ({ offset, fileId } = answer);
      onProgress();
      const took = performance.now() - began;
      length = Math.round(Math.min(largest, Math.max(smallest, (length * wanted) / Math.max(200, took))));
    }
    this.#change(id, { sent: contents.size });
    return fileId;
  }

  async #begin(
    id: string,
    signal: AbortSignal,
  ): Promise<{ uploadId: string; offset: number; fileId: string | null }> {
    const upload = this.uploads.get().find((each) => each.id === id)!;
    if (upload.uploadId) {
      try {
        const known = await request<UploadAnswer>("GET", `/uploads/${upload.uploadId}`, {
          signal,
          attempts: 1,
        });
        return { uploadId: known.id, offset: known.offset, fileId: known.fileId };
      } catch (error) {
        // It stood still for too long, and begins anew.
        if (!(error instanceof Problem) || error.details.status !== 404) throw error;
      }
    }
    const { roomId, name, purpose, folderId, fileId, size } = upload;
    const metadata = Object.entries({ roomId, name, purpose, folderId, fileId })
      .filter(([, value]) => value !== null)
      .map(([field, value]) => `${field} ${base64(new TextEncoder().encode(value!))}`);
    const response = await ask("/api/v1/uploads", {
      method: "POST",
      headers: { "Upload-Length": String(size), "Upload-Metadata": metadata.join(",") },
      signal,
    });
    const begun = (await response.json()) as UploadAnswer;
    this.#change(id, { uploadId: begun.id });
    return { uploadId: begun.id, offset: 0, fileId: null };
  }

  #change(id: string, change: Partial<Upload>): void {
    this.uploads.update((all) => all.map((each) => (each.id === id ? { ...each, ...change } : each)));
    const changed = this.uploads.get().find((each) => each.id === id);
    if (changed && (change.uploadId || change.state === "done" || change.state === "failed"))
      this.#keep(changed);
  }

  #keep(upload: Upload): void {
    const contents = this.#contents.get(upload.id);
    const isKept = contents !== undefined && contents.size <= keptLength;
    void this.#device.put("uploads", upload.id, {
      ...upload,
      contents: isKept ? contents : null,
    } satisfies Kept);
  }

  #forget(id: string): void {
    this.#contents.delete(id);
    this.uploads.update((all) => all.filter((each) => each.id !== id));
    void this.#device.delete("uploads", id);
  }

  async #wait(milliseconds: number): Promise<void> {
    await Promise.race([delay(milliseconds), new Promise<void>((resolve) => this.#wake.push(resolve))]);
  }
}

/** Whether an upload stands beside the text that is being written in a room. */
export function isAttached(upload: Upload, roomId: string): boolean {
  return upload.roomId === roomId && upload.purpose === "message";
}

async function sendPiece(
  uploadId: string,
  offset: number,
  piece: Blob,
  signal: AbortSignal,
): Promise<{ offset: number; fileId: string | null }> {
  const bytes = await piece.arrayBuffer();
  const response = await ask(`/api/v1/uploads/${uploadId}`, {
    method: "PATCH",
    headers: {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
      ...(await checksumOf(bytes)),
    },
    body: bytes,
    signal,
  });
  return {
    offset: Number(response.headers.get("upload-offset")),
    fileId: response.headers.get("chonai-file"),
  };
}

/** Browsers count sums only where the page itself came safely (TLS, or this machine). */
async function checksumOf(bytes: ArrayBuffer): Promise<Record<string, string>> {
  if (!globalThis.isSecureContext) return {};
  return {
    "Upload-Checksum": `sha256 ${base64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)))}`,
  };
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

async function ask(path: string, init: RequestInit & { signal: AbortSignal }): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, {
      ...init,
      headers: { ...init.headers, "Tus-Resumable": "1.0.0", "X-Chonai-Client": "web" },
      credentials: "same-origin",
      cache: "no-store",
      signal: AbortSignal.any([init.signal, AbortSignal.timeout(120_000)]),
    });
  } catch (error) {
    if (init.signal.aborted) throw error;
    throw networkProblem();
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}
