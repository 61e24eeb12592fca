import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectAccessible, openBrowser, openSignedIn, picture, sizes } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let roomId: string;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
  const { sato, suzuki, takahashi, tanaka, watanabe, desk, guest } = city.people;
  const asSato = await city.server.as(sato);
  const asSuzuki = await city.server.as(suzuki);
  const room = await asSato.createGroup(
    [suzuki, takahashi, tanaka, watanabe, desk, guest].map((person) => person.id),
    "国民健康保険課保険税賦課担当 と財政課の連絡",
  );
  roomId = room.id;
  await asSuzuki.send(roomId, "本日9時に第2回の対策会議を開きます。会場は3階の大会議室です。");
  await asSato.send(
    roomId,
    "承知しました。資料は次のとおりです。\nhttp://bousai.minatono.lg.jp/hinanjo/list?d=20261121",
  );
  await asSuzuki.send(roomId, `@${sato.name}さん ご確認をお願いします。`, { mentions: [sato.id] });
  for (const name of ["財政課", "予算編成 ヒアリング"]) {
    const other = await asSato.createGroup([suzuki.id], name);
    await asSuzuki.send(other.id, `${name}の件です。`);
  }
});

afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

const tablet = { width: 820, height: 1180 } as const;

async function expectNoSidewaysScroll(page: Page, where: string): Promise<void> {
  const wide = await page.evaluate(() => ({
    page: document.documentElement.scrollWidth - innerWidth,
    parts: [...document.querySelectorAll<HTMLElement>("main, section, nav, header, form")]
      .filter(
        (part) => part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).overflowX !== "hidden",
      )
      .map((part) => `${part.tagName} ${part.className}`.slice(0, 100)),
  }));
  expect(wide, where).toEqual({ page: expect.toSatisfy((over: number) => over <= 0), parts: [] });
}

async function choose(page: Page, settings: Record<string, string>): Promise<void> {
  await page.evaluate((chosen) => {
    const known = JSON.parse(localStorage.getItem("chonai.settings") ?? "{}");
    localStorage.setItem("chonai.settings", JSON.stringify({ ...known, ...chosen }));
  }, settings);
}

describe("colours and sizes", () => {
  it("light, dark and high contrast at every width, without a finding", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    for (const theme of ["light", "dark", "contrast"]) {
      await choose(page, { theme });
      for (const [width, size] of [
        [1366, sizes.terminal],
        [1280, sizes.chromebook],
        [820, tablet],
        [390, sizes.phone],
      ] as const) {
        await page.setViewportSize(size);
        await page.goto(`/rooms/${roomId}`);
        await page.getByRole("article").first().waitFor();
        await picture(page, `theme-${theme}-room-${width}`);
        if (width !== 1280) await expectAccessible(page);
        if (width === 390) {
          await page.goto("/rooms");
          await page.getByRole("searchbox").waitFor();
          await picture(page, `theme-${theme}-rooms-${width}`);
          await page.goto("/settings/display");
          await page.getByRole("radiogroup").first().waitFor();
          await picture(page, `theme-${theme}-settings-${width}`);
        }
      }
    }
    check();
    await page.context().close();
  });

  it("the largest text and twice the zoom scroll in one direction alone", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    await choose(page, { textSize: "largest" });
    const half = { width: 640, height: 400 };
    for (const [name, size] of [
      ["1280", sizes.chromebook],
      ["390", sizes.phone],
      ["zoom-200", half],
    ] as const) {
      if (name === "zoom-200") await choose(page, { textSize: "normal" });
      await page.setViewportSize(size);
      for (const path of [
        "/rooms",
        `/rooms/${roomId}`,
        `/rooms/${roomId}?panel=members`,
        "/settings/display",
      ]) {
        await page.goto(path);
        await page.getByRole("main").waitFor();
        if (path.startsWith("/rooms/")) await page.getByRole("article").first().waitFor();
        await expectNoSidewaysScroll(page, `${path} at ${name}`);
        if (!path.includes("?"))
          await picture(page, `largest-${path.split("/").at(1)}${path.length > 20 ? "-open" : ""}-${name}`);
      }
    }
    check();
    await page.context().close();
  });

  it("the device's own contrast colours leave every choice visible", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato, { forcedColors: "active" });
    await page.goto("/settings/display");
    const current = page.getByRole("link", { name: /^表示/ });
    expect(await current.evaluate((link) => getComputedStyle(link).outlineStyle)).toBe("solid");
    await picture(page, "forced-colours-settings-1366");
    await page.goto(`/rooms/${roomId}`);
    await page.getByRole("article").first().waitFor();
    await picture(page, "forced-colours-room-1366");
    check();
    await page.context().close();
  });

  it("reduced motion moves nothing", async () => {
    const { page } = await openSignedIn(browser, city, city.people.sato, { reducedMotion: "reduce" });
    await page.keyboard.press("?");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    expect(
      await dialog.evaluate((element) =>
        Number.parseFloat(getComputedStyle(element.parentElement!).animationDuration),
      ),
    ).toBeLessThan(0.01);
    await page.context().close();
  });
});

