import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openUseReviews, writeAllTraces } from "#capabilities/governance/index.ts";
import { addMonths, monthOf } from "#capabilities/governance/server/use-review/count-use.ts";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import { asSuperuser } from "#tests/support/database.ts";
import { type BuiltPerson, buildPerson } from "#tests/support/factories.ts";
import { providerCertificate, startOpenIdProvider } from "#tests/support/openid/openid-provider.ts";
import { startSamlProvider } from "#tests/support/saml/saml-provider.ts";
import { expectAccessible, lookAt, openBrowser, openDevice, openSignedIn } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let manager: BuiltPerson;
let auditor: BuiltPerson;
let provider: Awaited<ReturnType<typeof startOpenIdProvider>>;
let portal: Awaited<ReturnType<typeof startSamlProvider>>;

beforeAll(async () => {
  provider = await startOpenIdProvider();
  portal = await startSamlProvider();
  city = await buildCity({ outgoingHosts: [provider.host] });
  provider.register([`${city.url("lgwan")}/sign-in/return`]);
  const { database } = city.server;
  manager = await buildPerson(database, city.tenantId, {
    name: "田村 誠",
    kana: "たむら まこと",
    offices: ["accounts", "rules"],
  });
  auditor = await buildPerson(database, city.tenantId, {
    name: "監物 正子",
    kana: "けんもつ まさこ",
    offices: ["audit"],
  });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
  await provider?.stop();
  await portal?.stop();
});

