import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BuiltPerson, buildPerson, testPassword } from "#tests/support/factories.ts";
import {
  type Device,
  freshCode,
  lookAt,
  openBrowser,
  openDevice,
  openSignedIn,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City, totpSecret } from "./support/city.ts";

let city: City;
let browser: Browser;
let administrator: BuiltPerson;
let desk: Device;

beforeAll(async () => {
  city = await buildCity();
  administrator = await buildPerson(city.server.database, city.tenantId, {
    name: "田村 誠",
    kana: "たむら まこと",
    isAdministrator: true,
  });
  browser = await openBrowser({ keepsApp: true });
  desk = await openSignedIn(browser, city, administrator);
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

async function typeSignIn(page: Page, person: BuiltPerson) {
  await page.getByLabel("ログインID").fill(person.loginId);
  await page.getByLabel("パスワード", { exact: true }).fill(testPassword);
  await page.getByLabel("確認コード（6桁）").fill(await freshCode(city, person));
  await page.getByRole("button", { name: "ログインする", exact: true }).click();
}

it("a phone asks for approval with consent, is approved in the hall, comes in, and forgets everything when it is lost", async () => {
  const { database, keyring } = city.server;
  const person = await buildPerson(database, city.tenantId, {
    name: "石川 直子",
    kana: "いしかわ なおこ",
    totp: { keyring, secret: totpSecret },
  });
  // The municipality asks for approval, with days of grace for what is in use.
  await desk.page.goto("/administration/devices");
  await desk.page.getByRole("button", { name: "端末の決まりを変更する" }).click();
  await desk.page.getByLabel("インターネット側では、承認した端末だけを使えるようにする").check();
  await desk.page.getByLabel("猶予（日）").fill("0");
  await desk.page.getByRole("button", { name: "保存する" }).click();
  await desk.page.getByText("理由を入力してください。").waitFor();
  await desk.page.getByLabel("変更の理由").fill("在宅勤務の開始");
  await desk.page.getByRole("button", { name: "保存する" }).click();
  await desk.page.getByText("インターネット側では、承認した端末だけが使えます。").waitFor();

  const phone = await openDevice(browser, city.url("internet"), { viewport: sizes.phone, hasTouch: true });
  phone.expectConsole(/status of 403/);
  await phone.page.goto("/");
  await typeSignIn(phone.page, person);
  await phone.page.getByRole("heading", { name: "この端末の承認を依頼しました" }).waitFor();
  const number = await phone.page.locator("dd").innerText();
  await phone.page.getByLabel("端末の名前").fill("直子のスマートフォン");
  await phone.page.getByLabel("私物の端末").check();
  await phone.page.getByRole("button", { name: "届け出る" }).click();
  await phone.page.getByText("私物の端末を使うには、同意が必要です。").waitFor();
  await phone.page.setViewportSize(sizes.phone);
  await phone.page.getByLabel("上の内容を読み、同意します").check();
  await phone.page.getByRole("button", { name: "届け出る" }).click();
  await phone.page.getByText("届け出ました。承認されたら、ログインし直してください。").waitFor();

  await desk.page.reload();
  await desk.page.getByText(`確認番号 ${number}`).waitFor();
  await desk.page.getByRole("button", { name: "石川 直子 さんの 直子のスマートフォン を承認する" }).click();
  await desk.page.getByLabel("確かめたこと・理由").fill("内線で確認番号を確かめた");
  await desk.page.getByRole("dialog").getByRole("button", { name: "承認する" }).click();
  await desk.page.getByRole("list").getByText("承認済み").waitFor();

  await phone.page.getByRole("button", { name: "ログインにもどる" }).click();
  await phone.page.getByLabel("確認コード（6桁）").fill(await freshCode(city, person));
  await phone.page.getByRole("button", { name: "ログインする", exact: true }).click();
  await phone.page.getByRole("searchbox").first().waitFor();
  await phone.page.goto("/settings/devices");
  await phone.page.getByText("直子のスマートフォン").waitFor();
  await phone.page.getByText("内線で確認番号を確かめた").waitFor();
  await lookAt(phone.page, "/settings/devices");
  await lookAt(phone.page, "own-devices-section");
  await phone.page.getByRole("button", { name: "直子のスマートフォン の名前を変える" }).click();
  await phone.page.getByRole("dialog").waitFor();
  await phone.page.keyboard.press("Escape");
  await phone.page.getByRole("dialog").waitFor({ state: "detached" });
  const kept = () =>
    phone.page.evaluate(async () => ({
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
      account: localStorage.getItem("chonai.account"),
    }));
  expect((await kept()).databases).not.toEqual([]);
  expect((await kept()).account).not.toBeNull();

  // Lost: reported by its holder from a terminal in the hall.
  const terminal = await openSignedIn(browser, city, person, { path: "/rooms" });
  await terminal.page.goto("/settings/devices");
  await terminal.page.getByRole("button", { name: "直子のスマートフォン をなくした・盗まれた" }).click();
  await terminal.page.getByRole("dialog").waitFor();
  await lookAt(terminal.page, "cut-off-dialog");
  await terminal.page.getByRole("button", { name: "利用を停止する" }).click();
  await terminal.page.getByText("端末の利用を停止しました。").waitFor();
  await phone.page.getByText("残っていた内容は消去しました。").waitFor();
  expect(await kept()).toEqual({ databases: [], caches: [], account: null });
  await terminal.page.reload();
  await terminal.page.getByText("に消去されました").waitFor();
  phone.check();
  terminal.check();
  desk.check();
  await phone.context.close();
  await terminal.context.close();
});

it("an idle screen is covered in all tabs, on a reload too; the password uncovers it and nothing typed is lost", async () => {
  const idle = { lgwan: 10, internet: null };
  const rule = {
    isApprovalNeeded: false,
    graceDays: 0,
    allowsPersonal: true,
    boundClasses: [],
    consentText: null,
    idleMinutes: idle,
    reason: "離席時の覗き見を防ぐ",
  };
  const changed = await desk.context.request.put("/api/v1/device-rule", {
    data: rule,
    headers: { "X-Chonai-Client": "web", Origin: city.url("lgwan") },
  });
  expect(changed.status()).toBe(200);
  const device = await openSignedIn(browser, city, city.people.sato);
  device.expectConsole(/status of 403/);
  const { page, context } = device;
  const other = await context.newPage();
  await other.goto("/people");
  await page.goto("/settings/devices");
  await page
    .getByRole("button", { name: /の名前を変える/ })
    .first()
    .click();
  await page.getByLabel("端末の名前").fill("書きかけの名前");
  // Ten minutes go by: every tab is told that the last touch was long ago.
  const letTimePass = () =>
    page.evaluate(() => {
      const told = JSON.parse(localStorage.getItem("chonai.idle")!);
      localStorage.setItem("chonai.idle", JSON.stringify({ ...told, isCovered: true }));
    });
  await page.waitForFunction(() => localStorage.getItem("chonai.idle") !== null);
  await letTimePass();
  await page.getByRole("heading", { name: "画面を覆っています" }).waitFor();
  await other.getByRole("heading", { name: "画面を覆っています" }).waitFor();
  expect(await page.getByText("自分の端末").first().isVisible()).toBe(false);
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "画面を覆っています" }).waitFor();
  await other.reload();
  await other.getByRole("heading", { name: "画面を覆っています" }).waitFor();
  await page.getByLabel("パスワード").fill("wrong");
  await page.getByRole("button", { name: "続ける" }).click();
  await page.getByText("現在のパスワードが違います").waitFor();
  await page.getByLabel("パスワード").fill(testPassword);
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "画面を覆っています" }).waitFor({ state: "detached" });
  expect(await page.getByLabel("端末の名前").inputValue()).toBe("書きかけの名前");
  await other.getByRole("heading", { name: "画面を覆っています" }).waitFor({ state: "detached" });
  device.check();
  await context.close();
});

