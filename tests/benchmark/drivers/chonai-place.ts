import { readFileSync } from "node:fs";
import { join } from "node:path";
import { findRunningInfo } from "#core/db/embedded/index.ts";
import type { ConnectionSettings } from "#core/db/index.ts";

/** A running installation, found by its data folder alone. */
export type Place = {
  pid: number;
  postmaster: number;
  host: string;
  /** Of the LGWAN side. */
  port: number;
  database: (role: "application" | "owner") => ConnectionSettings;
};

export function findPlace(dataDirectory: string): Place {
  const info = findRunningInfo(dataDirectory);
  if (!info?.addresses?.[0] || !info.socketDirectory || !info.port)
    throw new Error(`nothing is running on the data folder ${dataDirectory}`);
  const address = new URL(info.addresses[0]);
  const { socketDirectory, port } = info;
  const passwords = JSON.parse(readFileSync(join(dataDirectory, "secrets/database.json"), "utf8"));
  return {
    pid: info.pid,
    // The first line of the lock beside the socket.
    postmaster: Number.parseInt(readFileSync(join(socketDirectory, `.s.PGSQL.${port}.lock`), "utf8"), 10),
    host: address.hostname,
    port: Number(address.port),
    database: (role) => ({
      host: socketDirectory,
      port,
      user: role === "owner" ? "chonai_owner" : "chonai_app",
      password: passwords[role],
      database: "chonai",
    }),
  };
}
