import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPerson, buildPerson } from "#tests/support/factories.ts";
import {
  expectAccessible,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  picture,
} from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let officer: BuiltPerson;

beforeAll(async () => {
  city = await buildCity({
    furtherZones: [
      {
        id: "cloud",
        ja: "庁内クラウド網",
        en: "Cloud network",
        kind: "outside",
        needsSecondFactor: true,
        needsApprovedDevice: true,
        destinations: ["sso.example.jp", "*.notify.windows.com"],
      },
    ],
  });
  officer = await buildPerson(city.server.database, city.tenantId, {
    name: "規田 律子",
    kana: "のりた りつこ",
    offices: ["rules"],
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

it("the rules are tried, written, saved with their effect, and taken back", async () => {
  const owner = await city.server.as(city.people.sato);
  await owner.createGroup([city.people.suzuki.id], "災害対策の連絡");
  const open = await owner.createGroup([], "防災の相談");
  const { items } = (await owner.get("/api/v1/rooms")).body;
  const { version, posting } = items.find((room: { id: string }) => room.id === open.id);
  const settings = { version, posting, name: "防災の相談", kana: "ぼうさいのそうだん", visibility: "public" };
  await owner.put(`/api/v1/rooms/${open.id}/settings`, { ...settings, classification: "2" });
  const { page, check, context } = await openSignedIn(browser, city, officer);
  await page.goto("/administration/crossing");
  await page.getByRole("heading", { name: "必ず守る制限" }).waitFor();
  const answer = page.locator("[data-answer]");
  await answer.getByText("インターネット側では、ダウンロードする・コピーすることはできません").waitFor();
  await page.locator("[data-rule=internet-keeps-nothing]").getByText("このルールで決まりました").waitFor();
  await lookAt(page, "/administration/crossing");

  // One room by its reading; rooms that are not the officer's to know are not found.
  const kept = page.locator("[data-rule=internet-keeps-nothing]");
  await kept.getByText("条件を加える・理由・問い合わせ先").click();
  await kept.getByRole("button", { name: /^ルーム：指定しない/ }).click();
  const rooms = page.getByRole("dialog", { name: "ルーム" });
  await rooms.getByLabel("ルームを名前かよみで探す").fill("災害対策");
  await rooms.getByText("知ることのできるルームの中には見つかりません。").waitFor();
  await rooms.getByLabel("ルームを名前かよみで探す").fill("ぼうさい");
  await rooms.getByRole("button", { name: /防災の相談/ }).click();
  // What the sentence now says stands in it, with its choice.
  await kept.getByRole("button", { name: "ルーム：「防災の相談」（変える）" }).click();
  await rooms.getByRole("checkbox", { name: "防災の相談" }).waitFor();
  await picture(page, "choice-chip-rooms-1366");
  await page.keyboard.press("Escape");
  await rooms.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "変更をすべて取りやめる" }).click();

  await page.getByLabel("機密性", { exact: true }).selectOption("3A");
  await answer.getByText("LGWAN 側のほかでは、機密性3Aのものを扱うことはできません").waitFor();
  await page.getByLabel("機密性", { exact: true }).selectOption("2");
  await page.getByLabel("人", { exact: true }).selectOption("staff");
  await page.getByLabel("すること", { exact: true }).selectOption("read");
  await answer.getByText("できます", { exact: true }).or(answer.getByText("○ できます")).first().waitFor();

  // By the keyboard: the sentence's own choice, without class 2.
  const rule = page.locator("[data-rule=internet-reads]");
  await rule.getByRole("button", { name: /^機密性：機密性2・機密性1/ }).focus();
  await page.keyboard.press("Enter");
  const choices = page.getByRole("dialog", { name: "機密性" });
  await choices.getByRole("checkbox", { name: "機密性2" }).uncheck();
  await page.keyboard.press("Escape");
  await choices.waitFor({ state: "detached" });
  await answer.getByText("× できません").waitFor();
  await lookAt(page, "choice-chip");
  await page.getByText("保存していない変更があります。").waitFor();

  await page.getByRole("button", { name: "影響を確かめて保存" }).click();
  const dialog = page.getByRole("dialog", { name: "影響を確かめて保存" });
  await dialog.getByText("2件のルームの扱いが変わります。").waitFor();
  await dialog.getByText(/インターネット側の職員が読む・.*ことができなくなります/).waitFor();
  await dialog.getByRole("button", { name: "この内容で保存する" }).click();
  await dialog.getByText("変える理由を入力してください").waitFor();
  await dialog.getByLabel("変える理由").fill("監査の指摘による見直し");
  await lookAt(page, "save-dialog");
  await dialog.getByRole("button", { name: "この内容で保存する" }).click();
  await page.getByText("第1版を保存しました").waitFor();
  await page.getByText("いま効いています", { exact: true }).waitFor();

  await page.getByRole("button", { name: "取り消す" }).click();
  const back = page.getByRole("dialog", { name: "第1版を取り消す" });
  await back.getByLabel("変える理由").fill("時期を改めるため");
  await lookAt(page, "history");
  await back.getByRole("button", { name: "取り消す" }).click();
  await page.getByText("取り消しました", { exact: true }).waitFor();
  await page.getByText(/取り消し：時期を改めるため/).waitFor();

  await page.goto("/administration/zones");
  await page.locator("[data-zone=cloud]").getByText("sso.example.jp").waitFor();
  await page.locator("[data-zone=lgwan]").getByText("なし（サーバーからはどこへも接続しません）").waitFor();
  await lookAt(page, "/administration/zones");
  check();
  await context.close();

  const atTheDoor = await openDevice(browser, city.url("cloud"));
  await atTheDoor.page.goto("/");
  await atTheDoor.page.getByRole("button", { name: "庁内クラウド網" }).waitFor();
  await picture(atTheDoor.page, "further-zone-1366");
  atTheDoor.check();
  await atTheDoor.context.close();
});

it("a room that may not be read on the Internet side says why and whom to ask, and opens when its class is lowered", async () => {
  const owner = await city.server.as(city.people.sato);
  const room = await owner.createGroup([city.people.suzuki.id], "個別の相談");
  await owner.send(room.id, "住所は北町一丁目です");
  const sato = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${room.id}` });
  const suzuki = await openSignedIn(browser, city, city.people.suzuki, {
    zone: "internet",
    path: `/rooms/${room.id}`,
  });
  await suzuki.page.getByText("住所は北町一丁目です").first().waitFor();
  // The open room is asked for beside the list of rooms, which says only then that it may not be read any more.
  suzuki.expectConsole(/status of 403/);

  await sato.page.getByRole("button", { name: "このルームの操作" }).click();
  await sato.page.getByRole("menuitem", { name: "ルームの設定" }).click();
  const settings = sato.page.getByRole("dialog");
  await settings.getByLabel("機密性の区分").selectOption("3B");
  await lookAt(sato.page, "room-settings-dialog", "class");
  await settings.getByRole("button", { name: "保存" }).click();
  await sato.page.locator("header [data-class='3B']").waitFor();
  await sato.page.getByText("さんがこのルームを機密性2から機密性3Bにしました").waitFor();

  await suzuki.page.getByText("このルームは、ここでは読めません").waitFor();
  await suzuki.page
    .getByText("インターネット側で職員が機密性3Bのものを読むことを認めるルールはありません")
    .waitFor();
  await suzuki.page.getByText("情報システム担当課にご相談ください", { exact: false }).waitFor();
  expect(await suzuki.page.content()).not.toContain("北町一丁目");
  await expectAccessible(suzuki.page);
  await picture(suzuki.page, "room-refused-1366");

  const rules = await openSignedIn(browser, city, officer);
  await rules.page.goto("/administration/room-class");
  await rules.page.getByLabel("ルームの番号").fill(room.id);
  await rules.page.getByRole("button", { name: "ルームを確かめる" }).click();
  await rules.page.getByText("個別の相談（2人）").waitFor();
  await rules.page.getByLabel("機密性の区分", { exact: true }).selectOption("2");
  await rules.page.getByRole("button", { name: "区分を変える" }).click();
  await rules.page.getByText("理由を入力してください").waitFor();
  await rules.page.getByLabel("理由").fill("個人情報は別のルームに移した");
  await lookAt(rules.page, "/administration/room-class");
  await rules.page.getByRole("button", { name: "区分を変える" }).click();
  await rules.page.getByText("区分を機密性2にしました").waitFor();
  await suzuki.page.getByText("住所は北町一丁目です").first().waitFor();
  for (const one of [sato, suzuki, rules]) {
    one.check();
    await one.context.close();
  }
});
