import { expectRoomsForGuest } from "#capabilities/chat/index.ts";
import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { hashToken, newToken } from "#core/identity/index.ts";
import { AppError, type Clock, type Keyring, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { findCurrentRules } from "#core/rules/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { GuestSettings, InviteRequest, MadeInvitation } from "../../contract.ts";
import { hashInvitationCode, newInvitationCode } from "../invitation-secrets.ts";
import { decideInvite, decideManageStay } from "../policy.ts";
import { getGuestSettings } from "../queries/guest-settings.ts";

const insertInvitation = statement<never>(
  "guests.insert-invitation",
  `insert into guest_invitation (tenant_id, id, guest_id, sponsor_id, name, kana, affiliation, address, purpose, room_ids,
          until, token_hash, code_hash, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10::uuid[], $11, $12, $13, $14, $15)`,
);
const lockInvitation = statement<{ sponsor_id: string; until: Date }>(
  "guests.lock-invitation",
  `select sponsor_id, until from guest_invitation
    where tenant_id = $1 and id = $2 and accepted_at is null and withdrawn_at is null for no key update`,
);
const renewSecrets = statement<never>(
  "guests.renew-invitation",
  `update guest_invitation set token_hash = $3, code_hash = $4, expires_at = $5, failures = 0, totp_pending = null
    where tenant_id = $1 and id = $2`,
);
const setWithdrawn = statement<never>(
  "guests.withdraw-invitation",
  "update guest_invitation set withdrawn_at = $3 where tenant_id = $1 and id = $2",
);

export type InviteServices = { database: Database; clock: Clock; keyring: Keyring };

const day = 86_400_000;

/** Refuses an end that is past, or further away than guests may stay. */
export function expectTerm(until: Date, now: Date, settings: GuestSettings): void {
  if (until <= now) throw new AppError("invalid-request", { where: "body.until", reason: "in the past" });
  // The day of the end is meant to its last minute.
  if (until.getTime() > now.getTime() + (settings.longestDays + 1) * day)
    throw new AppError("guest-term-too-long", { days: settings.longestDays });
}

/**
 * Invites somebody from outside to rooms of one's own for a time. Link and code are in the answer alone: the link goes by mail or
 * on paper, the code by another way. Nobody is in a room before the invitation is accepted.
 */
export async function inviteGuest(
  { database, clock, keyring }: InviteServices,
  actor: Actor,
  input: InviteRequest,
): Promise<MadeInvitation> {
  const rule = assertAllowed(actor, decideInvite(actor));
  const now = clock.now();
  const { tenantId } = actor;
  const roomIds = [...new Set(input.roomIds)];
  return database.transaction(scopeOf(tenantId), async (tx) => {
    // Before anything else: a stranger to the rooms learns nothing.
    await expectRoomsForGuest(tx, actor, roomIds);
    if (!(await findCurrentRules(tx, tenantId, "guest", now))) throw new AppError("guest-terms-missing");
    const settings = await getGuestSettings(tx, tenantId);
    const until = new Date(input.until);
    expectTerm(until, now, settings);
    const id = newId(now.getTime());
    const made = makeSecrets(keyring, tenantId, id, now, settings);
    await tx.run(insertInvitation, [
      tenantId,
      id,
      newId(now.getTime()),
      actor.personId,
      input.name,
      input.kana,
      input.affiliation,
      input.address,
      input.purpose,
      roomIds,
      until,
      made.tokenHash,
      made.codeHash,
      now,
      made.expiresAt,
    ]);
    await recordAudit(tx, actor, now, {
      action: "guest.invited",
      subjectId: id,
      rule,
      facts: { rooms: roomIds.join(" "), until: until.toISOString() },
    });
    return { id, token: made.token, code: made.code, expiresAt: made.expiresAt.toISOString() };
  });
}

/** Makes link and code anew: the old ones no longer work. For one that got lost, was locked, or is over. */
export async function renewInvitation(
  { database, clock, keyring }: InviteServices,
  actor: Actor,
  invitationId: string,
): Promise<MadeInvitation> {
  const now = clock.now();
  const { tenantId } = actor;
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const rule = await decideInvitation(tx, actor, invitationId);
    const settings = await getGuestSettings(tx, tenantId);
    const made = makeSecrets(keyring, tenantId, invitationId, now, settings);
    await tx.run(renewSecrets, [tenantId, invitationId, made.tokenHash, made.codeHash, made.expiresAt]);
    await recordAudit(tx, actor, now, {
      action: "guest.invitation-renewed",
      subjectId: invitationId,
      rule,
      facts: {},
    });
    return { id: invitationId, token: made.token, code: made.code, expiresAt: made.expiresAt.toISOString() };
  });
}

/** Takes an invitation back: link and code no longer work. */
export async function withdrawInvitation(
  { database, clock }: InviteServices,
  actor: Actor,
  invitationId: string,
): Promise<void> {
  const now = clock.now();
  const { tenantId } = actor;
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const rule = await decideInvitation(tx, actor, invitationId);
    await tx.run(setWithdrawn, [tenantId, invitationId, now]);
    await recordAudit(tx, actor, now, {
      action: "guest.invitation-withdrawn",
      subjectId: invitationId,
      rule,
      facts: {},
    });
  });
}

async function decideInvitation(tx: Transaction, actor: Actor, invitationId: string) {
  // Who may not know of it learns no more from a made-up id.
  assertAllowed(actor, decideInvite(actor));
  if (!isId(invitationId)) throw notFound();
  const row = await tx.first(lockInvitation, [actor.tenantId, invitationId]);
  if (!row) throw notFound();
  const decision = decideManageStay(actor, { sponsorId: row.sponsor_id });
  if (decision.kind !== "allow") throw notFound();
  return assertAllowed(actor, decision);
}

function makeSecrets(keyring: Keyring, tenantId: string, id: string, now: Date, settings: GuestSettings) {
  const token = newToken(tenantId);
  const code = newInvitationCode();
  return {
    token,
    code,
    tokenHash: hashToken(token),
    codeHash: hashInvitationCode(keyring, id, code),
    expiresAt: new Date(now.getTime() + settings.invitationDays * day),
  };
}
