import iconv from "iconv-lite";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { openBrowser, openSignedIn, picture, sizes } from "../support/browser.ts";
import { buildAdministrator, buildCity, type City } from "../support/city.ts";
import { bothHands } from "../support/hands.ts";

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

/** The list as Excel saves it: Shift_JIS, CRLF, full-width spaces, a number that lost its zeros. */
function aprilList(people: { number: string; name: string; section: string }[]): Buffer {
  const lines = [
    "職員番号,氏名,カナ,所属コード,役職,ログインID",
    ...people.map(({ number, name, section }) => `${number},${name},コウノ　アサミ,${section},主事,`),
  ];
  return iconv.encode(`${lines.join("\r\n")}\r\n`, "Shift_JIS");
}

describe("an administrator with April's list, in March", () => {
  it.each(bothHands)(
    "is told the mistake, corrects it, sees who comes, books it and takes it back: $by",
    async ({ hands }) => {
      const administrator = await buildAdministrator(city);
      const client = await city.server.as(administrator);
      const { items } = (await client.get("/api/v1/sections")).body;
      const { code } = items.find((section: { name: string }) => section.name === "財政課");
      const number = `9${newId().slice(-5)}`;
      const list = (section: string) => ({
        name: "4月1日 異動者一覧.csv",
        mimeType: "text/csv",
        buffer: aprilList([{ number, name: "河野　麻美", section }]),
      });
      const april = `${new Date().getFullYear() + 1}-04-01`;

      const { page, context, check } = await openSignedIn(browser, city, administrator, {
        viewport: sizes.chromebook,
      });
      const hand = await hands(page);
      await hand.press(page.getByRole("link", { name: "名簿" }));
      await hand.press(page.getByRole("link", { name: "名簿の取込" }));
      await hand.handOver(page.getByLabel("職員の一覧", { exact: true }), list("999999"));
      await hand.writeDay(page.getByLabel("取り込む日"), april);
      await hand.press(page.getByRole("button", { name: "内容を確認する" }));

      // The cell, what is wrong in it and what to do; nothing is taken in.
      await page.getByText("職員 D2").waitFor();
      await page
        .getByText(/所属コード.*999999/)
        .first()
        .waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-administrator-mistake-1280");
      await hand.press(page.getByRole("link", { name: "直したファイルを選ぶ" }));

      await hand.handOver(page.getByLabel("職員の一覧", { exact: true }), list(code));
      await hand.writeDay(page.getByLabel("取り込む日"), april);
      await hand.press(page.getByRole("button", { name: "内容を確認する" }));
      await page.getByText("河野 麻美").first().waitFor();
      await page
        .getByText(/追加 1人、変更 0人、終了 0人/)
        .first()
        .waitFor();
      const found = async () =>
        (await client.get(`/api/v1/people?q=${encodeURIComponent("こうの")}`)).body.items.length;
      expect(await found()).toBe(0);
      if (!hand.isKeyboard) await picture(page, "journey-administrator-check-1280");
      await hand.press(page.getByRole("button", { name: /に取り込む予約をする/ }));
      await page.getByText(/の0時に自動で取り込みます。それまでは/).waitFor();
      expect(await found()).toBe(0);

      // The list was not the final one.
      await hand.press(page.getByRole("button", { name: "取りやめる" }));
      await page.getByText("取りやめました。名簿は変わっていません。").waitFor();

      // Somebody who comes today after all, and then does not.
      await hand.press(page.getByRole("link", { name: "取込の一覧にもどる" }));
      await hand.handOver(page.getByLabel("職員の一覧", { exact: true }), list(code));
      await hand.press(page.getByRole("button", { name: "内容を確認する" }));
      await hand.press(page.getByRole("button", { name: /追加 1人・変更 0人・終了 0人で取り込む/ }));
      await page.getByText("取り込みました。").waitFor();
      expect(await found()).toBe(1);
      await hand.press(page.getByRole("button", { name: "この取込を取り消す" }));
      await hand.press(page.getByRole("button", { name: "取り消して元に戻す" }));
      await page.getByText("取り消して、取り込む前の内容に戻しました。").waitFor();
      expect(await found()).toBe(0);
      await hand.check();
      check();
      await context.close();
    },
  );
});