it("an office is proposed by one and consented to by another; a page of another office says which it needs", async () => {
  const { page, check, context } = await openSignedIn(browser, city, manager);
  await page.getByRole("link", { name: "管理", exact: true }).click();
  await page.getByText("あなたの担当：アカウント・ルール").waitFor();
  await page.getByText("担当「記録」を持ち、ログインできる人がいません。").waitFor();
  await page.getByRole("button", { name: "担当を渡す" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("渡す人（氏名・かな・所属）").fill("さとう");
  await dialog.getByRole("radio", { name: /佐藤 花子/ }).check();
  await dialog.getByRole("radio", { name: /^記録/ }).check();
  await dialog.getByRole("button", { name: "担当を渡す" }).click();
  await dialog.getByText("理由を入力してください。").waitFor();
  await dialog.getByLabel("理由").fill("文書管理の主任");
  await lookAt(page, "give-dialog");
  await dialog.getByRole("button", { name: "担当を渡す" }).click();
  await page.getByText("同意できるのは、申し出た人と渡される人を除く").waitFor();
  await page.goto("/administration/offices");
  await page.getByText("同意できるのは、申し出た人と渡される人を除く").waitFor();
  await lookAt(page, "/administration/offices");

  const second = await openSignedIn(browser, city, auditor);
  await second.page.goto("/administration/offices");
  await second.page.getByRole("button", { name: "同意する" }).click();
  await second.page.getByRole("dialog").getByLabel("理由").fill("総務課長に確認");
  await expectAccessible(second.page);
  await second.page.getByRole("dialog").getByRole("button", { name: "同意する" }).click();
  await second.page.getByText("同意を待っている担当はありません。").waitFor();
  await second.page.goto("/administration/accounts");
  await second.page.getByText("担当「アカウント」が必要です").waitFor();
  await expectAccessible(second.page);
  second.check();
  check();
  await second.context.close();
  await context.close();
});

it("the audit record is read as sentences, narrowed to one person, taken out as a file, and anchored", async () => {
  const sato = await city.server.as(city.people.sato);
  const room = await sato.createGroup([city.people.suzuki.id], "予算の相談");
  await sato.send(room.id, "本文は記録に残らない");
  const { page, check, context } = await openSignedIn(browser, city, auditor);
  await page.goto("/administration/audit");
  await page.getByText("佐藤 花子がルーム「予算の相談」にメッセージを送りました").first().waitFor();
  await page.getByText("佐藤 花子がルーム「予算の相談」にメッセージを送りました").first().click();
  await page.getByText("room.member-posts").waitFor();
  await lookAt(page, "/administration/audit");
  await page.getByRole("button", { name: "この人の記録だけを見る" }).click();
  await page.getByRole("button", { name: "条件を消す" }).waitFor();
  await page.getByText("佐藤 花子がルーム「予算の相談」を作りました").waitFor();
  expect(await page.getByText("本文は記録に残らない").count()).toBe(0);

  await page.getByRole("button", { name: "書き出す" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("理由").fill("四半期の点検");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    dialog.getByRole("button", { name: "書き出す" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^監査記録_.*\.csv$/);
  await page.getByRole("button", { name: "控えを取り出す" }).click();
  await page.getByRole("img", { name: "控えの二次元コード" }).waitFor();
  await lookAt(page, "/administration/audit", "anchor");
  check();
  await context.close();
});

it("whoever is given an office sees 管理 without loading the page anew", async () => {
  const { page, check, context } = await openSignedIn(browser, city, city.people.tanaka);
  await page.getByRole("link", { name: "設定" }).waitFor();
  expect(await page.getByRole("link", { name: "管理", exact: true }).count()).toBe(0);
  const api = await city.server.as(manager);
  const given = { office: "rules", reason: "異動" };
  expect((await api.post(`/api/v1/accounts/${city.people.tanaka.id}/offices`, given)).status).toBe(200);
  await page.getByRole("link", { name: "管理", exact: true }).click();
  await page.getByText("あなたの担当：ルール").waitFor();
  check();
  await context.close();
});

it("has its pages at every size", async () => {
  const { page, check, context } = await openSignedIn(browser, city, manager);
  await page.goto("/administration");
  await page.getByText("あなたの担当：アカウント・ルール").waitFor();
  await lookAt(page, "/administration");
  await page.goto("/administration/directory");
  await page.getByRole("heading", { name: "名簿と組織" }).first().waitFor();
  await lookAt(page, "/administration/directory");
  await page.goto("/administration/licences");
  await page.getByText("テレビ会議用タブレット").first().waitFor();
  await lookAt(page, "/administration/licences");
  await page.goto("/administration/accounts");
  await page.getByRole("button", { name: "期限を変更する" }).click();
  await page.getByRole("dialog").waitFor();
  await lookAt(page, "sign-in-rules-card");
  check();
  await context.close();
});

it("the month's use is looked at entry by entry, judged with a note, and nobody judges their own", async () => {
  const { database } = city.server;
  const month = addMonths(monthOf(new Date()), -1);
  for (const [person, hour] of [
    [city.people.sato, "01"],
    [auditor, "02"],
  ] as const)
    await database.transaction(scopeOf(city.tenantId), (tx) =>
      recordAudit(
        tx,
        {
          tenantId: city.tenantId,
          personId: person.id,
          operatorId: null,
          zone: "lgwan",
          deviceId: newId(),
          sessionId: newId(),
        } as Actor,
        new Date(`${month.slice(0, 8)}10T${hour}:00:00Z`),
        ...Array.from({ length: 60 }, () => ({
          action: "file.downloaded",
          subjectId: newId(),
          rule: { id: "file.member-reads", ja: "", en: "" },
          facts: {},
        })),
      ),
    );
  await (await city.server.as(auditor)).get("/api/v1/audit/entries");
  await city.server.chonai.auditSealer.flush();
  await writeAllTraces(database, city.tenantId);
  const { page, check, context } = await openSignedIn(browser, city, auditor);
  await page.goto("/administration/use-reviews");
  await page.getByText("点検の一覧はまだありません").waitFor();
  await openUseReviews(database, city.tenantId, new Date());
  await page.getByText("残り 2件").waitFor();
  await page.getByRole("button", { name: "目安を変更する" }).click();
  await page.getByRole("dialog").getByLabel("根拠").fill("情報セキュリティ実施手順 第12条");
  await lookAt(page, "rules-dialog");
  await page.getByRole("dialog").getByLabel("理由").fill("年度初めの見直し");
  await page.getByRole("dialog").getByRole("button", { name: "目安を変更する" }).click();
  await page.getByText("情報セキュリティ実施手順 第12条").waitFor();
  await lookAt(page, "/administration/use-reviews");
  await page.getByRole("button", { name: /を開く$/ }).click();
  await page.getByText("自分の利用は点検できません。").waitFor();
  await page.getByRole("button", { name: "佐藤 花子の記録を見る" }).click();
  await page.getByRole("button", { name: "点検済みにする" }).click();
  await page.getByText("点検の結果を選び、所見を書いてください。").waitFor();
  await page.getByRole("radio", { name: "本人に確認した" }).check();
  await page.getByLabel("所見").fill("決算資料の整理のため");
  await lookAt(page, "/administration/use-reviews", "entry");
  await page.getByRole("button", { name: "点検済みにする" }).click();
  await page.getByText(/監物 正子が点検しました/).waitFor();
  check();
  await context.close();
});

const buildKeeper = () =>
  buildPerson(city.server.database, city.tenantId, {
    name: "古文 保",
    kana: "こぶん たもつ",
    offices: ["records"],
  });

it("records get a term and are held by what one office asks and the other consents to", async () => {
  const { page, check, context } = await openSignedIn(browser, city, await buildKeeper());
  await page.goto("/administration/records");
  await page.getByText("保存期間はまだ決められていません").waitFor();
  await page.getByRole("button", { name: "保存期間の変更を申し出る" }).click();
  const terms = page.getByRole("dialog");
  await terms.getByLabel("ルームの種類").selectOption({ label: "所属のルーム" });
  await terms.getByLabel("年数（空欄は永年）").fill("5");
  await terms.getByLabel("根拠").fill("水杜市文書管理規程 第20条");
  await lookAt(page, "terms-dialog");
  await terms.getByLabel("理由").fill("規程の施行");
  await terms.getByRole("button", { name: "保存期間の変更を申し出る" }).click();
  await page.getByText("同意を待っています").waitFor();
  await page.getByRole("button", { name: "法的保全にする" }).click();
  const hold = page.getByRole("dialog");
  await hold.getByLabel("だれの記録か（氏名・かな）").fill("すずき");
  await hold.getByLabel("人を選ぶ").selectOption({ label: "鈴木 一郎（危機管理課）" });
  await hold.getByLabel("何を保全するか").waitFor();
  await lookAt(page, "hold-dialog");
  await hold.getByLabel("理由").fill("住民監査請求");
  await hold.getByRole("button", { name: "法的保全にする" }).click();
  await page.getByText("効いています（同意待ち）").waitFor();
  await page.getByRole("button", { name: "書き出しを申し出る" }).click();
  const record = page.getByRole("dialog");
  await record.getByLabel("だれのいるルームか（氏名・かな）").fill("さとう");
  await record.getByLabel("人を選ぶ").selectOption({ label: "佐藤 花子（財政課）" });
  await record.getByLabel("書き出すルーム").waitFor();
  await lookAt(page, "record-dialog");
  check();
  await context.close();

  const second = await openSignedIn(browser, city, auditor);
  await second.page.goto("/administration/records");
  await second.page.getByRole("button", { name: "保存期間に同意する" }).click();
  await second.page.getByRole("dialog").getByLabel("理由").fill("総務課長の決裁を確認");
  await second.page.getByRole("dialog").getByRole("button", { name: "保存期間に同意する" }).click();
  await second.page.getByText("いまの決まり", { exact: true }).waitFor();
  await lookAt(second.page, "/administration/records");
  second.check();
  await second.context.close();
});

it("what is due goes with two persons, while a member has the room open, and leaves a certificate", async () => {
  const keeper = await buildKeeper();
  const sato = await city.server.as(city.people.sato);
  const room = await sato.createGroup([city.people.tanaka.id], "五年前の庁舎移転");
  await sato.send(room.id, "移転の見積書を共有します");
  await asSuperuser(city.server.testDatabase.superuser, [
    `update message set sent_at = sent_at - interval '5 years' where room_id = '${room.id}'`,
  ]);
  const [keeping, auditing] = [await city.server.as(keeper), await city.server.as(auditor)];
  const proposed = await keeping.post("/api/v1/retention", {
    validFrom: dateInJapan(new Date()),
    rules: [{ kind: "group", classification: null, years: 1, counting: "written-year" }],
    source: "水杜市文書管理規程 第20条",
    reason: "規程の施行",
  });
  const consents = { consents: true, reason: "規程を確認" };
  await auditing.post(`/api/v1/retention/${proposed.body.id}/decision`, consents);

  const { page, check, context } = await openSignedIn(browser, city, keeper);
  await page.goto("/administration/records");
  await page.getByRole("button", { name: "満了した記録の一覧を作る" }).click();
  await page.getByRole("button", { name: "「五年前の庁舎移転」を一覧から外す" }).waitFor();
  await page.getByRole("button", { name: "一覧を承認する" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("内容を確かめた");
  await page.getByRole("dialog").getByRole("button", { name: "一覧を承認する" }).click();
  await page.getByText("担当「監査」の同意待ち").waitFor();

  const theirs = await openSignedIn(browser, city, city.people.tanaka);
  await theirs.page.goto(`/rooms/${room.id}`);
  const said = theirs.page.getByRole("main").getByText("移転の見積書を共有します");
  await said.first().waitFor();
  const [{ id }] = (await auditing.get("/api/v1/disposals")).body.items;
  await auditing.post(`/api/v1/disposals/${id}/decision`, consents);
  await page.getByRole("heading", { name: "廃棄証明" }).waitFor();
  await lookAt(page, "/administration/records", "certificate");
  await theirs.page.getByText("保存期間が満了したため、定めに従って廃棄しました").first().waitFor();
  await expect.poll(() => theirs.page.getByText("移転の見積書を共有します").count()).toBe(0);
  for (const opened of [{ check, context }, theirs]) {
    opened.check();
    await opened.context.close();
  }
});

it("a room is inspected only after another office has consented, and its members see that it was", async () => {
  const { database } = city.server;
  const asker = await buildPerson(database, city.tenantId, {
    name: "文書 守",
    kana: "ぶんしょ まもる",
    offices: ["records"],
  });
  const watanabe = await city.server.as(city.people.watanabe);
  const room = await watanabe.createGroup([city.people.takahashi.id], "夜間の当番");
  await watanabe.send(room.id, "当番を代わってもらいました");
  const { page, check, context } = await openSignedIn(browser, city, asker);
  await page.goto("/administration/inspections");
  await page.getByText("閲覧の申請はありません").waitFor();
  await page.getByRole("button", { name: "閲覧を申請する" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("だれのルームか（氏名・かな）").fill("わたなべ");
  await dialog.getByLabel("人を選ぶ").selectOption({ label: "渡邉 悟（危機管理課）" });
  await dialog.getByRole("checkbox", { name: /夜間の当番/ }).check();
  await lookAt(page, "ask-dialog");
  await dialog.getByLabel("理由").fill("勤務の記録の照合");
  await dialog.getByRole("button", { name: "閲覧を申請する" }).click();
  await page.getByText("同意を待っています").waitFor();

  const second = await openSignedIn(browser, city, auditor);
  await second.page.goto("/administration/inspections");
  await second.page.getByRole("button", { name: "同意する" }).click();
  await second.page.getByRole("dialog").getByLabel("理由").fill("人事課長の依頼を確認");
  await second.page.getByRole("dialog").getByRole("button", { name: "同意する" }).click();
  await second.page.getByRole("button", { name: "「夜間の当番」を読む" }).waitFor();
  await lookAt(second.page, "/administration/inspections");
  second.check();
  await second.context.close();

  await page.reload();
  await page.getByRole("button", { name: "「夜間の当番」を読む" }).click();
  await page.getByText("当番を代わってもらいました").waitFor();
  await lookAt(page, "/administration/inspections", "room");
  check();
  await context.close();

  const theirs = await openSignedIn(browser, city, city.people.takahashi);
  await theirs.page.goto(`/rooms/${room.id}`);
  await theirs.page.getByText(/文書 守さんの申請により/).waitFor();
  theirs.check();
  await theirs.context.close();
});

it("a provider is set up and tried, and whoever has signed in there comes in where they wanted to be", async () => {
  // Without an office that watches over others: those come in by their own password alone.
  const { watanabe } = city.people;
  provider.people.set("satoru", {
    sub: "subject-of-satoru",
    employee_number: `n${watanabe.loginId.slice(4)}`,
  });
  const { page, check, context } = await openSignedIn(browser, city, manager);
  await page.goto("/administration/identity-providers");
  await page.getByText("認証連携はまだありません").waitFor();
  await page.getByRole("button", { name: "認証連携を加える" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名前", { exact: true }).fill("全庁認証基盤");
  await dialog.getByLabel("発行者（issuer）").fill("http://login.example.jp");
  await dialog.getByLabel("クライアント ID").fill(provider.client.id);
  await dialog.getByLabel("クライアントシークレット").fill(provider.client.secret);
  await dialog.getByRole("button", { name: "保存する" }).click();
  await dialog.getByText("https で始まるアドレスを入力してください").waitFor();
  await lookAt(page, "provider-dialog");
  await dialog.getByLabel("発行者（issuer）").fill(provider.issuer);
  await dialog.getByText("詳しい設定").click();
  await dialog.getByLabel("相手の証明書を発行した認証局").fill(providerCertificate);
  await dialog.getByLabel("ログインの画面にボタンを出す").check();
  await dialog.getByLabel("理由").fill("全庁の認証基盤の更新");
  await dialog.getByRole("button", { name: "保存する" }).click();
  await page.getByRole("button", { name: "「全庁認証基盤」への接続を試す" }).click();
  await page.getByText(`接続できました。ログインの画面は ${provider.host} にあります。`).waitFor();

  await page.getByRole("button", { name: "外部の名簿を許可する" }).click();
  await dialog.getByLabel("名前", { exact: true }).fill("Entra ID");
  await dialog.getByLabel("理由").fill("人事異動の自動反映");
  await dialog.getByRole("button", { name: "許可する" }).click();
  const token = await dialog.getByLabel("トークン").inputValue();
  await lookAt(page, "scim-client-dialog");
  await dialog.getByRole("button", { name: "控えたので閉じる" }).click();
  const users = await fetch(`${city.url("lgwan")}/scim/v2/Users?count=1`, {
    headers: { authorization: `Bearer ${token}` },
  });
  expect(users.status).toBe(200);
  expect(await page.getByText(token).count()).toBe(0);

  await page.getByRole("button", { name: "庁内の名簿を加える" }).click();
  await dialog.getByLabel("名前", { exact: true }).fill("庁内の Active Directory");
  await dialog.getByLabel("アドレス").fill("ldaps://169.254.0.1");
  await dialog.getByLabel("読み取り用のアカウント（DN）").fill("cn=reader,dc=city,dc=local");
  await dialog.getByLabel("読み取り用のパスワード").fill("reader's password");
  await dialog.getByLabel("検索の起点（ベース DN）").fill("dc=city,dc=local");
  await lookAt(page, "ldap-source-dialog");
  await dialog.getByLabel("理由").fill("人事異動の確認");
  await dialog.getByRole("button", { name: "保存する" }).click();
  await page.getByRole("button", { name: "「庁内の Active Directory」の名簿を読み取る" }).click();
  await page.getByText("このアドレスには接続できません。").first().waitFor();

  const desk = await openDevice(browser, city.url("lgwan"), { ignoreHTTPSErrors: true });
  await desk.page.goto("/people?q=suzuki");
  await desk.page.getByRole("button", { name: "全庁認証基盤でログインする" }).waitFor();
  await lookAt(desk.page, "sign-in-page", "provider");
  await desk.page.getByRole("button", { name: "全庁認証基盤でログインする" }).click();
  await desk.page.getByLabel("利用者").fill("satoru");
  await desk.page.getByRole("button", { name: "確認する" }).click();
  await desk.page.getByText("鈴木 一郎").first().waitFor();
  expect(new URL(desk.page.url()).pathname).toBe("/people");
  expect(await desk.page.evaluate(() => sessionStorage.length)).toBe(0);

  await page.reload();
  await page.getByRole("button", { name: "「全庁認証基盤」の結び付きを見る" }).click();
  await page.getByText("渡邉 悟").waitFor();
  await lookAt(page, "/administration/identity-providers");
  await page.getByRole("button", { name: "渡邉 悟 さんの結び付きを解除する" }).click();
  await page.getByRole("dialog").getByLabel("理由").fill("相手の識別子が変わった");
  await page.getByRole("dialog").getByRole("button", { name: "解除する" }).click();
  await page.getByText("結び付いている人はいません").waitFor();
  await page.getByRole("button", { name: "職員を結び付ける" }).click();
  await dialog.getByLabel("結び付ける人を探す").fill("渡邉");
  await dialog.getByLabel(/渡邉 悟/).check();
  await dialog.getByLabel("理由").fill("識別子が変わった");
  await dialog.getByRole("button", { name: "職員を結び付ける" }).click();
  await dialog.getByText("識別子を入力してください").waitFor();
  await dialog.getByLabel("相手のシステムでの識別子").fill("new-subject-of-satoru");
  await lookAt(page, "link-dialog");
  await dialog.getByRole("button", { name: "職員を結び付ける" }).click();
  await page.getByText("渡邉 悟").waitFor();
  await desk.page.getByRole("button", { name: "全庁認証基盤でログインする" }).waitFor();
  check();
  await desk.context.close();
  await context.close();
});

it("a SAML provider is set up from its metadata, and its page sends whoever signs in back to where they wanted to be", async () => {
  const { watanabe } = city.people;
  portal.people.set("satoru", { nameId: "name-of-satoru", number: `n${watanabe.loginId.slice(4)}` });
  const { page, check, context, expectConsole } = await openSignedIn(browser, city, manager);
  await page.goto("/administration/identity-providers");
  await page.getByRole("button", { name: "認証連携を加える" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("名前", { exact: true }).fill("庁内ポータル認証");
  await dialog.getByLabel("方式").selectOption("saml");
  expectConsole(/status of 400/);
  await dialog.getByLabel("メタデータの貼り付け").fill("これは XML ではない");
  await dialog.getByLabel("相手のログインのアドレス").focus();
  await dialog.getByText("メタデータを使えません。").waitFor();
  await dialog.getByLabel("相手のメタデータ（XML ファイル）").setInputFiles({
    name: "idp.xml",
    mimeType: "application/xml",
    buffer: Buffer.from(portal.metadata()),
  });
  await dialog.getByText("読み取りました。").waitFor();
  expect(await dialog.getByLabel("相手の名前（エンティティID）").inputValue()).toBe(portal.entityId);
  await lookAt(page, "provider-dialog", "saml");
  await dialog.getByLabel("ログインの画面にボタンを出す").check();
  await dialog.getByLabel("理由").fill("庁内ポータルの更新");
  await dialog.getByRole("button", { name: "保存する" }).click();
  const own = page.getByRole("link", { name: "「庁内ポータル認証」に渡すメタデータを保存する" });
  await own.waitFor();
  const [download] = await Promise.all([page.waitForEvent("download"), own.click()]);
  portal.register(await readFile(await download.path(), "utf8"));

  const desk = await openDevice(browser, city.url("lgwan"), { ignoreHTTPSErrors: true });
  await desk.page.goto("/people?q=suzuki");
  await desk.page.getByRole("button", { name: "庁内ポータル認証でログインする" }).click();
  await desk.page.getByLabel("利用者").fill("satoru");
  await desk.page.getByRole("button", { name: "確認する" }).click();
  await desk.page.getByText("鈴木 一郎").first().waitFor();
  expect(new URL(desk.page.url()).pathname).toBe("/people");
  expect(await desk.page.evaluate(() => sessionStorage.length)).toBe(0);
  await lookAt(page, "/administration/identity-providers", "saml");
  check();
  await context.close();
  await desk.context.close();
});
