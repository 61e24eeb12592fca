import { join } from "node:path";
import { type Clock, type Logger, silentLogger, systemClock } from "#core/kernel/index.ts";
import { identify } from "./identify/identify.ts";
import { PageMarks } from "./marks/mark-page.ts";
import { pageWords } from "./pages/page-words.ts";
import { pageCount, renderPage } from "./pages/render-page.ts";
import { LibreOffice } from "./sandbox/libre-office.ts";
import { Sandbox } from "./sandbox/sandbox.ts";
import type { Sanitiser } from "./sanitiser.ts";
import type { ClamdAddress } from "./scan/clamd-client.ts";
import { ClamdProcess } from "./scan/clamd-process.ts";
import { Scanner } from "./scan/scanner.ts";
import { describeStatus } from "./status.ts";
import { archivePdf } from "./treat/archive-pdf.ts";
import { treat } from "./treat/treat.ts";

export type SanitiserSettings = {
  /** In the data folder: work in the sandbox, ClamAV's definitions and socket. */
  folder: string;
  /** How many files are worked on at once. */
  places: number;
  /** A ClamAV daemon that somebody else looks after; undefined: our own, when the program is installed. */
  clamd: ClamdAddress | undefined;
  /** Days after which definitions are too old to scan by; 7 when left out. */
  definitionsDays?: number;
  /** Derived from the installation's key: who does not have it can neither write nor read hidden marks. */
  markKey?: Uint8Array;
  clock?: Clock;
  log?: Logger;
};

/** Where an installation keeps ClamAV's definitions. */
export const definitionsFolder = (folder: string) => join(folder, "definitions");

/** The sanitiser of an installation: `start` starts the virus scanner, everything else runs when a file needs it. */
export function makeSanitiser(
  settings: SanitiserSettings,
): Sanitiser & { start(): Promise<void>; stop(): Promise<void> } {
  const { folder, clock = systemClock, log = silentLogger, definitionsDays = 7 } = settings;
  const sandbox = new Sandbox(join(folder, "jobs"), settings.places);
  const marks = new PageMarks(settings.markKey ?? new Uint8Array());
  const libreOffice = new LibreOffice(sandbox, folder);
  const own =
    settings.clamd === undefined && ClamdProcess.isInstalled()
      ? new ClamdProcess(sandbox, join(folder, "clamd"), definitionsFolder(folder), log)
      : undefined;
  const scanner = new Scanner({
    address: () => settings.clamd ?? own?.address,
    definitions: own ? definitionsFolder(folder) : undefined,
    lastWords: () => own?.lastWords ?? "",
    days: definitionsDays,
    clock,
  });
  const scan = (path: string) => scanner.scan(path);
  return {
    identify,
    scan,
    treat: (path, kind, options) => treat({ sandbox, libreOffice, scan }, path, kind, options),
    archivePdf: (flatText, workFolder) => archivePdf(libreOffice, flatText, workFolder),
    pageCount: (pdf) => pageCount(sandbox, pdf),
    renderPage: (pdf, page, width) => renderPage(sandbox, pdf, page, width),
    pageWords: (pdf) => pageWords(sandbox, pdf),
    mark: (page, given) => marks.mark(page, given),
    status: () => describeStatus({ sandbox, libreOffice, scanner }),
    start: async () => {
      await sandbox.clear();
      await own
        ?.start()
        .catch((error) => log.warn({ reason: String(error) }, "ClamAV's daemon was not started"));
    },
    stop: async () => {
      await own?.stop();
    },
  };
}
