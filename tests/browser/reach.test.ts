import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newId } from "#shared/ids.ts";
import {
  type PushService,
  pushServiceCertificate,
  startPushService,
} from "#tests/support/push-service/push-service.ts";
import { expectAccessible, lookAt, openBrowser, openSignedIn, phone, picture } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";
import { composer, makeDirectRoom } from "./support/rooms.ts";

let city: City;
let browser: Browser;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser({ whole: true });
});
afterAll(async () => {
  await browser?.close();
  await city?.stop();
});

it("shows who is here, what they say, and that they type", async () => {
  const { id } = await makeDirectRoom(city, "sato", "suzuki");
  const sato = await openSignedIn(browser, city, city.people.sato, { path: `/rooms/${id}` });
  const suzuki = await openSignedIn(browser, city, city.people.suzuki, {
    zone: "internet",
    path: `/rooms/${id}`,
  });
  const head = sato.page.getByRole("region", { name: "鈴木 一郎" }).locator("header").first();
  await head.getByText("在席").waitFor();
  await head.locator("[data-presence=active]").waitFor();

  await composer(suzuki.page).pressSequentially("確認して");
  await sato.page.getByText("鈴木さんが入力中").waitFor();
  await picture(sato.page, "presence-typing-1366");

  await suzuki.page.goto("/settings/status");
  await suzuki.page.getByRole("radio", { name: "会議中" }).check();
  await suzuki.page.getByLabel("ひとこと（40文字まで）").fill("15時に戻ります");
  await suzuki.page.getByLabel("終わり").selectOption({ label: "1時間後まで" });
  await lookAt(suzuki.page, "/settings/status");
  await suzuki.page.getByRole("button", { name: "保存する" }).click();
  await suzuki.page.getByText("在席状況を保存しました").waitFor();
  await head.getByText(/会議中（\d\d?:\d\dまで） 15時に戻ります/).waitFor();
  await head.locator("[data-presence=meeting]").waitFor();
  await picture(sato.page, "presence-meeting-1366");
  sato.check();
  suzuki.check();
  await sato.context.close();
  await suzuki.context.close();
});

it("tells by the browser while the reader looks elsewhere, without the text, once for several tabs", async () => {
  const room = await makeDirectRoom(city, "tanaka", "takahashi");
  const { page, context, check } = await openSignedIn(browser, city, city.people.takahashi, {
    permissions: ["notifications"],
  });
  await page.goto("/settings/notifications");
  await page.getByRole("button", { name: "通知を有効にする" }).click();
  await page.getByText("画面を開いている間の通知が有効です").waitFor();
  await page.getByRole("button", { name: "試しに送る" }).click();
  await page.getByText("通知を出しました").waitFor();
  await lookAt(page, "/settings/notifications");

  const second = await context.newPage();
  await second.goto("/rooms");
  await second.getByRole("searchbox").first().waitFor();
  for (const tab of [page, second])
    await tab.evaluate(() => {
      document.hasFocus = () => false;
      dispatchEvent(new Event("blur"));
    });
  await expect
    .poll(
      () =>
        page.evaluate(async () =>
          (await navigator.locks.query()).held?.some(({ name }) => name === "chonai-is-looked-at"),
        ),
      { timeout: 20_000 },
    )
    .toBe(false);
  await room.api.send(room.id, "至急です");
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      return (await registration.getNotifications()).map(({ title, body, tag, silent }) => ({
        title,
        body,
        tag,
        silent,
      }));
    });
  await expect
    .poll(async () => (await shown()).filter(({ tag }) => tag === "chonai"), { timeout: 20_000 })
    .toEqual([{ title: "新しい連絡があります", body: "", tag: "chonai", silent: true }]);

  // Asked to confirm, and asked once more: told with its kind to whom allows the room's name, in a muted room too.
  const takahashi = await city.server.as(city.people.takahashi);
  const { body: settings } = await takahashi.get("/api/v1/notification-settings");
  await takahashi.put("/api/v1/notification-settings", { ...settings.choices, shows: "room" });
  const tanaka = await city.server.as(city.people.tanaka);
  const group = await tanaka.createGroup([city.people.takahashi.id], "水防");
  await takahashi.put(`/api/v1/rooms/${group.id}/preference`, { notify: "none" });
  // The page asks for the choices again once it is loaded anew.
  await page.reload();
  await second.reload();
  for (const tab of [page, second]) {
    await tab
      .getByRole("searchbox")
      .or(tab.getByRole("heading", { name: "通知" }))
      .first()
      .waitFor();
    await tab.evaluate(() => {
      document.hasFocus = () => false;
      dispatchEvent(new Event("blur"));
    });
  }
  const told = async () => (await shown()).filter(({ tag }) => tag === `chonai-${group.id}`);
  const asked = await tanaka.send(group.id, "土のうの数を確認してください", { confirmation: {} });
  await expect.poll(async () => (await told())[0]?.body, { timeout: 20_000 }).toBe("確認のお願い");
  await tanaka.post(`/api/v1/rooms/${group.id}/messages/${asked.body.id}/confirmation/reminders`, {});
  await expect.poll(async () => (await told())[0]?.body, { timeout: 20_000 }).toBe("確認のお願い（再度）");
  check();
  await context.close();
});