it("a passkey is registered under アカウント, and opens the door alone", async () => {
  const { database, keyring } = city.server;
  const person = await buildPerson(database, city.tenantId, {
    name: "石川 直子",
    kana: "いしかわ なおこ",
    totp: { keyring, secret: totpSecret },
  });
  // Browsers know passkeys at names alone.
  const origin = city.url("internet").replace("127.0.0.1", "localhost");
  const device = await openDevice(browser, origin);
  device.expectConsole(/status of 40[39]/);
  const { page, context } = device;
  // Chromium's own virtual authenticator: a device that checks who holds it.
  const cdp = await context.newCDPSession(page);
  await cdp.send("WebAuthn.enable");
  await cdp.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  await page.goto("/");
  await typeSignIn(page, person);
  await page.getByRole("searchbox").first().waitFor();
  await page.goto("/settings/account");
  await page.getByRole("button", { name: "パスキーを登録する" }).click();
  await page.getByLabel("現在のパスワード").fill(testPassword);
  await page.getByLabel("認証アプリの確認コード（6桁）").fill(await freshCode(city, person));
  await page.getByRole("button", { name: "次へ" }).click();
  await page.getByLabel("パスキーの名前").fill("試験の端末");
  await page.getByRole("button", { name: "この端末で作る" }).click();
  await page.getByText("試験の端末", { exact: true }).waitFor();
  await lookAt(page, "passkeys-card");
  await page
    .getByRole("button", { name: /石川 直子/ })
    .last()
    .click();
  await page.getByRole("menuitem", { name: "ログアウトする" }).click();
  await page.getByRole("button", { name: "パスキーでログインする" }).waitFor();
  await page.getByRole("button", { name: "パスキーでログインする" }).click();
  await page.getByText("最後に使ったのは", { exact: false }).first().waitFor();
  await page.getByRole("button", { name: "試験の端末 を外す" }).click();
  await page.getByRole("dialog").getByLabel("現在のパスワード").fill(testPassword);
  await page.getByRole("dialog").getByRole("button", { name: "外す" }).click();
  await page.getByText("登録されたパスキーはありません。").waitFor();
  device.check();
  await context.close();
});

