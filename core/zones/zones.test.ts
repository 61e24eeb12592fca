import { expect, test } from "vitest";
import { readZoneFile } from "./read-zone-file.ts";
import { Zones } from "./zones.ts";

const cloud = {
  id: "cloud",
  ja: "庁内クラウド網",
  en: "Cloud network",
  kind: "outside",
  listeners: [{ address: "10.20.0.5", port: 8443, certificate: "/etc/c.pem", key: "/etc/k.pem" }],
  destinations: ["sso.example.jp", "*.push.example.jp", "hook.example.jp:8443"],
};
const read = (...zones: unknown[]) => readZoneFile(JSON.stringify({ zones }));

test("what the file leaves out is the stricter of both", () => {
  const { zones, listeners } = read(cloud, {
    ...cloud,
    id: "kiban",
    kind: "closed",
    destinations: undefined,
    listeners: [{ address: "10.30.0.5", port: 8080, trustedProxies: ["10.30.0.1/32"] }],
  });
  expect(zones).toMatchObject([
    { id: "cloud", needsSecondFactor: true, needsApprovedDevice: false },
    { id: "kiban", needsSecondFactor: false, needsApprovedDevice: false, destinations: [] },
  ]);
  expect(listeners).toMatchObject([
    { zone: "cloud", host: "10.20.0.5", secureCookies: true, tls: { certificate: "/etc/c.pem" } },
    { zone: "kiban", host: "10.30.0.5", secureCookies: false, trustedProxies: ["10.30.0.1/32"] },
  ]);
});

test("a file that says something else than is meant stops the start", () => {
  const wrong = {
    "a word that nobody knows": { ...cloud, secondfactor: false },
    "the id of a base zone": { ...cloud, id: "internet" },
    "an id that no cookie can bear": { ...cloud, id: "クラウド" },
    "no listener": { ...cloud, listeners: [] },
    "a name in the place of an address": { ...cloud, listeners: [{ address: "localhost", port: 1 }] },
    "a certificate without its key": { ...cloud, listeners: [{ ...cloud.listeners[0], key: undefined }] },
    "a range that is none": {
      ...cloud,
      listeners: [{ ...cloud.listeners[0], trustedProxies: ["10.0.0.0/"] }],
    },
    "everybody as a destination": { ...cloud, destinations: ["*"] },
    "a path as a destination": { ...cloud, destinations: ["sso.example.jp/login"] },
  };
  for (const [what, zone] of Object.entries(wrong)) expect(() => read(zone), what).toThrow(/zones/);
  expect(() => read(cloud, { ...cloud, listeners: [{ address: "10.1.1.1", port: 1 }] })).toThrow(/each id/);
  expect(() => read(cloud, { ...cloud, id: "other" })).toThrow(/each address/);
  expect(() => readZoneFile("{")).toThrow();
});

test("of a zone that nobody has described nothing is permitted", () => {
  const zones = new Zones(read(cloud).zones);
  const account = { kind: "staff", zones: ["lgwan", "internet", "elsewhere"] };
  expect(zones.sideOf("elsewhere")).toBeUndefined();
  expect(zones.admits("elsewhere", account)).toBe(false);
  expect(zones.needsSecondFactor("elsewhere")).toBe(true);
  expect(zones.mayCall("elsewhere", new URL("https://sso.example.jp/"))).toBe(false);
  expect([zones.admits("cloud", account), zones.admits("cloud", { ...account, zones: ["lgwan"] })]).toEqual([
    true,
    false,
  ]);
  const guest = { kind: "guest", zones: ["internet"] };
  expect([zones.admits("internet", guest), zones.admits("cloud", guest)]).toEqual([true, false]);
});

test("a system that was set up is asked from the two sides, and from a further zone when its list names it", () => {
  const zones = new Zones(read(cloud).zones);
  const [named, other] = [new URL("https://sso.example.jp/"), new URL("https://idp.example.jp/")];
  for (const zone of ["lgwan", "internet"]) expect(zones.mayAsk(zone, other)).toBe(true);
  expect([zones.mayAsk("cloud", named), zones.mayAsk("cloud", other), zones.mayAsk("x", named)]).toEqual([
    true,
    false,
    false,
  ]);
});

test("the server calls what a zone's list names, and nothing else for it", () => {
  const zones = new Zones(read(cloud).zones);
  for (const url of [
    "https://sso.example.jp/login",
    "https://a.push.example.jp/x",
    "https://hook.example.jp:8443/",
  ])
    expect(zones.mayCall("cloud", new URL(url)), url).toBe(true);
  for (const url of [
    "http://sso.example.jp/",
    "https://sso.example.jp:8443/",
    "https://sso.example.jp.evil.example/",
    "https://push.example.jp/",
    "https://hook.example.jp/",
    "https://sso.example.jp@evil.example/",
    "https://user:secret@sso.example.jp/",
    "https://10.0.0.1/",
  ])
    expect(zones.mayCall("cloud", new URL(url)), url).toBe(false);
  expect(zones.mayCall("lgwan", new URL("https://sso.example.jp/"))).toBe(false);
  expect([zones.callsOut("lgwan"), zones.callsOut("internet"), zones.callsOut("cloud")]).toEqual([
    false,
    true,
    true,
  ]);
});
