import { query, request } from "#web/kit/api/client.ts";
import { tell } from "#web/kit/components/toasts.tsx";
import type { Session } from "#web/kit/module.ts";
import { Store } from "#web/kit/state/store.ts";
import type { CarryOutCounts, FilesPage, KnownFile } from "../contract.ts";
import { applyFiles, emptyFiles, type FileEvent } from "./apply.ts";
import { text } from "./text/index.ts";
import { UploadQueue } from "./upload-queue.ts";

/** What is known of a file: as its reader may know it, or that it is gone. */
export type Known = KnownFile | { readonly kind: "gone"; readonly id: string };

const atOnce = 100;

/** Files on this side: what the server says of those that are shown, and those on their way there. */
export class FilesClient {
  readonly session: Session;
  readonly uploads: UploadQueue;
  readonly known = new Store<{ readonly [fileId: string]: Known }>({});
  readonly state = new Store(emptyFiles);
  readonly carryOuts = new Store<CarryOutCounts>({ toDecide: 0, news: 0 });
  /** What waits for the reader: requests to decide, and decisions about their own. */
  readonly duties = new Store(0);
  readonly #asked = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(session: Session) {
    this.session = session;
    this.uploads = new UploadQueue(session.device);
  }

  start(): void {
    void this.uploads.start();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.uploads.stop();
  }

  apply(event: FileEvent): void {
    this.state.update((state) => applyFiles(state, event));
    if (event.type === "carry-out.changed") void this.countCarryOuts("tell").catch(() => {});
    if (event.type === "file.changed" && this.known.get()[event.fileId]) this.ask(event.fileId);
  }

  /** A message was taken back: its files stand beside its text again. */
  give(roomId: string, fileIds: readonly string[]): void {
    const nameOf = (id: string) => {
      const known = this.known.get()[id];
      return known?.kind === "file" ? known.name : text("family.unknown");
    };
    if (fileIds.length > 0) this.uploads.give(roomId, fileIds, nameOf);
  }

  /** Counts anew what waits of requests to carry files out. Guests have none. */
  async countCarryOuts(how: "tell" | "silently" = "silently", signal?: AbortSignal): Promise<void> {
    if (this.session.me.person.kind === "guest") return;
    const counts = await request<CarryOutCounts>("GET", "/carry-outs/count", { ...(signal && { signal }) });
    const before = this.carryOuts.get();
    this.carryOuts.set(counts);
    this.duties.set(counts.toDecide + counts.news);
    if (how === "tell" && counts.toDecide > before.toDecide) tell(text("carryOut.told.toDecide"));
    if (how === "tell" && counts.news > before.news) tell(text("carryOut.told.news"));
  }

  /** After a gap in the stream: everything that is shown is asked for anew. */
  takeSnapshot(): void {
    for (const id of Object.keys(this.known.get())) this.ask(id);
  }

  /** Asks for a file with the reader's rights of now; several that are shown at once are one question. */
  ask(fileId: string): void {
    this.#asked.add(fileId);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      void this.#askAll();
    }, 30);
  }

  async #askAll(): Promise<void> {
    const ids = [...this.#asked];
    this.#asked.clear();
    for (let at = 0; at < ids.length; at += atOnce) {
      const some = ids.slice(at, at + atOnce);
      try {
        const { items } = await request<FilesPage>("GET", `/files${query({ ids: some.join(",") })}`);
        const found = new Map<string, Known>(items.map((item) => [item.id, item]));
        this.known.update((known) => ({
          ...known,
          ...Object.fromEntries(some.map((id) => [id, found.get(id) ?? { kind: "gone", id }])),
        }));
      } catch {
        // The line is gone; when it is back a snapshot is taken, and with it the question asked again.
        this.known.update((known) => known);
      }
    }
  }
}