async function openSwitcher(page: Page): Promise<void> {
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "移動先をさがす" }).waitFor();
}

describe("the quick switcher", () => {
  it("finds a section's room by kanji, kana and romaji, and goes there by keyboard alone", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.sato);
    for (const words of ["財政", "ざいせい", "ｻﾞｲｾｲ", "zaiseika", "zaisei-ka", "Zaisei k"]) {
      await page.keyboard.press("Control+k");
      const field = page.getByRole("combobox", { name: "移動先をさがす" });
      await field.fill(words);
      await page.getByRole("option", { name: "財政課" }).first().waitFor();
      expect(await page.getByRole("option", { selected: true }).innerText()).toContain("財政課");
      if (words !== "zaisei-ka") {
        await page.keyboard.press("Escape");
        await field.waitFor({ state: "detached" });
        continue;
      }
      await picture(page, "switcher-1366");
      await expectAccessible(page);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "財政課" }).waitFor();
    }
    check();
    await page.context().close();
  });

  it("opens the direct room with a person, and starts one where there is none", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.takahashi);
    await openSwitcher(page);
    await page.keyboard.type("tanaka kenta");
    await page.getByRole("option", { name: /田中 健太/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "田中 健太" }).waitFor();
    const address = page.url();
    await page.goto("/rooms");
    await page.getByRole("searchbox").waitFor();
    await openSwitcher(page);
    await page.keyboard.type("けんた");
    await page
      .getByRole("option", { name: /田中 健太/ })
      .first()
      .waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "田中 健太" }).waitFor();
    expect(page.url()).toBe(address);
    check();
    await page.context().close();
  });

  it("shows what is unread first, then what was open last, and does commands", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.suzuki);
    await page.goto(`/rooms/${roomId}`);
    await page.getByRole("article").first().waitFor();
    const asSato = await city.server.as(city.people.sato);
    const urgent = await asSato.createGroup([city.people.suzuki.id], "至急の連絡");
    await asSato.send(urgent.id, "確認をお願いします。");
    await page.getByRole("link", { name: /至急の連絡.*未読 1件/ }).waitFor();
    await page.keyboard.press("Control+k");
    const options = page.getByRole("option");
    await options.filter({ hasText: "至急の連絡" }).waitFor();
    const names = await options.allInnerTexts();
    expect(names[0]).toContain("至急の連絡");
    expect(names[1]).toContain("国民健康保険課保険税賦課担当 と財政課の連絡");
    await page.keyboard.type("kurai");
    await page.getByRole("option", { name: /色を「暗い」にする/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    await openSwitcher(page);
    await page.keyboard.type("ショートカット");
    await page.getByRole("option", { name: /キー操作の一覧/ }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "キー操作の一覧" }).waitFor();
    await page.keyboard.press("Escape");
    check();
    await page.context().close();
  });

  it("is a magnifier on the phone, and shows a guest nobody beyond their rooms", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.guest, {
      zone: "internet",
      viewport: sizes.phone,
      hasTouch: true,
      isMobile: true,
    });
    await page.getByRole("button", { name: "さがす" }).tap();
    await page.getByRole("combobox", { name: "移動先をさがす" }).fill("さとう");
    await page.getByRole("option", { name: /佐藤 花子/ }).waitFor();
    await picture(page, "switcher-390");
    await expectAccessible(page);
    await page.getByRole("combobox", { name: "移動先をさがす" }).fill("zaiseika");
    await page.getByRole("option", { name: /佐藤 花子/ }).waitFor();
    expect(await page.getByText("所属", { exact: true }).count()).toBe(0);
    check();
    await page.context().close();
  });
});
