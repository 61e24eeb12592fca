import { generateSync } from "otplib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { type BuiltPerson, buildPerson, buildSection, testPassword } from "#tests/support/factories.ts";
import { openBrowser, openDevice, openSignedIn, phone, sizes } from "./support/browser.ts";
import { buildAdministrator, buildCity, type City, type PersonKey } from "./support/city.ts";
import { guidePicture } from "./support/guide-pictures.ts";
import { composer, message } from "./support/rooms.ts";

/** The journeys that the guides in docs/ja tell, with their pictures. */

const away = { zone: "internet", ...phone } as const;
const desk = { viewport: sizes.chromebook } as const;
const own = "山の上の小さな図書館と川下の橋";
const headquarters = "台風14号 災害対策本部";

let city: City;
let browser: Browser;
let administrator: BuiltPerson;
let roomId: string;

beforeAll(async () => {
  // The pictures show the usual ten seconds; a busy machine needs more to press the button in.
  city = await buildCity({ holdSeconds: process.env.GUIDE_PICTURES === "write" ? 10 : 60 });
  browser = await openBrowser({ whole: true });
  administrator = await buildAdministrator(city);
  await fillOrganisation();
  await fillRooms();
  await sayItYesterday();
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

/** Two departments above the sections, everybody's post since April, and where 髙橋 sits. */
async function fillOrganisation(): Promise<void> {
  const { tenantId, people } = city;
  const { database } = city.server;
  const departments = new Map<string, string>();
  for (const name of ["総合政策部", "市民生活部"])
    departments.set(name, (await buildSection(database, tenantId, { name })).id);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    for (const [name, department] of [
      ["財政課", "総合政策部"],
      ["情報政策課", "総合政策部"],
      ["危機管理課", "市民生活部"],
      ["国民健康保険課保険税賦課担当", "市民生活部"],
    ] as const)
      await tx.run(
        build
          .updateTable("section")
          .set({ parent_id: departments.get(department)!, extension: "2300", workplace: "本庁舎3階" })
          .where("tenant_id", "=", tenantId)
          .where("name", "=", name),
      );
    await tx.run(
      build
        .updateTable("person")
        .set({ extension: "2345", workplace: "本庁舎1階 国民健康保険課", phone: "0000-00-0123" })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", people.takahashi.id),
    );
    const staff = await tx.all(
      build
        .selectFrom("person")
        .select(["id", "section_id", "post_name"])
        .where("tenant_id", "=", tenantId)
        .where("kind", "=", "staff"),
    );
    for (const { id, section_id, post_name } of staff)
      if (section_id)
        await tx.run(
          build.insertInto("post_assignment").values({
            tenant_id: tenantId,
            id: newId(),
            person_id: id,
            section_id,
            post_name,
            is_main: true,
            valid_from: "2024-04-01",
          }),
        );
  });
}

/** What was said was said yesterday morning from 8:40 on, a message a minute, whenever the test runs. */
async function sayItYesterday(): Promise<void> {
  const midnight = Math.floor((Date.now() + 9 * 3_600_000) / 86_400_000) * 86_400_000 - 9 * 3_600_000;
  const from = midnight - 86_400_000 + (8 * 60 + 40) * 60_000;
  await city.server.database.transaction(scopeOf(city.tenantId), async (tx) => {
    const messages = await tx.all(
      build
        .selectFrom("message")
        .select(["id", "room_id"])
        .where("tenant_id", "=", city.tenantId)
        .orderBy("id"),
    );
    for (const [index, { id, room_id }] of messages.entries())
      await tx.run(
        build
          .updateTable("message")
          .set({ sent_at: new Date(from + index * 60_000) })
          .where("tenant_id", "=", city.tenantId)
          .where("room_id", "=", room_id)
          .where("id", "=", id),
      );
  });
}

