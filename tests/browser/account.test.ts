import { generateSync } from "otplib";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { type BuiltPerson, buildPerson, testPassword } from "#tests/support/factories.ts";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildAdministrator, buildCity, type City, totpSecret } from "./support/city.ts";

const own = "山の上の小さな図書館と川下の橋";
let city: City;
let browser: Browser;
let administrator: BuiltPerson;

beforeAll(async () => {
  city = await buildCity();
  administrator = await buildAdministrator(city);
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

async function newPerson(given: Parameters<typeof buildPerson>[2]) {
  const { database, keyring } = city.server;
  return buildPerson(database, city.tenantId, { totp: { keyring, secret: totpSecret }, ...given });
}

async function fillSignIn(page: Page, person: BuiltPerson, password: string) {
  await page.getByLabel("ログインID").fill(person.loginId);
  await page.getByLabel("パスワード", { exact: true }).fill(password);
}

/** Both sizes at which the screens are looked at. */
async function pictures(page: Page, name: string) {
  await page.setViewportSize(sizes.chromebook);
  await picture(page, `${name}-1280`);
  await expectAccessible(page);
  await page.setViewportSize(sizes.phone);
  await picture(page, `${name}-390`);
  await expectAccessible(page);
  await expectNoSidewaysScroll(page);
  await page.setViewportSize(sizes.chromebook);
}

it("the first sign-in chooses a password; one that everybody would guess is refused with the reason", async () => {
  const person = await newPerson({ name: "石川 直子", kana: "いしかわ なおこ", mustChangePassword: true });
  const { page, check, expectConsole } = await openDevice(browser, city.url("lgwan"));
  expectConsole(/status of 40[03]/);
  await page.goto("/");
  await fillSignIn(page, person, testPassword);
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByLabel("新しいパスワード", { exact: true }).fill("Reiwa8nendo2026");
  await page.getByLabel("新しいパスワード（確認のためもう一度）").fill("Reiwa8nendo2026");
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByText("推測されやすいため").waitFor();
  await pictures(page, "first-sign-in");
  await page.getByLabel("新しいパスワード", { exact: true }).fill(own);
  await page.getByLabel("新しいパスワード（確認のためもう一度）").fill(own);
  await page.getByRole("button", { name: "ログインする" }).click();
  await page.getByRole("searchbox").first().waitFor();
  check();
  await page.context().close();
});

it("the password is changed under アカウント, the other devices are out, and the list says so", async () => {
  const person = await newPerson({ name: "石川 直子", kana: "いしかわ なおこ" });
  const other = await openSignedIn(browser, city, person);
  const { page, check, expectConsole } = await openSignedIn(browser, city, person);
  expectConsole(/status of 403/);
  await page.goto("/settings/account");
  await page.getByText("この端末", { exact: true }).waitFor();
  await lookAt(page, "/settings/account");
  await page.getByRole("button", { name: "パスワードを変更する" }).click();
  await page.getByLabel("現在のパスワード").fill("wrong");
  await page.getByLabel("新しいパスワード", { exact: true }).fill(own);
  await page.getByLabel("新しいパスワード（確認のためもう一度）").fill(own);
  await page.getByRole("button", { name: "パスワードを変更する" }).click();
  await page.getByText("現在のパスワードが違います").waitFor();
  // Nothing that was typed is lost.
  expect(await page.getByLabel("新しいパスワード", { exact: true }).inputValue()).toBe(own);
  await pictures(page, "account-password");
  await page.getByLabel("現在のパスワード").fill(testPassword);
  await page.getByLabel("新しいパスワード（確認のためもう一度）").press("Enter");
  await page.getByText("ほかの 1台 の端末からログアウトしました").waitFor();
  await page.getByText("ログインしているのは、この端末だけです。").waitFor();
  await other.page.getByLabel("ログインID").waitFor();
  check();
  await page.context().close();
  await other.context.close();
});

it("another device is signed out from the list, at once", async () => {
  const person = await newPerson({ name: "石川 直子", kana: "いしかわ なおこ" });
  const other = await openSignedIn(browser, city, person);
  const { page, check } = await openSignedIn(browser, city, person);
  await page.goto("/settings/account");
  await page.getByRole("button", { name: /をログアウトさせる$/ }).click();
  await other.page.getByLabel("ログインID").waitFor();
  await page.getByText("ログインしているのは、この端末だけです。").waitFor();
  check();
  await page.context().close();
  await other.context.close();
});

it("recovery codes are made, printed once, and let in without the phone", async () => {
  const person = await newPerson({ name: "石川 直子", kana: "いしかわ なおこ" });
  const { page, check } = await openSignedIn(browser, city, person);
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "復旧コードを作る" }).click();
  await page.getByLabel("現在のパスワード").fill(testPassword);
  await page.getByLabel("認証アプリの確認コード（6桁）").fill(generateSync({ secret: totpSecret }));
  await pictures(page, "account-proof");
  await page.getByRole("button", { name: "復旧コードを作る" }).click();
  await page.getByRole("button", { name: "保管しました" }).waitFor();
  await lookAt(page, "recovery-codes-sheet");
  const code = await page
    .getByRole("listitem")
    .filter({ hasText: /^[a-z2-9-]{14}$/ })
    .first()
    .innerText();
  await page.emulateMedia({ media: "print" });
  expect(await page.getByRole("button", { name: "保管しました" }).isVisible()).toBe(false);
  expect(await page.getByText(code).isVisible()).toBe(true);
  await page.emulateMedia({ media: "screen" });
  await page.getByRole("button", { name: "保管しました" }).click();
  await page.getByText("復旧コードは残り 10個 です。").waitFor();
  check();
  await page.context().close();

  const phone = await openDevice(browser, city.url("internet"), { viewport: sizes.phone, hasTouch: true });
  await phone.page.goto("/");
  await fillSignIn(phone.page, person, testPassword);
  await phone.page.getByRole("button", { name: /復旧コードを使う/ }).click();
  await phone.page.getByLabel("復旧コード", { exact: true }).fill(code.toUpperCase());
  await picture(phone.page, "sign-in-recovery-390");
  await expectAccessible(phone.page);
  await phone.page.getByRole("button", { name: "ログインする" }).click();
  await phone.page.getByRole("searchbox").first().waitFor();
  phone.check();
  await phone.context.close();
});

