import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  lookAt,
  openBrowser,
  openSignedIn,
  phone,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";
import { bodiesOf, composer, makeRoom, message } from "./support/rooms.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity({ holdSeconds: 10 });
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

describe("what a message looks like", () => {
  it("draws marks, lists, quotes, code and tables, and leaves what looks like marks by chance", async () => {
    const { id, api } = await makeRoom(city, "書式の試験");
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
    await expectNoSidewaysScroll(page);
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

/** Waits as long as a busy machine needs. */
const soon: typeof expect.poll = (look) => expect.poll(look, { timeout: 30_000 });

/** Long enough for a busy machine to reload a page in it, or short enough to wait for. */
function setHold(seconds: number) {
  return city.server.database.transaction(scopeOf(city.tenantId), (tx) =>
    tx.run(
      build.updateTable("chat_setting").set({ hold_seconds: seconds }).where("tenant_id", "=", city.tenantId),
    ),
  );
}

describe("taking back", () => {
  it("is there for every message where its sender wants it", async () => {
    const { id } = await makeRoom(city, "少人数の連絡", ["suzuki"]);
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato);
    await page.goto("/settings/display");
    await page.getByRole("radio", { name: "すべて（10秒後に送信）" }).check({ force: true });
    await expectAccessible(page);
    await page.goto(`/rooms/${id}`);
    await composer(page).fill("資料を間違えていました。");
    await composer(page).press("Control+Enter");
    await page.getByText(/\d+秒後に送信/).waitFor();
    await page.getByRole("button", { name: "取り消す" }).click();
    await soon(() => composer(page).inputValue()).toBe("資料を間違えていました。");
    expect(await bodiesOf(city, id)).toEqual([]);
    check();
    await context.close();
  });

  it("a message to guests waits on the device, comes back into the field, and survives a reload", async () => {
    await setHold(60);
    const { id } = await makeRoom(city, "指定管理の連絡", ["suzuki", "guest"]);
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    page.on("dialog", (dialog) => void dialog.accept());
    await page.getByText("この投稿は 2人（うちゲスト 1人）に届きます").waitFor();
    await composer(page).fill("入札の予定価格は次のとおりです。");
    await composer(page).press("Control+Enter");
    await page.getByText(/\d+秒後に送信/).waitFor();
    await picture(page, "held-1366");
    await expectAccessible(page);
    await page.reload();
    await page.getByText(/\d+秒後に送信/).waitFor();
    await page.getByRole("button", { name: "取り消す" }).click();
    await page.getByText("本文を入力欄に戻しました").waitFor();
    await soon(() => composer(page).inputValue()).toBe("入札の予定価格は次のとおりです。");
    await page.reload();
    await soon(() => composer(page).inputValue()).toBe("入札の予定価格は次のとおりです。");
    expect(await bodiesOf(city, id)).toEqual([]);
    await composer(page).fill("点検の日程をお知らせします。");
    await composer(page).press("Control+Enter");
    await page.getByRole("button", { name: "今すぐ送る" }).click();
    await soon(() => bodiesOf(city, id)).toEqual(["点検の日程をお知らせします。"]);
    await page.getByText(/\d+秒後に送信/).waitFor({ state: "detached" });
    check();
    await context.close();
  });

  it("a message to guests goes by itself when its time is over, and one to colleagues at once", async () => {
    await setHold(10);
    const { id } = await makeRoom(city, "自分で送られる連絡", ["suzuki", "guest"]);
    const { id: inside } = await makeRoom(city, "すぐに送られる連絡");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      ...phone,
    });
    await page.getByRole("link", { name: /自分で送られる連絡/ }).tap();
    await composer(page).fill("本日の分です。");
    await page.getByRole("button", { name: "送信する" }).tap();
    await page.getByText(/\d+秒後に送信/).waitFor();
    await picture(page, "held-390");
    await page.getByRole("link", { name: "ルームの一覧に戻る" }).tap();
    await page.getByRole("link", { name: /すぐに送られる連絡/ }).tap();
    await composer(page).fill("庁内の連絡です。");
    await page.getByRole("button", { name: "送信する" }).tap();
    await soon(() => bodiesOf(city, inside)).toEqual(["庁内の連絡です。"]);
    await soon(() => bodiesOf(city, id)).toEqual(["本日の分です。"]);
    check();
    await context.close();
  });
});

describe("before it goes", () => {
  it("asks when somebody is spoken to who is not in this room, and gives the draft back", async () => {
    const { id } = await makeRoom(city, "田中のいるルーム", ["tanaka", "suzuki"]);
    const { id: other } = await makeRoom(city, "田中のいないルーム", ["suzuki"]);
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await page.getByText("まだメッセージはありません").last().waitFor();
    await composer(page).fill("田中さん、先日はありがとうございました。");
    await composer(page).press("Control+Enter");
    await message(page, "先日はありがとう").waitFor();
    await page.getByRole("link", { name: /田中のいないルーム/ }).click();
    await page.getByRole("heading", { name: "田中のいないルーム" }).waitFor();
    await composer(page).fill("田中さん、人事の件は内密にお願いします。");
    await composer(page).press("Control+Enter");
    const dialog = page.getByRole("alertdialog");
    await dialog.getByText("「田中さん」は、このルームにいません").waitFor();
    await lookAt(page, "send-check-dialog");
    // The safe answer has the focus.
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await composer(page).inputValue()).toBe("田中さん、人事の件は内密にお願いします。");
    expect(await bodiesOf(city, other)).toEqual([]);
    await composer(page).fill("皆さん、お疲れさまです。田中課長に確認しました。");
    await composer(page).press("Control+Enter");
    await message(page, "お疲れさまです").waitFor();
    await soon(() => bodiesOf(city, other)).toHaveLength(1);
    check();
    await context.close();
  });

  it("asks when the text was cut out of another room's field", async () => {
    const { id } = await makeRoom(city, "人事の相談");
    const { id: other } = await makeRoom(city, "全課の連絡");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await composer(page).fill("異動の内示は来週の月曜日です。");
    await composer(page).press("Control+a");
    await composer(page).press("Control+x");
    await page.getByRole("link", { name: /全課の連絡/ }).click();
    await page.getByRole("heading", { name: "全課の連絡" }).waitFor();
    await composer(page).press("Control+v");
    await composer(page).press("Control+Enter");
    await page.getByRole("alertdialog").getByText("「人事の相談」の入力欄から写した").waitFor();
    await page.getByRole("button", { name: "送信する" }).last().click();
    await soon(() => bodiesOf(city, other)).toEqual(["異動の内示は来週の月曜日です。"]);
    check();
    await context.close();
  });
});

