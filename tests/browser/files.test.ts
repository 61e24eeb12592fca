import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import { expectAccessible, lookAt, openBrowser, openSignedIn, picture } from "./support/browser.ts";
import { buildAdministrator, buildCity, type City } from "./support/city.ts";

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

const message = (page: Page, words: string) => page.getByRole("article").filter({ hasText: words });

it("attaches a file, sends it, reads its pages and finds it among the room's files", async () => {
  const api = await city.server.as(city.people.sato);
  const room = await api.createGroup([city.people.suzuki.id], "資料の試験");
  const device = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${room.id}` });
  const { page } = device;
  await page.locator("input[data-attach]").setInputFiles({
    name: "令和8年度 予算書（案）.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from(`%PDF-1.7 ${"予算".repeat(2000)}`),
  });
  await page.getByText("送信できます").waitFor();
  await page.getByRole("button", { name: "送信する", exact: true }).click();
  const card = page.getByRole("region", { name: "ファイル 令和8年度 予算書（案）.pdf" });
  await card.getByText("検査済み").waitFor();
  await card.getByRole("link", { name: "令和8年度 予算書（案）.pdf を開く" }).waitFor();
  expect(await message(page, "（ファイル）").count()).toBe(0);
  await picture(page, "files-message");
  await expectAccessible(page);

  await card.getByRole("link", { name: "令和8年度 予算書（案）.pdf を開く" }).click();
  await page.getByText("1 / 3 ページ").waitFor();
  await page.keyboard.press("ArrowRight");
  await page.getByText("2 / 3 ページ").waitFor();
  await page.getByRole("img", { name: "令和8年度 予算書（案）.pdf の 2 ページ目" }).waitFor();
  await lookAt(page, "/files/$fileId");
  await page.getByRole("button", { name: "資料に戻る" }).click();

  await page.getByRole("button", { name: "資料", exact: true }).click();
  const panel = page.getByRole("complementary", { name: "資料" });
  await panel.getByText("令和8年度 予算書（案）.pdf").waitFor();
  await panel.getByRole("searchbox", { name: "ファイル名で探す" }).fill("ヨサン");
  await panel.getByText("見つかりませんでした").waitFor();
  await panel.getByRole("searchbox", { name: "ファイル名で探す" }).fill("予算");
  await panel.getByText("令和8年度 予算書（案）.pdf").waitFor();
  await lookAt(page, "files-panel");

  // Into a folder and back, with the way back in the notice; what a class would mean stands there before it is chosen.
  await api.post(
    `/api/v1/rooms/${room.id}/folders`,
    { name: "当初予算", parentId: null },
    { "idempotency-key": newId() },
  );
  const open = () =>
    panel.getByRole("button", { name: "令和8年度 予算書（案）.pdf の版・場所・機密性" }).click();
  await open();
  const dialog = page.getByRole("dialog", { name: "版・場所・機密性" });
  await dialog.getByText("第1版").waitFor();
  await dialog.getByLabel("このファイルの機密性").selectOption("3A");
  await dialog.getByText("名前も見えません").first().waitFor();
  await lookAt(page, "file-details-dialog");
  await dialog.getByLabel("移す先").selectOption({ label: "当初予算" });
  await dialog.getByRole("button", { name: "移す", exact: true }).click();
  await page.getByText("「令和8年度 予算書（案）.pdf」を「当初予算」に移しました。").waitFor();
  await page.getByRole("button", { name: "元に戻す" }).click();
  await panel.getByRole("searchbox", { name: "ファイル名で探す" }).fill("");
  await panel.getByRole("button", { name: "名前を変える 当初予算" }).click();
  await panel.getByRole("textbox", { name: "フォルダーの名前" }).fill("当初予算（財政課）");
  await page.keyboard.press("Enter");
  await panel.getByRole("button", { name: /^当初予算（財政課）/ }).waitFor();
  await open();
  await dialog.getByLabel("このファイルの機密性").selectOption("3C");
  await dialog.getByRole("button", { name: "変える", exact: true }).click();
  await page.getByText("「令和8年度 予算書（案）.pdf」の機密性を機密性3Cにしました。").waitFor();
  const seen = await api.get(`/api/v1/rooms/${room.id}/files`);
  expect(seen.body.files).toMatchObject([{ classification: "3C", folderId: null }]);

  // An earlier version stays readable beside the newest.
  const fileId = seen.body.files[0].id;
  await api.upload(room.id, "改訂.pdf", `%PDF-1.7 ${"改訂".repeat(2000)}`, { purpose: "library", fileId });
  await panel.getByText("第2版").waitFor();
  await open();
  await dialog.getByRole("link", { name: "第1版を開く" }).click();
  await page.getByText("1 / 3 ページ").waitFor();
  await page.getByRole("heading", { level: 1 }).getByText("第1版").waitFor();
  device.check();
});

it("asks to carry a file out, has it approved by another person inside, and downloads it as often as was approved", async () => {
  const owner = await city.server.as(city.people.sato);
  const room = await owner.createGroup([city.people.suzuki.id], "出張の準備");
  const made = await owner.upload(room.id, "説明資料（市民向け）.txt", "説明の中身です。");
  await owner.send(room.id, "当日の資料です", { fileIds: [made.body.id] });

  const outside = await openSignedIn(browser, city, city.people.suzuki, {
    zone: "internet",
    path: `/rooms/${room.id}`,
  });
  const { page } = outside;
  await page.getByRole("button", { name: "説明資料（市民向け）.txt の持ち出しを申請する" }).click();
  const dialog = page.getByRole("dialog", { name: "持ち出しを申請する" });
  await dialog.getByLabel("ダウンロードできる時間（承認から）").selectOption("4");
  await dialog.getByRole("textbox", { name: "理由" }).fill("説明会の会場で配るため");
  await lookAt(page, "request-carry-out-dialog");
  await dialog.getByRole("button", { name: "申請する", exact: true }).click();
  await page.getByText("持ち出しを申請しました。").waitFor();

  const inside = await openSignedIn(browser, city, city.people.sato);
  await inside.page.goto("/waiting");
  await inside.page.getByText("持ち出しの申請が 1件、承認を待っています。").waitFor();
  await inside.page.getByRole("link", { name: "持ち出しを開く" }).click();
  const request = inside.page.getByRole("article", { name: "説明資料（市民向け）.txt" });
  await request.getByText("理由：説明会の会場で配るため").waitFor();
  await lookAt(inside.page, "/carry-outs");
  await request.getByRole("button", { name: "承認する" }).click();
  const approval = inside.page.getByRole("dialog", { name: "承認する" });
  await approval.getByRole("textbox", { name: "理由" }).fill("公表済みの内容です");
  // Told where one is, without asking.
  const told = page.getByText("申請した持ち出しの結果が出ました。").waitFor();
  await approval.getByRole("button", { name: "承認する" }).click();
  await inside.page.getByText("持ち出しを承認しました。").waitFor();
  inside.check();

  await told;
  await page.goto("/carry-outs");
  const own = page.getByRole("article", { name: "説明資料（市民向け）.txt" });
  await own.getByText("残り 1回").waitFor();
  const downloading = page.waitForEvent("download");
  await own.getByRole("link", { name: "説明資料（市民向け）.txt をダウンロードする" }).click();
  const download = await downloading;
  expect(download.suggestedFilename()).toBe("説明資料（市民向け）.txt");
  await own.getByText("使い終わり").waitFor();
  expect(await own.getByRole("link", { name: /ダウンロード/ }).count()).toBe(0);
  await picture(page, "carry-outs-used-up");
  outside.check();
});

it("is read as text by somebody whom the office of rules has named, page by page", async () => {
  const owner = await city.server.as(city.people.sato);
  const room = await owner.createGroup([city.people.watanabe.id], "読み上げの試験");
  const { id } = (
    await owner.upload(room.id, "要領.pdf", `%PDF-1.7 ${"要領".repeat(50)}`, { purpose: "library" })
  ).body;
  const rules = await openSignedIn(browser, city, await buildAdministrator(city));
  await rules.page.goto("/administration/text-readers");
  await rules.page.getByText("認めている人はいません").waitFor();
  await rules.page.getByRole("button", { name: "文字で読む人を加える" }).click();
  const dialog = rules.page.getByRole("dialog");
  await dialog.getByLabel("氏名・所属で探す").fill("わたなべ");
  await dialog.getByLabel("認める人").selectOption({ label: "渡邉 悟（危機管理課）" });
  await dialog.getByRole("textbox", { name: "理由" }).fill("画面を読み上げて使うため");
  await dialog.getByRole("button", { name: "認める" }).click();
  await rules.page.getByText("渡邉 悟 さんに認めました。").waitFor();
  await lookAt(rules.page, "/administration/text-readers");
  rules.check();

  const reader = await openSignedIn(browser, city, city.people.watanabe, {
    zone: "internet",
    path: `/files/${id}`,
  });
  await reader.page.getByRole("button", { name: "文字で読む" }).click();
  await reader.page.getByText("このページには、読み上げられる文字がありません。").waitFor();
  await reader.page.getByRole("button", { name: "次のページ" }).click();
  await reader.page.getByText("見積書").waitFor();
  await expectAccessible(reader.page);
  await picture(reader.page, "files-as-text");
  reader.check();
});
