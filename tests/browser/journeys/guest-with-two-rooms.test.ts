import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testPassword } from "#tests/support/factories.ts";
import { freshCode, openBrowser, openDevice, picture, sizes } from "../support/browser.ts";
import { buildCity, type City } from "../support/city.ts";
import { bothHands } from "../support/hands.ts";
import { bodiesOf, composer, makeRoom, message } from "../support/rooms.ts";

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

describe("a guest who looks after a hall of the city", () => {
  it.each(bothHands)(
    "sees the rooms they were asked into, and nothing and nobody else: $by",
    async ({ hands }) => {
      const { guest } = city.people;
      const { id, api } = await makeRoom(city, "市民会館の点検", ["guest", "tanaka"]);
      await api.send(id, "来週の点検の日程を教えてください。");
      const { id: secret, api: sato } = await makeRoom(city, "指定管理料の査定", ["suzuki"]);
      await sato.send(secret, "査定額は来月まで内密に。");
      await api.send(id, `${city.url("internet")}/rooms/${secret}/messages/1`);

      // On the side of the hall a guest is not let in.
      const inside = await openDevice(browser, city.url("lgwan"));
      inside.expectConsole(/status of 40[13]/);
      await inside.page.goto("/");
      const insideHand = await hands(inside.page);
      await insideHand.write(inside.page.getByLabel("ログインID"), guest.loginId);
      await insideHand.write(inside.page.getByLabel("パスワード", { exact: true }), testPassword);
      await insideHand.press(inside.page.getByRole("button", { name: "ログインする" }));
      await inside.page.getByRole("alert").first().waitFor();
      await inside.context.close();

      const { page, context, check, expectConsole } = await openDevice(browser, city.url("internet"), {
        viewport: sizes.chromebook,
      });
      expectConsole(/status of 40[34]/);
      await page.goto("/");
      const hand = await hands(page);
      await hand.write(page.getByLabel("ログインID"), guest.loginId);
      await hand.write(page.getByLabel("パスワード", { exact: true }), testPassword);
      await hand.press(page.getByRole("button", { name: "ログインする" }));
      await hand.write(page.getByLabel("確認コード（6桁）"), await freshCode(city, guest));
      await hand.press(page.getByRole("button", { name: "ログインする" }));

      const mine = page.getByRole("link", { name: /市民会館の点検/ }).first();
      await mine.waitFor();
      expect(await page.getByText("指定管理料の査定").count()).toBe(0);
      await hand.press(mine);
      await message(page, "点検の日程").waitFor();
      // The link to another room says that it is not for them, and not what is in it.
      await page.getByText("このメッセージは見られません").waitFor();
      expect(await page.getByText("査定額").count()).toBe(0);
      await hand.write(composer(page), "火曜日の10時に伺います。");
      await page.keyboard.press("Control+Enter");
      await message(page, "火曜日の10時").waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-guest-room-1280");

      // The directory has the people of their rooms; the others do not exist.
      await hand.press(page.getByRole("link", { name: "名簿" }));
      await page.getByRole("link", { name: /佐藤 花子/ }).waitFor();
      expect(await page.getByText("鈴木 一郎").count()).toBe(0);
      expect(await page.getByRole("tree").count()).toBe(0);
      await hand.write(page.getByRole("searchbox").first(), "すずき");
      await page
        .getByText(/見つかりません|いません|ありません/)
        .first()
        .waitFor();
      expect(await page.getByText("鈴木 一郎").count()).toBe(0);
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox", { name: "移動先をさがす" }).waitFor();
      await page.keyboard.type("危機管理");
      await page.getByText("「危機管理」に当てはまるものはありません。").waitFor();
      await page.keyboard.press("Escape");

      await page.goto(`/rooms/${secret}`);
      await page.getByText("このルームは見られません").waitFor();
      await page.goto(`/people/${city.people.suzuki.id}`);
      await page
        .getByText(/見られません|見つかりません/)
        .first()
        .waitFor();
      expect(await bodiesOf(city, id)).toContain("火曜日の10時に伺います。");
      await hand.check();
      check();
      await context.close();
    },
  );
});
