import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuiltPerson, buildPerson, testPassword } from "#tests/support/factories.ts";
import { expectAccessible, freshCode, openBrowser, openDevice, phone, picture } from "../support/browser.ts";
import { buildCity, type City, totpSecret } from "../support/city.ts";
import { bothHands } from "../support/hands.ts";
import { composer, message } from "../support/rooms.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser({ keepsApp: true });
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

/** 2:40 on the night of the storm: the duty officer and the head of 危機管理課 have written, and ask to confirm. */
async function stormNight(room: string): Promise<{ executive: BuiltPerson; roomId: string }> {
  const { database, keyring } = city.server;
  const executive = await buildPerson(database, city.tenantId, {
    name: "中村 誠一",
    kana: "なかむら せいいち",
    totp: { keyring, secret: totpSecret },
  });
  const { watanabe, suzuki, sato, takahashi } = city.people;
  const officer = await city.server.as(watanabe);
  const head = await city.server.as(suzuki);
  const { id: roomId } = await officer.createGroup([executive.id, suzuki.id, sato.id, takahashi.id], room);
  await officer.send(roomId, "当直の渡邉です。2時10分、東川の水位が避難判断水位を超えました。");
  await head.send(
    roomId,
    "2時30分、東小学校と中央公民館を避難所として開設しました。職員12人が向かっています。",
  );
  await officer.send(roomId, "避難指示の案です。対象は東地区の1,240世帯。ご確認をお願いします。", {
    mentions: [executive.id],
    confirmation: { deadline: new Date(Date.now() + 20 * 60_000).toISOString() },
  });
  await head.post(`/api/v1/rooms/${roomId}/messages`, {
    clientMessageId: crypto.randomUUID(),
    body: "私からもお願いします。",
  });
  return { executive, roomId };
}

describe("an executive at three in the morning, with a phone in bed", () => {
  it.each(bothHands)(
    "signs in, sees what waits, confirms, answers and sees who has not: $by",
    async ({ hands }) => {
      const { executive, roomId } = await stormNight("台風14号 災害対策本部");
      const { page, context, check, expectConsole } = await openDevice(browser, city.url("internet"), phone);
      // The session needs its second factor; the first answer says so.
      expectConsole(/status of 403/);
      // A browser without a head forbids notifications; a phone's has not been asked yet.
      await context.addInitScript(() =>
        Object.defineProperty(Notification, "permission", { get: () => "default" }),
      );
      await page.goto("/");
      const hand = await hands(page);
      await page.getByText("インターネット側").first().waitFor();
      await hand.write(page.getByLabel("ログインID"), executive.loginId);
      await hand.write(page.getByLabel("パスワード", { exact: true }), testPassword);
      await hand.press(page.getByRole("button", { name: "ログインする" }));
      await page.getByText("認証アプリの6桁の確認コードが必要です").waitFor();
      await hand.write(page.getByLabel("確認コード（6桁）"), await freshCode(city, executive));
      await hand.press(page.getByRole("button", { name: "ログインする" }));

      // Asked once whether the phone shall wake its owner, with the reason; it can wait.
      const sheet = page.getByRole("complementary", { name: /夜間や外出先でも/ });
      await sheet.waitFor();
      await hand.press(sheet.getByRole("button", { name: "あとにする" }));
      await sheet.waitFor({ state: "detached" });

      await hand.press(page.getByRole("link", { name: /^対応待ち.*1件/ }));
      await page.getByRole("heading", { name: "自分への対応待ち" }).waitFor();
      await page.getByText("避難指示の案です。").waitFor();
      await page.getByText(/まで$/).first().waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-executive-waiting-390");
      await hand.press(page.getByRole("link", { name: "メッセージを見る" }));

      await page.getByRole("heading", { name: "台風14号 災害対策本部" }).waitFor();
      await message(page, "東川の水位").waitFor();
      const question = message(page, "避難指示の案です");
      await hand.press(question.getByRole("button", { name: "確認しました" }));
      await question.getByText("確認済み").waitFor();
      await expectAccessible(page);

      await hand.write(composer(page), "確認した。直ちに発令してください。5分後に電話します。");
      await hand.press(page.getByRole("button", { name: "送信する" }));
      await message(page, "直ちに発令").waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-executive-room-390");

      await hand.press(question.getByRole("button", { name: "4人中 1人が確認" }));
      const dialog = page.getByRole("dialog", { name: "確認した人・まだの人" });
      await dialog.getByRole("heading", { name: "まだ 3人" }).waitFor();
      for (const name of ["鈴木 一郎", "佐藤 花子", "髙橋 美咲"])
        await dialog.getByText(name).first().waitFor();
      if (!hand.isKeyboard) await picture(page, "journey-executive-who-390");
      await page.keyboard.press("Escape");
      await dialog.waitFor({ state: "detached" });

      const { body } = await (await city.server.as(city.people.watanabe)).get(
        `/api/v1/rooms/${roomId}/messages`,
      );
      expect(body.items.at(-1).body).toBe("確認した。直ちに発令してください。5分後に電話します。");
      expect(body.items[2].confirmation).toMatchObject({ confirmedCount: 1, askedCount: 4 });
      await hand.check();
      check();
      await context.close();
    },
  );
});
