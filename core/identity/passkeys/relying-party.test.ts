import { expect, test } from "vitest";
import { relyingPartyOf } from "./relying-party.ts";

test("the page's own address by https, the device itself without, and no bare addresses", () => {
  expect(relyingPartyOf("Chat.City.Example.jp", [])).toEqual({
    domain: "chat.city.example.jp",
    origins: ["https://Chat.City.Example.jp"],
  });
  expect(relyingPartyOf("localhost:8081", [])?.origins).toContain("http://localhost:8081");
  expect(relyingPartyOf("192.168.1.10:8080", [])).toBeUndefined();
  expect(relyingPartyOf("[::1]:8080", [])).toBeUndefined();
  expect(relyingPartyOf("", [])).toBeUndefined();
  // A municipality that has names of its own is at no other.
  expect(relyingPartyOf("elsewhere.example", ["chat.city.example.jp"])).toBeUndefined();
  expect(relyingPartyOf("chat.city.example.jp:8443", ["chat.city.example.jp"])?.domain).toBe(
    "chat.city.example.jp",
  );
});