it("a new authenticator app is registered in the hall", async () => {
  const person = await buildPerson(city.server.database, city.tenantId, { name: "石川 直子" });
  const { page, check } = await openSignedIn(browser, city, person);
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "認証アプリを登録する" }).click();
  await page.getByLabel("現在のパスワード").fill(testPassword);
  await page.getByRole("button", { name: "次へ" }).click();
  const secret = await page.locator("code").innerText();
  await pictures(page, "account-app");
  await page
    .getByLabel("新しい認証アプリに表示された確認コード（6桁）")
    .fill(generateSync({ secret: secret.replaceAll(" ", "") }));
  await page.getByRole("button", { name: "登録する", exact: true }).click();
  await page.getByText("認証アプリを登録しました。").waitFor();
  await page.getByRole("button", { name: "保管しました" }).click();
  await page.getByText("登録済み").waitFor();
  check();
  await page.context().close();
});

it("an administrator finds a person, resets the password once to be seen, and ends the sessions of a stolen phone", async () => {
  const { suzuki } = city.people;
  const theirs = await openSignedIn(browser, city, suzuki);
  const { page, check } = await openSignedIn(browser, city, administrator);
  await page.goto("/administration/accounts");
  await page.getByText("国民健康保険課保険税賦課担当").first().waitFor();
  await lookAt(page, "/administration/accounts");
  await page.getByLabel("氏名・かな・ログインID・所属で探す").fill("suzuki");
  await page.getByRole("button", { name: /鈴木 一郎/ }).click();
  await page.getByRole("heading", { name: /鈴木 一郎/ }).waitFor();
  await pictures(page, "account-detail");
  await page.getByRole("button", { name: "すべての端末からログアウトさせる" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "すべての端末からログアウトさせる" }).click();
  await dialog.getByText("理由を入力してください。").waitFor();
  await lookAt(page, "action-dialog");
  await dialog.getByLabel("理由").fill("スマートフォンの盗難");
  await dialog.getByRole("button", { name: "すべての端末からログアウトさせる" }).click();
  await theirs.page.getByLabel("ログインID").waitFor();
  await page.getByText("ログイン中の端末はありません。").waitFor();

  await page.getByRole("button", { name: "パスワードを再発行する" }).click();
  await dialog.getByLabel("理由").fill("窓口で本人から申し出（職員証で確認）");
  await dialog.getByRole("button", { name: "パスワードを再発行する" }).click();
  await page.getByRole("heading", { name: "一度だけ使えるパスワード" }).waitFor();
  await lookAt(page, "one-time-password-sheet");
  const password = await page.getByText(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/).innerText();
  await page.getByRole("button", { name: "渡しました" }).click();
  await page.getByText("再発行済み。次のログインで変更します").waitFor();

  await page.getByRole("button", { name: "アカウントを停止する" }).click();
  await dialog.getByLabel("理由").fill("調査が終わるまで");
  await dialog.getByRole("button", { name: "アカウントを停止する" }).click();
  await page.getByRole("button", { name: "利用を再開する" }).click();
  await dialog.getByLabel("理由").fill("調査の結果、問題なし");
  await dialog.getByRole("button", { name: "利用を再開する" }).click();
  await page.getByRole("button", { name: "アカウントを停止する" }).waitFor();
  check();

  theirs.expectConsole(/status of 403/);
  await fillSignIn(theirs.page, suzuki, password);
  await theirs.page.getByRole("button", { name: "ログインする" }).click();
  await theirs.page.getByLabel("新しいパスワード", { exact: true }).fill(own);
  await theirs.page.getByLabel("新しいパスワード（確認のためもう一度）").fill(own);
  await theirs.page.getByRole("button", { name: "ログインする" }).click();
  await theirs.page.getByRole("searchbox").first().waitFor();
  theirs.check();
  await page.context().close();
  await theirs.context.close();
});

