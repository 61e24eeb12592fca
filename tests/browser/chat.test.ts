import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ApiClient } from "#tests/support/api-client.ts";
import { testPassword } from "#tests/support/factories.ts";
import {
  expectNoSidewaysScroll,
  freshCode,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  phone,
  picture,
} from "./support/browser.ts";
import { buildCity, type City, type PersonKey } from "./support/city.ts";
import { bodiesOf, composer, makeRoom, message } from "./support/rooms.ts";

const everyone: readonly PersonKey[] = ["suzuki", "takahashi", "guest"];
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

describe("signing in", () => {
  it("takes a password on the LGWAN side, and keeps what was typed when it is wrong", async () => {
    const { page, check } = await openDevice(browser, city.url("lgwan"));
    await page.goto("/");
    await page.getByLabel("ログインID").fill(city.people.tanaka.loginId);
    await page.getByLabel("パスワード", { exact: true }).fill("wrong");
    await page.getByRole("button", { name: "ログインする" }).click();
    await page.getByRole("alert").filter({ hasText: "ログインIDまたはパスワードが違います" }).waitFor();
    expect(await page.getByLabel("ログインID").inputValue()).toBe(city.people.tanaka.loginId);
    await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
    await page.keyboard.press("Enter");
    await page.getByText("まだルームがありません").waitFor();
    await picture(page, "rooms-empty-1366");
    check();
    await page.context().close();
  });

  it("asks for the second factor on the Internet side, and comes back to the address that was asked for", async () => {
    const { id } = await makeRoom(city, "夜間の連絡", everyone);
    const { page, check } = await openDevice(browser, city.url("internet"));
    await page.goto(`/rooms/${id}`);
    await page.getByLabel("ログインID").fill(city.people.suzuki.loginId);
    await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
    await page.getByRole("button", { name: "ログインする" }).click();
    await page.getByText("認証アプリの6桁の確認コードが必要です").waitFor();
    await page.getByLabel("確認コード（6桁）").fill(await freshCode(city, city.people.suzuki));
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "夜間の連絡" }).waitFor();
    await page.getByText("インターネット側").waitFor();
    check();
    await page.context().close();
  });

  it("asks a section account who is at the keyboard", async () => {
    const { page, check, expectConsole } = await openDevice(browser, city.url("lgwan"));
    expectConsole(/status of 403/);
    await page.goto("/");
    await page.getByLabel("ログインID").fill(city.people.desk.loginId);
    await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
    await page.keyboard.press("Enter");
    await page
      .getByRole("group", { name: "操作する職員" })
      .getByRole("radio", { name: /髙橋 美咲/ })
      .check();
    await page.getByRole("button", { name: "ログインする" }).click();
    await page.getByRole("button", { name: "操作者 髙橋 美咲。押すと交代できます" }).waitFor();
    check();
    await page.context().close();
  });
});

