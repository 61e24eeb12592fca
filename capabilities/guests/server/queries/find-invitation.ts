import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { readToken } from "#core/identity/index.ts";
import { AppError, type Keyring } from "#core/kernel/index.ts";
import { hashInvitationCode, isSameCode } from "../invitation-secrets.ts";

/** Wrong codes after which an invitation must be made anew. */
export const maxFailures = 10;

export type InvitationRow = {
  id: string;
  guest_id: string;
  sponsor_id: string;
  sponsor_name: string;
  sponsor_is_here: boolean;
  name: string;
  kana: string;
  affiliation: string;
  purpose: string;
  room_ids: string[];
  until: Date;
  code_hash: Buffer;
  failures: number;
  totp_pending: Buffer | null;
};

const findByToken = statement<InvitationRow>(
  "guests.find-invitation",
  `select i.id, i.guest_id, i.sponsor_id, s.name as sponsor_name, s.left_at is null as sponsor_is_here, i.name, i.kana,
          i.affiliation, i.purpose, i.room_ids, i.until, i.code_hash, i.failures, i.totp_pending
     from guest_invitation i join person s on s.tenant_id = i.tenant_id and s.id = i.sponsor_id
    where i.tenant_id = $1 and i.token_hash = $2 and i.accepted_at is null and i.withdrawn_at is null
      and i.expires_at > $3 and i.until > $3
      for no key update of i`,
);
// Counted before the code is looked at, so that many at once have no more tries than one after the other.
const takeTry = statement<{ failures: number }>(
  "guests.take-try",
  `update guest_invitation set failures = failures + 1
    where tenant_id = $1 and token_hash = $2 and failures < $3 returning failures`,
);
const giveBack = statement<never>(
  "guests.give-back-try",
  "update guest_invitation set failures = 0 where tenant_id = $1 and id = $2",
);

/** The municipality and hash of an invitation's token; the one refusal for everything that we did not make. */
export async function readInvitationToken(
  token: string,
  hasTenant: (tenantId: string) => Promise<boolean>,
): Promise<{ tenantId: string; hash: Buffer }> {
  const parts = readToken(token);
  if (!parts || !(await hasTenant(parts.tenantId))) throw new AppError("invitation-not-valid");
  return parts;
}

/** Uses up one of the tries of an invitation; for itself, since a refusal must be counted. */
export async function takeInvitationTry(database: Database, tenantId: string, hash: Buffer): Promise<void> {
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await tx.first(takeTry, [tenantId, hash, maxFailures]))) throw new AppError("invitation-not-valid");
  });
}

/**
 * The invitation of link and code, under a lock. Wrong, used, withdrawn, over, locked, or of a sponsor who has left: one answer,
 * so that nobody with half of it learns more.
 */
export async function getInvitation(
  tx: Transaction,
  keyring: Keyring,
  { tenantId, hash, code, now }: { tenantId: string; hash: Buffer; code: string; now: Date },
): Promise<InvitationRow> {
  const row = await tx.first(findByToken, [tenantId, hash, now]);
  if (!row?.sponsor_is_here || !isSameCode(row.code_hash, hashInvitationCode(keyring, row.id, code)))
    throw new AppError("invitation-not-valid");
  await tx.run(giveBack, [tenantId, row.id]);
  return row;
}
