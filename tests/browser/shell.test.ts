import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scopeOf, statement } from "#core/db/index.ts";
import {
  expectAccessible,
  expectNoSidewaysScroll,
  lookAt,
  openBrowser,
  openSignedIn,
  phone,
  picture,
  sizes,
} from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";
import { webRoot } from "./support/web-root.ts";

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

/** The machine may be busy: what is waited for may take its time. */
const patiently = { timeout: 20_000 };
const tablet = { width: 820, height: 1180 } as const;

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
      await lookAt(page, "quick-switcher");
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
      ...phone,
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

/** 5,000 messages, ten minutes apart: about five weeks of talk. */
const manyMessages = `insert into message (tenant_id, room_id, seq, id, sender_id, body, sent_at, client_message_id)
  select m.tenant_id, m.room_id, n, gen_random_uuid(), m.sender_id, n || '番目の記録です。' || repeat('詳しい内容。', n % 9),
         now() - (5001 - n) * interval '10 minutes', 'seed' || n
    from message m, generate_series(2, 5000) n where m.tenant_id = $1 and m.room_id = $2 and m.seq = 1`;
const firstMessage =
  "update message set sent_at = now() - interval '50000 minutes' where tenant_id = $1 and room_id = $2 and seq = 1";
const counter = "update room_counter set last_seq = 5000 where tenant_id = $1 and room_id = $2";
const readPositions = "update room_member set read_seq = 5000 where tenant_id = $1 and room_id = $2";

describe("a long room", () => {
  let longRoom: string;

  beforeAll(async () => {
    const asSato = await city.server.as(city.people.sato);
    const made = await asSato.createGroup([city.people.watanabe.id], "長い記録");
    longRoom = made.id;
    await asSato.send(longRoom, "記録を始めます。");
    await city.server.database.transaction(scopeOf(city.tenantId), async (tx) => {
      for (const words of [manyMessages, firstMessage, counter, readPositions])
        await tx.run(statement<never>(`test.long-room-${words.length}`, words), [city.tenantId, longRoom]);
    });
  });

  const row = (page: Page, seq: number) => page.locator(`[data-seq="${seq}"]`);
  const scroller = (page: Page) => page.getByLabel("長い記録のメッセージ");

  it("opens at its very end, and has a scrollbar that leads anywhere in it with few messages in memory", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.watanabe);
    await page.goto(`/rooms/${longRoom}`);
    await row(page, 5000).waitFor();
    await page.evaluate(() => document.fonts.ready);
    const left = () =>
      scroller(page).evaluate((each) => each.scrollHeight - each.scrollTop - each.clientHeight);
    await expect.poll(left, patiently).toBeLessThan(2);
    const tall = await scroller(page).evaluate((each) => each.scrollHeight / each.clientHeight);
    expect(tall).toBeGreaterThan(200);
    for (const share of [0.5, 0.25, 0.75, 0]) {
      await scroller(page).evaluate((each, share) => {
        each.scrollTop = share * (each.scrollHeight - each.clientHeight);
      }, share);
      await expect
        .poll(() => topSeq(page), patiently)
        .toSatisfy((seq: number) => Math.abs(seq - share * 5000) < 250);
      expect(await page.locator("[data-seq]").count()).toBeLessThanOrEqual(120);
    }
    await page.getByText("ここから始まります").waitFor();
    await picture(page, "long-room-oldest-1366");
    await page.getByRole("button", { name: /最新のメッセージへ/ }).click();
    await row(page, 5000).waitFor();
    await expect.poll(left, patiently).toBeLessThan(2);
    check();
    await page.context().close();
  });

  it("is where one left it, after another room and after a reload, and counts what is new", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.watanabe);
    await page.goto(`/rooms/${longRoom}`);
    await row(page, 5000).waitFor();
    await scroller(page).evaluate((each) => {
      each.scrollTop = 0.6 * each.scrollHeight;
    });
    await expect.poll(() => topSeq(page), patiently).toSatisfy((seq: number) => seq > 2700 && seq < 3300);
    await page.waitForLoadState("networkidle");
    const place = await topSeq(page);
    await page.getByRole("link", { name: /国民健康保険課保険税賦課担当 と/ }).click();
    await page.getByRole("heading", { name: /国民健康保険課保険税賦課担当 と/ }).waitFor();
    const asSato = await city.server.as(city.people.sato);
    await asSato.send(longRoom, "離れている間の連絡");
    await page.getByRole("link", { name: /長い記録.*未読 1件/ }).click();
    await expect.poll(() => topSeq(page), patiently).toBe(place);
    await page.getByRole("button", { name: /新しいメッセージ 1件/ }).waitFor();
    await page.reload();
    await expect.poll(() => topSeq(page), patiently).toBe(place);
    await page.getByRole("button", { name: /新しいメッセージ 1件/ }).click();
    await page.getByRole("article").filter({ hasText: "離れている間の連絡" }).waitFor();
    check();
    await page.context().close();
  });

  it("goes to a date by the calendar, with the keyboard alone", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.watanabe);
    await page.goto(`/rooms/${longRoom}`);
    await row(page, 5001).waitFor();
    await page.keyboard.press("Alt+g");
    await page.getByRole("dialog", { name: "日付へ移動" }).waitFor();
    await lookAt(page, "date-dialog");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("Enter");
    await expect.poll(() => new URL(page.url()).searchParams.get("at"), patiently).not.toBeNull();
    const seq = Number(new URL(page.url()).searchParams.get("at"));
    // 15 days ago, at 144 messages a day.
    expect(Math.abs(seq - (5001 - 15 * 144))).toBeLessThan(150);
    await expect.poll(() => row(page, seq).isVisible(), patiently).toBe(true);
    expect(await row(page, seq).getByRole("heading", { level: 3 }).count()).toBe(1);
    check();
    await page.context().close();
  });
});