it("the systems officer of a section decides about its people's devices under 設定", async () => {
  const found = await desk.context.request.get(`/api/v1/people?ids=${city.people.sato.id}`);
  const { items } = (await found.json()) as { items: { sectionId: string }[] };
  const given = await desk.context.request.put(`/api/v1/sections/${items[0]!.sectionId}/roles`, {
    data: { role: "systems-officer", personId: city.people.tanaka.id },
    headers: { "X-Chonai-Client": "web", Origin: city.url("lgwan") },
  });
  expect(given.ok()).toBe(true);
  const officer = await openSignedIn(browser, city, city.people.tanaka);
  await officer.page.goto("/settings/device-approval");
  await officer.page.getByText("当てはまる端末がありません").waitFor();
  expect(await officer.page.getByRole("button", { name: "端末の決まりを変更する" }).count()).toBe(0);
  await lookAt(officer.page, "/settings/device-approval");
  officer.check();
  await officer.context.close();
});

it("the register of devices, its rules and its decisions look right at every size", async () => {
  await desk.page.goto("/administration/devices");
  await desk.page
    .getByRole("button", { name: "石川 直子 さんの 直子のスマートフォン の利用を再開する" })
    .waitFor();
  await lookAt(desk.page, "/administration/devices");
  await desk.page.getByRole("button", { name: /の利用を再開する/ }).click();
  await lookAt(desk.page, "decision-dialog");
  await desk.page.keyboard.press("Escape");
  await desk.page.getByRole("button", { name: "端末の決まりを変更する" }).click();
  await lookAt(desk.page, "device-rule-card");
  await desk.page.keyboard.press("Escape");
  desk.check();
});

it("the register of equipment takes a list of 2,108 terminals, and hands one out on paper", async () => {
  const lines = Array.from(
    { length: 2108 },
    (_, i) => `R08-${String(i + 1).padStart(4, "0")},パソコン,業務端末`,
  );
  const { page } = desk;
  await page.goto("/administration/equipment");
  await page.getByRole("button", { name: "一覧を取り込む" }).click();
  const importing = page.getByRole("dialog", { name: "機器の一覧を取り込む" });
  await importing.getByLabel("一覧のファイル").setInputFiles({
    name: "台帳.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`備品番号,種類,機種名\n${lines.join("\n")}\n`),
  });
  await importing.getByRole("button", { name: "確かめる" }).click();
  await importing.getByText(/^2,?108行：追加 2,?108件、変更 0件、同じ 0件/).waitFor();
  await lookAt(page, "import-equipment-dialog");
  await importing.getByRole("button", { name: "この内容で取り込む" }).click();
  await importing.waitFor({ state: "detached" });
  await page.locator("[data-equipment='100']").waitFor();

  await page.getByRole("button", { name: "1件加える" }).click();
  const adding = page.getByRole("dialog", { name: "機器を1件加える" });
  await adding.getByLabel("備品番号").fill("R08-0001");
  await adding.getByRole("button", { name: "加える", exact: true }).click();
  await adding.getByText("備品番号 R08-0001 はすでに台帳にあります。").waitFor();
  await adding.getByLabel("備品番号").fill("D-0001");
  await adding.getByLabel("種類").selectOption("sim-dongle");
  await lookAt(page, "add-equipment-dialog");
  await adding.getByRole("button", { name: "加える", exact: true }).click();
  await adding.waitFor({ state: "detached" });

  await page.getByLabel("番号、機種、電話番号、使う人、所属で探す").fill("D-0001");
  await page.getByRole("button", { name: /^D-0001/ }).click();
  const open = page.getByRole("dialog", { name: "機器 D-0001" });
  await open.getByRole("button", { name: "貸し出す" }).first().click();
  await open.getByLabel("使う人を名前かよみで探す").fill("すずき");
  await open.getByRole("option", { name: /鈴木 一郎/ }).waitFor({ state: "attached" });
  await open.getByLabel("使う人", { exact: true }).selectOption({ label: "鈴木 一郎（危機管理課）" });
  await open.getByRole("button", { name: "貸し出す" }).last().click();
  await open.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /^D-0001.*鈴木 一郎.*貸出中/ }).click();
  await open.getByText("これまでの記録").waitFor();
  await lookAt(page, "equipment-dialog");
  await open.getByRole("button", { name: "貸与票を印刷" }).click();
  await page.getByRole("heading", { name: "貸与票" }).waitFor();
  await lookAt(page, "hand-over-sheet");
  await page.getByRole("button", { name: "台帳に戻る" }).click();
  await page.locator("[data-equipment='100']").waitFor();
  await lookAt(page, "/administration/equipment");
});

