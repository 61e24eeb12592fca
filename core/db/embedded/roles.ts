import { chownSync } from "node:fs";
import { join } from "node:path";
import type { Binaries } from "./binaries.ts";
import { findText, writeFileDurably } from "./durable-file.ts";
import { explainPostgresOutput } from "./explain-failure.ts";
import { type Passwords, scramVerifier } from "./passwords.ts";
import type { Place } from "./place.ts";
import { runAs } from "./run-as.ts";

export const DATABASE = "chonai";
export const OWNER = "chonai_owner";
export const APPLICATION = "chonai_app";

/** Raised when the statements below change, so that existing clusters get them too. */
const ROLES_VERSION = 1;

/**
 * Makes sure that the cluster has the database and its roles with these passwords. Done in PostgreSQL's single-user mode before the
 * server starts: it needs no password, so it also repairs an installation whose secrets were lost. Every statement can
 * run again; the mark is written last.
 */
export async function ensureRoles(place: Place, binaries: Binaries, passwords: Passwords): Promise<void> {
  const mark = `${JSON.stringify({ version: ROLES_VERSION, passwords: passwords.fingerprint })}\n`;
  const path = join(place.cluster, "chonai-roles.json");
  if (findText(path) === mark) return;
  await runSingleUser(place, binaries, "postgres", [
    `ALTER ROLE postgres PASSWORD '${scramVerifier(passwords.superuser)}'`,
    ...role(OWNER, passwords.owner),
    ...role(APPLICATION, passwords.application),
    "REVOKE ALL ON DATABASE postgres FROM PUBLIC",
    "REVOKE ALL ON DATABASE template1 FROM PUBLIC",
    `CREATE DATABASE ${DATABASE} OWNER ${OWNER}`,
    `ALTER DATABASE ${DATABASE} OWNER TO ${OWNER}`,
    `REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC`,
    `GRANT CONNECT ON DATABASE ${DATABASE} TO ${APPLICATION}`,
  ]);
  await runSingleUser(place, binaries, DATABASE, [
    `ALTER SCHEMA public OWNER TO ${OWNER}`,
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    `GRANT USAGE ON SCHEMA public TO ${APPLICATION}`,
  ]);
  writeFileDurably(path, mark, 0o600);
  if (place.user.change) chownSync(path, place.user.change.uid, place.user.change.gid);
}

function role(name: string, password: string): string[] {
  const rights = "LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOCREATEROLE NOREPLICATION";
  return [`CREATE ROLE ${name}`, `ALTER ROLE ${name} ${rights} PASSWORD '${scramVerifier(password)}'`];
}

/** Runs statements without a server. What exists already is fine; every other error ends the start. */
async function runSingleUser(
  place: Place,
  binaries: Binaries,
  database: string,
  statements: string[],
): Promise<void> {
  const child = runAs(
    place.user,
    binaries.postgres,
    [
      "--single",
      "-j",
      "-D",
      place.cluster,
      "-c",
      "logging_collector=off",
      "-c",
      "log_min_error_statement=panic",
      database,
    ],
    { cwd: place.cluster, whenWeDie: "INT", stdio: ["pipe", "ignore", "pipe"] },
  );
  let output = "";
  child.stderr?.on("data", (text: Buffer) => {
    output += text.toString();
  });
  child.stdin?.on("error", () => {}); // it ended early and says why in its output
  child.stdin?.end(statements.map((statement) => `${statement};\n\n`).join(""));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const errors = output
    .split("\n")
    .filter(
      (line) => /(ERROR|FATAL|PANIC): /.test(line) && !/(role|database) "\w+" already exists/.test(line),
    );
  if (code !== 0 || errors.length > 0)
    throw explainPostgresOutput(output || `postgres ended with ${code}`, place.folder);
}
