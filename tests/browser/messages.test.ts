import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  expectAccessible,
  lookAt,
  openBrowser,
  openSignedIn,
  phone,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City, type PersonKey } from "./support/city.ts";
import { bodiesOf, makeRoom, message } from "./support/rooms.ts";

const everyone: readonly PersonKey[] = ["suzuki", "takahashi", "tanaka", "guest"];
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

/** Somebody's phone with a room open. */
async function openOnPhone(key: PersonKey, roomName: string) {
  const device = await openSignedIn(browser, city, city.people[key], phone);
  await device.page.getByRole("link", { name: new RegExp(roomName) }).tap();
  await device.page.getByRole("heading", { name: roomName }).waitFor();
  return device;
}

describe("reactions", () => {
  it("are added and taken back by press and by key, and say who", async () => {
    const { id, api } = await makeRoom(city, "避難所の開設", everyone);
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
    const { id, api } = await makeRoom(city, "夜間の連絡網", everyone);
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

describe("editing and deleting", () => {
  it("shows that a message was edited, what it said, and keeps what was typed when another device was faster", async () => {
    const { id } = await makeRoom(city, "会議の案内", everyone);
    const api = await city.server.as(city.people.suzuki);
    const sent = await api.send(id, "防災会議は14時から第2会議室です。");
    const suzuki = await openSignedIn(browser, city, city.people.suzuki, { path: `/rooms/${id}` });
    suzuki.expectConsole(/status of 409/);
    const takahashi = await openSignedIn(browser, city, city.people.takahashi);
    const { page } = suzuki;
    // By keyboard alone: the last message has the focus of the list, E edits it.
    await message(page, "第2会議室").waitFor();
    await page.locator('[data-seq="1"]').focus();
    await page.keyboard.press("e");
    const field = page.getByRole("textbox", { name: "メッセージの本文" });
    await field.fill("防災会議は15時から第2会議室です。@髙橋 美咲さん ");
    // Everybody is picked as in the field below the messages; Escape puts the list away and not the dialog.
    await field.pressSequentially("@ぜん");
    const everybody = page.getByRole("option", { name: /全員/ });
    await everybody.waitFor();
    await page.keyboard.press("Escape");
    await everybody.waitFor({ state: "detached" });
    await field.press("Backspace");
    await field.press("Backspace");
    await field.press("Backspace");
    await field.pressSequentially("@ぜんい");
    await everybody.waitFor();
    await page.keyboard.press("Enter");
    expect(await field.inputValue()).toBe("防災会議は15時から第2会議室です。@髙橋 美咲さん @全員 ");
    await lookAt(page, "edit-dialog");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: /^編集済み/ }).waitFor();
    const edited = (await api.get(`/api/v1/rooms/${id}/messages`)).body.items[0];
    expect(edited.mentionTargets).toMatchObject([{ kind: "everybody" }]);
    await takahashi.page.getByRole("link", { name: /会議の案内.*15時から.*自分あて 1件/ }).waitFor();

    await takahashi.page.getByRole("link", { name: /会議の案内/ }).click();
    await takahashi.page.getByRole("button", { name: /^編集済み/ }).click();
    const versions = takahashi.page.getByRole("dialog", { name: "以前の本文" });
    await versions.getByText("防災会議は14時から第2会議室です。").waitFor();
    await versions.getByText("最初の本文").waitFor();
    await lookAt(takahashi.page, "versions-dialog");

    await page.locator('[data-seq="1"]').focus();
    await page.keyboard.press("e");
    await field.fill("防災会議は延期します。");
    const path = `/api/v1/rooms/${id}/messages/${sent.body.id}`;
    await api.put(path, { body: "防災会議は中止します。", version: 2 });
    await page.getByText("別の端末で次のように書き直されました").waitFor();
    expect(await field.inputValue()).toBe("防災会議は延期します。");
    await page.getByRole("button", { name: "保存する", exact: true }).click();
    await picture(page, "edit-outdated-1366");
    await expectAccessible(page);
    await page.getByRole("button", { name: /今の本文に代えて/ }).click();
    await page.getByRole("button", { name: "保存する", exact: true }).click();
    await message(page, "防災会議は延期します。").waitFor();
    suzuki.check();
    takahashi.check();
    await suzuki.context.close();
    await takahashi.context.close();
  });

  it("leaves a tombstone, also in the quote of a reply, and asks an owner why", async () => {
    const { id, api } = await makeRoom(city, "窓口の引継ぎ", everyone);
    const suzuki = await city.server.as(city.people.suzuki);
    await api.send(id, "住所は中央町1-2-3です。");
    await suzuki.send(id, "それは別の方の住所です。", { replyTo: 1 });
    await suzuki.send(id, "宛先を間違えた投稿です。");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await message(page, "それは別の方").hover();
    await page.getByRole("button", { name: "そのほかの操作" }).click();
    await picture(page, "message-menu-1366");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.locator('[data-seq="1"]').focus();
    await page.keyboard.press("d");
    await page.getByRole("alertdialog").getByText("返信の引用").waitFor();
    await lookAt(page, "delete-dialog");
    await page.getByRole("button", { name: "削除する" }).click();
    await page.locator('[data-seq="1"]').getByText("このメッセージは削除されました").waitFor();
    await page.locator('[data-seq="2"]').getByText("このメッセージは削除されました").waitFor();
    expect(await page.getByText("中央町").count()).toBe(0);

    await page.locator('[data-seq="3"]').focus();
    await page.keyboard.press("d");
    expect(await page.getByRole("button", { name: "削除する" }).isDisabled()).toBe(true);
    await page.getByLabel("削除する理由（必須）").fill("宛先の誤り");
    await page.getByRole("button", { name: "削除する" }).click();
    await page.locator('[data-seq="3"]').getByText("宛先の誤り").waitFor();
    await page.getByRole("link", { name: /窓口の引継ぎ.*このメッセージは削除されました/ }).waitFor();
    await picture(page, "tombstones-1366");
    await expectAccessible(page);
    await page.setViewportSize(sizes.chromebook);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await picture(page, "tombstones-dark-1280");
    await expectAccessible(page);
    check();
    await context.close();
  });

  it("opens from a long press on a phone", async () => {
    const { id } = await makeRoom(city, "現地の写真", everyone);
    const api = await city.server.as(city.people.suzuki);
    await api.send(id, "橋の手前まで水が来ています。");
    const { page, check, context } = await openOnPhone("suzuki", "現地の写真");
    const row = message(page, "橋の手前");
    await row.waitFor();
    const box = (await row.boundingBox())!;
    const cdp = await context.newCDPSession(page);
    const touchPoints = [{ x: box.x + box.width - 60, y: box.y + box.height / 2 }];
    await cdp.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
    await page.getByRole("menuitem", { name: "書き直す" }).waitFor();
    await cdp.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
    await picture(page, "message-menu-390");
    await expectAccessible(page);
    await page.getByRole("menuitem", { name: "書き直す" }).tap();
    await page.getByRole("textbox", { name: "メッセージの本文" }).fill("橋の手前で通行止めです。");
    await picture(page, "edit-390");
    await page.getByRole("button", { name: "保存する", exact: true }).tap();
    await message(page, "通行止めです")
      .getByRole("button", { name: /^編集済み/ })
      .waitFor();
    await picture(page, "edited-390");
    check();
    await context.close();
  });
});

describe("asking to confirm", () => {
  it("shows who has and who has not, reminds those alone, and stands in the overview", async () => {
    const { id } = await makeRoom(city, "避難計画の確認", everyone);
    const sato = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
    const { page } = sato;
    await page.locator("[data-composer]").fill("新しい避難計画です。確認をお願いします。");
    await page.getByRole("button", { name: "要確認" }).click();
    await page.getByLabel("期限").fill("2027-01-15T17:00");
    await picture(page, "confirmation-ask-1366");
    await expectAccessible(page);
    await page.locator("[data-composer]").press("Control+Enter");
    await page.getByRole("button", { name: "4人中 0人が確認" }).waitFor();

    const suzuki = await openSignedIn(browser, city, city.people.suzuki, { path: `/rooms/${id}` });
    await suzuki.page.getByRole("link", { name: /対応待ち.*対応待ち 1件/ }).waitFor();
    await message(suzuki.page, "新しい避難計画").waitFor();
    await picture(suzuki.page, "confirmation-1366");
    await expectAccessible(suzuki.page);
    // By keyboard alone.
    await suzuki.page.locator('[data-seq="1"]').focus();
    await suzuki.page.keyboard.press("k");
    await message(suzuki.page, "新しい避難計画").getByText("確認済み").waitFor();
    await page.getByRole("button", { name: "4人中 1人が確認" }).click();
    const dialog = page.getByRole("dialog", { name: "確認した人・まだの人" });
    const done = dialog.locator("section", { has: page.getByRole("heading", { name: "確認済み 1人" }) });
    await done.getByText("鈴木 一郎").waitFor();
    await dialog.getByRole("heading", { name: "まだ 3人" }).waitFor();
    await lookAt(page, "confirmations-dialog");

    const guest = await openSignedIn(browser, city, city.people.guest, {
      zone: "internet",
      ...phone,
    });
    await guest.page.getByRole("link", { name: /避難計画の確認/ }).waitFor();
    await dialog.getByRole("button", { name: "まだの 3人に知らせる" }).click();
    await page.getByText("まだ確認していない 3人に知らせました。").waitFor();
    await guest.page.getByText("確認を待っているメッセージがあります").waitFor();
    await guest.page.getByRole("link", { name: /避難計画の確認.*自分あて 1件/ }).waitFor();
    await guest.page.getByRole("link", { name: /^対応待ち/ }).tap();
    await guest.page.getByRole("heading", { name: "自分への対応待ち" }).waitFor();
    await guest.page.getByText("再度の連絡あり").waitFor();
    await picture(guest.page, "waiting-390");
    await expectAccessible(guest.page);
    await guest.page.getByRole("button", { name: "確認しました" }).tap();
    await guest.page.getByText("確認を待っているものはありません").waitFor();

    await dialog.getByRole("heading", { name: "まだ 2人" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: /^対応待ち/ }).click();
    await page.getByRole("button", { name: "4人中 2人が確認" }).waitFor();
    await lookAt(page, "/waiting");
    await page.setViewportSize(sizes.chromebook);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await picture(page, "waiting-dark-1280");
    await expectAccessible(page);
    sato.check();
    suzuki.check();
    guest.check();
    for (const { context } of [sato, suzuki, guest]) await context.close();
  });
});

describe("threads", () => {
  it("open beside the room, keep their replies in its one order, and have a title", async () => {
    const { id, api } = await makeRoom(city, "避難所の運営", ["suzuki", "takahashi"]);
    await api.send(id, "体育館の鍵はどこにありますか。");
    await api.send(id, "毛布を20枚追加します。");
    const sato = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
    const { page } = sato;
    await message(page, "体育館の鍵").waitFor();
    // By keyboard alone: T opens the thread, and what is typed goes into it.
    await page.locator('[data-seq="1"]').focus();
    await page.keyboard.press("t");
    const pane = page.getByRole("complementary", { name: "話題" });
    await pane.getByText("体育館の鍵はどこに").waitFor();
    await pane.getByRole("button", { name: "話題の名前を変える" }).click();
    await pane.getByRole("textbox", { name: "話題の名前" }).fill("体育館の鍵");
    await page.keyboard.press("Enter");
    await pane.getByRole("heading", { name: "体育館の鍵" }).waitFor();
    await (await city.server.as(city.people.suzuki)).send(id, "守衛室で預かっています。", { threadSeq: 1 });
    await pane.getByText("守衛室で預かっています。").waitFor();
    await pane
      .getByRole("textbox", { name: "この話題に返信を書く" })
      .fill("ありがとうございます。取りに行きます。");
    await page.keyboard.press("Control+Enter");
    await page
      .locator('[data-seq="4"]')
      .getByRole("button", { name: "話題「体育館の鍵」への返信" })
      .waitFor();
    await page
      .locator('[data-seq="1"]')
      .getByRole("button", { name: /体育館の鍵.*返信 2件/ })
      .waitFor();
    expect(await bodiesOf(city, id)).toHaveLength(4);
    await lookAt(page, "thread-pane");
    await page.setViewportSize(sizes.chromebook);
    await picture(page, "thread-1280");
    await page.emulateMedia({ media: "print" });
    await page.evaluate(() => {
      document.documentElement.dataset.printing = "sheet";
    });
    expect(await page.getByText("毛布を20枚").isVisible()).toBe(false);
    await picture(page, "thread-print");
    sato.check();
    await sato.context.close();

    const suzuki = await openOnPhone("suzuki", "避難所の運営");
    await suzuki.page.getByRole("button", { name: /体育館の鍵.*返信 2件/ }).tap();
    await suzuki.page.getByRole("complementary", { name: "話題" }).getByText("取りに行きます").waitFor();
    await picture(suzuki.page, "thread-390");
    await expectAccessible(suzuki.page);
    await suzuki.page.getByRole("button", { name: "話題を閉じる" }).tap();
    await message(suzuki.page, "毛布を20枚").waitFor();
    suzuki.check();
    await suzuki.context.close();
  });
});