it("asks on a phone what for, and says why nothing may come", async () => {
  const device = await openSignedIn(browser, city, city.people.tanaka, {
    zone: "internet",
    ...phone,
  });
  const { page, context, check } = device;
  const sheet = page.getByRole("complementary", { name: /夜間や外出先でも/ });
  // A browser without a head forbids notifications; a phone's has not been asked yet.
  await context.addInitScript(() =>
    Object.defineProperty(Notification, "permission", { get: () => "default" }),
  );
  await page.reload();
  await sheet.waitFor();
  await expectAccessible(page);
  await picture(page, "ask-notifications-390");
  await sheet.getByRole("button", { name: "あとにする" }).click();
  await sheet.waitFor({ state: "detached" });
  await page.reload();
  await page.getByRole("searchbox").first().waitFor();
  expect(await sheet.count()).toBe(0);
  await page.goto("/settings/notifications");
  await page.getByText("届かないときは").waitFor();
  await page.getByText("まだありません。スマートフォンなどで").waitFor();
  await expectAccessible(page);
  await picture(page, "notifications-390");
  await page.getByRole("radio", { name: "ルームの名前まで" }).check();
  await page.reload();
  await expect
    .poll(() => page.getByRole("radio", { name: "ルームの名前まで" }).isChecked(), { timeout: 20_000 })
    .toBe(true);
  check();
  await context.close();
});

it("the service worker shows what the server says, and opens the message", async () => {
  const push: PushService = await startPushService();
  const other = await buildCity({ push: { hosts: [push.host], ca: pushServiceCertificate } });
  const device = await openSignedIn(browser, other, other.people.suzuki, {
    zone: "internet",
    permissions: ["notifications"],
  });
  const { page, context } = device;
  await expect
    .poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state), { timeout: 30_000 })
    .toBe("activated");
  // The browser of a test reaches no push service: its endpoint is ours, and the push comes by the browser's own tools.
  const subscribed = await page.evaluate(
    async (endpoint) =>
      (
        await fetch("/api/v1/push-subscription", {
          method: "PUT",
          headers: { "content-type": "application/json", "x-chonai-client": "web" },
          body: JSON.stringify({ endpoint }),
        })
      ).status,
    push.endpoint("phone"),
  );
  expect(subscribed).toBe(204);
  const tools = await context.newCDPSession(page);
  const registrationId = new Promise<string>((resolve) =>
    tools.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      if (registrations[0]) resolve(registrations[0].registrationId);
    }),
  );
  await tools.send("ServiceWorker.enable");
  await registrationId;
  // Nobody looks at the application.
  await page.goto("about:blank");
  const api = await other.server.as(other.people.sato);
  const { body: room } = await api.post(
    "/api/v1/rooms",
    { kind: "direct", memberIds: [other.people.suzuki.id] },
    { "idempotency-key": newId() },
  );
  await api.send(room.id, "至急お電話ください");
  await expect.poll(() => push.received.length, { timeout: 120_000 }).toBe(1);
  await tools.send("ServiceWorker.deliverPushMessage", {
    origin: other.url("internet"),
    registrationId: await registrationId,
    data: "",
  });
  const [worker] = context.serviceWorkers();
  await expect
    .poll(() =>
      worker!.evaluate(async () => {
        const { registration } = self as unknown as { registration: ServiceWorkerRegistration };
        return (await registration.getNotifications()).map(({ title, body, data }) => ({
          title,
          body,
          path: data.path,
        }));
      }),
    )
    .toEqual([{ title: "新しい連絡があります", body: "", path: `/rooms/${room.id}?at=1` }]);
  await context.close();
  await other.stop();
  await push.stop();
});