describe("help", () => {
  it("introduces itself once, can be skipped, and comes again from the help page", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka);
    await page.goto("/help");
    await page.getByRole("button", { name: "はじめの案内をもう一度見る" }).click();
    const tour = page.getByRole("dialog", { name: "はじめに" });
    await tour.getByText("話はルームで").waitFor();
    await lookAt(page, "tour");
    for (const words of ["だれでも、どこでも、すぐに", "届いたかが分かります", "見やすさは「設定」で"]) {
      await page.keyboard.press("Enter");
      await tour.getByText(words).waitFor();
    }
    await page.keyboard.press("Enter");
    await tour.waitFor({ state: "detached" });
    expect(await page.evaluate(() => localStorage.getItem("chonai.tour"))).toBe("seen");

    const fresh = await page.context().newPage();
    await fresh.addInitScript(() => localStorage.removeItem("chonai.tour"));
    await fresh.setViewportSize(sizes.phone);
    await fresh.goto("/rooms");
    await fresh.getByRole("dialog", { name: "はじめに" }).waitFor();
    await picture(fresh, "tour-390");
    await fresh.keyboard.press("Escape");
    await fresh.getByRole("dialog").waitFor({ state: "detached" });
    check();
    await page.context().close();
  });

  it("finds what one wants to do by kana and romaji, in both languages", async () => {
    const { page, check } = await openSignedIn(browser, city, city.people.tanaka, { path: "/rooms" });
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await page.getByRole("menuitem", { name: "ヘルプ" }).click();
    const field = page.getByRole("searchbox", { name: /したいことをさがす/ });
    for (const words of ["既読", "きどく", "kidoku"]) {
      await field.fill(words);
      await expect
        .poll(() => page.getByRole("heading", { level: 2 }).first().innerText(), patiently)
        .toBe("だれが読んだか、読んでいないか");
    }
    await field.fill("");
    await page.setViewportSize(sizes.phone);
    await lookAt(page, "/help");
    await choose(page, { language: "en" });
    await page.reload();
    await page.getByRole("heading", { name: "Find a room or a person" }).waitFor();
    check();
    await page.context().close();
  });
});

