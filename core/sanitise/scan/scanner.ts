import type { Clock } from "#core/kernel/index.ts";
import { findDefinitions } from "../definitions/bundle.ts";
import { SanitiserUnavailable, type ScanResult } from "../sanitiser.ts";
import { type ClamdAddress, ClamdClient } from "./clamd-client.ts";

const day = 24 * 60 * 60 * 1000;
/** How long an answer about the definitions' age is believed. */
const believed = 60_000;

export type ScannerOptions = {
  address: () => ClamdAddress | undefined;
  /** The folder of our own definitions; undefined when the daemon is somebody else's and says its own date. */
  definitions: string | undefined;
  lastWords: () => string;
  days: number;
  clock: Clock;
};

/** Scans by ClamAV, and by definitions that are fresh enough: what a month-old list does not know is not clean. */
export class Scanner {
  readonly #options: ScannerOptions;
  #dated: { date: Date | undefined; at: number } | undefined;

  constructor(options: ScannerOptions) {
    this.#options = options;
  }

  async scan(path: string): Promise<ScanResult> {
    const client = this.#client();
    await this.check();
    return client.scan(path);
  }

  /** @throws SanitiserUnavailable when the daemon does not answer or its definitions are missing or stale */
  async check(): Promise<{ date: Date; program: string }> {
    const { clock, days, definitions } = this.#options;
    const now = clock.now();
    const client = this.#client();
    if (definitions && !(await findDefinitions(definitions))) throw noDefinitions();
    const version = await client.version().catch((error) => {
      const words = this.#options.lastWords();
      if (error instanceof SanitiserUnavailable && words)
        throw new SanitiserUnavailable(
          "clamd",
          { ja: `${error.says.ja}（${words}）`, en: `${error.says.en} (${words})` },
          { cause: error },
        );
      throw error;
    });
    if (!this.#dated || now.getTime() - this.#dated.at > believed)
      this.#dated = { date: await this.#dateOf(version.date), at: now.getTime() };
    const { date } = this.#dated;
    if (!date || now.getTime() - date.getTime() > days * day) throw stale(date, days);
    return { date, program: version.program };
  }

  async #dateOf(ofDaemon: Date | undefined): Promise<Date | undefined> {
    if (!this.#options.definitions) return ofDaemon;
    const manifest = await findDefinitions(this.#options.definitions);
    return manifest && new Date(manifest.date);
  }

  #client(): ClamdClient {
    const address = this.#options.address();
    if (address) return new ClamdClient(address);
    throw new SanitiserUnavailable("clamd", {
      ja: "ウイルス検査（ClamAV）がありません。clamav-daemon を導入するか、CHONAI_CLAMD で場所を指定してください。それまでファイルは保留されます。",
      en: "There is no virus scanner (ClamAV). Install clamav-daemon or name one with CHONAI_CLAMD. Files wait until then.",
    });
  }
}

function noDefinitions(): SanitiserUnavailable {
  return new SanitiserUnavailable("definitions", {
    ja: "ウイルス定義がまだ取り込まれていません。chonai definitions import で取り込んでください。それまでファイルは保留されます。",
    en: "No virus definitions have been imported. Import them with chonai definitions import. Files wait until then.",
  });
}

function stale(date: Date | undefined, days: number): SanitiserUnavailable {
  const [ja, en] = date
    ? [
        `ウイルス定義が古くなっています（${date.toISOString().slice(0, 10)} のもの、期限 ${days} 日）`,
        `The virus definitions are stale (of ${date.toISOString().slice(0, 10)}, ${days} days allowed)`,
      ]
    : ["ウイルス定義の日付が分かりません", "The date of the virus definitions is not known"];
  return new SanitiserUnavailable("definitions", {
    ja: `${ja}。新しいものを取り込むまでファイルは保留されます。`,
    en: `${en}. Files wait until newer ones are imported.`,
  });
}
