import { generateSync } from "otplib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issueSetUpCode } from "#core/identity/index.ts";
import { testPassword } from "#tests/support/factories.ts";
import { startTestServer } from "#tests/support/server.ts";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  pathOf,
  phone,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";
import { webRoot } from "./support/web-root.ts";

let city: City;
let browser: Browser;
let roomId: string;

/** A room with a morning's talk in it, and some others around it. */
async function fillCity(): Promise<void> {
  const { server, people } = city;
  const { sato, suzuki, takahashi, tanaka, watanabe, desk, guest } = people;
  const as = {
    sato: await server.as(sato),
    suzuki: await server.as(suzuki),
    takahashi: await server.as(takahashi),
    watanabe: await server.as(watanabe),
    desk: await server.as(desk),
  };
  const everyone = [suzuki, takahashi, tanaka, watanabe, desk].map((person) => person.id);
  const room = await as.sato.createGroup(everyone, "令和8年度 台風14号 災害対策本部連絡");
  roomId = room.id;
  await as.suzuki.send(
    roomId,
    "おはようございます。\n本日9時に第2回の対策会議を開きます。会場は3階の大会議室です。",
  );
  await as.suzuki.send(
    roomId,
    "避難所の開設状況は次の資料で確認できます。\nhttp://bousai.minatono.lg.jp/hinanjo/list?d=20261121（庁内からのみ）",
  );
  await as.watanabe.send(roomId, "承知しました。東小学校と中央公民館は開設済みです。");
  await as.sato.send(
    roomId,
    "予備費の充用について、財政課で準備を進めています。必要な見込額を10時までに教えてください。",
  );
  const question = await as.desk.send(
    roomId,
    "国民健康保険税の減免の相談が窓口に増えています。案内文は前回と同じでよいでしょうか。",
  );
  await as.sato.send(roomId, "前回と同じで大丈夫です。期限だけ直してください。", {
    replyTo: question.body.seq,
  });
  await as.takahashi.send(
    roomId,
    `@${sato.name}さん 見込額をまとめました。避難所の運営に 1,240千円、資機材に 860千円です。ご確認をお願いします。`,
    {
      mentions: [sato.id],
    },
  );
  for (const name of [
    "市長・副市長 日程調整",
    "財政課",
    "予算編成 ヒアリング",
    "国民健康保険課保険税賦課担当 連絡用",
  ]) {
    const other = await as.sato.createGroup([suzuki.id, takahashi.id], name);
    await as.suzuki.send(other.id, `${name}の件、よろしくお願いします。`);
  }
  const withGuest = await as.sato.createGroup([guest.id, tanaka.id], "市民会館 指定管理");
  await as.sato.send(withGuest.id, "来週の点検の日程を確認させてください。");
  for (const person of [takahashi, watanabe]) {
    const direct = await as.sato.post(
      "/api/v1/rooms",
      { kind: "direct", memberIds: [person.id] },
      { "idempotency-key": person.id },
    );
    await (person === takahashi ? as.takahashi : as.watanabe).send(
      direct.body.id,
      "お疲れさまです。少しお時間よろしいですか。",
    );
  }
}

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
  await fillCity();
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

