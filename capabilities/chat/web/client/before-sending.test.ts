import { describe, expect, it } from "vitest";
import { defaultChatSettings } from "../../defaults/contract.ts";
import { findAbsent, findDoubts, reachOf, type Sending } from "./before-sending.ts";

const people = (...names: string[]) =>
  names.map((name, index) => ({ id: `p${index}`, name, kind: "staff" as const }));
const members = people("佐藤 花子", "鈴木 一郎");
const known = people(
  "佐藤 花子",
  "鈴木 一郎",
  "田中 健太",
  "長谷川 誠",
  "谷川 進",
  "林 純",
  "東 徹",
  "市川 学",
  "佐藤 健",
  "金 秀",
);
const absent = (body: string) => findAbsent(body, members, known);

describe("who is spoken to and is not here", () => {
  it.each([
    ["田中さん、資料を送ります", ["田中さん"]],
    ["お疲れさまです。\n田中課長\n先日の件です", ["田中課長"]],
    ["＠田中 健太さん 確認をお願いします", ["田中 健太さん"]],
    ["ご確認ください @田中さん", ["田中さん"]],
    ["田中健太様\nお世話になっております", ["田中健太様"]],
    ["財政課 田中さん、お願いします", ["田中さん"]],
    ["長谷川さん、よろしくお願いします", ["長谷川さん"]],
    ["田中さん\n長谷川係長、至急です", ["田中さん", "長谷川係長"]],
  ])("%s", (body, names) => expect(absent(body)).toEqual(names));

  it.each([
    "皆さん、お疲れさまです",
    "お客さん、来庁者が増えています",
    "業者さん、委託先の件です",
    "佐藤さん、鈴木課長、確認をお願いします",
    "佐藤 健さんではなく佐藤さん、お願いします",
    "田中課長に確認しました",
    "この件は田中さんが詳しいです",
    "昨日、田中さんから電話がありました。",
    "市長、副市長への説明は明日です",
    "課長、決裁をお願いします",
    "担当者さん、お願いします",
    "林さんの森を整備します",
    "東様式を使います",
    "市川市さん、広域連携の件です",
    "お母さん、お子さん、ご家族の皆様",
    "お疲れ様、ありがとうございます",
    "ご苦労さま。",
    "お金さえあれば",
    "係長、部長、次長の順に回覧します",
    "たくさん、ありがとうございます",
    "山田さん、はじめまして",
    "",
  ])("nobody in: %s", (body) => expect(absent(body)).toEqual([]));

  it("takes no time over a long text", () => {
    expect(absent("田中".repeat(10_000))).toEqual([]);
    expect(absent("\n".repeat(20_000))).toEqual([]);
  });
});

const room = { id: "here", memberCount: 5, guestCount: 0, peer: null };
const sending = (more: Partial<Sending>): Sending => ({
  room,
  body: "お疲れさまです",
  settings: defaultChatSettings,
  isGuest: false,
  guestsBefore: undefined,
  lastRoomId: "here",
  members,
  known,
  copiedFrom: undefined,
  ...more,
});
const kinds = (more: Partial<Sending>) => findDoubts(sending(more)).map((doubt) => doubt.kind);

describe("before it goes", () => {
  it("asks nothing of an ordinary message", () => {
    expect(kinds({})).toEqual([]);
    expect(kinds({ lastRoomId: "elsewhere" })).toEqual([]);
    // In the room where one has just been writing, speaking of somebody else is no mistake.
    expect(kinds({ body: "田中さん、お願いします" })).toEqual([]);
  });

  it("asks when somebody is spoken to who is not in the other room", () => {
    expect(kinds({ body: "田中さん、お願いします", lastRoomId: "elsewhere" })).toEqual(["absent"]);
  });

  it("asks once more for many people, and when guests have come since", () => {
    const large = { ...room, memberCount: 215, guestCount: 3 };
    expect(findDoubts(sending({ room: large }))).toEqual([
      { kind: "many", reach: { people: 214, guests: 3 } },
    ]);
    const withGuest = { ...room, guestCount: 1 };
    expect(kinds({ room: withGuest, guestsBefore: 0 })).toEqual(["new-guests"]);
    expect(kinds({ room: withGuest, guestsBefore: 1 })).toEqual([]);
    expect(kinds({ room: withGuest })).toEqual([]);
    expect(kinds({ room: withGuest, guestsBefore: 0, isGuest: true })).toEqual([]);
  });

  it("asks when the text was copied from another room's field", () => {
    expect(kinds({ copiedFrom: { roomId: "other", name: "人事" } })).toEqual(["from-elsewhere"]);
    expect(kinds({ copiedFrom: { roomId: "here", name: "ここ" } })).toEqual([]);
  });

  it("says how many it reaches where it is worth saying", () => {
    expect(reachOf(room, defaultChatSettings, false)).toBeUndefined();
    expect(reachOf({ ...room, memberCount: 51 }, defaultChatSettings, false)).toEqual({
      people: 50,
      guests: 0,
    });
    expect(reachOf({ ...room, guestCount: 2 }, defaultChatSettings, false)).toEqual({ people: 4, guests: 2 });
  });
});
