import { expect, it } from "vitest";
import { lineOf, linkedMessages, transcriptOf } from "./transcript.ts";

const person = (id: string, name: string, sectionName: string | null) => ({
  ...{ id, name, kana: "", kind: "staff" as const, sectionId: null, sectionName, postName: null },
  affiliation: null,
});
const message = (seq: number, senderId: string, body: string, sentAt: string) => ({
  ...{ id: `m${seq}`, seq, senderId, operatorId: null, body, sentAt, clientMessageId: "" },
  ...{ replyTo: null, mentions: [] },
});

it("writes a message as an office does", () => {
  expect(
    lineOf({ sentAt: "2026-11-21T05:05:00Z", body: "一行目\n二行目" }, person("a", "佐藤 花子", "財政課")),
  ).toBe("11/21 14:05 佐藤 花子（財政課）: 一行目\n　　二行目");
});

it("puts a selection in order, with its period in the era's years and its people once", () => {
  const people: Record<string, ReturnType<typeof person>> = {
    a: person("a", "佐藤 花子", "財政課"),
    b: person("b", "財政課", "財政課"),
  };
  const made = transcriptOf(
    "予算の相談",
    [
      message(9, "a", "二", "2026-11-21T05:05:00Z"),
      message(3, "b", "一", "2026-11-20T00:00:00Z"),
      message(11, "a", "三", "2026-11-21T06:00:00Z"),
    ],
    (id) => people[id],
  );
  expect(made).toMatchObject({
    from: "令和8年11月20日（金）9:00",
    to: "令和8年11月21日（土）15:00",
    people: ["財政課", "佐藤 花子（財政課）"],
  });
  expect(made.lines.map((line) => line.body)).toEqual(["一", "二", "三"]);
});

it("knows links to messages of this installation, each once, and no others", () => {
  const room = "01a1fefe-b9fd-7adb-b391-7c96605a63c4";
  const origin = "https://chat.example";
  const body = `${origin}/rooms/${room}/messages/12をご覧ください（${origin}/rooms/${room}?at=7）。\n${origin}/rooms/${room}/messages/12 https://evil.example/rooms/${room}/messages/1 ${origin}/rooms/${room}`;
  expect(linkedMessages(body, origin)).toEqual([
    { roomId: room, seq: 12 },
    { roomId: room, seq: 7 },
  ]);
});