describe("mentions of sections, posts and everybody", () => {
  it("are found by name and reading, and tell how many they reach", async () => {
    const { id, api } = await makeRoom(city, "宛先の試験", ["suzuki", "takahashi", "watanabe"]);
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await composer(page).pressSequentially("@危機");
    await page
      .getByRole("option", { name: /危機管理課/ })
      .filter({ hasText: "2人に届きます" })
      .waitFor();
    await picture(page, "mention-section-1366");
    await expectAccessible(page);
    await page
      .getByRole("option", { name: /危機管理課/ })
      .filter({ hasText: "2人に届きます" })
      .click();
    await composer(page).pressSequentially("@kacho");
    await page.getByRole("option", { name: /課長/ }).filter({ hasText: "1人に届きます" }).click();
    await composer(page).pressSequentially("@ぜんいん");
    await page.getByRole("option", { name: /全員/ }).waitFor();
    await page.keyboard.press("Enter");
    await composer(page).pressSequentially("集まってください");
    await page.keyboard.press("Control+Enter");
    await message(page, "集まってください").getByText("（3人）").waitFor();
    await soon(async () => (await api.get(`/api/v1/rooms/${id}/messages`)).body.items.at(-1)).toMatchObject({
      body: "@危機管理課 @課長 @全員 集まってください",
      mentionTargets: [
        { kind: "section", name: "危機管理課", count: 2 },
        { kind: "post", name: "課長", count: 1 },
        { kind: "everybody", name: "全員", count: 3 },
      ],
    });
    await picture(page, "mention-chips-1366");
    const watanabe = await openSignedIn(browser, city, city.people.watanabe);
    await watanabe.page.getByRole("link", { name: /宛先の試験.*自分あて 1件/ }).waitFor();
    check();
    await context.close();
    await watanabe.context.close();
  });
});