describe("talking", () => {
  it("goes from one person to the other, and tells who has read it", async () => {
    const { id } = await makeRoom(city, "予算の相談", everyone);
    const sato = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
    await composer(sato.page).fill("補正予算の資料を確認してください。");
    await composer(sato.page).press("Control+Enter");
    await message(sato.page, "補正予算の資料").waitFor();
    await sato.page.getByRole("button", { name: "既読 0人、未読 3人。一覧を開きます" }).waitFor();

    const takahashi = await openSignedIn(browser, city, city.people.takahashi, { zone: "internet" });
    await takahashi.page.getByRole("link", { name: /予算の相談.*未読 1件/ }).waitFor();
    expect(await takahashi.page.title()).toMatch(/^\(\d+\) チャット/);
    await takahashi.page.getByRole("link", { name: /予算の相談/ }).click();
    await message(takahashi.page, "補正予算の資料").waitFor();
    await takahashi.page.getByText("ここから未読").waitFor();

    await sato.page.getByRole("button", { name: "既読 1人、未読 2人。一覧を開きます" }).click();
    const dialog = sato.page.getByRole("dialog");
    await dialog.getByRole("heading", { name: "既読 1人" }).waitFor();
    const read = dialog.locator("section", { has: sato.page.getByRole("heading", { name: "既読 1人" }) });
    const unread = dialog.locator("section", { has: sato.page.getByRole("heading", { name: "未読 2人" }) });
    expect(await read.getByRole("listitem").allInnerTexts()).toEqual([expect.stringContaining("髙橋 美咲")]);
    expect(await unread.getByRole("listitem").count()).toBe(2);
    await sato.page.keyboard.press("Escape");

    await composer(takahashi.page).fill("確認しました。");
    await takahashi.page.getByRole("button", { name: "送信する" }).click();
    await message(sato.page, "確認しました。").waitFor();
    sato.check();
    takahashi.check();
    await sato.context.close();
    await takahashi.context.close();
  });

  it("makes a group, takes somebody in and lets them go again", async () => {
    const suzuki = await openSignedIn(browser, city, city.people.suzuki);
    const { page, check, context } = await openSignedIn(browser, city, city.people.tanaka);
    await page.getByRole("button", { name: "新しく始める" }).first().click();
    await page.getByRole("tab", { name: "グループを作る" }).click();
    await page.getByRole("button", { name: "作成する" }).click();
    await page.getByText("グループの名前を入力してください。").waitFor();
    await page.getByLabel("グループの名前").fill("端末の入れ替え");
    await page.getByRole("combobox").first().fill("こばやし");
    await page.getByRole("option", { name: /小林 大輔/ }).click();
    await page.getByText("ゲスト（庁外の人）が 1人含まれます").waitFor();
    await page.getByRole("combobox").first().fill("さとう");
    // At once, before the answer is there: Enter chooses from what was asked for, not from what still stands there.
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: /^佐藤 花子/ }).waitFor();
    await page.getByRole("button", { name: "作成する" }).click();
    await page.getByRole("heading", { name: "端末の入れ替え" }).waitFor();
    await page.getByText("（うちゲスト 1人）", { exact: true }).waitFor();

    await page.getByRole("button", { name: "メンバー", exact: true }).click();
    await page.getByRole("button", { name: "メンバーを追加する" }).click();
    await page.getByRole("combobox").first().fill("すずき");
    await page.getByRole("option", { name: /鈴木 一郎/ }).click();
    await page.getByRole("button", { name: "1人を追加する" }).click();
    await suzuki.page.getByRole("link", { name: /端末の入れ替え/ }).click();
    await suzuki.page.getByText("まだメッセージはありません").last().waitFor();

    await page.getByRole("button", { name: "鈴木 一郎さんを外す" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").getByRole("button", { name: "外す" }).click();
    await suzuki.page.getByText("「端末の入れ替え」のメンバーから外れました").waitFor();
    expect(await suzuki.page.getByRole("link", { name: /端末の入れ替え/ }).count()).toBe(0);
    check();
    suzuki.check();
    await context.close();
    await suzuki.context.close();
  });

  it("mentions a member found by kana and answers a message", async () => {
    const { id, api } = await makeRoom(city, "宛先の試験", everyone);
    await api.send(id, "誰か対応できますか。");
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    await message(page, "誰か対応").hover();
    await page.getByRole("toolbar").getByRole("button", { name: "返信する", exact: true }).click();
    await page.getByText("佐藤 花子さんに返信").waitFor();
    await composer(page).pressSequentially("@たかは");
    await page.getByRole("option", { name: /髙橋 美咲/ }).waitFor();
    await picture(page, "mention-1366");
    await page.keyboard.press("Enter");
    await composer(page).pressSequentially("お願いします。");
    await page.keyboard.press("Control+Enter");
    await message(page, "お願いします。").getByText("@髙橋 美咲さん").waitFor();
    await expect
      .poll(async () => (await api.get(`/api/v1/rooms/${id}/messages`)).body.items.at(-1))
      .toMatchObject({ mentions: [city.people.takahashi.id], replyTo: 1 });
    check();
    await context.close();
  });

  it("shows HTML, long words and turned text as the characters that they are", async () => {
    const { id, api } = await makeRoom(city, "文字の試験", everyone);
    await api.send(id, "<img src=x onerror=alert(1)><b>太字ではない</b>\n\n葛󠄀城市 👨‍👩‍👧 שלום עולם (1)");
    await api.send(id, "a".repeat(300));
    await api.send(id, Array.from({ length: 60 }, (_, line) => `${line + 1}行目`).join("\n"));
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    await page.getByText("<b>太字ではない</b>").first().waitFor();
    await page.getByRole("button", { name: "続きを表示" }).click();
    await page.getByText("60行目").waitFor();
    await expectNoSidewaysScroll(page);
    check();
    await context.close();
  });
});