/** A morning of a storm in one room, and others around it. */
async function fillRooms(): Promise<void> {
  const { server, people } = city;
  const as = {
    sato: await server.as(people.sato),
    suzuki: await server.as(people.suzuki),
    watanabe: await server.as(people.watanabe),
    takahashi: await server.as(people.takahashi),
    desk: await server.as(people.desk),
  };
  const ids = (...keys: PersonKey[]) => keys.map((key) => people[key].id);
  for (const name of ["予算編成 ヒアリング", "市長・副市長 日程調整", "システム更改 連絡"]) {
    const room = await as.sato.createGroup(ids("suzuki", "takahashi"), name);
    await as.suzuki.send(room.id, "資料を共有フォルダーに置きました。ご確認をお願いします。");
  }
  const guests = await as.sato.createGroup(ids("guest", "tanaka"), "市民会館 指定管理");
  await as.sato.send(guests.id, "来週の点検の日程を確認させてください。");
  const direct = await as.takahashi.post(
    "/api/v1/rooms",
    { kind: "direct", memberIds: ids("sato") },
    { "idempotency-key": newId() },
  );
  await as.takahashi.send(direct.body.id, "お疲れさまです。少しお時間よろしいですか。");
  const room = await as.suzuki.createGroup(
    ids("sato", "takahashi", "tanaka", "watanabe", "desk"),
    headquarters,
  );
  roomId = room.id;
  await as.suzuki.send(
    roomId,
    "おはようございます。\n本日9時に第2回の対策会議を開きます。会場は3階の大会議室です。",
  );
  const shelters = await as.watanabe.send(
    roomId,
    "**避難所の開設状況**\n| 避難所 | 定員 | 状況 |\n|:--|--:|:-:|\n| 東小学校 | 320 | 開設済み |\n| 中央公民館 | 180 | 開設済み |\n| 西中学校 | 400 | 準備中 |",
  );
  for (const client of [as.sato, as.takahashi])
    await client.put(`/api/v1/rooms/${roomId}/messages/${shelters.body.id}/reactions/understood`);
  await as.desk.put(`/api/v1/rooms/${roomId}/messages/${shelters.body.id}/reactions/working`);
  await as.desk.send(roomId, "東小学校の体育館の鍵は、どちらで預かっていますか。");
  await as.takahashi.send(
    roomId,
    `@${people.sato.name}さん 毛布の見込みは200枚です。予算の確認をお願いします。`,
    {
      mentions: ids("sato"),
    },
  );
}

it("the first day: a password of one's own, the app, the codes on paper, then the phone", async () => {
  const person = await buildPerson(city.server.database, city.tenantId, {
    name: "石川 直子",
    kana: "いしかわ なおこ",
    mustChangePassword: true,
  });
  const terminal = await openDevice(browser, city.url("lgwan"), desk);
  terminal.expectConsole(/status of 403/);
  const { page } = terminal;
  await page.goto("/");
  await page.getByLabel("ログインID").fill(person.loginId);
  await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByLabel("新しいパスワード", { exact: true }).fill(own);
  await page.getByLabel("新しいパスワード（確認のためもう一度）").fill(own);
  await guidePicture(page, "first-password");
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByRole("searchbox").first().waitFor();

  await page.goto("/settings/account");
  await page.getByRole("button", { name: "認証アプリを登録する" }).click();
  await page.getByLabel("現在のパスワード").fill(own);
  await page.getByRole("button", { name: "次へ" }).click();
  const secret = (await page.locator("code").innerText()).replaceAll(" ", "");
  await page.getByRole("img", { name: /二次元コード/ }).waitFor();
  await guidePicture(page, "register-app");
  await page.getByLabel("新しい認証アプリに表示された確認コード（6桁）").fill(generateSync({ secret }));
  await page.getByRole("button", { name: "登録する", exact: true }).click();
  await page.getByRole("button", { name: "保管しました" }).waitFor();
  const code = await page
    .getByRole("listitem")
    .filter({ hasText: /^[a-z2-9-]{14}$/ })
    .first()
    .innerText();
  await guidePicture(page, "recovery-codes");
  await page.getByRole("button", { name: "保管しました" }).click();
  await page.getByText("登録済み").waitFor();
  terminal.check();
  await terminal.context.close();

  const outside = await openDevice(browser, city.url("internet"), phone);
  await outside.page.goto("/");
  await outside.page.getByLabel("ログインID").fill(person.loginId);
  await outside.page.getByLabel("パスワード", { exact: true }).fill(own);
  await outside.page.getByLabel("確認コード（6桁）").fill("314159");
  await guidePicture(outside.page, "sign-in-phone");
  await outside.page.getByRole("button", { name: /復旧コードを使う/ }).click();
  await outside.page.getByLabel("復旧コード", { exact: true }).fill(code);
  await outside.page.getByRole("button", { name: "ログインする" }).click();
  await outside.page.getByRole("searchbox").first().waitFor();
  outside.check();
  await outside.context.close();
});

