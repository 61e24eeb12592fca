import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City, type PersonKey } from "./support/city.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

/** A room of its own for each test, made by 佐藤. */
async function makeRoom(name: string, members: readonly PersonKey[] = ["suzuki", "takahashi"]) {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup(
    members.map((key) => city.people[key].id),
    name,
  );
  return { id: room.id as string, api };
}

const composer = (page: Page) => page.locator("[data-composer]");
const message = (page: Page, words: string) => page.getByRole("article").filter({ hasText: words });

describe("what a message looks like", () => {
  it("draws marks, lists, quotes, code and tables, and leaves what looks like marks by chance", async () => {
    const { id, api } = await makeRoom("書式の試験");
    await api.send(
      id,
      [
        "**【至急】避難所の開設について**",
        "下記のとおり**「第1会議室」**に*変更*します。~~15時~~ → 16時",
        "",
        "・毛布　200枚",
        "・水　　500本",
        "　・予備は*倉庫*にあります",
        "１．名簿の確認",
        "２．鍵の受け渡し",
        "",
        "＞ 鍵はどこですか",
        "> 何時までですか",
        "警備室です。[要綱](https://www.example.jp/yoko.pdf)をご覧ください。",
      ].join("\n"),
    );
    await api.send(
      id,
      "| 避難所 | 定員 | 担当 |\n|:--|--:|:-:|\n| 中央公民館 | 1,200 | 鈴木 |\n| 西小学校 | 80 | 髙橋 |\n\n```sql\nselect 避難所, sum(定員) from shelter where status = '開設' group by 避難所 order by 2 desc;\n```\n`shelter` の一覧です",
    );
    await api.send(
      id,
      "*印は必須、*印のない項目は任意\nA4*2枚、A3*1枚　幅*奥行*高さ\n※ 雨天中止 → 総務課へ\n2026.11.21 ＊注意 file_name_1.xlsx m(_ _)m (*^_^*)\n-5℃まで下がります",
    );
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    const first = message(page, "避難所の開設");
    await first.locator("strong", { hasText: "【至急】避難所の開設について" }).waitFor();
    expect(await first.getByRole("listitem").allInnerTexts()).toEqual([
      "・毛布　200枚",
      "・水　　500本",
      "・予備は倉庫にあります",
      "１．名簿の確認",
      "２．鍵の受け渡し",
    ]);
    const link = first.getByRole("link", { name: "要綱" });
    expect(await link.getAttribute("rel")).toContain("noopener");
    await first.getByText("（www.example.jp）").waitFor();
    expect(await message(page, "中央公民館").getByRole("cell").allInnerTexts()).toEqual([
      ...["中央公民館", "1,200", "鈴木"],
      ...["西小学校", "80", "髙橋"],
    ]);
    const chance = message(page, "印は必須");
    expect(await chance.locator("strong, em, li, blockquote").count()).toBe(0);
    await chance.getByText("A4*2枚、A3*1枚　幅*奥行*高さ").waitFor();
    await page.getByRole("button", { name: "この部分をコピーする" }).click();
    await page.getByText("コピーしました。").waitFor();
    await expectAccessible(page);
    await picture(page, "markup-1366");
    await page.setViewportSize(sizes.phone);
    await page.getByRole("link", { name: "ルームの一覧に戻る" }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
    await picture(page, "markup-390");
    await page.setViewportSize(sizes.chromebook);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await picture(page, "markup-dark-1280");
    await expectAccessible(page);
    check();
    await context.close();
  });
});

void composer;
