import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import {
  expectAccessible,
  lookAt,
  openBrowser,
  openSignedIn,
  phone,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildAdministrator, buildCity, type City } from "./support/city.ts";

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

/** The same screen on a phone in the dark, looked at and checked; then as before. */
async function pictureInTheDark(page: Page, name: string): Promise<void> {
  const before = page.viewportSize()!;
  await page.setViewportSize(sizes.phone);
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "dark";
  });
  await picture(page, `${name}-dark-390`);
  await expectAccessible(page);
  await page.evaluate(() => {
    delete document.documentElement.dataset.theme;
  });
  await page.setViewportSize(before);
}

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
    await lookAt(page, "find-rooms-dialog");
    await pictureInTheDark(page, "find-rooms");
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
    await page.getByRole("alertdialog").getByRole("button", { name: "退出する" }).waitFor();
    await lookAt(page, "room-view", "leave");
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
    await lookAt(page, "room-settings-dialog");
    await pictureInTheDark(page, "room-settings");
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
    await lookAt(page, "members-panel");
    await panel.getByRole("button", { name: "所属ごと追加する" }).click();
    await page.getByRole("combobox", { name: "所属" }).selectOption({ label: "情報政策課" });
    await page.getByText("「情報政策課」の 1人を追加します").waitFor();
    await lookAt(page, "add-section-dialog");
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
    await pictureInTheDark(page, "room-archived");
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
    await lookAt(page, "own-sections-dialog");
    await pictureInTheDark(page, "own-sections");
    await page.getByRole("dialog").getByRole("button", { name: "閉じる" }).last().click();
    await page.getByRole("button", { name: /財政の仕事/ }).waitFor();
    await picture(page, "rooms-arranged-1366");
    await expectAccessible(page);
    await other.page.getByRole("button", { name: /財政の仕事/ }).waitFor();
    await other.page.getByRole("button", { name: /お気に入り/ }).waitFor();
    await picture(other.page, "rooms-arranged-390");
    await pictureInTheDark(other.page, "rooms-arranged");
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

  it("are put in order with the keyboard alone, by mouse and by finger, and other devices agree", async () => {
    const tanaka = await api("tanaka");
    const favourites: string[] = [];
    for (const name of ["台風14号 対応", "庁舎の引越し", "予算編成"])
      favourites.push((await tanaka.createGroup([city.people.suzuki.id], name)).id);
    const list = { version: 0, favourites, sections: [], folded: [] };
    expect((await tanaka.put("/api/v1/room-list", list)).status).toBe(200);
    const { page, check, context } = await openSignedIn(browser, city, city.people.tanaka);
    const other = await openSignedIn(browser, city, city.people.tanaka, phone);
    const order = (device: Page) =>
      device.locator("[data-room]").evaluateAll((rows) =>
        rows
          .map((row) => ({ top: row.getBoundingClientRect().top, words: row.textContent ?? "" }))
          .sort((a, b) => a.top - b.top)
          .flatMap(({ words }) => /台風|庁舎|予算/.exec(words)?.[0] ?? []),
      );
    await expect.poll(() => order(other.page)).toEqual(["台風", "庁舎", "予算"]);
    const openOrder = async (device: Page) => {
      await device.getByRole("button", { name: "一覧の操作" }).click();
      await device.getByRole("menuitem", { name: "お気に入りと自分の分類を整える" }).click();
    };
    const grip = (device: Page, name: string) =>
      device.getByRole("button", { name: `「${name}」の並び順を変える` });
    await openOrder(page);
    await grip(page, "予算編成").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByText("「予算編成」を3件中2番目に移しました。").waitFor();
    await expect.poll(() => order(other.page)).toEqual(["台風", "予算", "庁舎"]);
    await page.keyboard.press("Alt+ArrowUp");
    await page.getByText("「予算編成」を3件中1番目に移しました。").waitFor();
    await expect.poll(() => order(other.page)).toEqual(["予算", "台風", "庁舎"]);

    const centreOf = async (device: Page, name: string) => {
      const box = (await grip(device, name).boundingBox())!;
      return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    };
    const [first, last] = [await centreOf(page, "予算編成"), await centreOf(page, "庁舎の引越し")];
    await page.mouse.move(first.x, first.y);
    await page.mouse.down();
    await page.mouse.move(first.x, (first.y + last.y) / 2);
    await page.mouse.move(last.x, last.y + 8);
    await picture(page, "own-order-dragged-1366");
    await page.mouse.up();
    await expect.poll(() => order(other.page)).toEqual(["台風", "庁舎", "予算"]);

    await openOrder(other.page);
    await picture(other.page, "own-order-390");
    const finger = await other.context.newCDPSession(other.page);
    const [from, to] = [
      await centreOf(other.page, "庁舎の引越し"),
      await centreOf(other.page, "台風14号 対応"),
    ];
    const touch = (type: "touchStart" | "touchMove" | "touchEnd", y: number) =>
      finger.send("Input.dispatchTouchEvent", {
        type,
        touchPoints: type === "touchEnd" ? [] : [{ x: from.x, y }],
      });
    await touch("touchStart", from.y);
    for (const part of [0.3, 0.6, 1]) await touch("touchMove", from.y + (to.y - 8 - from.y) * part);
    await touch("touchEnd", to.y - 8);
    await page.getByRole("dialog").getByRole("button", { name: "閉じる" }).last().click();
    await expect.poll(() => order(page)).toEqual(["庁舎", "台風", "予算"]);
    check();
    other.check();
    await context.close();
    await other.context.close();
  });
});

