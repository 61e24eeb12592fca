import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chatEvents } from "#capabilities/chat/contract.ts";
import { withheldFrom } from "#capabilities/chat/server/readable-rooms.ts";
import { chatApply } from "#capabilities/chat/web/apply.ts";
import { errorCodes } from "#shared/error-codes.ts";
import { allRoutes } from "#tests/support/all-routes.ts";

test("every route has a name, a limit, a summary and a policy that says why", () => {
  for (const route of allRoutes()) {
    expect(route.name).toMatch(/^[a-z]+\.[a-z-]+$/);
    // SCIM has an address of its own by its standard.
    expect(route.path).toMatch(/^\/(api\/v1|scim\/v2)\//);
    expect(route.summary.length).toBeGreaterThan(10);
    expect(route.limit.perMinute).toBeGreaterThan(0);
    if (route.policy.kind === "decided-by") expect(route.policy.policy).toMatch(/^[a-z]+\.[a-z-]+$/);
    else expect(route.policy.because.length).toBeGreaterThan(5);
  }
});

test("names, and methods with paths, are unique", () => {
  const routes = allRoutes();
  expect(new Set(routes.map((route) => route.name)).size).toBe(routes.length);
  expect(new Set(routes.map((route) => `${route.method} ${route.path}`)).size).toBe(routes.length);
});

/** tests/integration/strangers.test.ts holds a case for each of them; this test notices one that is missing. */
test("every route that needs a session has a test in which a stranger is refused", () => {
  const text = readFileSync(new URL("../integration/strangers.test.ts", import.meta.url), "utf8");
  for (const route of allRoutes())
    if (route.policy.kind !== "anyone") expect(text, route.name).toContain(`"${route.name}"`);
});

/** Where a room may be read is asked around every route of the chat, or the route says nothing of what is in rooms. */
test("no route of the chat gives words of rooms without asking where they may be read", () => {
  const saysNothing = new Set([
    ...["chat.arrange-rooms", "chat.move-read-positions", "chat.get-settings", "chat.change-settings"],
    ...["chat.get-section-rooms", "chat.switch-section-rooms"],
  ]);
  const others = allRoutes().filter(
    ({ name, path }) =>
      name.startsWith("chat.") && !path.includes("{roomId}") && !withheldFrom[name] && !saysNothing.has(name),
  );
  expect(others.map(({ name }) => name)).toEqual([]);
});

test("every event of a contract is applied by the client", () => {
  expect(Object.keys(chatApply).sort()).toEqual(Object.keys(chatEvents).sort());
});

test("every event of a contract stands in a verifyAction test", () => {
  const text = readFileSync(new URL("../integration/verify-action.test.ts", import.meta.url), "utf8");
  expect(text).toContain("Object.keys(chatEvents)");
});

test("every error code says in both languages what to do, and is thrown somewhere", () => {
  const sources = ["core", "capabilities", "server", "cli"].flatMap((root) =>
    readdirSync(new URL(`../../${root}/`, import.meta.url), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
      .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8")),
  );
  const announced = new Set(["method-not-allowed"]);
  for (const [code, entry] of Object.entries(errorCodes)) {
    expect(entry.ja, code).toMatch(/[ぁ-ん].*。$/u);
    expect(entry.en, code).toMatch(/\.$/);
    if (!announced.has(code))
      expect(
        sources.some((text) => text.includes(`"${code}"`)),
        code,
      ).toBe(true);
  }
});
