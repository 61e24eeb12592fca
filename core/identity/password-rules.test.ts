import { describe, expect, test } from "vitest";
import { checkNewPassword } from "./password-rules.ts";

const owner = {
  loginId: "hanako.sato",
  names: ["みなと野市", "佐藤 花子", "財政課"],
  readings: ["minatono-city", "さとう はなこ"],
};

const isRefused = (password: string, oldPassword?: string) => {
  try {
    checkNewPassword(password, owner, oldPassword);
    return false;
  } catch {
    return true;
  }
};

describe("refused", () => {
  for (const password of [
    "short",
    "x-hanako.sato-x",
    "ああああああああああああ",
    "aaaabbbbaaaabbbb",
    "password12345678",
    "P@ssw0rd2026!!",
    "passwordpassword",
    "qwertyuiop123",
    "1qaz2wsx3edc4rfv",
    "abcdefghijklm",
    "123456789012",
    "zyxwvutsrqpo",
    "iloveyou20261121",
    "Reiwa8nendo2026",
    "令和8年度の1234567890",
    "minatono-city2026",
    "Minatonocity#0401",
    "みなと野市2026年4月1日",
    "satouhanako1985",
    "sato-hanako-0401",
    "ｓａｔｏ－ｈａｎａｋｏ－０４０１",
    "zaisei-sato-2026",
    "shiyakusho2026!",
    "Sakura-2026-0401",
    "welcome-admin-2026",
  ])
    test(password, () => expect(isRefused(password)).toBe(true));
});

describe("accepted", () => {
  for (const password of [
    "山の上の小さな図書館と川下の橋",
    "correct horse battery staple",
    "purple-otter-fetches-notebook",
    "むらさきのかわうそがはこぶ手帳",
    "kbvd-2jht-x7mq-9wzn",
    "雨の日は坂の下のパン屋まで歩く",
    "teapot glacier violin sandwich",
  ])
    test(password, () => expect(isRefused(password)).toBe(false));
});

test("the present password is no new one, in whatever width it is typed", () => {
  expect(isRefused("teapot glacier violin", "ｔｅａｐｏｔ　ｇｌａｃｉｅｒ　ｖｉｏｌｉｎ")).toBe(true);
  expect(isRefused("teapot glacier violin", "another one entirely")).toBe(false);
});