describe("the threads of a room", () => {
  it("are listed with what is unread, and what is being written in one outlives a reload", async () => {
    const sato = await api("sato");
    const room = await sato.createGroup([city.people.suzuki.id], "避難所の開設");
    await sato.send(room.id, "体育館の鍵はどこにありますか。");
    await sato.send(room.id, "毛布の数を数えています。");
    for (let hour = 0; hour < 25; hour++)
      await sato.send(room.id, `${hour}時の状況\n\n西部公民館\n東部公民館\n体育館\n\n変わりありません。`);
    await sato.send(room.id, "毛布は200枚でした。", { threadSeq: 2 });
    await sato.put(`/api/v1/rooms/${room.id}/threads/1`, { title: "体育館の鍵" });
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${room.id}`,
    });
    await page.getByRole("button", { name: "話題一覧" }).click();
    const list = page.getByRole("complementary", { name: "話題一覧" });
    // The newest first; the reply stands far below what has been seen.
    await list.getByRole("button", { name: /毛布の数を数えています.*返信 1件.*未読 1件/ }).waitFor();
    expect(await list.getByRole("listitem").allInnerTexts()).toEqual([
      expect.stringContaining("毛布"),
      expect.stringContaining("体育館の鍵"),
    ]);
    // What comes while it is open is there without asking.
    await sato.send(room.id, "守衛室にあります。", { threadSeq: 1 });
    await expect
      .poll(() => list.getByRole("listitem").allInnerTexts(), { timeout: 30_000 })
      .toEqual([expect.stringContaining("返信 1件"), expect.stringContaining("毛布")]);
    await list.getByRole("listitem").first().getByText("体育館の鍵", { exact: true }).waitFor();
    await lookAt(page, "threads-panel");

    await list.getByRole("button", { name: /体育館の鍵/ }).click();
    const field = page.getByRole("textbox", { name: "この話題に返信を書く" });
    await field.fill("取りに行きます。ほかに要る物は");
    await expect
      .poll(() => repliesOnDisk(page), { timeout: 30_000 })
      .toEqual(["取りに行きます。ほかに要る物は"]);
    await page.reload();
    await expect.poll(() => field.inputValue(), { timeout: 30_000 }).toBe("取りに行きます。ほかに要る物は");
    await page.getByRole("button", { name: "話題を閉じる" }).click();
    await list
      .getByRole("button", { name: /体育館の鍵/ })
      .getByText("下書き")
      .waitFor();
    await page.setViewportSize(sizes.phone);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await picture(page, "threads-dark-390");
    await expectAccessible(page);
    await list.getByRole("button", { name: /体育館の鍵/ }).click();
    await field.fill("取りに行きます。");
    await page.getByRole("complementary", { name: "話題" }).getByRole("button", { name: "送信する" }).click();
    await page
      .getByRole("complementary", { name: "話題" })
      .getByRole("article")
      .getByText("取りに行きます。")
      .waitFor();
    await expect.poll(() => repliesOnDisk(page), { timeout: 30_000 }).toEqual([]);
    await page.reload();
    await page
      .getByRole("complementary", { name: "話題" })
      .getByRole("article")
      .getByText("取りに行きます。")
      .waitFor();
    expect(await field.inputValue()).toBe("");
    check();
    await context.close();
  });

  it("say how to begin one where there is none", async () => {
    const room = await (await api("sato")).createGroup([], "話題のないルーム");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${room.id}`,
    });
    await page.getByRole("button", { name: "話題一覧" }).focus();
    await page.keyboard.press("Enter");
    await page.getByText("話題はまだありません").waitFor();
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "話題一覧" }).waitFor({ state: "detached" });
    check();
    await context.close();
  });
});

