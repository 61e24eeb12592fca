import { existsSync } from "node:fs";
import { cp, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SanitiserUnavailable } from "../sanitiser.ts";
import type { Ended, Sandbox } from "./sandbox.ts";

const programs = ["/usr/lib/libreoffice/program/soffice.bin", "/opt/libreoffice/program/soffice.bin"];
const limits = { seconds: 90, memory: 3072, fileSize: 1024, processes: 200 };

/** Nothing runs, nothing is fetched, nothing is asked: what LibreOffice is told before it sees a document. */
const settings: readonly [path: string, name: string, value: string][] = [
  ["org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"],
  ["org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"],
  ["org.openoffice.Office.Common/Security/Scripting", "DisablePythonRuntime", "true"],
  ["org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"],
  ["org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"],
  ["org.openoffice.Office.Common/Misc", "UseSystemFileDialog", "false"],
  ["org.openoffice.Office.Common/Misc", "FirstRun", "false"],
  ["org.openoffice.Office.Common/Java/ApplicationData", "Enable", "false"],
  ["org.openoffice.Office.Writer/Content/Update", "Link", "2"],
  ["org.openoffice.Office.Writer/Content/Update", "Field", "false"],
  ["org.openoffice.Office.Calc/Content/Update", "Link", "2"],
  ["org.openoffice.Office.Calc/Formula/Load", "OOXMLRecalcMode", "1"],
  ["org.openoffice.Office.Calc/Formula/Load", "ODFRecalcMode", "1"],
];

/**
 * LibreOffice as a converter: one process for one document, so that no document ever meets another, from a profile
 * that is prepared once. See docs/decisions/0031-one-libreoffice-for-one-document.md.
 */
export class LibreOffice {
  readonly #sandbox: Sandbox;
  readonly #profile: string;
  readonly #seconds: number;
  #prepared: Promise<void> | undefined;

  /**
   * @param folder where the prepared profile is kept
   * @param seconds what one document may take
   */
  constructor(sandbox: Sandbox, folder: string, seconds = limits.seconds) {
    this.#seconds = seconds;
    this.#sandbox = sandbox;
    this.#profile = join(folder, "libreoffice-profile");
  }

  /** Prepares the profile, which takes some seconds once. @throws SanitiserUnavailable */
  prepare(): Promise<void> {
    this.#prepared ??= this.#prepare().catch((error) => {
      this.#prepared = undefined;
      throw error;
    });
    return this.#prepared;
  }

  /**
   * Converts a file in a job of its own; `take` gets where the result stands, undefined when LibreOffice made none.
   *
   * @param extension of the file, by which LibreOffice chooses how to read it
   * @param filter `pdf`, or `docx:MS Word 2007 XML`
   */
  async convert<T>(
    path: string,
    extension: string,
    filter: string,
    take: (ended: Ended, result: string | undefined) => Promise<T>,
  ): Promise<T> {
    await this.prepare();
    return this.#sandbox.work(async (job) => {
      await job.bringFolder(this.#profile, "profile");
      await job.bring(path, `input.${extension}`);
      const ended = await job.run({
        program: program(),
        args: [...common, "--convert-to", filter, "--outdir", "/work/out", `input.${extension}`],
        limits: { ...limits, seconds: this.#seconds },
      });
      return take(ended, await job.take(`out/input.${filter.split(":")[0]}`));
    });
  }

  async #prepare(): Promise<void> {
    await this.#sandbox.work(async (job) => {
      await writeFile(`${this.#profile}.settings`, registry());
      await job.bring(`${this.#profile}.settings`, "profile/user/registrymodifications.xcu");
      // The first run ends with 81, "start me again", when it has made the rest of its profile.
      for (let run = 0; run < 3; run++) {
        const ended = await job.run({
          program: program(),
          args: [...common, "--terminate_after_init"],
          limits,
        });
        if (ended.how === "exit" && ended.code === 0) break;
        if (run === 2 || ended.how !== "exit" || ended.code !== 81)
          throw missing(`${ended.how} ${ended.code} ${ended.stderr.slice(-200)}`);
      }
      const next = `${this.#profile}.new`;
      await rm(next, { recursive: true, force: true });
      await cp(join(job.unsafeFolder, "profile"), next, { recursive: true });
      await rm(this.#profile, { recursive: true, force: true });
      await rename(next, this.#profile);
    });
  }
}

const common = [
  "-env:UserInstallation=file:///work/profile",
  ...["--headless", "--invisible", "--nologo", "--norestore", "--nolockcheck", "--nodefault"],
];

function program(): string {
  const found = programs.find((path) => existsSync(path));
  if (!found) throw missing("soffice.bin");
  return found;
}

function missing(detail: string): SanitiserUnavailable {
  return new SanitiserUnavailable("libreoffice", {
    ja: `Office 文書を PDF にできません（LibreOffice: ${detail}）。libreoffice-writer-nogui、-calc-nogui、-impress-nogui を導入してください。`,
    en: `Office documents cannot be turned into PDF (LibreOffice: ${detail}). Install libreoffice-writer-nogui, -calc-nogui and -impress-nogui.`,
  });
}

function registry(): string {
  const items = settings.map(
    ([path, name, value]) =>
      `<item oor:path="/${path}"><prop oor:name="${name}" oor:op="fuse"><value>${value}</value></prop></item>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
${items.join("\n")}
</oor:items>
`;
}
