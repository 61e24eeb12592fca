import { generateSync } from "otplib";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lookThroughGuests } from "#capabilities/guests/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { publishFirstVersions } from "#core/rules/index.ts";
import { type BuiltPerson, buildPerson } from "#tests/support/factories.ts";
import { lookAt, openBrowser, openDevice, openSignedIn, sizes } from "./support/browser.ts";
import { buildCity, type City, totpSecret } from "./support/city.ts";

let city: City;
let browser: Browser;
let administrator: BuiltPerson;

beforeAll(async () => {
  city = await buildCity();
  administrator = await buildPerson(city.server.database, city.tenantId, {
    name: "田村 誠",
    kana: "たむら まこと",
    isAdministrator: true,
    totp: { keyring: city.server.keyring, secret: totpSecret },
  });
  await publishFirstVersions(city.server.database, city.tenantId, new Date());
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

it("a guest is invited, accepts on a phone, is in the room, is extended and ended by the sponsor", async () => {
  const { sato, tanaka } = city.people;
  await (await city.server.as(sato)).createGroup([tanaka.id], "市民会館 指定管理");
  const sponsor = await openSignedIn(browser, city, sato);
  const { page } = sponsor;
  await page.goto("/settings/guests");
  await page.getByText("担当しているゲストはいません").waitFor();
  await page.getByRole("button", { name: "ゲストを招待する" }).click();
  const form = page.getByRole("form", { name: "ゲストを招待する" });
  await form.getByLabel("氏名").fill("小野 さくら");
  await form.getByLabel("会社名・団体名").fill("水杜文化芸術財団（指定管理者）");
  await form.getByRole("button", { name: "招待を作る" }).click();
  await form.getByText("氏名、会社名・団体名、業務、ルーム、期限を入力してください。").waitFor();
  await form.getByLabel("依頼している業務").fill("市民会館の舞台設備の点検");
  await form.getByLabel("招待の送り先").fill("ono@example.jp");
  await form.getByLabel("市民会館 指定管理").check();
  await form.getByRole("button", { name: "招待を作る" }).click();
  await page.getByText("小野 さくら さんの招待ができました").waitFor();
  await page.getByLabel("インターネット側のアドレス").fill(city.url("internet"));
  await lookAt(page, "invitation-sheet");
  const link = await page.getByText(/\/invitation#/).innerText();
  const code = await page.getByText(/^[A-Z0-9]{4}-[A-Z0-9]{4}$/).innerText();
  await page.getByRole("button", { name: "伝えました" }).click();
  await page.getByText(/返事待ち/).waitFor();

  const guest = await openDevice(browser, city.url("internet"), { viewport: sizes.phone });
  guest.expectConsole(/status of 40[03]/);
  await guest.page.goto(link);
  await guest.page.getByLabel("招待コード").fill("AAAA-AAAA");
  await guest.page.getByRole("button", { name: "招待を開く" }).click();
  await guest.page.getByText("招待を開けませんでした。").waitFor();
  await guest.page.getByLabel("招待コード").fill(code.toLowerCase());
  await guest.page.getByRole("button", { name: "招待を開く" }).click();
  await guest.page.getByText("水杜市 の庁内チャットに招待されました。").waitFor();
  await guest.page.getByRole("region", { name: "庁内チャット ゲスト利用規約" }).focus();
  await guest.page.keyboard.press("End");
  await guest.page.getByRole("button", { name: "同意して次へ進む" }).click();
  const secret = (await guest.page.locator("code").innerText()).replaceAll(/\s/g, "");
  await guest.page.getByLabel("新しいパスワード").fill("山の上の小さな図書館と川下の橋");
  await guest.page.getByLabel("パスワード（もう一度）").fill("山の上の小さな図書館と川下の橋");
  await lookAt(guest.page, "/invitation");
  await guest.page.getByLabel("確認コード（6桁）").fill(generateSync({ secret }));
  await guest.page.getByRole("button", { name: "利用を始める" }).click();
  await guest.page.getByText("次からのログインID", { exact: true }).waitFor();
  await guest.page.getByRole("button", { name: "保管しました" }).click();
  await guest.page.getByText("市民会館 指定管理").first().waitFor();
  expect(new URL(guest.page.url()).pathname).toBe("/rooms");
  guest.check();

  // The sponsor's page follows by itself.
  await page.getByRole("heading", { name: "小野 さくら" }).waitFor();
  await page.getByText(/返事待ち/).waitFor({ state: "detached" });
  await lookAt(page, "/settings/guests");
  await page.getByRole("button", { name: "期間を延ばす" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("点検の期間が延びたため");
  await lookAt(page, "stay-dialog");
  await page.getByRole("dialog").getByRole("button", { name: "期間を延ばす" }).click();
  await page.getByText("記録しました").waitFor();
  await page.getByText("これまでの記録").click();
  await page.getByText("点検の期間が延びたため").waitFor();
  await page.getByRole("button", { name: "利用を終わりにする" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("契約の終了");
  await page.getByRole("dialog").getByRole("button", { name: "利用を終わりにする" }).click();
  await guest.page.getByLabel("ログインID").waitFor();
  sponsor.check();
  await sponsor.context.close();
  await guest.context.close();
});

it("the review waits for the sponsor, who renews on a phone; the office sees the report", async () => {
  const { suzuki, guest } = city.people;
  const { database } = city.server;
  await database.transaction(scopeOf(city.tenantId), (tx) =>
    tx.run(
      statement("test.give-sponsor", "update person set sponsor_id = $3 where tenant_id = $1 and id = $2"),
      [city.tenantId, guest.id, suzuki.id],
    ),
  );
  await lookThroughGuests(database, city.tenantId, new Date());
  const office = await openSignedIn(browser, city, administrator);
  await office.page.goto("/administration/guests");
  await office.page.getByRole("button", { name: "いま棚卸しを始める" }).click();
  await office.page.getByRole("dialog").getByRole("button", { name: "いま棚卸しを始める" }).click();
  await office.page.getByText(/1人のうち 継続 0・終了 0・未決定 1/).waitFor();
  await lookAt(office.page, "/administration/guests");

  const sponsor = await openSignedIn(browser, city, suzuki, { viewport: sizes.phone });
  await sponsor.page.goto("/waiting");
  await sponsor.page.getByText("ゲストのことで、確かめることが 1件あります").waitFor();
  await sponsor.page.getByRole("link", { name: "ゲストの画面を開く" }).click();
  await sponsor.page.getByText("棚卸しの期間です。").waitFor();
  await sponsor.page.getByRole("button", { name: "続ける" }).click();
  await sponsor.page.getByRole("dialog").getByLabel("理由").fill("今年度も委託するため");
  await sponsor.page.getByRole("dialog").getByRole("button", { name: "続ける" }).click();
  await sponsor.page.getByText("棚卸しの期間です。").waitFor({ state: "detached" });

  await office.page.reload();
  await office.page.getByRole("button", { name: "報告を見る" }).click();
  await office.page.getByRole("cell", { name: "継続", exact: true }).waitFor();
  await lookAt(office.page, "reviews");
  sponsor.check();
  office.check();
  await sponsor.context.close();
  await office.context.close();
});