it("finding people and rooms", async () => {
  const { page, check, context } = await openSignedIn(browser, city, city.people.sato, desk);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "移動先をさがす" }).fill("たかはし");
  await page
    .getByRole("option", { name: /髙橋 美咲/ })
    .first()
    .waitFor();
  await guidePicture(page, "switcher");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "新しく始める" }).first().click();
  const dialog = page.getByRole("dialog", { name: "新しく始める" });
  await dialog.getByText("グループを作る", { exact: true }).click();
  await dialog.getByLabel("グループの名前").fill("避難所の運営 連絡");
  await dialog.getByRole("combobox", { name: "メンバーを探す" }).fill("危機管理");
  await dialog.getByRole("option", { name: /渡邉 悟/ }).waitFor();
  await guidePicture(page, "new-group");
  await page.keyboard.press("Escape");
  await page.goto(`/people/${city.people.takahashi.id}`);
  await page.getByRole("heading", { name: "所属と役職" }).waitFor();
  await page.getByRole("treeitem", { name: /財政課/ }).waitFor();
  await guidePicture(page, "directory");
  check();
  await context.close();
});

it("talking: a room, an addressee, a thread, a confirmation, and who has read", async () => {
  const { page, check, context } = await openSignedIn(browser, city, city.people.sato, {
    ...desk,
    path: `/rooms/${roomId}`,
  });
  await page.getByText("毛布の見込みは200枚").last().waitFor();
  await guidePicture(page, "room");

  await composer(page).pressSequentially("@危機");
  await page.getByRole("option", { name: /危機管理課.*人に届きます/ }).waitFor();
  await guidePicture(page, "mention");
  await page.keyboard.press("Escape");
  await composer(page).fill("");

  await page.locator('[data-seq="3"]').focus();
  await page.keyboard.press("t");
  const pane = page.getByRole("complementary", { name: "話題" });
  await pane.getByText("体育館の鍵は").waitFor();
  await (await city.server.as(city.people.suzuki)).send(roomId, "守衛室で預かっています。", { threadSeq: 3 });
  await pane.getByText("守衛室で預かっています。").waitFor();
  await pane
    .getByRole("textbox", { name: "この話題に返信を書く" })
    .fill("ありがとうございます。取りに行きます。");
  await page.keyboard.press("Control+Enter");
  await page.getByRole("button", { name: /返信 2件/ }).waitFor();
  await page.getByRole("button", { name: "最新のメッセージへ" }).click();
  await page.getByRole("button", { name: "最新のメッセージへ" }).waitFor({ state: "detached" });
  await guidePicture(page, "thread");
  await pane.getByRole("button", { name: "話題を閉じる" }).click();

  await composer(page).fill("新しい避難計画です。読んで、確認をお願いします。");
  await page.getByRole("button", { name: "要確認" }).click();
  await page.getByLabel("期限").fill("2027-01-15T17:00");
  await guidePicture(page, "ask-confirmation");
  await composer(page).press("Control+Enter");
  await page.getByRole("button", { name: "5人中 0人が確認" }).waitFor();

  const suzuki = await openSignedIn(browser, city, city.people.suzuki, away);
  await suzuki.page.getByRole("button", { name: "あとにする" }).tap();
  await suzuki.page.getByRole("link", { name: /^対応待ち/ }).tap();
  await suzuki.page.getByRole("heading", { name: "自分への対応待ち" }).waitFor();
  await suzuki.page.getByText("新しい避難計画").first().waitFor();
  await guidePicture(suzuki.page, "waiting");
  await suzuki.page.getByRole("button", { name: "確認しました" }).tap();
  await suzuki.page.getByText("確認を待っているものはありません").waitFor();
  suzuki.check();
  await suzuki.context.close();

  await page.getByRole("button", { name: "5人中 1人が確認" }).click();
  await page.getByRole("heading", { name: "まだ 4人" }).waitFor();
  await guidePicture(page, "confirmations");
  await page.keyboard.press("Escape");
  await (await city.server.as(city.people.watanabe)).put(`/api/v1/rooms/${roomId}/read-position`, { seq: 7 });
  await message(page, "新しい避難計画")
    .getByRole("button", { name: /^既読 \d+人/ })
    .click();
  await page.getByRole("dialog").getByText("渡邉 悟").waitFor();
  await guidePicture(page, "readers");
  check();
  await context.close();
});