describe("several tabs", () => {
  it("show the same settings and read marks, and are signed out together", async () => {
    const { page, context, check } = await openSignedIn(browser, city, city.people.suzuki);
    const other = await context.newPage();
    await other.goto("/rooms");
    await other.getByRole("searchbox").waitFor();
    await page.goto("/settings/display");
    await page.getByRole("radio", { name: "暗い" }).click({ force: true });
    await other.waitForFunction(() => document.documentElement.dataset.theme === "dark");
    const asSato = await city.server.as(city.people.sato);
    const room = await asSato.createGroup([city.people.suzuki.id], "両方で読む");
    await asSato.send(room.id, "読んでください。");
    await other.getByRole("link", { name: /両方で読む.*未読 1件/ }).waitFor();
    await page.goto(`/rooms/${room.id}`);
    await page.bringToFront();
    await page.getByRole("article").filter({ hasText: "読んでください" }).waitFor();
    await other.getByRole("link", { name: /両方で読む.*未読 1件/ }).waitFor({ state: "detached" });
    // The other tab has no line: it hears it from its neighbour.
    await other.route("**/api/**", (route) => route.abort());
    await page.getByRole("button", { name: /^アカウント/ }).click();
    await page.getByRole("menuitem", { name: "ログアウト" }).click();
    await page.getByLabel("ログインID").waitFor();
    await other.getByLabel("ログインID").or(other.getByText("読み込めませんでした")).first().waitFor();
    expect(await other.getByRole("searchbox").count()).toBe(0);
    check();
    await context.close();
  });
});

describe("several tabs with an unsent message", () => {
  it("agree about a draft and about what was taken back before it was sent", async () => {
    const asSato = await city.server.as(city.people.sato);
    const room = await asSato.createGroup([city.people.suzuki.id], "二つの画面");
    const { page, context, expectConsole, check } = await openSignedIn(browser, city, city.people.suzuki, {
      path: `/rooms/${room.id}`,
    });
    expectConsole(/Failed to load resource/);
    await page.locator("[data-composer]").waitFor();
    await context.route("**/api/v1/rooms/*/messages", (route) =>
      route.request().method() === "POST"
        ? route.fulfill({
            status: 403,
            contentType: "application/problem+json",
            body: JSON.stringify({ status: 403, code: "forbidden", title: "送れません", facts: {} }),
          })
        : route.continue(),
    );
    await page.locator("[data-composer]").fill("取りやめる文");
    await page.getByRole("button", { name: "送信する" }).click();
    await page.getByRole("article").getByText("送信できませんでした").waitFor();
    const other = await context.newPage();
    await other.goto(`/rooms/${room.id}`);
    await other.getByRole("article").getByText("送信できませんでした").waitFor();
    await other.getByRole("button", { name: "取り消す", exact: true }).click();
    await page.getByRole("article").getByText("送信できませんでした").waitFor({ state: "detached" });
    // The text goes back into the field of the tab that took it back, and stands in the other one as well.
    await expect
      .poll(() => page.locator("[data-composer]").inputValue(), { timeout: 20_000 })
      .toBe("取りやめる文");
    await context.unroute("**/api/v1/rooms/*/messages");
    await page.locator("[data-composer]").fill("送る文");
    await page.getByRole("button", { name: "送信する" }).click();
    const bodies = async () =>
      (await asSato.get(`/api/v1/rooms/${room.id}/messages`)).body.items.map(
        (message: { body: string }) => message.body,
      );
    await expect.poll(bodies, { timeout: 30_000 }).toEqual(["送る文"]);
    check();
    await context.close();
  });
});

