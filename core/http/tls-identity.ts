import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import type { SecureContextOptions, TlsOptions } from "node:tls";
import { type Logger, OperatorError } from "#core/kernel/index.ts";
import type { TlsFiles } from "#core/zones/index.ts";

/** TLS 1.3 first; of 1.2 only what has forward secrecy and authenticated encryption (CRYPTREC's and NIST's lists agree). */
const protocol: TlsOptions = {
  minVersion: "TLSv1.2",
  honorCipherOrder: true,
  ciphers: [
    "TLS_AES_128_GCM_SHA256",
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
  ].join(":"),
};

const lookEvery = 60_000;
const warnBefore = 30 * 86_400_000;

/**
 * The certificate with which a listener speaks TLS. Its files are looked at every minute, so that a renewed certificate
 * serves without a restart; files that cannot be used are told of and leave the one in use as it is.
 */
export class TlsIdentity {
  readonly #files: TlsFiles;
  readonly #log: Logger;
  #seen: string;
  #warnedOn = "";
  #timer: NodeJS.Timeout | undefined;
  readonly options: TlsOptions;

  /** Throws an `OperatorError` when the files cannot be read or do not belong together. */
  constructor(files: TlsFiles, log: Logger) {
    this.#files = files;
    this.#log = log;
    this.#seen = changeOf(files);
    this.options = { ...protocol, ...readIdentity(files) };
  }

  /** Follows the files until `unfollow`. */
  follow(server: { setSecureContext(options: SecureContextOptions): void }): void {
    this.#warnOfEnd();
    this.#timer = setInterval(() => {
      this.lookAgain(server);
      this.#warnOfEnd();
    }, lookEvery);
    this.#timer.unref();
  }

  unfollow(): void {
    clearInterval(this.#timer);
  }

  /** Takes the files as they are now when they have changed. */
  lookAgain(server: { setSecureContext(options: SecureContextOptions): void }): void {
    try {
      const change = changeOf(this.#files);
      if (change === this.#seen) return;
      server.setSecureContext({ ...protocol, ...readIdentity(this.#files) });
      this.#seen = change;
      this.#log.info({ certificate: this.#files.certificate }, "a new certificate serves");
    } catch (error) {
      this.#log.error(
        { certificate: this.#files.certificate, reason: String(error) },
        "the new certificate cannot be used; the one before still serves",
      );
    }
  }

  /** Once a day in the last thirty days. */
  #warnOfEnd(): void {
    const today = new Date().toISOString().slice(0, 10);
    if (this.#warnedOn === today) return;
    const endsAt = new X509Certificate(readFileSync(this.#files.certificate)).validToDate;
    if (endsAt.getTime() - Date.now() > warnBefore) return;
    this.#warnedOn = today;
    this.#log.warn({ certificate: this.#files.certificate, endsAt }, "the certificate ends soon");
  }
}

function changeOf({ certificate, key }: TlsFiles): string {
  return [certificate, key]
    .map((path) => {
      const { mtimeMs, size, ino } = readable(path, () => statSync(path));
      return `${mtimeMs} ${size} ${ino}`;
    })
    .join(",");
}

function readIdentity(files: TlsFiles): { cert: Buffer; key: Buffer } {
  const cert = readable(files.certificate, () => readFileSync(files.certificate));
  const key = readable(files.key, () => readFileSync(files.key));
  let belongs: boolean;
  try {
    belongs = new X509Certificate(cert).checkPrivateKey(createPrivateKey(key));
  } catch (cause) {
    throw new OperatorError(
      {
        ja: `TLS の証明書または鍵を読み取れません（${files.certificate}、${files.key}）。PEM 形式で、鍵にパスワードが付いていないことを確かめてください。`,
        en: `The TLS certificate or key cannot be read (${files.certificate}, ${files.key}). Both must be PEM, the key without a passphrase.`,
      },
      { cause },
    );
  }
  if (!belongs)
    throw new OperatorError({
      ja: `TLS の鍵 ${files.key} は証明書 ${files.certificate} のものではありません。組になるファイルを指定してください。`,
      en: `The TLS key ${files.key} does not belong to the certificate ${files.certificate}. Name the two that go together.`,
    });
  return { cert, key };
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    throw new OperatorError(
      {
        ja: `TLS のファイル ${path} を読めません。場所と、プログラムの利用者が読めることを確かめてください。`,
        en: `The TLS file ${path} cannot be read. Check where it is and that the program's user may read it.`,
      },
      { cause },
    );
  }
}
