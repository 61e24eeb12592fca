import { readdirSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import type { ConnectionSettings } from "./connection.ts";

/** Folders whose contents belong to the running server alone; PostgreSQL makes them anew (its manual, 26.3.4). */
const emptied = new Set([
  "pg_dynshmem",
  "pg_notify",
  "pg_replslot",
  "pg_serial",
  "pg_snapshots",
  "pg_stat_tmp",
  "pg_subtrans",
  "pg_wal",
]);
const leftOut = /^(postmaster\.(pid|opts)|pgsql_tmp.*|pg_internal\.init.*|backup_label.*|tablespace_map.*)$/;

/** Where the files of a copied cluster go. */
export type ClusterCopy = {
  /** A folder that must be there, empty or not. */
  folder(name: string): void;
  copy(from: string, name: string): Promise<void>;
  write(name: string, text: string): void;
};

/**
 * Copies the cluster of a running server so that the copy, once started, stands at one moment: PostgreSQL's low-level
 * backup (its manual, 26.3.3). A slot that ends with the connection keeps the log that the copy needs. Nobody waits for it.
 *
 * @param into takes the files, named from the cluster's root; one that has gone meanwhile is no error
 */
export async function copyRunningCluster(superuser: ConnectionSettings, into: ClusterCopy): Promise<void> {
  const client = new pg.Client({ ...superuser, application_name: "chonai backup", keepAlive: true });
  let lost: unknown;
  client.on("error", (error) => {
    lost = error;
  });
  await client.connect();
  try {
    const one = async (text: string, values: unknown[] = []) =>
      (await client.query<Record<string, string>>(text, values)).rows[0]!;
    const cluster = (await one("show data_directory")).data_directory!;
    if (readdirSync(join(cluster, "pg_tblspc")).length > 0)
      throw new Error("a cluster with tablespaces of its own is not copied");
    await one("select pg_create_physical_replication_slot($1, true, true)", [`chonai_backup_${process.pid}`]);
    const { first } = await one("select pg_walfile_name(pg_backup_start('chonai backup', true)) as first");
    await copyFolder(cluster, "", into);
    into.folder(join("pg_wal", "archive_status"));
    // Last, as PostgreSQL's own tools do it.
    await into.copy(join(cluster, control), control);
    const { last, labelfile } = await one(
      "select labelfile, pg_walfile_name(lsn) as last from pg_backup_stop(wait_for_archive => false)",
    );
    into.write("backup_label", labelfile!);
    for (const name of readdirSync(join(cluster, "pg_wal")).sort())
      if (/^[0-9A-F]{24}$/.test(name) && name >= first! && name <= last!)
        await into.copy(join(cluster, "pg_wal", name), join("pg_wal", name));
    if (lost) throw lost;
  } finally {
    await client.end().catch(() => {});
  }
}

const control = join("global", "pg_control");

async function copyFolder(cluster: string, folder: string, into: ClusterCopy): Promise<void> {
  for (const entry of readdirSync(join(cluster, folder), { withFileTypes: true })) {
    const name = join(folder, entry.name);
    if (leftOut.test(entry.name) || name === control) continue;
    if (entry.isFile()) await into.copy(join(cluster, name), name);
    if (!entry.isDirectory()) continue;
    into.folder(name);
    if (!emptied.has(name)) await copyFolder(cluster, name, into);
  }
}
