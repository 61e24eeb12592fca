import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, it } from "vitest";
import {
  expectAccessible,
  openBrowser,
  openDevice,
  openSignedIn,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

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
      await picture(page, `sign-in-${zone}-1366`);
      await expectAccessible(page);
      await page.setViewportSize(sizes.phone);
      await picture(page, `sign-in-${zone}-390`);
      check();
      await page.context().close();
    }
  });

  it("room, desktop", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    await page.getByText("新しく始める").waitFor();
    await picture(page, "rooms-1366");
    await expectAccessible(page);
    await page.getByRole("link", { name: /台風14号/ }).click();
    await page.getByRole("article").getByText("見込額をまとめました").waitFor();
    await picture(page, "room-1366");
    await expectAccessible(page);
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
    await picture(page, "readers-1280");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    for (const theme of ["dark", "contrast"] as const) {
      await page.evaluate((theme) => {
        document.documentElement.dataset.theme = theme;
      }, theme);
      await picture(page, `room-${theme}-1280`);
      await expectAccessible(page);
    }
    check();
    await page.context().close();
  });

  it("room, phone", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.suzuki, {
      viewport: sizes.phone,
      hasTouch: true,
      isMobile: true,
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
    await page.getByRole("combobox").fill("こばやし");
    await page.getByRole("option", { name: /小林/ }).click();
    await page.getByRole("combobox").fill("");
    await page.getByRole("option", { name: /鈴木/ }).waitFor();
    await picture(page, "create-room-1366");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await picture(page, "keys-1366");
    await expectAccessible(page);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await picture(page, "account-1366");
    await page.getByRole("menuitem", { name: "表示の設定" }).click();
    await picture(page, "display-1366");
    await expectAccessible(page);
    check();
    await page.context().close();
  });
});
