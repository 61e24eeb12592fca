import { chownSync } from "node:fs";
import { join } from "node:path";
import { findText, writeFileDurably } from "./durable-file.ts";
import type { Place } from "./place.ts";

/** Where the people of the installation put settings of their own. Beside the database, and read last. */
export const localSettingsFile = "postgresql.local.conf";

export function logFolder(place: Place): string {
  return join(place.folder, "postgres-log");
}

/**
 * Writes the settings of this version of the program into the cluster. Ours are rewritten at each start, so that an
 * upgrade changes them; nobody else's file is touched. A file that is already right is left alone, so that a full disk
 * does not stand in the way.
 */
export function writeSettings(place: Place): void {
  const own = join(place.cluster, "chonai.conf");
  const main = join(place.cluster, "postgresql.conf");
  const includes = `\n# Chonai: its own settings, then yours.\ninclude 'chonai.conf'\ninclude_if_exists '${quote(
    join(place.folder, localSettingsFile),
  )}'\n`;
  const mark = "\n# Chonai: ";
  const before = findText(main) ?? "";
  const initial = before.includes(mark) ? before.slice(0, before.indexOf(mark)) : before;
  writeIfDifferent(own, settings(place), place);
  writeIfDifferent(main, initial + includes, place);
}

function writeIfDifferent(path: string, text: string, place: Place): void {
  if (findText(path) === text) return;
  writeFileDurably(path, text, 0o600);
  if (place.user.change) chownSync(path, place.user.change.uid, place.user.change.gid);
}

function settings(place: Place): string {
  return `# Written by Chonai at each start; changes here are lost.
# Put yours into ${join(place.folder, localSettingsFile)}, which is read after this file.

# Reached through its socket alone, never over the network.
listen_addresses = ''
max_connections = 100
password_encryption = 'scram-sha-256'

# What was acknowledged is on disk.
fsync = on
synchronous_commit = on
full_page_writes = on
wal_level = replica
wal_compression = on
max_wal_size = '2GB'
min_wal_size = '128MB'
checkpoint_timeout = '15min'
checkpoint_completion_target = 0.9

shared_buffers = '256MB'
effective_cache_size = '1GB'
work_mem = '8MB'
maintenance_work_mem = '128MB'
random_page_cost = 1.1
jit = off

# Small, frequent rounds: the outbox and the queues change all the time.
autovacuum = on
autovacuum_naptime = '20s'
autovacuum_max_workers = 2
autovacuum_vacuum_scale_factor = 0.05
autovacuum_vacuum_insert_scale_factor = 0.1
autovacuum_analyze_scale_factor = 0.05
autovacuum_vacuum_cost_limit = 1000

# A query whose asker has gone is not worked on to its end.
${process.platform === "linux" ? "client_connection_check_interval = '5s'\n" : ""}
logging_collector = on
log_destination = 'stderr'
log_directory = '${quote(logFolder(place))}'
log_filename = 'postgresql-%Y%m%d-%H%M%S.log'
log_file_mode = 0600
log_rotation_size = '10MB'
log_rotation_age = '1d'
log_line_prefix = '%m [%p] %q%u@%d '
log_checkpoints = off
log_min_duration_statement = '2s'
log_parameter_max_length = 0
log_parameter_max_length_on_error = 0
# Details of an error hold the row that caused it, that is people's data.
log_error_verbosity = terse
log_lock_waits = on
log_temp_files = '32MB'
lc_messages = 'C'

timezone = 'UTC'
log_timezone = 'Asia/Tokyo'
datestyle = 'iso, ymd'
`;
}

function quote(path: string): string {
  return path.replaceAll("'", "''");
}
