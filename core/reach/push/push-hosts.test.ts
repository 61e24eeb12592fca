import { describe, expect, it } from "vitest";
import { isInside, makePushHosts } from "./push-hosts.ts";

describe("where pushes may be sent", () => {
  const { accept } = makePushHosts(["push.city.example:8443"]);

  it.each([
    "https://fcm.googleapis.com/fcm/send/abc",
    "https://wns2-par02p.notify.windows.com/w/?token=abc",
    "https://updates.push.services.mozilla.com/wpush/v2/abc",
    "https://web.push.apple.com/abc",
    "https://push.city.example:8443/abc",
  ])("%s", (endpoint) => expect(accept(endpoint)?.href).toBe(endpoint));

  it.each([
    "http://fcm.googleapis.com/fcm/send/abc",
    "https://fcm.googleapis.com:8080/fcm/send/abc",
    "https://user@fcm.googleapis.com/",
    "https://fcm.googleapis.com.evil.example/",
    "https://evilfcm.googleapis.com/",
    "https://notify.windows.com.evil.example/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:10.0.0.1]/",
    "https://169.254.169.254/latest/meta-data",
    "https://localhost/",
    "https://push.city.example/",
    "javascript:alert(1)",
    "fcm.googleapis.com",
  ])("not %s", (endpoint) => expect(accept(endpoint)).toBeUndefined());
});

it("knows addresses inside", () => {
  for (const address of [
    "127.0.0.1",
    "10.1.2.3",
    "172.31.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
  ])
    expect(isInside(address), address).toBe(true);
  for (const address of ["142.250.196.106", "172.32.0.1", "2404:6800:4004::1", "::ffff:8.8.8.8"])
    expect(isInside(address), address).toBe(false);
});
