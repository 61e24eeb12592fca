import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { buildPerson } from "#tests/support/factories.ts";
import { openBrowser, openSignedIn, picture } from "../support/browser.ts";
import { buildCity, type City } from "../support/city.ts";
import { bothHands } from "../support/hands.ts";
import { bodiesOf, composer, message } from "../support/rooms.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity({ holdSeconds: 60 });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

describe("a clerk at her terminal on LGWAN, at half past eight", () => {
  it.each(bothHands)(
    "reads what is new, answers in a thread, finds a room, calls a section, and takes one back: $by",
    async ({ hands }) => {
      const clerk = await buildPerson(city.server.database, city.tenantId, {
        name: "森田 由美",
        kana: "もりた ゆみ",
      });
      const sato = await city.server.as(city.people.sato);
      const suzuki = await city.server.as(city.people.suzuki);
      const group = (name: string, members: readonly string[]) =>
        sato.createGroup([clerk.id, ...members], name);
      const { id: budget } = await group("予算編成 ヒアリング", [city.people.suzuki.id]);
      const { id: tax } = await group("財政課", [city.people.suzuki.id, city.people.watanabe.id]);
      const { id: hall } = await group("市民会館 指定管理", [city.people.guest.id]);
      await sato.send(budget, "ヒアリングの日程を共有します。危機管理課は15日の午後です。");
      await suzuki.send(budget, "15日は防災訓練と重なります。変更できますか。");
      await sato.send(budget, `@${clerk.name}さん 空いている会議室を確認してください。`, {
        mentions: [clerk.id],
      });
      await suzuki.send(tax, "決算見込みの提出は金曜日までにお願いします。");

      const { page, context, check } = await openSignedIn(browser, city, clerk);
      const hand = await hands(page);
      // What is unread stands first; the one that calls her says so.
      const unread = page.getByRole("link", { name: /予算編成 ヒアリング.*自分あて 1件/ });
      await unread.waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-clerk-morning-1366");
      await hand.press(unread);
      await page.getByRole("heading", { name: "予算編成 ヒアリング" }).waitFor();
      await page.getByText("ここから未読").waitFor();
      await message(page, "空いている会議室").getByText(`@${clerk.name}さん`).waitFor();

      // A reaction, then an answer in a thread of the question's own.
      const asked = page.locator('[data-seq="3"]');
      if (hand.isKeyboard) {
        await hand.press(asked);
        await page.keyboard.press("a");
      } else {
        await asked.hover();
        await page.getByRole("toolbar").getByRole("button", { name: "リアクションを付ける" }).click();
      }
      const picker = page.getByRole("dialog", { name: "リアクションを選ぶ" });
      await hand.press(picker.getByRole("button", { name: "了解" }));
      await page.getByRole("button", { name: /^了解 1人/ }).waitFor();
      if (hand.isKeyboard) {
        await hand.press(asked);
        await page.keyboard.press("t");
      } else {
        await asked.hover();
        await page.getByRole("toolbar").getByRole("button", { name: "話題として返信する" }).click();
      }
      const thread = page.getByRole("complementary", { name: "話題" });
      await hand.write(
        thread.getByRole("textbox", { name: "この話題に返信を書く" }),
        "第2会議室が15日の午前に空いています。",
      );
      await hand.press(thread.getByRole("button", { name: "送信する" }));
      await thread.getByText("第2会議室が15日の午前").waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-clerk-thread-1366");
      await hand.press(thread.getByRole("button", { name: "話題を閉じる" }));

      // A half-written answer stays where it is while she looks for another room, in romaji.
      await hand.write(composer(page), "会議室の予約は");
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "移動先をさがす" }).waitFor();
      await page.keyboard.type("zaiseika");
      await page.getByRole("option", { name: "財政課" }).first().waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "財政課" }).waitFor();

      // To a whole section: it says how many it reaches.
      if (hand.isKeyboard) await page.keyboard.press("Alt+m");
      else await composer(page).click();
      await page.keyboard.type("@kiki");
      await page.getByRole("option", { name: /危機管理課.*2人に届きます/ }).waitFor();
      await page.keyboard.press("Enter");
      await page.keyboard.insertText("提出は木曜日の正午までにお願いします。");
      await page.keyboard.press("Control+Enter");
      await message(page, "木曜日の正午").getByText("（2人）").waitFor();

      // In the room with a guest there is time to think again.
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "移動先をさがす" }).waitFor();
      await page.keyboard.type("市民会館");
      await page
        .getByRole("option", { name: /市民会館/ })
        .first()
        .waitFor();
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "市民会館 指定管理" }).waitFor();
      await page.getByText(/この投稿は 2人（うちゲスト 1人）に届きます/).waitFor();
      await hand.write(composer(page), "来年度の委託料の案をお送りします。");
      await page.keyboard.press("Control+Enter");
      await page.getByText(/\d+秒後に送信/).waitFor();
      await hand.press(page.getByRole("button", { name: "取り消す" }));
      await expect.poll(() => composer(page).inputValue()).toBe("来年度の委託料の案をお送りします。");
      expect(await bodiesOf(city, hall)).toEqual([]);

      // Back at the first room, and after the page is loaded anew, the half-written answer is there.
      await hand.press(page.getByRole("link", { name: /予算編成 ヒアリング/ }));
      await expect.poll(() => composer(page).inputValue()).toBe("会議室の予約は");
      await page.reload();
      await expect.poll(() => composer(page).inputValue()).toBe("会議室の予約は");

      expect(await bodiesOf(city, budget)).toEqual([
        expect.any(String),
        expect.any(String),
        expect.any(String),
        "第2会議室が15日の午前に空いています。",
      ]);
      expect((await bodiesOf(city, tax)).at(-1)).toBe("@危機管理課 提出は木曜日の正午までにお願いします。");
      await hand.check();
      check();
      await context.close();
    },
  );
});
