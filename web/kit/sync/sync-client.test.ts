import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type StreamEvent, SyncClient } from "./sync-client.ts";

/** The other end of the line. */
class FakeSocket {
  static all: FakeSocket[] = [];
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | undefined;
  readonly sent: unknown[] = [];

  constructor() {
    FakeSocket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(): void {}

  open(): this {
    this.onopen?.();
    return this;
  }

  says(frame: object): this {
    this.onmessage?.({ data: JSON.stringify(frame) });
    return this;
  }

  breaks(code = 1006): void {
    this.onclose?.({ code });
  }
}

const event = (position: number) => ({ type: "message.sent", position });

describe("the sync client", () => {
  let applied: number[];
  let snapshots: (() => void)[];
  let ended: number;
  let client: SyncClient;
  let early: { socket: FakeSocket; heard: string[] } | undefined;
  const socket = () => FakeSocket.all.at(-1)!;

  const startClient = () => {
    client = new SyncClient({
      url: "ws://city/api/v1/stream",
      takeStream: () => {
        const taken = early;
        early = undefined;
        return taken as unknown as { socket: WebSocket; heard: string[] } | undefined;
      },
      takeSnapshot: () =>
        new Promise((resolve) =>
          snapshots.push(() => {
            applied.push(0);
            resolve();
          }),
        ),
      applyEvents: (events: readonly StreamEvent[]) =>
        applied.push(...events.map(({ position }) => position)),
      onSessionEnd: () => ended++,
    });
    client.start();
  };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", FakeSocket);
    vi.stubGlobal("addEventListener", () => {});
    vi.stubGlobal("document", { addEventListener: () => {}, visibilityState: "visible" });
    vi.stubGlobal("navigator", { onLine: true });
    FakeSocket.all = [];
    applied = [];
    snapshots = [];
    ended = 0;
    early = undefined;
    startClient();
  });

  afterEach(() => {
    client.stop();
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  const snapshotComes = async () => {
    snapshots.at(-1)!();
    await vi.advanceTimersByTimeAsync(0);
  };

  it("goes on with a line that was greeted before it, and with what that has told", () => {
    const opened = new FakeSocket();
    const frames = [{ type: "ready", position: 3 }, event(4)];
    early = { socket: opened, heard: frames.map((frame) => JSON.stringify(frame)) };
    startClient();
    expect([FakeSocket.all.length, opened.sent]).toEqual([2, []]);
    expect(snapshots).toHaveLength(1);
  });

  it("keeps what arrives before the snapshot and applies it after it", async () => {
    socket().open().says({ type: "ready", position: 10 }).says(event(11)).says(event(12));
    expect(socket().sent).toEqual([{ type: "hello" }]);
    expect(applied).toEqual([]);
    expect(client.connection.get()).toBe("connecting");
    await snapshotComes();
    expect(applied).toEqual([0, 11, 12]);
    expect(client.connection.get()).toBe("connected");
  });

  it("goes on from the last position after a lost line, without a second snapshot", async () => {
    socket().open().says({ type: "ready", position: 10 });
    await snapshotComes();
    socket().says(event(11)).says(event(13));
    await vi.advanceTimersByTimeAsync(20);
    socket().says({ type: "position", position: 17 });
    socket().breaks();
    expect(client.connection.get()).toBe("reconnecting");
    await vi.advanceTimersByTimeAsync(600);
    socket().open();
    expect(socket().sent).toEqual([{ type: "hello", position: 17 }]);
    socket().says({ type: "ready", position: 17 }).says(event(18));
    await vi.advanceTimersByTimeAsync(20);
    expect(applied).toEqual([0, 11, 13, 18]);
    expect(snapshots).toHaveLength(1);
    expect(client.connection.get()).toBe("connected");
  });

  it("takes a new snapshot after a reset", async () => {
    socket().open().says({ type: "ready", position: 10 });
    await snapshotComes();
    socket().says({ type: "reset" }).says({ type: "ready", position: 500 }).says(event(501));
    expect(applied).toEqual([0]);
    await snapshotComes();
    expect(applied).toEqual([0, 0, 501]);
  });

  it("starts afresh when the line is lost before the snapshot is there", async () => {
    socket().open().says({ type: "ready", position: 10 }).says(event(11)).breaks();
    await vi.advanceTimersByTimeAsync(600);
    socket().open();
    expect(socket().sent).toEqual([{ type: "hello" }]);
  });

  it("takes a minute of silence for a lost line", async () => {
    socket().open().says({ type: "ready", position: 10 });
    await snapshotComes();
    await vi.advanceTimersByTimeAsync(50_000);
    socket().says({ type: "position", position: 10 });
    await vi.advanceTimersByTimeAsync(50_000);
    expect(client.connection.get()).toBe("connected");
    await vi.advanceTimersByTimeAsync(10_001);
    expect(client.connection.get()).toBe("reconnecting");
  });

  it("waits longer and longer, at most twenty seconds", async () => {
    for (let attempt = 0; attempt < 12; attempt++) {
      socket().breaks();
      await vi.advanceTimersByTimeAsync(20_001);
      expect(FakeSocket.all).toHaveLength(attempt + 2);
    }
  });

  it("ends with the session instead of trying again", async () => {
    socket().open().breaks(4401);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(ended).toBe(1);
    expect(FakeSocket.all).toHaveLength(1);
  });
});
