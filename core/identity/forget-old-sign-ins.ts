import { type Database, scopeOf, statement } from "#core/db/index.ts";

/** How long ended and expired sessions are kept, for questions about who was signed in where. */
export const sessionRetentionDays = 90;
/** A device that has not signed in for so long has forgotten its cookie too. */
export const deviceRetentionDays = 400;
/** Counted wrong tries count no longer after a day. */
const guessRetentionDays = 1;

const portion = 1000;

const deleteSessions = statement<never>(
  "identity.forget-sessions",
  `delete from session where tenant_id = $1 and id in (
     select id from session where tenant_id = $1 and (ended_at < $2 or expires_at < $2) limit $3)`,
);
// A program that signs in anew each time leaves a device each time; none of them is recognised again without its cookie.
const deleteDevices = statement<never>(
  "identity.forget-devices",
  `delete from device where tenant_id = $1 and id in (
     select d.id from device d
      where d.tenant_id = $1 and coalesce(d.last_used_at, d.created_at) < case when d.secret_hash is null then $2 else $3 end::timestamptz
        and not exists (select from session s where s.tenant_id = $1 and s.device_id = d.id)
      limit $4)`,
);
const deleteGuesses = statement<never>(
  "identity.forget-old-guesses",
  `delete from sign_in_guess where tenant_id = $1 and subject in (
     select subject from sign_in_guess where tenant_id = $1 and last_at < $2 limit $3)`,
);

export type ForgottenSignIns = { sessions: number; devices: number; guesses: number };

/** Removes sessions, devices and counted tries of a municipality that are older than their retention, in small steps. */
export async function forgetOldSignIns(
  database: Database,
  tenantId: string,
  now: Date,
): Promise<ForgottenSignIns> {
  const before = (days: number) => new Date(now.getTime() - days * 86_400_000);
  const inPortions = async (query: typeof deleteSessions, values: readonly unknown[]) => {
    for (let gone = 0; ; ) {
      const some = await database.transaction(scopeOf(tenantId), (tx) =>
        tx.run(query, [tenantId, ...values, portion]),
      );
      gone += some;
      if (some < portion) return gone;
    }
  };
  const ended = before(sessionRetentionDays);
  return {
    sessions: await inPortions(deleteSessions, [ended]),
    devices: await inPortions(deleteDevices, [ended, before(deviceRetentionDays)]),
    guesses: await inPortions(deleteGuesses, [before(guessRetentionDays)]),
  };
}