describe("the screens", () => {
  it("sign-in, in both zones", async () => {
    for (const zone of ["lgwan", "internet"] as const) {
      const { page, check } = await openDevice(browser, city.url(zone));
      await page.goto("/");
      await page.getByLabel("ログインID").waitFor();
      await lookAt(page, "sign-in-page", zone);
      check();
      await page.context().close();
    }
  });

  it("room, desktop", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    await page.getByText("新しく始める").waitFor();
    await lookAt(page, "/rooms");
    await page.getByRole("link", { name: /台風14号/ }).click();
    await page.getByRole("article").getByText("見込額をまとめました").waitFor();
    await lookAt(page, "/rooms/$roomId");
    await page.setViewportSize(sizes.chromebook);
    await page.getByRole("button", { name: "メンバー", exact: true }).click();
    await page.getByLabel("メンバーを名前・かなで探す").waitFor();
    await picture(page, "room-members-1280");
    await expectAccessible(page);
    await page.getByRole("button", { name: "閉じる" }).click();
    await page
      .getByRole("button", { name: /^既読 / })
      .first()
      .click();
    await page.getByRole("dialog").getByText("鈴木 一郎").waitFor();
    await lookAt(page, "readers-dialog");
    check();
    await page.context().close();
  });

  it("room, phone", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.suzuki, {
      ...phone,
    });
    await page.getByText("新しく始める").waitFor();
    await picture(page, "rooms-390");
    await expectAccessible(page);
    await page.getByRole("link", { name: /台風14号/ }).click();
    await page.getByRole("article").getByText("見込額をまとめました").waitFor();
    await picture(page, "room-390");
    await expectAccessible(page);
    await page
      .getByRole("button", { name: /^既読 / })
      .first()
      .click();
    await page.getByRole("dialog").getByText("佐藤 花子").waitFor();
    await picture(page, "readers-390");
    check();
    await page.context().close();
  });

  it("a new room, the shortcuts and the display's settings", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    await page.getByRole("button", { name: "新しく始める" }).click();
    await page.getByRole("tab", { name: "グループを作る" }).click();
    await page.getByLabel("グループの名前").fill("台風14号 避難所運営");
    await page.getByRole("combobox").first().fill("こばやし");
    await page.getByRole("option", { name: /小林/ }).click();
    await page.getByRole("combobox").first().fill("");
    await page.getByRole("option", { name: /鈴木/ }).waitFor();
    await lookAt(page, "create-room-dialog");
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await lookAt(page, "keys-dialog");
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await picture(page, "account-1366");
    await page.getByRole("menuitem", { name: "設定" }).click();
    await page.getByRole("radiogroup", { name: "文字の大きさ" }).waitFor();
    await lookAt(page, "/settings");
    await page.getByRole("radio", { name: "English" }).click({ force: true });
    await page.getByRole("radiogroup", { name: "Text size" }).waitFor();
    await page.getByRole("radio", { name: "日本語" }).click({ force: true });
    await page.setViewportSize(sizes.phone);
    await page.getByRole("link", { name: /^表示/ }).click();
    await lookAt(page, "/settings/display");
    await page.getByRole("radio", { name: "特大" }).click({ force: true });
    await picture(page, "settings-largest-390");
    await expectAccessible(page);
    await expectNoSidewaysScroll(page);
    await page.getByRole("link", { name: "設定の一覧へ戻る" }).click();
    await picture(page, "settings-list-390");
    await expectAccessible(page);
    check();
    await page.context().close();
  });

  it("members, a wrong password, a lost room, English, and twice the size", async () => {
    const { page, check, expectConsole } = await openSignedIn(browser, city, city.people.sato, {
      path: `/rooms/${roomId}?panel=members`,
    });
    await page.getByRole("complementary", { name: "メンバー" }).getByText("鈴木 一郎").waitFor();
    await page.getByRole("button", { name: "鈴木 一郎さんを外す" }).focus();
    await page.keyboard.press("Enter");
    await page.getByRole("alertdialog").waitFor();
    await picture(page, "remove-member-1366");
    await expectAccessible(page);
    await page.keyboard.press("Escape");

    await page.goto(`/rooms/${roomId}`);
    await page.getByRole("article").first().waitFor();
    // 200 % zoom is half the page; 200 % text is every rem doubled.
    await page.setViewportSize({ width: 683, height: 384 });
    await picture(page, "room-zoom-200");
    await expectNoSidewaysScroll(page);
    await page.setViewportSize(sizes.terminal);
    await page.evaluate(() => document.documentElement.style.setProperty("--text-size", "200%"));
    await picture(page, "room-text-200");
    await expectNoSidewaysScroll(page);

    await page.evaluate(() =>
      localStorage.setItem("chonai.settings", JSON.stringify({ language: "en", theme: "dark" })),
    );
    await page.goto("/rooms");
    await page.getByText("Start something new").waitFor();
    expect(await page.locator("html").getAttribute("lang")).toBe("en");
    await picture(page, "rooms-en-1366");
    await expectAccessible(page);
    await page.evaluate(() => localStorage.clear());

    expectConsole(/status of 404/);
    await page.goto("/rooms/00000000-0000-7000-8000-000000000000");
    await page.getByText("このルームは見られません").waitFor();
    await picture(page, "room-gone-1366");
    await expectAccessible(page);
    check();
    await page.context().close();
  });

  it("a printed room has all that is loaded and none of the controls", async () => {
    const { page } = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${roomId}` });
    await page.getByRole("article").first().waitFor();
    await page.emulateMedia({ media: "print" });
    expect(await page.getByRole("button", { name: "送信する" }).isVisible()).toBe(false);
    expect(await page.getByRole("article").first().isVisible()).toBe(true);
    await page.screenshot({ path: pathOf("print"), fullPage: true });
    await page.context().close();
  });

  it("the demo's picker signs in by role", async () => {
    const { page, check } = await openDevice(browser, city.url("lgwan"));
    const { suzuki, desk, takahashi } = city.people;
    const facts = { password: testPassword, totp: null, zones: ["lgwan", "internet"], operators: [] };
    const demoPeople = [
      {
        ...facts,
        loginId: suzuki.loginId,
        name: suzuki.name,
        kind: "staff",
        sectionName: "危機管理課",
        postName: "課長",
      },
      {
        ...facts,
        loginId: desk.loginId,
        name: desk.name,
        kind: "section",
        sectionName: "国民健康保険課保険税賦課担当",
        postName: null,
        operators: [{ id: takahashi.id, name: takahashi.name }],
      },
      {
        ...facts,
        loginId: "guest",
        name: "小林 大輔",
        kind: "guest",
        sectionName: null,
        postName: null,
        zones: ["internet"],
      },
    ];
    await page.route("**/api/v1/sign-in-page", async (route) => {
      const answer = await (await route.fetch()).json();
      await route.fulfill({ json: { ...answer, isDemo: true, demoPeople } });
    });
    await page.goto("/");
    await page.getByRole("tab", { name: "ゲスト" }).click();
    await page.getByText("この人はインターネット側からのみログインできます").waitFor();
    await page.getByRole("tab", { name: "所属" }).click();
    await lookAt(page, "demo-picker");
    await page.getByRole("button", { name: /としてログインする/ }).click();
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await page.getByRole("menu").getByText("操作者 髙橋 美咲").waitFor();
    check();
    await page.context().close();
  });
});

describe("the set-up page", () => {
  it("makes the municipality, hands over the second factor, and lets the administrator in", async () => {
    const server = await startTestServer({ webRoot: webRoot() });
    const code = await issueSetUpCode(server.database);
    const { page, check, expectConsole } = await openDevice(browser, server.url("internet"));
    expectConsole(/status of 403/);
    await page.goto("/");
    await page.getByRole("button", { name: "設定する" }).click();
    await page.getByRole("alert").filter({ hasText: "7か所に直すところがあります" }).waitFor();
    await lookAt(page, "set-up-page");
    await page.getByLabel("初期設定コード").fill("AAAA-AAAA");
    await page.getByLabel("自治体の名前").fill("水杜市");
    await page.getByLabel("識別名").fill("minamori");
    await page.getByLabel("姓", { exact: true }).fill("佐藤");
    await page.getByLabel("名", { exact: true }).fill("花子");
    await page.getByLabel("姓（かな）").fill("さとう");
    await page.getByLabel("名（かな）").fill("はなこ");
    await page.getByLabel("ログインID").fill("hanako.sato");
    await page.getByLabel("パスワード").fill(testPassword);
    await page.getByRole("button", { name: "設定する" }).click();
    await page.getByRole("alert").filter({ hasText: "初期設定コードが違います" }).waitFor();
    expect(await page.getByLabel("自治体の名前").inputValue()).toBe("水杜市");
    await page.getByLabel("初期設定コード").fill(code);
    await page.getByRole("button", { name: "設定する" }).click();
    await page.getByRole("img", { name: /二次元コード/ }).waitFor();
    await lookAt(page, "set-up-done");
    const secret = (await page.locator("code").innerText()).replaceAll(" ", "");
    await page.getByRole("button", { name: /ログインへ進む/ }).click();
    await page.getByLabel("ログインID").fill("hanako.sato");
    await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
    await page.getByLabel("確認コード（6桁）").fill(generateSync({ secret }));
    await page.keyboard.press("Enter");
    await page.getByText("まだルームがありません").waitFor();
    check();
    await page.context().close();
    await server.stop();
  });
});