it("a USB memory is asked for, approved by another person, lent, and stands with its borrower", async () => {
  const { page } = desk;
  await page.getByRole("button", { name: "1件加える" }).click();
  const adding = page.getByRole("dialog", { name: "機器を1件加える" });
  await adding.getByLabel("備品番号").fill("USB-001");
  await adding.getByLabel("種類").selectOption("usb-memory");
  await adding.getByRole("button", { name: "加える", exact: true }).click();
  await adding.waitFor({ state: "detached" });

  const borrower = await openSignedIn(browser, city, city.people.sato);
  borrower.expectConsole(/status of 403/);
  await borrower.page.goto("/settings/media");
  await borrower.page.getByText("あてはまる申請はありません").waitFor();
  await borrower.page.getByRole("button", { name: "可搬媒体を申請する" }).click();
  const asking = borrower.page.getByRole("dialog", { name: "可搬媒体を申請する" });
  await asking.getByLabel("目的").fill("口座振替の依頼データを渡すため");
  await asking.getByLabel("使うシステム・端末").fill("EB システム");
  await asking.getByLabel("入れる情報の区分").selectOption("3A");
  await asking.getByLabel("使うところ").selectOption("internet");
  await asking.getByRole("button", { name: "申請する", exact: true }).click();
  await asking.getByRole("alert").waitFor();
  await lookAt(borrower.page, "ask-for-medium-dialog");
  await asking.getByLabel("使うところ").selectOption("lgwan");
  await asking.getByRole("button", { name: "申請する", exact: true }).click();
  await asking.waitFor({ state: "detached" });
  await borrower.page.getByRole("button", { name: /口座振替.*承認待ち/ }).waitFor();

  await page.goto("/administration/media");
  await page.getByRole("button", { name: /口座振替.*承認待ち/ }).click();
  const open = page.getByRole("dialog", { name: "可搬媒体の申請" });
  await open.getByRole("button", { name: "承認する" }).click();
  await open.getByRole("button", { name: "承認する" }).last().click();
  await open.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /口座振替.*承認済み/ }).click();
  await open.getByRole("button", { name: "貸し出しを記録" }).click();
  await open.getByLabel("貸し出す媒体").selectOption({ label: "USB-001" });
  await open.getByRole("button", { name: "貸し出しを記録" }).last().click();
  await open.getByText("中身の消去とウイルス検査を済ませて、印を付けてください。").waitFor();
  for (const check of ["中身を消去した", "ウイルス検査をした", "暗号化された媒体"])
    await open.getByLabel(check).check();
  await lookAt(page, "media-loan-dialog");
  await open.getByRole("button", { name: "貸し出しを記録" }).last().click();
  await open.waitFor({ state: "detached" });
  await page.getByRole("button", { name: /口座振替.*USB-001.*貸出中/ }).waitFor();
  await lookAt(page, "/administration/media");

  await borrower.page.reload();
  await borrower.page.getByRole("button", { name: /USB-001.*貸出中/ }).waitFor();
  await lookAt(borrower.page, "/settings/media");
  await borrower.page.goto("/settings/equipment");
  await borrower.page.getByText("USB-001").waitFor();
  await lookAt(borrower.page, "/settings/equipment");
  borrower.check();
  await borrower.context.close();
});