it("a lost app is taken off, and the next sign-in from outside registers another", async () => {
  const person = await newPerson({ name: "大野 由紀", kana: "おおの ゆき" });
  const { page, check } = await openSignedIn(browser, city, administrator);
  await page.goto("/administration/accounts");
  await page.getByLabel("氏名・かな・ログインID・所属で探す").fill("おおの");
  await page.getByRole("button", { name: /大野 由紀/ }).click();
  await page.getByRole("button", { name: "認証アプリを外す" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("登録されている電話番号にかけ直した").check();
  await dialog.getByLabel("理由").fill("スマートフォンの紛失");
  await pictures(page, "account-remove-app");
  await dialog.getByRole("button", { name: "認証アプリを外す" }).click();
  await page.getByText(/未登録（.*まで、次のログインで登録できます）/).waitFor();
  check();
  await page.context().close();

  const phone = await openDevice(browser, city.url("internet"), { viewport: sizes.phone, hasTouch: true });
  phone.expectConsole(/status of 403/);
  await phone.page.goto("/");
  await fillSignIn(phone.page, person, testPassword);
  await phone.page.getByRole("button", { name: "ログインする" }).click();
  const secret = (await phone.page.locator("code").innerText()).replaceAll(" ", "");
  await picture(phone.page, "sign-in-register-390");
  await expectAccessible(phone.page);
  await phone.page.getByLabel("確認コード（6桁）").fill(generateSync({ secret }));
  await phone.page.getByRole("button", { name: "ログインする" }).click();
  await phone.page.getByRole("button", { name: "保管しました" }).click();
  await phone.page.getByRole("searchbox").first().waitFor();
  phone.check();
  await phone.context.close();
});

it("whoever is no administrator has no such page, and on the Internet side it says where to go", async () => {
  const clerk = await openSignedIn(browser, city, city.people.sato);
  await clerk.page.goto("/settings");
  await clerk.page.getByRole("link", { name: /アカウント/ }).waitFor();
  expect(await clerk.page.getByRole("link", { name: /アカウントの管理/ }).count()).toBe(0);
  clerk.check();
  await clerk.context.close();
  const { keyring, database } = city.server;
  await database.transaction(scopeOf(city.tenantId), (tx) =>
    tx.run(
      build
        .updateTable("account")
        .set({
          totp_secret: keyring.seal("totp", `${city.tenantId} ${administrator.id}`, Buffer.from(totpSecret)),
        })
        .where("id", "=", administrator.id),
    ),
  );
  const outside = await openSignedIn(browser, city, administrator, { zone: "internet" });
  await outside.page.goto("/administration/accounts");
  await outside.page.getByText("LGWAN 側の端末からだけできます").waitFor();
  outside.check();
  await outside.context.close();
});