describe("the input method", () => {
  it("never sends with a key that belongs to it", async () => {
    const { id } = await makeRoom(city, "変換の試験", everyone);
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await page.getByRole("checkbox", { name: "Enterキーで送信" }).check();
    await composer(page).focus();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Input.imeSetComposition", { text: "ざいせい", selectionStart: 4, selectionEnd: 4 });
    expect(await composer(page).inputValue()).toBe("ざいせい");
    // The Enter that chooses 財政: browsers mark it as the input method's.
    await cdp.send("Input.dispatchKeyEvent", {
      type: "keyDown",
      key: "Process",
      code: "Enter",
      windowsVirtualKeyCode: 229,
    });
    await cdp.send("Input.dispatchKeyEvent", {
      type: "keyDown",
      key: "Enter",
      code: "Enter",
      windowsVirtualKeyCode: 13,
    });
    expect(await composer(page).inputValue()).toContain("ざいせい");
    expect(await bodiesOf(city, id)).toEqual([]);
    await composer(page).fill("");
    await cdp.send("Input.imeSetComposition", { text: "ざいせい", selectionStart: 4, selectionEnd: 4 });
    await cdp.send("Input.insertText", { text: "財政" });
    // Safari ends the composition first and then says Enter with 229.
    await composer(page).evaluate((field) => {
      field.dispatchEvent(
        new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true }),
      );
    });
    expect(await bodiesOf(city, id)).toEqual([]);
    await page.keyboard.press("Enter");
    await message(page, "財政").waitFor();
    await expect.poll(() => bodiesOf(city, id)).toEqual(["財政"]);
    check();
    await context.close();
  });
});

describe("what has not been sent", () => {
  it("survives a lost line and a reload, and arrives once and in order", async () => {
    const { id } = await makeRoom(city, "回線の試験", everyone);
    const { page, check, context, expectConsole } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    expectConsole(/ERR_FAILED/);
    await composer(page).waitFor();
    await context.route("**/api/v1/rooms/*/messages", (route) =>
      route.request().method() === "POST" ? route.abort() : route.continue(),
    );
    await composer(page).fill("一つ目");
    await page.keyboard.press("Control+Enter");
    await composer(page).fill("二つ目");
    await page.keyboard.press("Control+Enter");
    await composer(page).fill("書きかけ");
    await message(page, "二つ目").getByText("送信中…").waitFor();
    await page.reload();
    await message(page, "一つ目").getByText("送信中…").waitFor();
    expect(await composer(page).inputValue()).toBe("書きかけ");
    expect(await bodiesOf(city, id)).toEqual([]);
    await context.unroute("**/api/v1/rooms/*/messages");
    await expect.poll(() => bodiesOf(city, id), { timeout: 15_000 }).toEqual(["一つ目", "二つ目"]);
    await page.getByText("送信中…").first().waitFor({ state: "detached" });
    expect(await page.getByRole("article").count()).toBe(2);
    check();
    await context.close();
  });

  it("waits while the device is offline and says so", async () => {
    const { id } = await makeRoom(city, "圏外の試験", everyone);
    const { page, check, context, expectConsole } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    // What the page asks for through its service worker fails by this name.
    expectConsole(/net::ERR_FAILED/);
    await page.getByText("接続中").waitFor();
    await context.setOffline(true);
    await page.getByText("オフライン：送信は再開後に自動で行います").waitFor();
    await composer(page).fill("圏外で書きました。");
    await page.keyboard.press("Control+Enter");
    await message(page, "圏外で書きました。").getByText("送信待ち").waitFor();
    await picture(page, "offline-1366");
    await context.setOffline(false);
    await expect.poll(() => bodiesOf(city, id), { timeout: 15_000 }).toEqual(["圏外で書きました。"]);
    await page.getByText("送信待ち").first().waitFor({ state: "detached" });
    await page.getByText("接続中").waitFor();
    check();
    await context.close();
  });

  it("tells why a message was refused, and gives its text back", async () => {
    const { id } = await makeRoom(city, "断りの試験", everyone);
    const { page, context } = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
    await composer(page).fill("向きを変える\u202e文字");
    await page.keyboard.press("Control+Enter");
    await message(page, "向きを変える").getByText("送信できませんでした").waitFor();
    await page.getByText("使えない文字が含まれています").waitFor();
    await picture(page, "refused-1366");
    await page.getByRole("button", { name: "取り消す" }).click();
    expect(await composer(page).inputValue()).toContain("向きを変える");
    await context.close();
  });

  it("is asked about at sign-out, and leaves nothing for the next person", async () => {
    const { id } = await makeRoom(city, "共用端末の試験", everyone);
    const { page, check, context, expectConsole } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    // The server does not get it: a draft that it has is not lost by signing out, and nobody is asked.
    expectConsole(/net::ERR_FAILED/);
    await page.route("**/api/v1/drafts/*", (route) => route.abort());
    await composer(page).fill("内緒の下書き");
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await page.getByRole("menuitem", { name: "ログアウトする" }).click();
    await page.getByRole("alertdialog").getByText("この端末に残っています").waitFor();
    await lookAt(page, "sign-out-dialog");
    await page.getByRole("button", { name: "ログアウトしない" }).click();
    expect(await composer(page).inputValue()).toBe("内緒の下書き");
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await page.getByRole("menuitem", { name: "ログアウトする" }).click();
    await page.getByRole("button", { name: "消去してログアウトする" }).click();
    await page.getByText("ログアウトしました。").waitFor();
    await expect.poll(() => page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0);
    await page.getByLabel("ログインID").fill(city.people.suzuki.loginId);
    await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "共用端末の試験" }).waitFor();
    expect(await composer(page).inputValue()).toBe("");
    check();
    await context.close();
  });
});

