import { expect, test } from "vitest";
import { shortRomaji, toRomaji } from "./kana-letters.ts";

test("names in the letters in which people sign and type them", () => {
  expect(toRomaji("さとう はなこ")).toBe("satou hanako");
  expect(toRomaji("ワタナベ ショウタ")).toBe("watanabe shouta");
  expect(toRomaji("きょうこ")).toBe("kyouko");
  expect(toRomaji("はっとり いっちょう")).toBe("hattori itchou");
  expect(toRomaji("じゅんいち")).toBe("junichi");
  expect(shortRomaji(toRomaji("おおの ゆうき"))).toBe("ono yuki");
});
