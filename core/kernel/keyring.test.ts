import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { Keyring, sealedUnder } from "./keyring.ts";

const keyring = new Keyring(randomBytes(32));

test("opens what it sealed, only in its own context and purpose, and notices a changed byte", () => {
  const sealed = keyring.seal("totp", "tenant account", Buffer.from("secret"));
  expect(keyring.open("totp", "tenant account", sealed).toString()).toBe("secret");
  expect(() => keyring.open("totp", "tenant other", sealed)).toThrow();
  expect(() => keyring.open("files", "tenant account", sealed)).toThrow();
  expect(() => new Keyring(randomBytes(32)).open("totp", "tenant account", sealed)).toThrow();
  sealed[sealed.length - 1]! ^= 1;
  expect(() => keyring.open("totp", "tenant account", sealed)).toThrow();
});

test("refuses a key of another length", () => {
  expect(() => new Keyring(randomBytes(16))).toThrow(/32 bytes/);
});

test("after a rotation what the key before sealed still opens, and new things are under the new key", () => {
  const [before, after] = [randomBytes(32), randomBytes(32)];
  const old = new Keyring(before);
  const sealed = old.seal("totp", "tenant account", Buffer.from("secret"));
  const rotated = new Keyring(after, [before]);
  expect(rotated.ids).toEqual([rotated.id, old.id]);
  expect(rotated.open("totp", "tenant account", sealed).toString()).toBe("secret");
  expect(rotated.derive("audit-chain", old.id)).toEqual(old.derive("audit-chain"));
  const anew = rotated.seal("totp", "tenant account", Buffer.from("secret"));
  expect(sealedUnder(anew)).toBe(rotated.id);
  expect(() => old.open("totp", "tenant account", anew)).toThrow(/no key/);
});
