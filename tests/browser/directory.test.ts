import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { build, scopeOf } from "#core/db/index.ts";
import { newId } from "#shared/ids.ts";
import { buildPerson, buildSection } from "#tests/support/factories.ts";
import { expectAccessible, lookAt, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let finance: string;

/** Departments above the city's sections, 120 more people, a concurrent post and one role. */
async function fillOrganisation(): Promise<void> {
  const { database } = city.server;
  const { tenantId, people } = city;
  const departments = new Map<string, string>();
  for (const name of ["総合政策部", "市民生活部", "健康福祉部こども未来局子育て支援推進担当"])
    departments.set(name, (await buildSection(database, tenantId, { name })).id);
  const personId = (key: keyof typeof people) => people[key].id;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const sections = await tx.all(
      build.selectFrom("section").select(["id", "name"]).where("tenant_id", "=", tenantId),
    );
    const idOf = (name: string) => sections.find((section) => section.name === name)!.id;
    finance = idOf("財政課");
    const parents = [
      ["財政課", "総合政策部"],
      ["情報政策課", "総合政策部"],
      ["危機管理課", "市民生活部"],
      ["国民健康保険課保険税賦課担当", "市民生活部"],
    ] as const;
    for (const [name, parent] of parents)
      await tx.run(
        build
          .updateTable("section")
          .set({ parent_id: departments.get(parent)!, extension: "2300", workplace: "本庁舎3階" })
          .where("tenant_id", "=", tenantId)
          .where("id", "=", idOf(name)),
      );
    await tx.run(
      build
        .updateTable("person")
        .set({ extension: "2345", workplace: "本庁舎3階 財政課", phone: "080-0000-0123", post_rank: 35 })
        .where("tenant_id", "=", tenantId)
        .where("id", "=", personId("sato")),
    );
    const post = (sectionId: string, postName: string, isMain: boolean) =>
      tx.run(
        build.insertInto("post_assignment").values({
          tenant_id: tenantId,
          id: newId(),
          person_id: personId("sato"),
          section_id: sectionId,
          post_name: postName,
          is_main: isMain,
          valid_from: "2024-04-01",
        }),
      );
    await post(finance, "主査", true);
    await post(idOf("危機管理課"), "主査", false);
    await tx.run(
      build.insertInto("section_role").values({
        tenant_id: tenantId,
        id: newId(),
        section_id: finance,
        role: "information-head",
        person_id: personId("sato"),
        valid_from: "2024-04-01",
      }),
    );
  });
  for (let i = 0; i < 120; i++)
    await buildPerson(database, tenantId, {
      name: `職員 ${String(i).padStart(3, "0")}`,
      kana: `ショクイン ${String(i).padStart(3, "0")}`,
      sectionId: finance,
    });
}

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
  await fillOrganisation();
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

describe("the directory", () => {
  it("is walked by keyboard alone: tree, section, person, chat", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, { path: "/people" });
    await page.getByRole("treeitem", { name: /総合政策部/ }).waitFor();
    await page.getByRole("list", { name: "人の一覧" }).getByRole("link").first().waitFor();

    await page.getByRole("treeitem").first().focus();
    await page.keyboard.press("Home");
    const focused = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label"));
    expect(await focused()).toBe("総合政策部 122人");
    await page.keyboard.press("ArrowLeft");
    expect(await page.getByRole("treeitem", { name: /財政課/ }).count()).toBe(0);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused()).toBe("財政課 121人");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "財政課" }).waitFor();
    await page.getByText("情報セキュリティ担当者").waitFor();

    // By searching: the arrow key leads from the field into the results.
    await page.keyboard.press("Alt+k");
    await page.keyboard.type("さとう　はな");
    await page.getByText("「さとう　はな」の検索結果").waitFor();
    await page
      .getByRole("list", { name: "人の一覧" })
      .getByRole("link", { name: /佐藤 花子/ })
      .waitFor();
    expect(await page.getByRole("list", { name: "人の一覧" }).getByRole("link").count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "佐藤 花子" }).waitFor();
    await page.getByText("080-0000-0123").waitFor();
    await page.getByRole("button", { name: "チャットを始める" }).press("Enter");
    await page.waitForURL(/\/rooms\/./);
    check();
    await page.context().close();
  });

  it("shows sections that lack a role, in dark colours too", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, { path: "/people/roles" });
    await page.getByRole("row", { name: /財政課/ }).waitFor();
    await lookAt(page, "/people/roles");
    check();
    await page.context().close();
  });

  it("has its tree, a section and a person at every size", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, { path: "/people" });
    await page.getByRole("list", { name: "人の一覧" }).getByRole("link").first().waitFor();
    await lookAt(page, "/people");
    await page.getByRole("treeitem", { name: /財政課/ }).click();
    await page.getByText("情報セキュリティ担当者").waitFor();
    await lookAt(page, "/people/sections/$sectionId");
    await page.goto(`/people/${city.people.sato.id}`);
    await page.getByText("080-0000-0123").waitFor();
    await lookAt(page, "/people/$personId");
    check();
    await page.context().close();
  });

  it("pages through long lists as one scrolls", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, { path: "/people" });
    const rows = page.getByRole("list", { name: "人の一覧" }).getByRole("link");
    await rows.first().waitFor();
    await rows.first().focus();
    for (;;) {
      if ((await page.getByRole("link", { name: /渡邉 悟/ }).count()) > 0) break;
      await page.mouse.move(900, 500);
      await page.mouse.wheel(0, 2000);
      await page.waitForFunction(() => true);
    }
    await page.getByRole("link", { name: /渡邉 悟/ }).click();
    await page.getByRole("heading", { name: "渡邉 悟" }).waitFor();
    check();
    await page.context().close();
  });

  it("fits a phone: tree first, then one thing at a time", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, {
      path: "/people",
      viewport: sizes.phone,
    });
    await page.getByRole("treeitem", { name: /総合政策部/ }).waitFor();
    await picture(page, "directory-390");
    await expectAccessible(page);
    await page.getByRole("treeitem", { name: /財政課/ }).click();
    await page
      .getByRole("link", { name: /佐藤 花子/ })
      .first()
      .waitFor();
    await picture(page, "directory-section-390");
    await expectAccessible(page);
    await page
      .getByRole("link", { name: /佐藤 花子/ })
      .first()
      .click();
    await page.getByRole("button", { name: "チャットを始める" }).waitFor();
    await picture(page, "directory-person-390");
    await expectAccessible(page);
    await page.getByRole("link", { name: "組織にもどる" }).click();
    await page.getByRole("searchbox").fill("すずき");
    await page.getByRole("link", { name: /鈴木 一郎/ }).waitFor();
    await picture(page, "directory-search-390");
    await expectAccessible(page);
    check();
    await page.context().close();
  });

  it("shows a guest nobody but the people of the guest's rooms, and no tree", async () => {
    const sato = await city.server.as(city.people.sato);
    await sato.createGroup([city.people.guest.id], "市民会館 指定管理");
    const { page, check } = await openSignedIn(browser, city, city.people.guest, {
      path: "/people",
      zone: "internet",
    });
    const list = page.getByRole("list", { name: "人の一覧" });
    await list.getByRole("link", { name: /佐藤 花子/ }).waitFor();
    expect(await list.getByRole("link").count()).toBe(2);
    expect(await page.getByRole("tree").count()).toBe(0);
    await picture(page, "directory-guest-1366");
    await expectAccessible(page);
    check();
    await page.context().close();
  });
});