describe("the field", () => {
  it("puts marks by keys and buttons, shows how it will look, and takes them back with Ctrl+Z", async () => {
    const { id } = await makeRoom(city, "書式の操作");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    await composer(page).pressSequentially("至急");
    await page.keyboard.press("Control+a");
    await page.keyboard.press("Control+b");
    expect(await composer(page).inputValue()).toBe("**至急**");
    await page.keyboard.press("Control+z");
    await soon(() => composer(page).inputValue()).toBe("至急");
    await page.keyboard.press("Control+b");
    await page.keyboard.press("End");
    await page.keyboard.type("\n毛布\n水");
    await page.keyboard.press("Shift+ArrowUp");
    await page
      .getByRole("toolbar", { name: "書式" })
      .getByRole("button", { name: /箇条書き/ })
      .click();
    expect(await composer(page).inputValue()).toBe("**至急**\n・毛布\n・水");
    await page.keyboard.press("Alt+p");
    const preview = page.getByRole("region", { name: "送信したときの表示" });
    await preview.locator("strong", { hasText: "至急" }).waitFor();
    expect(await preview.getByRole("listitem").count()).toBe(2);
    await picture(page, "preview-1366");
    await expectAccessible(page);
    check();
    await context.close();
  });

  it("makes a table of a spreadsheet's cells, or leaves them as text", async () => {
    const { id } = await makeRoom(city, "表の貼り付け");
    const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${id}`,
    });
    const paste = (words: string) =>
      composer(page).evaluate((field, words) => {
        const clipboardData = new DataTransfer();
        clipboardData.setData("text/plain", words);
        field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
      }, words);
    await composer(page).focus();
    await paste("避難所\t定員\r\n中央公民館\t1,200\r\n");
    expect(await composer(page).inputValue()).toBe("| 避難所 | 定員 |\n|---|--:|\n| 中央公民館 | 1,200 |\n");
    await page.getByText("表として貼り付けました。").waitFor();
    await picture(page, "pasted-table-1366");
    await page.getByRole("button", { name: "文字のまま貼り付ける" }).click();
    expect(await composer(page).inputValue()).toBe("避難所\t定員\n中央公民館\t1,200\n");
    await page.keyboard.press("Control+z");
    await soon(() => composer(page).inputValue()).toContain("| 避難所 |");
    await page.keyboard.press("Control+Enter");
    await message(page, "中央公民館").getByRole("cell", { name: "1,200" }).waitFor();
    await paste("あ".repeat(100_001));
    await page.getByText("貼り付ける文字が多すぎます").waitFor();
    expect(await composer(page).inputValue()).toBe("");
    check();
    await context.close();
  });

  it("keeps a draft for the account's other devices, and loses none when two wrote apart", async () => {
    const { id } = await makeRoom(city, "下書きの試験");
    const desk = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
    const api = await city.server.as(city.people.sato);
    const saved = async () =>
      (await api.get("/api/v1/drafts")).body.items.map((item: any) => item.content.body);
    await composer(desk.page).fill("明日の会議は");
    await soon(saved).toContain("明日の会議は");
    const laptop = await openSignedIn(browser, city, city.people.sato);
    await laptop.page.getByRole("link", { name: /下書きの試験.*下書き.*明日の会議は/ }).click();
    await soon(() => composer(laptop.page).inputValue()).toBe("明日の会議は");
    await composer(laptop.page).fill("明日の会議は14時からです");
    await soon(() => composer(desk.page).inputValue()).toBe("明日の会議は14時からです");
    // Without a line each goes on alone.
    await laptop.context.setOffline(true);
    await composer(laptop.page).fill("電車で書いた文");
    await composer(desk.page).fill("机で書いた文");
    await soon(saved).toContain("机で書いた文");
    await laptop.context.setOffline(false);
    await composer(laptop.page).press("End");
    await composer(laptop.page).pressSequentially("。");
    const offered = laptop.page.getByRole("region", { name: "別の端末で書いた下書きがあります" });
    await offered.getByText("机で書いた文").waitFor();
    await picture(laptop.page, "other-draft-1366");
    await expectAccessible(laptop.page);
    await offered.getByRole("button", { name: "入力欄に加える" }).click();
    await soon(() => composer(laptop.page).inputValue()).toBe("電車で書いた文。\n机で書いた文");
    await offered.waitFor({ state: "detached" });
    await laptop.page.keyboard.press("Control+Enter");
    await message(laptop.page, "電車で書いた文").waitFor();
    await soon(() => composer(desk.page).inputValue()).toBe("");
    await soon(saved).not.toContain("電車で書いた文。\n机で書いた文");
    desk.check();
    await desk.context.close();
    await laptop.context.close();
  });
});

describe("when something is wrong around the writer", () => {
  it("a member who is taken out while writing is told so, nothing goes, and the text is given back", async () => {
    const { id, api } = await makeRoom(city, "途中で外れる試験");
    const { page, check, context, expectConsole } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    // The draft of a room that one has left is refused.
    expectConsole(/status of 404/);
    await page.evaluate(() => localStorage.setItem("chonai.settings", JSON.stringify({ hold: "every" })));
    await page.reload();
    await composer(page).fill("送信を待っている文");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^\d+秒後に送信$/).waitFor();
    await composer(page).fill("まだ書きかけの文");
    expect((await api.delete(`/api/v1/rooms/${id}/members/${city.people.suzuki.id}`)).status).toBe(204);
    await page.getByText("「途中で外れる試験」のメンバーから外れました").waitFor();
    const texts = page.getByRole("region", { name: "書きかけの文（送られていません）" });
    const given = () => texts.getByRole("textbox").inputValue();
    expect(await given()).toBe("送信を待っている文\n\nまだ書きかけの文");
    await picture(page, "room-left-while-writing-1366");
    await expectAccessible(page);
    // Nor does a new start of the page lose it, when the server shows that draft no more.
    await page.evaluate(() => localStorage.removeItem("chonai.settings"));
    await page.reload();
    await page.getByText("このルームは見られません").waitFor();
    expect(await given()).toContain("まだ書きかけの文");
    expect(await bodiesOf(city, id)).toEqual([]);
    await texts.getByRole("button", { name: "消す" }).click();
    await texts.waitFor({ state: "detached" });
    check();
    await context.close();
  });

  it("a device whose clock is an hour ahead tells what is new, holds for its seconds and shows the server's times", async () => {
    const { id, api } = await makeRoom(city, "時計の試験");
    const { body: sent } = await api.send(id, "9時に集合してください。", {
      confirmation: {},
    });
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    await page.addInitScript(() => {
      const ahead = 3_600_000;
      const Right = Date;
      globalThis.Date = new Proxy(Right, {
        construct: (_, given) =>
          given.length === 0 ? new Right(Right.now() + ahead) : Reflect.construct(Right, given),
        get: (_, name) => (name === "now" ? () => Right.now() + ahead : Reflect.get(Right, name)),
      });
      localStorage.setItem("chonai.settings", JSON.stringify({ hold: "every" }));
    });
    await page.reload();
    await message(page, "9時に集合").locator(`time[datetime="${sent.sentAt}"]`).waitFor();
    await api.post(`/api/v1/rooms/${id}/messages/${sent.id}/confirmation/reminders`, {});
    await page.getByText("「時計の試験」に、確認を待っているメッセージがあります。").waitFor();

    await composer(page).fill("承知しました。");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^(10|[1-9])秒後に送信$/).waitFor();
    await page.getByRole("button", { name: "取り消す" }).click();
    expect(await composer(page).inputValue()).toBe("承知しました。");
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^(10|[1-9])秒後に送信$/).waitFor();
    await soon(() => bodiesOf(city, id)).toContain("承知しました。");
    check();
    await context.close();
  });
});

describe("links and selections", () => {
  it("a link opens the message, is shown as a card to whom may read it, and tells others nothing", async () => {
    const { id, api } = await makeRoom(city, "元のルーム", ["suzuki"]);
    await api.send(id, "**入札予定額**は来週の月曜日です。");
    const { id: other } = await makeRoom(city, "引用先のルーム");
    await api.send(other, `${city.url("lgwan")}/rooms/${id}/messages/1 をご覧ください`);
    const suzuki = await openSignedIn(browser, city, city.people.suzuki, { path: `/rooms/${other}` });
    const card = suzuki.page.getByRole("button", {
      name: /メッセージへのリンク.*入札予定額は来週の月曜日です/,
    });
    await card.waitFor();
    await picture(suzuki.page, "card-1366");
    await expectAccessible(suzuki.page);
    await card.click();
    await suzuki.page.getByRole("heading", { name: "元のルーム" }).waitFor();
    await suzuki.page.goto(`/rooms/${id}/messages/1`);
    await message(suzuki.page, "来週の月曜日").waitFor();
    const takahashi = await openSignedIn(browser, city, city.people.takahashi, { path: `/rooms/${other}` });
    takahashi.expectConsole(/status of 404/);
    await takahashi.page.getByText("このメッセージは見られません").waitFor();
    expect(await takahashi.page.getByText("入札予定額").count()).toBe(0);
    await takahashi.page.goto(`/rooms/${id}/messages/1`);
    await takahashi.page.getByText("このルームは見られません").waitFor();
    suzuki.check();
    takahashi.check();
    await suzuki.context.close();
    await takahashi.context.close();
  });

  it("selected messages are copied with time and name, and stand on paper with room, period and people", async () => {
    const { id, api } = await makeRoom(city, "会議の記録");
    for (const words of ["一件目です。", "二件目です。", "三件目です。"]) await api.send(id, words);
    const { page, check, context } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${id}`,
    });
    await context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await message(page, "三件目").waitFor();
    await page.getByRole("button", { name: "このルームの操作" }).click();
    await page.getByRole("menuitem", { name: "メッセージを選択する" }).click();
    const boxes = page.getByRole("checkbox", { name: /佐藤 花子/ });
    await boxes.nth(2).check();
    await boxes.nth(0).check();
    await page.getByText("2件を選択中").waitFor();
    await picture(page, "selection-1366");
    await expectAccessible(page);
    await page.getByRole("button", { name: "コピーする", exact: true }).click();
    await page.getByText("2件をコピーしました。").waitFor();
    const words = await page.evaluate(() => navigator.clipboard.readText());
    expect(words).toMatch(
      /^\d+\/\d+ \d+:\d\d 佐藤 花子（財政課）: 一件目です。\n\d+\/\d+ \d+:\d\d 佐藤 花子（財政課）: 三件目です。$/,
    );
    await page.evaluate(() => {
      window.print = () => {};
    });
    await page.getByRole("button", { name: "印刷する" }).click();
    await page.emulateMedia({ media: "print" });
    await page.getByRole("heading", { name: "会議の記録 の記録" }).waitFor();
    await page.getByText(/期間：令和\d+年/).waitFor();
    expect(await page.getByText("二件目です。").last().isVisible()).toBe(false);
    await picture(page, "selection-print");
    await page.emulateMedia({ media: "screen" });
    await page.evaluate(() => dispatchEvent(new Event("afterprint")));
    await page.getByRole("button", { name: "選択をやめる" }).click();
    await composer(page).waitFor();
    check();
    await context.close();
  });
});
