import { randomBytes } from "node:crypto";
import { chownSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { syncToDisk } from "./durable-file.ts";
import { explainPostgresOutput } from "./explain-failure.ts";
import { listHalfMade, type Place } from "./place.ts";
import { runAs } from "./run-as.ts";

/**
 * Makes the cluster beside its place and moves it there when it is whole, so that a cluster that exists is never half
 * made, and nothing here ever deletes one that is whole.
 */
export async function createCluster(
  place: Place,
  binaries: Binaries,
  superuserPassword: string,
): Promise<void> {
  for (const left of listHalfMade(place)) rmSync(left, { recursive: true, force: true });
  const making = `${place.cluster}.making-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(making, { mode: 0o700 });
    const passwordFile = join(making, "password");
    writeFileSync(passwordFile, superuserPassword, { mode: 0o400 });
    if (place.user.change) {
      chownSync(passwordFile, place.user.change.uid, place.user.change.gid);
      chownSync(making, place.user.change.uid, place.user.change.gid);
    }
    const cluster = join(making, "cluster");
    const made =
      (await initdb(place, binaries, making, cluster, passwordFile, "C.UTF-8")) ??
      (await initdb(place, binaries, making, cluster, passwordFile, "C"));
    if (made !== "done") throw explainPostgresOutput(made ?? "initdb: invalid locale name", place.folder);
    syncToDisk(making);
    renameSync(cluster, place.cluster);
    syncToDisk(place.folder);
  } finally {
    rmSync(making, { recursive: true, force: true });
  }
}

/** @returns "done", undefined when the system does not know the locale, else what initdb said. */
async function initdb(
  place: Place,
  binaries: Binaries,
  making: string,
  cluster: string,
  passwordFile: string,
  locale: string,
): Promise<string | undefined> {
  const child = runAs(
    place.user,
    binaries.initdb,
    [
      `--pgdata=${cluster}`,
      "--username=postgres",
      `--pwfile=${passwordFile}`,
      "--auth=scram-sha-256",
      "--encoding=UTF8",
      `--locale=${locale}`,
      "--lc-messages=C",
      "--locale-provider=icu",
      "--icu-locale=ja-JP",
      "--data-checksums",
    ],
    { cwd: making, whenWeDie: "KILL", stdio: ["ignore", "pipe", "pipe"] },
  );
  let output = "";
  child.stdout?.on("data", (text: Buffer) => {
    output += text.toString();
  });
  child.stderr?.on("data", (text: Buffer) => {
    output += text.toString();
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code === 0) return "done";
  if (/invalid locale name/.test(output)) return undefined;
  return output || `initdb ended with ${code}`;
}
