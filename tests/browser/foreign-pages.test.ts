import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openBrowser, openSignedIn } from "./support/browser.ts";
import { buildCity, type City } from "./support/city.ts";

let city: City;
let browser: Browser;
let foreign: Server;
let target: string;

beforeAll(async () => {
  city = await buildCity();
  browser = await openBrowser();
  target = city.url("internet");
  foreign = createServer((_request, response) => {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.end("<!doctype html><title>foreign</title><body>a page of somebody else");
  });
  await new Promise<void>((resolve) => foreign.listen(0, "0.0.0.0", resolve));
});

afterAll(async () => {
  await browser?.close();
  foreign?.close();
  await city?.stop();
});

/** What the signed-in person's rooms are, as their own page sees them. */
async function roomNames(page: Page): Promise<string[]> {
  const answer = await page.context().request.get(`${target}/api/v1/rooms`);
  const { items } = (await answer.json()) as { items: { name: string }[] };
  return items.map((room) => room.name).sort();
}

/*
 * Another port of the same host is the same site: the browser sends even SameSite=Strict cookies along, so only what the
 * server does itself protects. Another host is the usual case.
 */
describe.each([
  ["of the same host, on another port", "127.0.0.1"],
  ["of another host", "localhost"],
])("a page %s", (_name, host) => {
  it("can neither write in somebody's name, read, listen, nor show the application in itself", async () => {
    const device = await openSignedIn(browser, city, city.people.suzuki, { zone: "internet" });
    const before = await roomNames(device.page);
    const page = await device.context.newPage();
    await page.goto(`http://${host}:${(foreign.address() as AddressInfo).port}/`);

    const tried = await page.evaluate(
      async ({ target, memberId }) => {
        const room = JSON.stringify({ kind: "group", name: "forged", memberIds: [memberId] });
        const attempt = (work: Promise<unknown>) =>
          work.then(
            () => "answered",
            () => "refused",
          );
        const send = (init: RequestInit) =>
          attempt(
            fetch(`${target}/api/v1/rooms`, { method: "POST", body: room, credentials: "include", ...init }),
          );
        const load = (make: (settle: (loaded: boolean) => void) => void) =>
          new Promise<string>((resolve) => make((loaded) => resolve(loaded ? "loaded" : "refused")));
        const embed = (tag: "script" | "img") =>
          load((settle) => {
            const element = document.createElement(tag);
            element.onload = () => settle(true);
            element.onerror = () => settle(false);
            element.src = `${target}/api/v1/rooms`;
            document.body.append(element);
          });
        return {
          // The browser sends this one without asking first; whether it did anything is looked up below.
          simple: await send({ mode: "no-cors", headers: { "content-type": "text/plain" } }),
          asJson: await send({ headers: { "content-type": "application/json" } }),
          withOurHeader: await send({
            headers: {
              "content-type": "application/json",
              "x-chonai-client": "web",
              "idempotency-key": "forged",
            },
          }),
          read: await attempt(fetch(`${target}/api/v1/rooms`, { credentials: "include" })),
          script: await embed("script"),
          picture: await embed("img"),
          stream: await load((settle) => {
            const socket = new WebSocket(`${target.replace("http", "ws")}/api/v1/stream`);
            socket.onopen = () => settle(true);
            socket.onerror = () => settle(false);
          }),
        };
      },
      { target, memberId: city.people.sato.id },
    );
    expect(tried).toEqual(Object.fromEntries(Object.keys(tried).map((name) => [name, "refused"])));

    // A form that goes there with the cookie, as a link in a mail would make one press it.
    await page.evaluate((target) => {
      const form = document.createElement("form");
      form.method = "post";
      form.action = `${target}/api/v1/rooms`;
      form.enctype = "text/plain";
      const field = document.createElement("input");
      field.name = '{"kind":"group","name":"forged","memberIds":[],"x":"';
      field.value = '"}';
      form.append(field);
      document.body.append(form);
      form.submit();
    }, target);
    await page.waitForURL(`${target}/**`);
    expect(await page.textContent("body")).toMatch(/origin-refused|unsupported-media-type/);
    expect(await roomNames(device.page)).toEqual(before);

    // In a frame it does not appear (clickjacking), and a window that was opened for it cannot be reached.
    await page.goto(`http://${host}:${(foreign.address() as AddressInfo).port}/`);
    const refusal = page.waitForEvent("console", {
      predicate: (line) => /frame-ancestors|Refused to display/.test(line.text()),
    });
    await page.evaluate((target) => {
      const frame = document.createElement("iframe");
      frame.src = `${target}/rooms`;
      document.body.append(frame);
    }, target);
    await refusal;
    const [opened] = await Promise.all([
      device.context.waitForEvent("page"),
      page.evaluate((target) => {
        (globalThis as { opened?: Window | null }).opened = window.open(`${target}/rooms`);
      }, target),
    ]);
    await opened.getByRole("searchbox").first().waitFor();
    expect(await opened.evaluate(() => window.opener)).toBeNull();
    expect(await page.evaluate(() => (globalThis as { opened?: Window | null }).opened?.closed)).toBe(true);
    await device.context.close();
  });
});
