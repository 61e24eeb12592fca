import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";

/**
 * The installation's keys, all derived from one 32-byte key-encryption key that lives outside the database and apart
 * from backups (docs/architecture/keys.md). The id names the key, so that a rotated one can still be told.
 */
export class Keyring {
  readonly id: string;
  readonly #root: Buffer;

  constructor(root: Buffer) {
    if (root.length !== 32) throw new Error("the installation's key must be 32 bytes");
    this.#root = root;
    this.id = this.derive("key-id").subarray(0, 6).toString("hex");
  }

  /** A 32-byte key for one purpose; different purposes cannot be told from each other. */
  derive(purpose: string): Buffer {
    return Buffer.from(hkdfSync("sha256", this.#root, "chonai", purpose, 32));
  }

  /** AES-256-GCM: nonce (12) ‖ tag (16) ‖ ciphertext. `context` must be the same to open it: whose secret it is. */
  seal(purpose: string, context: string, secret: Buffer): Buffer {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", this.derive(purpose), nonce).setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(secret), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  }

  /** Opens what `seal` made; throws when it was changed or belongs to another context or key. */
  open(purpose: string, context: string, sealed: Buffer): Buffer {
    const decipher = createDecipheriv("aes-256-gcm", this.derive(purpose), sealed.subarray(0, 12))
      .setAAD(Buffer.from(context))
      .setAuthTag(sealed.subarray(12, 28));
    return Buffer.concat([decipher.update(sealed.subarray(28)), decipher.final()]);
  }
}
