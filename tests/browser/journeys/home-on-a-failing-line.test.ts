import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, openSignedIn, picture, sizes } from "../support/browser.ts";
import { buildCity, type City } from "../support/city.ts";
import { bothHands } from "../support/hands.ts";
import { bodiesOf, composer, makeRoom, message } from "../support/rooms.ts";

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

describe("a colleague at home whose line comes and goes", () => {
  it.each(bothHands)("loses nothing that was written, and sends it once: $by", async ({ by, hands }) => {
    const room = `在宅勤務の連絡（${by}）`;
    const { id, api } = await makeRoom(city, room, ["tanaka", "takahashi"]);
    await api.send(id, "今日の窓口の件数を教えてください。");
    const { page, context, check, expectConsole } = await openSignedIn(browser, city, city.people.tanaka, {
      zone: "internet",
      viewport: sizes.chromebook,
    });
    expectConsole(/Failed to load resource|WebSocket connection/);
    await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
    const hand = await hands(page);

    // A line like a full train's: half a second to the server and back, and little on it.
    const line = await context.newCDPSession(page);
    const limp = { offline: false, latency: 500, downloadThroughput: 50_000, uploadThroughput: 20_000 };
    await line.send("Network.enable");
    await line.send("Network.emulateNetworkConditions", limp);
    await hand.press(page.getByRole("link", { name: room }));
    await message(page, "窓口の件数").waitFor();
    await hand.write(composer(page), "午前は 23件 でした。");
    await page.keyboard.press("Control+Enter");
    await expect.poll(() => bodiesOf(city, id)).toHaveLength(2);

    // In the tunnel.
    await line.detach();
    await context.setOffline(true);
    await page.getByText("オフライン：送信は再開後に自動で行います").waitFor();
    for (const words of ["午後は 31件 です。", "うち 4件 は電話です。"]) {
      await hand.write(composer(page), words);
      await page.keyboard.press("Control+Enter");
      await message(page, words).getByText("送信待ち").waitFor();
    }
    // Something typed at the very moment at which the page goes.
    await hand.write(composer(page), "明日の当番は");
    await page.reload();
    for (const words of ["午後は 31件 です。", "うち 4件 は電話です。"])
      await message(page, words).getByText("送信待ち").waitFor();
    await expect.poll(() => composer(page).inputValue()).toBe("明日の当番は");
    if (!hand.isKeyboard) await picture(page, "journey-home-offline-1280");
    expect(await bodiesOf(city, id)).toHaveLength(2);

    await context.setOffline(false);
    await expect
      .poll(() => bodiesOf(city, id), { timeout: 60_000 })
      .toEqual([
        "今日の窓口の件数を教えてください。",
        "午前は 23件 でした。",
        "午後は 31件 です。",
        "うち 4件 は電話です。",
      ]);
    await page.getByText("送信待ち").first().waitFor({ state: "detached" });
    expect(await page.getByRole("article").count()).toBe(4);
    expect(await composer(page).inputValue()).toBe("明日の当番は");
    await hand.check();
    check();
    await context.close();
  });
});