describe("a slow line", () => {
  it("needs less than 250 KB of JavaScript until the list of rooms can be used", async () => {
    const { page } = await openSignedIn(browser, city, city.people.takahashi);
    const cold = await page.context().newPage();
    const devtools = await page.context().newCDPSession(cold);
    await devtools.send("Network.enable");
    await devtools.send("Network.setCacheDisabled", { cacheDisabled: true });
    await devtools.send("Network.setBypassServiceWorker", { bypass: true });
    const scripts = new Map<string, string>();
    let bytes = 0;
    const assets = join(webRoot(), "assets");
    // The contracts' schemas check on the server; in the page they would bring their library along.
    for (const name of readdirSync(assets).filter((file) => file.endsWith(".js")))
      expect(readFileSync(join(assets, name), "utf8").includes("ZodError"), name).toBe(false);
    devtools.on("Network.responseReceived", ({ requestId, response }) => {
      if (response.url.endsWith(".js")) scripts.set(requestId, response.url);
    });
    devtools.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
      if (scripts.has(requestId)) bytes += encodedDataLength;
    });
    await cold.goto("/rooms");
    await cold.getByRole("searchbox").waitFor();
    await cold.getByRole("button", { name: "新しく始める" }).waitFor();
    expect(scripts.size).toBeGreaterThan(0);
    expect(bytes).toBeGreaterThan(50_000);
    expect(bytes).toBeLessThan(250_000);
    console.info(
      `JavaScript until the list of rooms: ${Math.round(bytes / 1000)} KB in ${scripts.size} files`,
    );
    await page.context().close();
  });

  it("sends over 3G once, and says that a line is unstable which comes and goes", async () => {
    const { page, context, expectConsole, check } = await openSignedIn(browser, city, city.people.takahashi);
    expectConsole(/net::ERR_/);
    await page.goto(`/rooms/${roomId}`);
    await page.getByRole("article").first().waitFor();
    const devtools = await context.newCDPSession(page);
    await devtools.send("Network.emulateNetworkConditions", {
      offline: false,
      latency: 400,
      downloadThroughput: 50_000,
      uploadThroughput: 20_000,
    });
    await page.locator("[data-composer]").fill("遅い回線からの報告です。");
    await page.locator("[data-composer]").press("Control+Enter");
    await page.getByRole("article").filter({ hasText: "遅い回線からの報告です。" }).first().waitFor();
    for (let time = 0; time < 2; time++) {
      await context.setOffline(true);
      await page.getByRole("status").filter({ hasText: "オフライン" }).first().waitFor();
      await context.setOffline(false);
      await page
        .getByRole("status")
        .filter({ hasText: /接続中|不安定/ })
        .first()
        .waitFor();
      await expect
        .poll(
          () =>
            page
              .getByRole("status")
              .filter({ hasText: /再接続/ })
              .count(),
          patiently,
        )
        .toBe(0);
    }
    await page.getByRole("status").filter({ hasText: "つながりが不安定です" }).waitFor();
    // It may have stood in the room as unsent until now: the line broke a moment after it was written.
    await page
      .getByText(/送信中…|送信待ち/)
      .first()
      .waitFor({ state: "detached" });
    const asSato = await city.server.as(city.people.sato);
    const bodies = (await asSato.get(`/api/v1/rooms/${roomId}/messages`)).body.items.map(
      (item: { body: string }) => item.body,
    );
    expect(bodies.filter((body: string) => body === "遅い回線からの報告です。")).toHaveLength(1);
    check();
    await context.close();
  });
});

/** The number of the message at the top edge; NaN while there is none. */
async function topSeq(page: Page): Promise<number> {
  return page.evaluate(() => {
    const rows = [...document.querySelectorAll<HTMLElement>("[data-seq]")];
    const edge = rows[0]?.closest("section")?.getBoundingClientRect();
    const top = rows.find((each) => {
      const box = each.getBoundingClientRect();
      return edge !== undefined && box.bottom > edge.top && box.top < edge.bottom;
    });
    return Number(top?.dataset.seq ?? Number.NaN);
  });
}
