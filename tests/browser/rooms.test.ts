import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { expectAccessible, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

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

const api = (who: "sato" | "suzuki" | "tanaka") => city.server.as(city.people[who]);

describe("rooms", () => {
  it("are found, joined and left", async () => {
    const sato = await api("sato");
    const answer = await sato.post(
      "/api/v1/rooms",
      {
        kind: "group",
        name: "DX推進リーダー会議",
        description: "各課のDX推進リーダーの情報交換。事例を持ち寄ります。",
        visibility: "public",
        memberIds: [],
      },
      { "idempotency-key": newId() },
    );
    await sato.send(answer.body.id, "参加していない人には見えない話です");
    const { page, check, context } = await openSignedIn(browser, city, city.people.tanaka);
    await page.getByRole("button", { name: "一覧の操作" }).click();
    await page.getByRole("menuitem", { name: "ルームを探す" }).click();
    const dialog = page.getByRole("dialog", { name: "ルームを探す" });
    await dialog.getByText("各課のDX推進リーダーの情報交換").waitFor();
    expect(await dialog.getByText("見えない話").count()).toBe(0);
    await picture(page, "find-rooms-1366");
    await expectAccessible(page);
    await page.setViewportSize(sizes.phone);
    await picture(page, "find-rooms-390");
    await page.setViewportSize(sizes.chromebook);
    await dialog.getByRole("searchbox").fill("さがしてもない");
    await dialog.getByText("「さがしてもない」に合う公開のルームはありません").waitFor();
    await dialog.getByRole("searchbox").fill("ｄｘ");
    await dialog.getByRole("button", { name: "「DX推進リーダー会議」に参加する" }).click();
    await page.getByRole("heading", { name: "DX推進リーダー会議" }).waitFor();
    await page.getByText("田中 健太さんが参加しました").waitFor();
    await picture(page, "room-joined-1280");
    await expectAccessible(page);
    await page.getByRole("button", { name: "このルームの操作" }).click();
    await page.getByRole("menuitem", { name: "このルームから退出する" }).click();
    await page.getByRole("alertdialog").getByRole("button", { name: "退出する" }).click();
    await page.getByText("「DX推進リーダー会議」から退出しました。").waitFor();
    check();
    await context.close();
  });

  it("are set up by two people at once, without losing what was typed, and put away", async () => {
    const sato = await api("sato");
    const room = await sato.createGroup([city.people.suzuki.id], "避難所の運営");
    const { page, check, expectConsole, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${room.id}`,
    });
    expectConsole(/status of 409/);
    await page.getByRole("button", { name: "このルームの操作" }).click();
    await page.getByRole("menuitem", { name: "ルームの設定" }).click();
    const dialog = page.getByRole("dialog", { name: "ルームの設定" });
    await dialog.getByLabel("目的（任意）").fill("避難所の開設と運営の連絡");
    await picture(page, "room-settings-1366");
    await expectAccessible(page);
    await sato.put(`/api/v1/rooms/${room.id}/settings`, {
      version: 1,
      name: "避難所の運営（西部）",
      visibility: "closed",
      posting: "everybody",
    });
    await dialog.getByText("ほかの人が設定を変更しました").waitFor();
    await dialog.getByRole("button", { name: "保存する", exact: true }).click();
    await dialog.getByText("ほかの人が先にこのルームの設定を変更しました").waitFor();
    expect(await dialog.getByLabel("目的（任意）").inputValue()).toBe("避難所の開設と運営の連絡");
    await picture(page, "room-settings-conflict-1366");
    await dialog.getByLabel("名前", { exact: true }).fill("避難所の運営（西部・南部）");
    await dialog.getByRole("button", { name: /確かめました/ }).click();
    await dialog.getByRole("button", { name: "保存する", exact: true }).click();
    await page.getByRole("heading", { name: "避難所の運営（西部・南部）" }).waitFor();

    // The last owner hands over before leaving.
    await page.getByRole("button", { name: "このルームの操作" }).click();
    await page.getByRole("menuitem", { name: "このルームから退出する" }).click();
    await page.getByText("あなたは最後の管理者です").waitFor();
    await page.getByRole("button", { name: "メンバーを開く" }).click();
    const panel = page.getByRole("complementary", { name: "メンバー" });
    await panel.getByRole("button", { name: "鈴木 一郎 管理者にする" }).focus();
    await page.keyboard.press("Enter");
    await panel.getByRole("listitem").filter({ hasText: "鈴木 一郎" }).getByText("管理者").waitFor();
    await picture(page, "members-owner-1366");
    await expectAccessible(page);
    await panel.getByRole("button", { name: "所属ごと追加する" }).click();
    await page.getByRole("combobox", { name: "所属" }).selectOption({ label: "情報政策課" });
    await page.getByText("「情報政策課」の 1人を追加します").waitFor();
    await picture(page, "add-section-1366");
    await page.getByRole("button", { name: "1人を追加する" }).click();
    await panel.getByText("田中 健太").waitFor();
    await page.setViewportSize(sizes.phone);
    await picture(page, "members-390");
    await page.setViewportSize(sizes.terminal);

    await page.getByRole("button", { name: "このルームの操作" }).click();
    await page.getByRole("menuitem", { name: "ルームの設定" }).click();
    await page.getByRole("button", { name: "このルームを保管する" }).click();
    await page.getByRole("button", { name: "保管する", exact: true }).click();
    await page.getByText("このルームは保管済みです。読むことはできますが").waitFor();
    await page.getByRole("button", { name: "保管済み" }).waitFor();
    await picture(page, "room-archived-1366");
    await expectAccessible(page);
    check();
    await context.close();
  });

  it("are arranged in one's own list, on all devices", async () => {
    const suzuki = await api("suzuki");
    const rooms: string[] = [];
    for (const name of ["台風14号 対応", "予算編成", "庁舎の引越し"])
      rooms.push((await suzuki.createGroup([city.people.watanabe.id], name)).id);
    for (const id of rooms) await suzuki.send(id, "よろしくお願いします");
    const { page, check, context } = await openSignedIn(browser, city, city.people.watanabe);
    const other = await openSignedIn(browser, city, city.people.watanabe, { viewport: sizes.phone });
    const act = async (room: string, action: RegExp | string) => {
      await page.getByRole("link", { name: new RegExp(room) }).hover();
      await page.getByRole("button", { name: `「${room}」の操作` }).click();
      await page.getByRole("menuitem", { name: action }).click();
    };
    await act("台風14号 対応", "お気に入りに入れる");
    await page.getByRole("button", { name: /お気に入り/ }).waitFor();
    await act("予算編成", "お知らせ：なし");
    await page.getByRole("link", { name: /予算編成.*お知らせなし/ }).waitFor();
    await act("予算編成", "自分の分類に移す");
    await page.getByLabel("新しい分類の名前").fill("財政の仕事");
    await page.getByRole("button", { name: "作る" }).click();
    await page.getByRole("radio", { name: "財政の仕事" }).waitFor();
    await picture(page, "own-sections-1366");
    await expectAccessible(page);
    await page.getByRole("dialog").getByRole("button", { name: "閉じる" }).last().click();
    await page.getByRole("button", { name: /財政の仕事/ }).waitFor();
    await picture(page, "rooms-arranged-1366");
    await expectAccessible(page);
    await other.page.getByRole("button", { name: /財政の仕事/ }).waitFor();
    await other.page.getByRole("button", { name: /お気に入り/ }).waitFor();
    await picture(other.page, "rooms-arranged-390");
    await page.getByRole("button", { name: /財政の仕事/ }).click();
    await other.page.getByRole("link", { name: /予算編成/ }).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "一覧の操作" }).click();
    await page.getByRole("menuitem", { name: "すべて既読にする" }).click();
    await page.getByRole("link", { name: /台風14号.*未読/ }).waitFor({ state: "detached" });
    expect(await page.title()).not.toMatch(/^\(/);
    check();
    other.check();
    await context.close();
    await other.context.close();
  });
});
