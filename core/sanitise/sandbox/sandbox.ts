import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, lstatSync, readlinkSync } from "node:fs";
import {
  chmod,
  chown,
  copyFile,
  cp,
  lchown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rm,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { Semaphore } from "#core/kernel/index.ts";
import { SanitiserUnavailable } from "../sanitiser.ts";
import { seccompFilter } from "./seccomp-filter.ts";
import { sizeOf, usageOf } from "./usage.ts";

/** What one run may use. Whoever reaches a limit is killed with everything it started. */
export type Limits = {
  /** By the clock, in seconds; infinite for what stays. */
  seconds: number;
  /** Of each process: private memory that it may write, in MiB. */
  memory: number;
  /** Of each file that it writes, in MiB. */
  fileSize: number;
  /** Processes and threads, all of the run together. Memory and written files together may be twice the limit of one. */
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

/**
 * A folder that a program in the sandbox sees as /work, and nothing else of ours. We put files in before its first run
 * only: afterwards any name in it may be a link that leads out.
 */
export type Job = {
  /** Puts a file of ours into the folder; `name` may have folders. */
  bring(path: string, name: string): Promise<void>;
  /** The same with a folder and all that is in it. */
  bringFolder(path: string, name: string): Promise<void>;
  run(run: Run): Promise<Ended>;
  /** Where a plain file that a run has made stands; undefined when there is none, or something else in its place. */
  take(name: string): Promise<string | undefined>;
  /** The folder itself, for what our own settings alone have made. */
  unsafeFolder: string;
};

/** How the machine isolates: as root another user besides, otherwise by namespaces alone. */
export type Way = "as-nobody" | "as-ourselves";

/** The kernel counts processes for each user, and others of the same user run beside; ours alone are counted by `watch`. */
const sharedProcesses = 500;
const watchEvery = 500;
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
  #way: Promise<Way> | undefined;

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
      let hasRun = false;
      const place = async (name: string) => {
        if (hasRun) throw new Error("nothing is put where a program of the sandbox has been");
        const target = join(folder, name);
        for (let parent = dirname(target); parent !== folder; parent = dirname(parent)) {
          await mkdir(parent, { recursive: true });
          await give(parent, 0o700);
        }
        return target;
      };
      try {
        await give(folder, 0o700);
        return await work({
          unsafeFolder: folder,
          async bring(path, name) {
            const target = await place(name);
            await copyFile(path, target);
            await give(target, 0o600);
          },
          async bringFolder(path, name) {
            const target = await place(name);
            await cp(path, target, { recursive: true });
            await give(target, 0o700);
            for (const entry of await readdir(target, { recursive: true, withFileTypes: true }))
              await give(join(entry.parentPath, entry.name), entry.isDirectory() ? 0o700 : 0o600);
          },
          run: (run) => {
            hasRun = true;
            return runIn(folder, way, run);
          },
          async take(name) {
            const path = join(await realpath(folder), name);
            const real = await realpath(path).catch(() => undefined);
            return real === path && (await lstat(path)).isFile() ? path : undefined;
          },
        });
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /**
   * Starts a program that stays, in a folder that stays: ClamAV's daemon. Files of ours in the folder become the
   * sandbox's; nothing is put into it later.
   */
  async serve(folder: string, run: Run): Promise<ChildProcess> {
    const way = await this.check();
    for (const entry of [folder, ...(await readdir(folder)).map((name) => join(folder, name))])
      if (way === "as-nobody") await lchown(entry, nobody, nobody);
    return spawnIn(folder, way, run);
  }

  /** Removes what a process that was killed has left behind; before any work. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** How this machine isolates. @throws SanitiserUnavailable when it cannot */
  check(): Promise<Way> {
    this.#way ??= findWay(this.#folder).catch((error) => {
      this.#way = undefined;
      throw error;
    });
    return this.#way;
  }
}

/** The bytes of a file that a run must have made. */
export async function readMade(job: Job, name: string): Promise<Buffer> {
  const path = await job.take(name);
  if (path === undefined) throw new Error(`the sandbox made no ${name}`);
  return readFile(path);
}

const probe: Run = {
  program: "/usr/bin/true",
  args: [],
  limits: { seconds: 10, memory: 256, fileSize: 1, processes: 16 },
};

async function findWay(folder: string): Promise<Way> {
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

/** Starts a program in the sandbox; everything that it starts ends with it, and it ends with us. */
function spawnIn(folder: string, way: Way, run: Run): ChildProcess {
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
    ...(limits.seconds === Number.POSITIVE_INFINITY ? [] : [`--cpu=${Math.ceil(limits.seconds * 2)}`]),
    `--data=${limits.memory * 1024 * 1024}`,
    `--fsize=${limits.fileSize * 1024 * 1024}`,
    `--nproc=${limits.processes + sharedProcesses}`,
    "--nofile=1024",
    "--core=0",
    "--",
    // The chat's own work comes first.
    ...["/usr/bin/nice", "-n", "5"],
    run.program,
    ...run.args,
  ];
  const child = spawn("bwrap", args, {
    stdio: ["ignore", "pipe", "pipe", filter ? "pipe" : "ignore"],
    env: { PATH: "/usr/bin:/bin:/usr/local/bin" },
  });
  if (filter) {
    const pipe = child.stdio[3] as NodeJS.WritableStream;
    // A program that is not there closes its end before it has read.
    pipe.on("error", () => {});
    pipe.end(filter);
  }
  return child;
}

function runIn(folder: string, way: Way, run: Run): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawnIn(folder, way, run);
    let how: Ended["how"] = "exit";
    const end = (reason: Ended["how"]) => {
      how = reason;
      // Its first process dies with it, and with that one everything in its process namespace.
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => end("time"), run.limits.seconds * 1000);
    const watch = setInterval(() => {
      exceeds(child.pid, folder, run.limits).then(
        (does) => does && end("killed"),
        () => {},
      );
    }, watchEvery);
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
    const done = (code: number) => {
      clearTimeout(timer);
      clearInterval(watch);
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

/** The kernel limits each process and each file; this is for many of them together. */
async function exceeds(pid: number | undefined, folder: string, limits: Limits): Promise<boolean> {
  if (pid === undefined) return false;
  const { memory, threads } = await usageOf(pid);
  const mebibyte = 1024 * 1024;
  if (threads > limits.processes || memory > 2 * limits.memory * mebibyte) return true;
  return (await sizeOf(folder)) > 2 * limits.fileSize * mebibyte;
}

/** What the program sees: the system's programs, fonts and settings of LibreOffice, an empty /tmp, and its folder. */
function isolation(folder: string, way: Way, run: Run, isFiltered: boolean): string[] {
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