describe("long rooms and many rooms", () => {
  it("opens at the first unread message and scrolls to both ends without a jump", async () => {
    const { id, api } = await makeRoom(city, "長い会話", everyone);
    const suzuki = await city.server.as(city.people.suzuki);
    await fill(api, id, 400);
    await suzuki.put(`/api/v1/rooms/${id}/read-position`, { seq: 200 });
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    await page.getByText("ここから未読").waitFor();
    expect(await page.locator('[data-seq="201"]').isVisible()).toBe(true);
    await picture(page, "first-unread-1366");

    const scroller = page.getByLabel("長い会話のメッセージ");
    const jump = await scroller.evaluate(async (element) => {
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let worst = 0;
      for (let i = 0; i < 400 && !document.querySelector('[data-seq="1"]'); i++) {
        const rows = [...element.querySelectorAll<HTMLElement>("[data-seq]")];
        const top = element.getBoundingClientRect().top;
        const row = rows.find((each) => each.getBoundingClientRect().bottom > top)!;
        const before = row.getBoundingClientRect().top;
        element.scrollTop -= 120;
        const moved = row.getBoundingClientRect().top - before;
        for (let wait = 0; wait < 4; wait++) await frame();
        if (row.isConnected)
          worst = Math.max(worst, Math.abs(row.getBoundingClientRect().top - before - moved));
      }
      return worst;
    });
    expect(await page.locator('[data-seq="1"]').count()).toBe(1);
    expect(jump).toBeLessThan(2);
    expect(await page.locator("[data-seq]").count()).toBeLessThanOrEqual(170);
    await page.getByRole("button", { name: /新しいメッセージ|最新のメッセージへ/ }).click();
    await page.locator('[data-seq="400"]').waitFor();
    await expect.poll(() => page.locator('[data-seq="400"]').isVisible()).toBe(true);
    await expect
      .poll(
        async () =>
          (await suzuki.get("/api/v1/rooms")).body.items.find((room: { id: string }) => room.id === id)
            .unread,
      )
      .toBe(0);
    await page.goto(`/rooms/${id}?at=57`);
    await page.locator('[data-seq="57"]').waitFor();
    await expect.poll(() => page.locator('[data-seq="57"]').isVisible()).toBe(true);
    await api.send(id, "いま届いた連絡");
    await page.getByRole("button", { name: /新しいメッセージ 1件/ }).click();
    await message(page, "いま届いた連絡").waitFor();
    check();
    await context.close();
  });

  it("leaves the reader where they are when what was asked for on the way comes late", async () => {
    const { id, api } = await makeRoom(city, "行き来する会話", everyone);
    await fill(api, id, 300);
    await api.send(id, "最後の連絡");
    const suzuki = await city.server.as(city.people.suzuki);
    await suzuki.put(`/api/v1/rooms/${id}/read-position`, { seq: 301 });
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}?at=57`,
    });
    await page.locator('[data-seq="57"]').waitFor();
    // The room stands on the screen, from what the device kept, before the snapshot puts that away: one stays where one was.
    const snapshot = await holdAnswers(page, /\/api\/v1\/rooms\?/);
    await page.reload();
    await page.locator('[data-seq="57"]').waitFor();
    const again = page.waitForResponse(/\/messages\?.*around=/);
    snapshot.release();
    await again;
    await page.waitForLoadState("networkidle");
    const isInView = (seq: number) =>
      page.locator(`[data-seq="${seq}"]`).evaluateAll((rows) =>
        rows.some((row) => {
          const box = row.getBoundingClientRect();
          const view = row.closest("section")!.getBoundingClientRect();
          return box.bottom > view.top && box.top < view.bottom;
        }),
      );
    await expect.poll(() => isInView(57)).toBe(true);

    // What was asked for on the way to another place comes late: whoever has gone to the newest meanwhile stays there.
    const middle = await holdAnswers(page, /\/messages\?.*around=/);
    await page.getByLabel("行き来する会話のメッセージ").evaluate((element) => {
      element.scrollTop = element.scrollHeight / 2;
    });
    await middle.asked;
    await page.getByRole("button", { name: "最新のメッセージへ" }).click();
    await message(page, "最後の連絡").waitFor();
    const late = page.waitForResponse(/around=/);
    middle.release();
    await late;
    await page.evaluate(
      () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
    );
    expect(await isInView(301)).toBe(true);
    check();
    await context.close();
  });

  it("lists five hundred rooms, finds one by kana and keeps only some of them in the page", async () => {
    const api = await city.server.as(city.people.watanabe);
    for (let i = 0; i < 500; i++) await api.createGroup([], `${i}号 避難所 連絡`);
    await api.post(
      "/api/v1/rooms",
      { kind: "direct", memberIds: [city.people.takahashi.id] },
      { "idempotency-key": "d" },
    );
    const { page, check, context } = await openSignedIn(browser, city, city.people.watanabe);
    await page.getByRole("link", { name: /499号/ }).waitFor();
    expect(await page.locator("[data-room]").count()).toBeLessThan(80);
    await picture(page, "rooms-500-1366");
    await page.getByRole("searchbox").fill("タカハシ");
    await page.getByRole("link", { name: /髙橋 美咲/ }).waitFor();
    expect(await page.locator("[data-room]").count()).toBe(1);
    await page.getByRole("searchbox").fill("ない部屋");
    await page.getByText("「ない部屋」に合うルームはありません").waitFor();
    check();
    await context.close();
  });
});

describe("with the keyboard alone", () => {
  it("finds a room, reads, answers, sees who has read, and gets help", async () => {
    const { id, api } = await makeRoom(city, "台帳の照会", everyone);
    await api.send(id, "一件目の照会です。");
    await api.send(id, "二件目の照会です。");
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki);
    await page.keyboard.press("Alt+k");
    await page.keyboard.type("台帳");
    await page.getByRole("link", { name: /台帳の照会/ }).waitFor();
    await page.waitForTimeout(200);
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-room"))).toBe(id);
    await page.keyboard.press("Enter");
    await message(page, "二件目の照会").waitFor();
    await page.keyboard.press("Alt+m");
    await page.keyboard.type("承知しました。");
    await page.keyboard.press("Control+Enter");
    await page.locator('[data-seq="3"]').waitFor();
    await page.keyboard.press("Shift+Tab");
    for (let i = 0; i < 12; i++) {
      const at = await page.evaluate(() => document.activeElement?.getAttribute("data-seq"));
      if (at) break;
      await page.keyboard.press("Shift+Tab");
    }
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute("data-seq"))).toBe("2");
    await page.keyboard.press("r");
    await page.getByText("佐藤 花子さんに返信").waitFor();
    await page.keyboard.type("こちらで調べます。");
    await page.keyboard.press("Control+Enter");
    await message(page, "こちらで調べます。").waitFor();
    await page.keyboard.press("Alt+i");
    await page.getByRole("complementary", { name: "メンバー" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("complementary", { name: "メンバー" }).waitFor({ state: "detached" });
    await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "キー操作の一覧" }).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    expect(await bodiesOf(city, id)).toEqual([
      "一件目の照会です。",
      "二件目の照会です。",
      "承知しました。",
      "こちらで調べます。",
    ]);
    check();
    await context.close();
  });
});

describe("on a phone", () => {
  it("goes from the list into a room and back, with targets for a thumb", async () => {
    const { id, api } = await makeRoom(city, "夜間の呼び出し", everyone);
    await api.send(id, "至急、折り返しをお願いします。");
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      zone: "internet",
      ...phone,
    });
    await page.getByRole("link", { name: /夜間の呼び出し/ }).tap();
    await message(page, "至急").waitFor();
    await composer(page).fill("いま向かっています。");
    await page.getByRole("button", { name: "送信する" }).tap();
    await message(page, "いま向かっています。").waitFor();
    await message(page, "至急").tap();
    await page.getByRole("button", { name: "そのほかの操作" }).tap();
    await page.getByRole("menuitem", { name: "返信する", exact: true }).tap();
    await page.getByText("佐藤 花子さんに返信").waitFor();
    await picture(page, "reply-390");
    const small = await page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>("button, a[href], input, select")]
        .filter((element) => element.checkVisibility())
        .map((element) => ({
          box: element.getBoundingClientRect(),
          words: element.innerText || (element.ariaLabel ?? ""),
        }))
        .filter(({ box, words }) => box.width > 2 && box.height < 43 && !/既読|未読|続きを|側$/.test(words))
        .map(({ box, words }) => `${words} ${Math.round(box.width)}×${Math.round(box.height)}`),
    );
    expect(small).toEqual([]);
    await page.getByRole("button", { name: "返信をやめる" }).tap();
    await message(page, "至急").evaluate((row) => {
      const touch = (type: string, clientX: number) => {
        const touches = [new Touch({ identifier: 1, target: row, clientX, clientY: 400 })];
        row.dispatchEvent(
          new TouchEvent(type, {
            touches: type === "touchend" ? [] : touches,
            bubbles: true,
            cancelable: true,
          }),
        );
      };
      touch("touchstart", 300);
      for (const x of [280, 250, 215, 190]) touch("touchmove", x);
      touch("touchend", 190);
    });
    await page.getByText("佐藤 花子さんに返信").waitFor();
    await page.getByRole("link", { name: "ルームの一覧に戻る" }).tap();
    await page.getByRole("navigation", { name: "機能" }).waitFor();
    await expectNoSidewaysScroll(page);
    check();
    await context.close();
  });
});

/** Lets the page wait for what it asks at these addresses, until `release`; `asked` when it has. */
async function holdAnswers(
  page: Page,
  address: RegExp,
): Promise<{ asked: Promise<void>; release: () => void }> {
  const asked = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  await page.route(address, async (route) => {
    asked.resolve();
    await released.promise;
    await route.continue();
  });
  return { asked: asked.promise, release: released.resolve };
}

/** So many messages of different lengths. */
async function fill(api: ApiClient, roomId: string, count: number): Promise<void> {
  for (let from = 1; from <= count; from += 20)
    await Promise.all(
      Array.from({ length: Math.min(20, count - from + 1) }, (_, i) =>
        api.send(roomId, `${from + i}番目の連絡です。${"詳しい内容。".repeat((from + i) % 7)}`),
      ),
    );
}
