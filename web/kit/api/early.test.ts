import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { askEarly, forgetEarly, openEarlyStream, takeEarly, takeEarlyStream } from "./early.ts";

class FakeSocket {
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 0;
  onopen: (() => void) | undefined;
  onmessage: ((event: { data: string }) => void) | undefined;
  readonly sent: string[] = [];
  constructor() {
    FakeSocket.last = this;
  }
  send(words: string): void {
    this.sent.push(words);
  }
  close(): void {
    this.readyState = 3;
  }
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("location", { protocol: "https:", host: "city" });
  vi.stubGlobal("fetch", async (path: string) => new Response(path, { status: 200 }));
});
afterEach(() => {
  forgetEarly();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("gives an answer once, and only while it is fresh", async () => {
  void askEarly("/me");
  expect(await (await takeEarly("/me"))?.text()).toBe("/api/v1/me");
  expect(takeEarly("/me")).toBeUndefined();
  void askEarly("/rooms");
  await vi.advanceTimersByTimeAsync(15_000);
  expect(takeEarly("/rooms")).toBeUndefined();
});

it("hands over a line with what it has told, and what was asked behind it", async () => {
  openEarlyStream(() => void askEarly("/rooms"));
  FakeSocket.last.onopen?.();
  FakeSocket.last.onmessage?.({ data: '{"type":"ready","position":7}' });
  const taken = takeEarlyStream();
  expect([taken?.heard, FakeSocket.last.sent]).toEqual([
    ['{"type":"ready","position":7}'],
    ['{"type":"hello"}'],
  ]);
  expect(takeEarly("/rooms")).toBeDefined();
});

it("gives nothing that was asked behind a line that is gone: the next one begins later", () => {
  openEarlyStream(() => void askEarly("/rooms"));
  FakeSocket.last.onmessage?.({ data: '{"type":"ready","position":7}' });
  FakeSocket.last.readyState = 3;
  expect(takeEarlyStream()).toBeUndefined();
  expect(takeEarly("/rooms")).toBeUndefined();
});