it("outside: the list on a phone, taking back, notifications, and no network", async () => {
  const device = await openSignedIn(browser, city, city.people.sato, away);
  const { page, context } = device;
  await page.getByRole("link", { name: /市民会館 指定管理/ }).waitFor();
  await page.getByRole("button", { name: "あとにする" }).waitFor();
  await guidePicture(page, "ask-phone");
  await page.getByRole("button", { name: "あとにする" }).tap();
  await page.getByRole("button", { name: "あとにする" }).waitFor({ state: "detached" });
  await guidePicture(page, "rooms-phone");
  await page.getByRole("link", { name: /市民会館 指定管理/ }).tap();
  await composer(page).fill("点検は、来週火曜日の10時からでお願いします。");
  await page.getByRole("button", { name: "送信する" }).tap();
  await page.getByText(/\d+秒後に送信/).waitFor();
  await guidePicture(page, "held-phone");
  await page.getByRole("button", { name: "取り消す" }).tap();
  await page.getByText("本文を入力欄に戻しました").waitFor();
  await composer(page).fill("");

  await page.goto("/settings/notifications");
  await page.getByRole("heading", { name: "何を知らせるか（すべての端末に共通）" }).waitFor();
  await guidePicture(page, "notifications-phone");
  await page.goto("/settings/display");
  await page.getByRole("radio", { name: "特大" }).waitFor();
  await guidePicture(page, "display-phone");

  const suzuki = await city.server.as(city.people.suzuki);
  const meeting = await suzuki.createGroup([city.people.sato.id], "説明会の準備");
  const { id } = (await suzuki.upload(meeting.id, "避難計画の説明資料.txt", "避難計画の説明")).body;
  await suzuki.send(meeting.id, "当日の資料です。", { fileIds: [id] });
  await page.goto(`/rooms/${meeting.id}`);
  await page.getByRole("button", { name: "避難計画の説明資料.txt の持ち出しを申請する" }).tap();
  await page.getByRole("textbox", { name: "理由" }).fill("説明会の会場で使うため");
  await guidePicture(page, "carry-out-phone");

  await page.goto(`/rooms/${roomId}`);
  await page.getByText("毛布の見込みは200枚").last().waitFor();
  device.expectConsole(/Failed to load resource|WebSocket connection/);
  await context.setOffline(true);
  await composer(page).fill("北小学校に20人が避難しています。");
  await page.getByRole("button", { name: "送信する" }).tap();
  await message(page, "北小学校に20人").getByText("送信待ち").waitFor();
  await guidePicture(page, "offline-phone");
  await context.setOffline(false);
  await message(page, "北小学校に20人").getByText("送信待ち").waitFor({ state: "detached" });
  device.check();
  await context.close();
});

it("an administrator: a list with a mistake, the corrected one, and an account", async () => {
  const { page, check, context } = await openSignedIn(browser, city, administrator, {
    ...desk,
    path: "/people/imports",
  });
  const sections = "組織コード,名称\r\n900000,こども未来部\r\n900100,保育課\r\n";
  const people = (code: string) =>
    `職員番号,氏名,カナ,所属コード,役職,ログインID,アカウント区分\r\n900001,青木 翔,アオキ ショウ,${code},課長,aoki,在宅勤務職員\r\n900002,吉田 葵,ヨシダ アオイ,900100,主事,,\r\n`;
  const checkLists = async (code: string) => {
    await page.getByLabel("職員の一覧", { exact: true }).setInputFiles({
      name: "職員.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(people(code)),
    });
    await page.getByLabel("組織の一覧", { exact: true }).setInputFiles({
      name: "組織.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(sections),
    });
    await page.getByRole("button", { name: "内容を確認する" }).click();
  };
  await checkLists("900109");
  await page.getByText(/誤りが 1件あるため/).waitFor();
  await guidePicture(page, "import-errors");
  await page.getByRole("link", { name: "直したファイルを選ぶ" }).click();
  await checkLists("900100");
  const run = page.getByRole("button", { name: "追加 2人・変更 0人・終了 0人で取り込む" });
  await run.waitFor();
  await guidePicture(page, "import-check");
  await run.click();
  await page.getByText("取り込みました。").waitFor();
  await guidePicture(page, "import-done");

  await page.goto("/administration/accounts");
  await page.getByLabel("氏名・かな・ログインID・所属で探す").fill("すずき");
  await page.getByRole("button", { name: /鈴木 一郎/ }).click();
  await page.getByRole("button", { name: "すべての端末からログアウトさせる" }).waitFor();
  await guidePicture(page, "account");
  await page.getByRole("button", { name: "パスワードを再発行する" }).click();
  expect(await page.getByRole("dialog").getByLabel("理由").isVisible()).toBe(true);
  check();
  await context.close();
});
