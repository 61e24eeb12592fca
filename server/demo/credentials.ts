import { createHmac } from "node:crypto";
import { hashPassword, type MakeCredentials } from "#core/identity/index.ts";
import type { Keyring } from "#core/kernel/index.ts";

/**
 * One password for all accounts of a demo and one hash of it, so that the first start does not hash 501 times; both
 * follow from the installation's random key, so that a demo that was interrupted finds them again. For a demo only: it
 * is bound to loopback and holds nobody's data. A real import makes a password for each.
 */
export class DemoCredentials {
  readonly password: string;
  readonly #keyring: Keyring;
  readonly #tenantId: string;

  constructor(keyring: Keyring, tenantId: string) {
    this.#keyring = keyring;
    this.#tenantId = tenantId;
    const letters = encode(keyring.derive("demo-password"), "abcdefghjkmnpqrstuvwxyz23456789x").slice(0, 16);
    this.password = letters.replace(/(.{4})(?=.)/g, "$1-");
  }

  /** Base32, 160 bits, a different one for each account. */
  totpSecret(loginId: string): string {
    const bytes = createHmac("sha256", this.#keyring.derive("demo-totp"))
      .update(loginId)
      .digest()
      .subarray(0, 20);
    return encode(bytes, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
  }

  readonly make: MakeCredentials = async (accounts) => {
    const passwordHash = await hashPassword(this.password);
    return new Map(
      accounts.map(({ personId, loginId }) => {
        const secret = Buffer.from(this.totpSecret(loginId));
        const totpSecret = this.#keyring.seal("totp", `${this.#tenantId} ${personId}`, secret);
        return [personId, { passwordHash, totpSecret, mustChangePassword: false }];
      }),
    );
  };
}

/** Five bits a letter, as RFC 4648 orders them. */
function encode(bytes: Uint8Array, alphabet: string): string {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += alphabet[(held >> bits) & 31];
    }
  }
  return text;
}
