import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

const idBytes = 6;
const nonceBytes = 12;
const tagBytes = 16;

/**
 * The installation's keys, all derived from one 32-byte key-encryption key that lives outside the database and apart
 * from backups (docs/architecture/keys.md). After a rotation the keys before it still open and verify what was made
 * under them; new things are made under the newest alone.
 */
export class Keyring {
  /** Names the newest key: 12 hexadecimal digits. */
  readonly id: string;
  readonly #roots: ReadonlyMap<string, Buffer>;

  /** @param older keys of before, of 32 bytes each, in any order */
  constructor(root: Buffer, older: readonly Buffer[] = []) {
    this.id = idOf(root);
    this.#roots = new Map([root, ...older].map((one) => [idOf(one), one]));
  }

  /** All keys' names, the newest first. */
  get ids(): readonly string[] {
    return [...this.#roots.keys()];
  }

  /** A 32-byte key for one purpose; different purposes cannot be told from each other. */
  derive(purpose: string, keyId = this.id): Buffer {
    const root = this.#roots.get(keyId);
    if (!root) throw new Error(`no key ${keyId} here`);
    return deriveFrom(root, purpose);
  }

  /**
   * AES-256-GCM: the key's name (6) ‖ nonce (12) ‖ tag (16) ‖ ciphertext. `context` must be the same to open it: whose
   * secret it is.
   */
  seal(purpose: string, context: string, secret: Buffer): Buffer {
    const nonce = randomBytes(nonceBytes);
    const cipher = createCipheriv("aes-256-gcm", this.derive(purpose), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([Buffer.from(this.id, "hex"), nonce, cipher.getAuthTag(), sealed]);
  }

  /** Opens what `seal` made; throws when it was changed or belongs to another context, or to a key that is not here. */
  open(purpose: string, context: string, sealed: Buffer): Buffer {
    const nonceAt = idBytes;
    const tagAt = nonceAt + nonceBytes;
    const decipher = createDecipheriv(
      "aes-256-gcm",
      this.derive(purpose, sealedUnder(sealed)),
      sealed.subarray(nonceAt, tagAt),
    )
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(tagAt, tagAt + tagBytes));
    return Buffer.concat([decipher.update(sealed.subarray(tagAt + tagBytes)), decipher.final()]);
  }
}

/** The name of the key under which something was sealed. */
export function sealedUnder(sealed: Buffer): string {
  return sealed.subarray(0, idBytes).toString("hex");
}

function idOf(root: Buffer): string {
  if (root.length !== 32) throw new Error("the installation's key must be 32 bytes");
  return deriveFrom(root, "key-id").subarray(0, idBytes).toString("hex");
}

function deriveFrom(root: Buffer, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", root, "chonai", purpose, 32));
}