/** What the device keeps of replies that are being written. */
function repliesOnDisk(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const [found] = await indexedDB.databases();
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open(found!.name!);
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const kept = await new Promise<{ body: string }[]>((resolve, reject) => {
      const asking = database.transaction("replies").objectStore("replies").getAll();
      asking.onsuccess = () => resolve(asking.result);
      asking.onerror = () => reject(asking.error);
    });
    database.close();
    return kept.map(({ body }) => body);
  });
}

describe("what administrators decide", () => {
  it("is how sending asks, whether sections have rooms, and the rooms of everybody", async () => {
    const administrator = await buildAdministrator(city);
    const { page, check, context } = await openSignedIn(browser, city, administrator);
    await page.goto("/administration/chat");
    const asks = page.getByRole("textbox", { name: "送信の前に確認する（人）" });
    await asks.waitFor();
    await page.getByText("全庁のルームはまだありません。").waitFor();
    await lookAt(page, "/administration/chat");
    await asks.fill("たくさん");
    await page.getByRole("button", { name: "保存する" }).click();
    await page.getByText("1から100,000までの数を入力してください。").waitFor();
    expect(await asks.inputValue()).toBe("たくさん");
    await expectAccessible(page);
    await asks.fill("３００");
    await page.getByRole("radio", { name: "メンバー全員（ゲストを除く）" }).check();
    await page.getByRole("button", { name: "保存する" }).click();
    await page.getByText("送信の設定を保存しました。").first().waitFor();
    expect(await asks.inputValue()).toBe("300");
    const sato = await api("sato");
    expect((await sato.get("/api/v1/chat-settings")).body).toMatchObject({
      reachConfirmedAbove: 300,
      everybodyBy: "members",
    });

    await page.getByRole("button", { name: "自動で作るのをやめる" }).click();
    await page.getByRole("alertdialog").getByText("今あるルームは残り").waitFor();
    await lookAt(page, "section-rooms-switch");
    await page.getByRole("alertdialog").getByRole("button", { name: "自動で作るのをやめる" }).click();
    await page.getByText("作っていません").waitFor();
    await page.setViewportSize(sizes.phone);
    await page.evaluate(() => {
      document.documentElement.dataset.theme = "dark";
    });
    await picture(page, "chat-administration-dark-390");
    await expectAccessible(page);

    await page.getByRole("button", { name: "全庁のルームを作る" }).click();
    const dialog = page.getByRole("dialog", { name: "全庁のルームを作る" });
    await dialog.getByRole("button", { name: "作る", exact: true }).click();
    await dialog.getByText("名前を入力してください。").waitFor();
    await dialog.getByRole("textbox").fill("全庁のお知らせ");
    await lookAt(page, "municipality-rooms");
    await dialog.getByRole("button", { name: "作る", exact: true }).click();
    await page.getByRole("heading", { name: "全庁のお知らせ" }).waitFor();
    const mine = (await sato.get("/api/v1/rooms")).body.items as { name: string; posting: string }[];
    expect(mine).toContainEqual(expect.objectContaining({ name: "全庁のお知らせ", posting: "owners" }));
    check();
    await context.close();

    const outside = await openSignedIn(browser, city, administrator, { zone: "internet" });
    await outside.page.goto("/administration/chat");
    await outside.page.getByText("管理は、LGWAN 側の端末からだけできます。").waitFor();
    await expectAccessible(outside.page);
    await outside.context.close();

    const clerk = await openSignedIn(browser, city, city.people.sato);
    await clerk.page.goto("/settings");
    await clerk.page.getByRole("link", { name: /^表示/ }).waitFor();
    expect(await clerk.page.getByRole("link", { name: /チャットの管理/ }).count()).toBe(0);
    await clerk.context.close();
  });
});
