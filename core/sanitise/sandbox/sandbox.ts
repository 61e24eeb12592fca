import { spawn } from "node:child_process";
import { existsSync, lstatSync, readlinkSync } from "node:fs";
import { chmod, chown, copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { Semaphore } from "#core/kernel/index.ts";
import { SanitiserUnavailable } from "../sanitiser.ts";
import { seccompFilter } from "./seccomp-filter.ts";

/** What one run may use. Whoever reaches a limit is killed with everything it started. */
export type Limits = {
  /** By the clock, in seconds. */
  seconds: number;
  /** Of each process: private memory that it may write, in MiB. */
  memory: number;
  /** Of each file that it writes, in MiB. */
  fileSize: number;
  /** Processes and threads together. */
  processes: number;
};

export type Run = {
  program: string;
  args: readonly string[];
  limits: Limits;
  /** Read-only folders besides the system's programs and fonts: from where, and where the program sees them. */
  mounts?: readonly { from: string; to: string }[];
  environment?: Readonly<Record<string, string>>;
};

export type Ended = {
  /** `time` and `killed` (by a limit of the kernel's) have no exit code. */
  how: "exit" | "time" | "killed";
  code: number;
  /** At most 16 MiB of each; more than that ends the run. */
  stdout: Buffer;
  stderr: string;
};

/** A folder that a program in the sandbox sees as /work, and nothing else of ours. */
export type Job = {
  folder: string;
  /** Puts a file of ours into the folder. */
  bring(path: string, name: string): Promise<void>;
  run(run: Run): Promise<Ended>;
};

const outputLimit = 16 * 1024 * 1024;
const nobody = 65534;

/**
 * Runs programs that read files of strangers: bubblewrap gives them their own process, network, IPC and mount
 * namespaces with the system's programs and fonts read-only, one writable folder and no network at all; as root they
 * are the user `nobody` besides. Every run is limited in time, memory, file size and processes, and ends with all its children.
 * What cannot be isolated is not run.
 */
export class Sandbox {
  readonly #folder: string;
  readonly #places: Semaphore;
  #way: Promise<"as-nobody" | "as-ourselves"> | undefined;

  /**
   * @param folder where jobs have their folders; made when it is missing
   * @param places how many jobs run at once
   */
  constructor(folder: string, places: number) {
    this.#folder = folder;
    this.#places = new Semaphore(places);
  }

  /** Gives the work a folder of its own, and removes it afterwards with all that is in it. */
  async work<T>(work: (job: Job) => Promise<T>): Promise<T> {
    return this.#places.hold(async () => {
      const way = await this.check();
      await mkdir(this.#folder, { recursive: true, mode: 0o700 });
      const folder = await mkdtemp(join(this.#folder, "job-"));
      const give = async (path: string, mode: number) => {
        await chmod(path, mode);
        if (way === "as-nobody") await chown(path, nobody, nobody);
      };
      try {
        await give(folder, 0o700);
        return await work({
          folder,
          async bring(path, name) {
            const target = join(folder, name);
            await copyFile(path, target);
            await give(target, 0o600);
          },
          run: (run) => runIn(folder, way, run),
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /** How this machine isolates. @throws SanitiserUnavailable when it cannot */
  check(): Promise<"as-nobody" | "as-ourselves"> {
    this.#way ??= findWay(this.#folder).catch((error) => {
      this.#way = undefined;
      throw error;
    });
    return this.#way;
  }
}

const probe: Run = {
  program: "/usr/bin/true",
  args: [],
  limits: { seconds: 10, memory: 256, fileSize: 1, processes: 16 },
};

async function findWay(folder: string): Promise<"as-nobody" | "as-ourselves"> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const ways =
    process.getuid?.() === 0 ? (["as-nobody", "as-ourselves"] as const) : (["as-ourselves"] as const);
  let reason = "";
  for (const way of ways) {
    const ended = await runIn(folder, way, probe);
    if (ended.how === "exit" && ended.code === 0) return way;
    reason = ended.stderr.trim().split("\n").at(-1) ?? "";
  }
  throw new SanitiserUnavailable("sandbox", {
    ja: `ファイルを隔離して開けません（bubblewrap: ${reason}）。bubblewrap を導入し、ユーザー名前空間を許可してください。`,
    en: `Files cannot be opened in isolation (bubblewrap: ${reason}). Install bubblewrap and permit user namespaces.`,
  });
}

function runIn(folder: string, way: "as-nobody" | "as-ourselves", run: Run): Promise<Ended> {
  const { limits } = run;
  const filter = seccompFilter();
  const args = [
    ...isolation(folder, way, run, filter !== undefined),
    "--",
    ...(way === "as-nobody"
      ? [
          ...["/usr/bin/setpriv", `--reuid=${nobody}`, `--regid=${nobody}`, "--clear-groups"],
          ...["--bounding-set=-all", "--inh-caps=-all", "--no-new-privs"],
        ]
      : []),
    "/usr/bin/prlimit",
    `--cpu=${limits.seconds * 2}`,
    `--data=${limits.memory * 1024 * 1024}`,
    `--fsize=${limits.fileSize * 1024 * 1024}`,
    `--nproc=${limits.processes}`,
    "--nofile=1024",
    "--core=0",
    "--",
    // The chat's own work comes first.
    ...["/usr/bin/nice", "-n", "10"],
    run.program,
    ...run.args,
  ];
  return new Promise((resolve) => {
    const child = spawn("bwrap", args, {
      stdio: ["ignore", "pipe", "pipe", filter ? "pipe" : "ignore"],
      env: { PATH: "/usr/bin:/bin:/usr/local/bin" },
    });
    let how: Ended["how"] = "exit";
    const end = (reason: Ended["how"]) => {
      how = reason;
      // Its first process dies with it, and with that one everything in its process namespace.
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => end("time"), limits.seconds * 1000);
    const collect = (stream: NodeJS.ReadableStream) => {
      const chunks: Buffer[] = [];
      let length = 0;
      stream.on("data", (chunk: Buffer) => {
        length += chunk.length;
        if (length > outputLimit) end("killed");
        else chunks.push(chunk);
      });
      return chunks;
    };
    const [stdout, stderr] = [collect(child.stdout!), collect(child.stderr!)];
    if (filter) {
      const pipe = child.stdio[3] as NodeJS.WritableStream;
      // A program that is not there closes its end before it has read.
      pipe.on("error", () => {});
      pipe.end(filter);
    }
    const done = (code: number) => {
      clearTimeout(timer);
      const isKilled = how === "exit" && code > 128;
      resolve({
        how: isKilled ? "killed" : how,
        code,
        stdout: Buffer.concat(stdout),
        stderr: Buffer.concat(stderr).toString("utf8"),
      });
    };
    child.on("error", (error) => {
      stderr.push(Buffer.from(error.message));
      done(127);
    });
    child.on("close", (code, signal) => done(code ?? (signal ? 137 : 1)));
  });
}

/** What the program sees: the system's programs, fonts and settings of LibreOffice, an empty /tmp, and its folder. */
function isolation(
  folder: string,
  way: "as-nobody" | "as-ourselves",
  run: Run,
  isFiltered: boolean,
): string[] {
  const readable = [
    ...["/etc/fonts", "/etc/ld.so.cache", "/etc/libreoffice", "/etc/alternatives"],
    "/var/cache/fontconfig",
  ].filter((path) => existsSync(path));
  return [
    ...["--die-with-parent", "--new-session", "--clearenv", "--hostname", "sandbox"],
    ...["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"],
    ...(way === "as-ourselves"
      ? [
          "--unshare-user",
          "--disable-userns",
          "--uid",
          `${nobody}`,
          "--gid",
          `${nobody}`,
          "--cap-drop",
          "ALL",
        ]
      : []),
    ...["--ro-bind", "/usr", "/usr"],
    ...["bin", "sbin", "lib", "lib32", "lib64"].flatMap(systemFolder),
    ...["/etc", "/var", "/var/cache", "/chonai"].flatMap((path) => ["--perms", "0755", "--dir", path]),
    ...readable.flatMap((path) => ["--ro-bind", path, path]),
    ...["--proc", "/proc", "--dev", "/dev"],
    ...["--perms", "1777", "--size", `${512 * 1024 * 1024}`, "--tmpfs", "/tmp"],
    ...(run.mounts ?? []).flatMap(({ from, to }) => ["--ro-bind", from, to]),
    ...["--bind", folder, "/work", "--chdir", "/work"],
    ...["--setenv", "HOME", "/tmp", "--setenv", "PATH", "/usr/bin:/bin", "--setenv", "LANG", "C.UTF-8"],
    ...["--setenv", "TZ", "Asia/Tokyo"],
    ...Object.entries(run.environment ?? {}).flatMap(([name, value]) => ["--setenv", name, value]),
    ...(isFiltered ? ["--seccomp", "3"] : []),
  ];
}

/** On today's Debian /bin and its siblings lead into /usr; older ones have folders. */
function systemFolder(name: string): string[] {
  const path = `/${name}`;
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ["--symlink", readlinkSync(path), path]
    : ["--ro-bind", path, path];
}
