import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { build, type Database, installationScope, type Transaction } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { newId } from "#shared/ids.ts";

export type Installation = {
  id: string;
  isDemo: boolean;
  epoch: number;
  awaitsSetUp: boolean;
  /** Which installation key its secrets are sealed with. */
  keyId: string | null;
};

/** What was decided when this installation was made; undefined before its first start. */
export async function findInstallation(database: Database): Promise<Installation | undefined> {
  const row = await database.transaction(installationScope, (tx) =>
    tx.first(build.selectFrom("installation").selectAll()),
  );
  return (
    row && {
      id: row.id,
      isDemo: row.is_demo,
      epoch: row.epoch,
      awaitsSetUp: row.set_up_code_hash !== null,
      keyId: row.key_id,
    }
  );
}

/** Writes the installation's row at its first start. Whether it is a demo can never be changed afterwards. */
export async function createInstallation(
  database: Database,
  clock: Clock,
  given: { isDemo: boolean; keyId: string },
): Promise<Installation> {
  const id = newId();
  await database.transaction(installationScope, (tx) =>
    tx.run(
      build
        .insertInto("installation")
        .values({ id, is_demo: given.isDemo, key_id: given.keyId, created_at: clock.now() })
        .onConflict((conflict) => conflict.doNothing()),
    ),
  );
  return (await findInstallation(database))!;
}

/** Remembers under which key everything is sealed now. */
export async function rememberKey(database: Database, keyId: string): Promise<void> {
  await database.transaction(installationScope, (tx) =>
    tx.run(build.updateTable("installation").set({ key_id: keyId })),
  );
}

/** After a restore: every client starts afresh at the next start, since it may remember what is no longer there. */
export async function raiseEpoch(database: Database): Promise<void> {
  await database.transaction(installationScope, (tx) =>
    tx.run(build.updateTable("installation").set((set) => ({ epoch: set("epoch", "+", 1) }))),
  );
}

/** A new one-time code for the set-up page, to be printed at the console; an older one stops working. */
export async function issueSetUpCode(database: Database): Promise<string> {
  // 80 bits in groups that can be read from one screen and typed on another; no letters that look alike.
  const alphabet = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  const code = [...randomBytes(16)].map((byte) => alphabet[byte % 32]).join("");
  await database.transaction(installationScope, (tx) =>
    tx.run(build.updateTable("installation").set({ set_up_code_hash: hashCode(code) })),
  );
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/** Uses the code up: true at most once, for two requests at the same moment too. */
export async function useSetUpCode(tx: Transaction, code: string): Promise<boolean> {
  const row = await tx.first(build.selectFrom("installation").select("set_up_code_hash").forUpdate());
  const given = hashCode(code);
  if (!row?.set_up_code_hash || !timingSafeEqual(row.set_up_code_hash, given)) return false;
  await tx.run(build.updateTable("installation").set({ set_up_code_hash: null }));
  return true;
}

function hashCode(code: string): Buffer {
  return createHash("sha256")
    .update(code.toUpperCase().replace(/[^0-9A-Z]/g, ""))
    .digest();
}
