import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { buildPerson, testPassword } from "#tests/support/factories.ts";
import { openBrowser, openDevice, openSignedIn, picture } from "../support/browser.ts";
import { buildCity, type City } from "../support/city.ts";
import { bothHands, type Hand } from "../support/hands.ts";
import { composer, makeRoom, message } from "../support/rooms.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
  // A second person who may sit at the section's terminal.
  const { database } = city.server;
  const sato = await city.server.as(city.people.sato);
  const { items } = (await sato.get("/api/v1/sections")).body;
  const sectionId = items.find((section: { name: string }) => section.name === city.people.desk.name).id;
  await buildPerson(database, city.tenantId, { name: "西村 亮", kana: "にしむら りょう", sectionId });
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

describe("the terminal at the counter, which belongs to a section", () => {
  it.each(bothHands)(
    "says who sits at it, keeps their drafts apart, and is left clean: $by",
    async ({ by, hands }) => {
      const name = `窓口の連絡（${by}）`;
      const { id, api } = await makeRoom(city, name, ["desk", "suzuki"]);
      await api.send(id, "減免の相談は何件ありましたか。");
      const { page, context, check, expectConsole } = await openDevice(browser, city.url("lgwan"));
      expectConsole(/status of 403/);
      await page.goto("/");
      const hand = await hands(page);
      const signIn = async (operator: string) => {
        await hand.write(page.getByLabel("ログインID"), city.people.desk.loginId);
        await hand.write(page.getByLabel("パスワード", { exact: true }), testPassword);
        await hand.press(page.getByRole("button", { name: "ログインする" }));
        await hand.press(page.getByRole("radio", { name: new RegExp(operator) }));
        await hand.press(page.getByRole("button", { name: "ログインする" }));
        await page.getByRole("searchbox").first().waitFor();
      };
      await signIn("髙橋 美咲");
      await hand.press(page.getByRole("link", { name }));
      await message(page, "減免の相談").waitFor();
      await hand.write(composer(page), "本日は 6件 です。");
      await page.keyboard.press("Control+Enter");
      await message(page, "本日は 6件").getByText("操作者 髙橋 美咲").waitFor();
      await hand.write(composer(page), "髙橋の書きかけ");
      await expect.poll(() => hasDraft(id)).toBe(true);
      if (!hand.isKeyboard) await picture(page, "journey-section-1366");

      // A colleague sees the section, and who wrote for it.
      const suzuki = await openSignedIn(browser, city, city.people.suzuki, { path: `/rooms/${id}` });
      await message(suzuki.page, "本日は 6件").getByText("操作者 髙橋 美咲").waitFor();
      await suzuki.page.getByText(city.people.desk.name).first().waitFor();
      await suzuki.context.close();

      await signOut(hand, page);
      await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
      await signIn("西村 亮");
      await hand.press(page.getByRole("link", { name }));
      await message(page, "本日は 6件").waitFor();
      expect(await composer(page).inputValue()).toBe("");
      await hand.write(composer(page), "午後は私が担当します。");
      await page.keyboard.press("Control+Enter");
      await message(page, "午後は私が").getByText("操作者 西村 亮").waitFor();
      await signOut(hand, page);

      // Who was there first finds the draft again.
      await signIn("髙橋 美咲");
      await hand.press(page.getByRole("link", { name }));
      await expect.poll(() => composer(page).inputValue()).toBe("髙橋の書きかけ");
      await hand.write(composer(page), "");
      await page.keyboard.press("Backspace");
      await hand.check();
      check();
      await context.close();
    },
  );
});

async function hasDraft(roomId: string): Promise<boolean> {
  const drafts = await city.server.database.transaction(scopeOf(city.tenantId), (tx) =>
    tx.all(
      build
        .selectFrom("draft")
        .select("room_id")
        .where("tenant_id", "=", city.tenantId)
        .where("room_id", "=", roomId),
    ),
  );
  return drafts.length > 0;
}

async function signOut(hand: Hand, page: Page): Promise<void> {
  await hand.press(page.getByRole("button", { name: /^アカウント/ }));
  await hand.press(page.getByRole("menuitem", { name: "ログアウトする" }));
  await page.getByText("ログアウトしました。").waitFor();
}
