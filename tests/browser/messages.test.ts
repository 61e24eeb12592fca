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
async function makeRoom(
  name: string,
  members: readonly PersonKey[] = ["suzuki", "takahashi", "tanaka", "guest"],
) {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup(
    members.map((key) => city.people[key].id),
    name,
  );
  return { id: room.id as string, api };
}

/** Somebody's phone with a room open. */
async function openOnPhone(key: PersonKey, roomName: string) {
  const phone = { viewport: sizes.phone, hasTouch: true, isMobile: true };
  const device = await openSignedIn(browser, city, city.people[key], phone);
  await device.page.getByRole("link", { name: new RegExp(roomName) }).tap();
  await device.page.getByRole("heading", { name: roomName }).waitFor();
  return device;
}

const message = (page: Page, words: string) => page.getByRole("article").filter({ hasText: words });

describe("reactions", () => {
  it("are added and taken back by press and by key, and say who", async () => {
    const { id, api } = await makeRoom("避難所の開設");
    const sent = await api.send(id, "第一小学校の避難所を20時に開設します。担当者は現地へ向かってください。");
    await api.send(id, "毛布は倉庫に80枚あります。");
    const takahashi = await city.server.as(city.people.takahashi);
    await takahashi.put(`/api/v1/rooms/${id}/messages/${sent.body.id}/reactions/working`);

    const suzuki = await openSignedIn(browser, city, city.people.suzuki, { path: `/rooms/${id}` });
    const { page } = suzuki;
    await page.getByRole("button", { name: /^対応中 1人（髙橋 美咲）/ }).waitFor();
    await message(page, "第一小学校").hover();
    await page.getByRole("toolbar").getByRole("button", { name: "リアクションを付ける" }).click();
    const picker = page.getByRole("dialog", { name: "リアクションを選ぶ" });
    await picker.getByRole("button", { name: "了解" }).waitFor();
    await picture(page, "reaction-picker-1366");
    await expectAccessible(page);
    await picker.getByRole("button", { name: "了解" }).click();
    await page.getByRole("button", { name: /^了解 1人（鈴木 一郎）/, pressed: true }).waitFor();

    const guest = await openSignedIn(browser, city, city.people.guest, {
      zone: "internet",
      path: `/rooms/${id}`,
    });
    // By keyboard alone: to the message, A, the first choice.
    await message(guest.page, "第一小学校").waitFor();
    await guest.page.locator('[data-seq="2"]').focus();
    await guest.page.keyboard.press("ArrowUp");
    await guest.page.keyboard.press("a");
    await guest.page.getByRole("dialog", { name: "リアクションを選ぶ" }).waitFor();
    await guest.page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^了解 2人（鈴木 一郎、小林 大輔）/ }).waitFor();
    await page.getByRole("button", { name: "リアクションした人を見る" }).click();
    await page.getByRole("dialog").getByText("みなと施設管理株式会社").waitFor();
    await picture(page, "reaction-who-1366");
    await expectAccessible(page);
    await page.keyboard.press("Escape");

    await page.getByRole("button", { name: /^了解 2人/ }).click();
    await guest.page.getByRole("button", { name: /^了解 1人（小林 大輔）/, pressed: true }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: /^了解 1人（小林 大輔）/, pressed: false }).waitFor();
    suzuki.check();
    guest.check();
    await suzuki.context.close();
    await guest.context.close();
  });

  it("have room for a thumb on a phone", async () => {
    const { id, api } = await makeRoom("夜間の連絡網");
    const sent = await api.send(id, "県道12号は冠水のため通行止めです。");
    for (const [key, reaction] of [
      ["takahashi", "understood"],
      ["tanaka", "understood"],
      ["takahashi", "thanks"],
      ["tanaka", "working"],
    ] as const)
      await (await city.server.as(city.people[key])).put(
        `/api/v1/rooms/${id}/messages/${sent.body.id}/reactions/${reaction}`,
      );
    const { page, check, context } = await openOnPhone("suzuki", "夜間の連絡網");
    const chip = page.getByRole("button", { name: /^了解 2人/ });
    await chip.waitFor();
    expect((await chip.boundingBox())!.height).toBeGreaterThanOrEqual(44);
    await chip.tap();
    await page.getByRole("button", { name: /^了解 3人/, pressed: true }).waitFor();
    await picture(page, "reactions-390");
    await expectAccessible(page);
    check();
    await context.close();
  });
});
