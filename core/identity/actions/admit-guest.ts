import { recordAudit } from "#core/audit/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import type { Keyring } from "#core/kernel/index.ts";
import type { Actor, Rule } from "#core/policy/index.ts";
import type { OutgoingEvent } from "#core/realtime/publish.ts";
import { newId } from "#shared/ids.ts";
import type { PersonSummary } from "../contract.ts";
import { newDeviceSecret } from "../device-secret.ts";
import { deviceFacts } from "../devices/device-facts.ts";
import { personSearchKey } from "../import/search-keys.ts";
import { loginKey } from "../login-key.ts";
import { newRecoveryCode } from "../one-time-password.ts";
import { makeRecoveryCodes } from "../recovery-codes.ts";
import { hashToken, newToken } from "../tokens.ts";
import { personChanged } from "./directory-events.ts";

const insertGuest = statement<never>(
  "identity.insert-guest",
  `insert into person (tenant_id, id, kind, number, name, kana, search_key, affiliation, sponsor_id, is_invited, created_at)
   values ($1, $2, 'guest', $3, $4, $5, $6, $7, $8, true, $9)`,
);
const insertAccount = statement<never>(
  "identity.insert-guest-account",
  `insert into account (tenant_id, id, login_id, login_key, class, zones, password_hash, password_changed_at, totp_secret,
          totp_last_step, totp_registered_at, expires_at, created_at)
   values ($1, $2, $3, $4, 'guest-other', '{internet}', $5, $9, $6, $7, $9, $8, $9)`,
);
const insertDevice = statement<never>(
  "identity.insert-guest-device",
  `insert into device (tenant_id, id, account_id, zone, name, created_at, secret_hash, last_used_at)
   values ($1, $2, $3, 'internet', $4, $5, $6, $5)`,
);
const insertSession = statement<never>(
  "identity.insert-guest-session",
  `insert into session (tenant_id, token_hash, id, account_id, device_id, zone, created_at, expires_at, last_used_at)
   values ($1, $2, $3, $4, $5, 'internet', $6, $7, $6)`,
);

/** A guest's session is as long as others on the Internet side, and never longer than the account. */
const sessionDays = 14;

export type AdmittedGuest = {
  actor: Actor;
  token: string;
  loginId: string;
  deviceSecret: string;
  expiresAt: Date;
  recoveryCodes: string[];
  /** To be published as the transaction's last step. */
  events: OutgoingEvent[];
};

/**
 * Makes a guest's entry and account and signs them in, inside the transaction that accepts an invitation: with a password of
 * their own and an authenticator app whose first code was right. On the Internet side only.
 */
export async function admitGuestAccount(
  tx: Transaction,
  keyring: Keyring,
  given: {
    tenantId: string;
    guestId: string;
    sponsorId: string;
    name: string;
    kana: string;
    affiliation: string;
    passwordHash: string;
    totp: { sealed: Buffer; step: number };
    endsAt: Date;
    deviceName: string | null;
    rule: Rule;
    now: Date;
  },
): Promise<AdmittedGuest> {
  const { tenantId, guestId, name, kana, affiliation, sponsorId, totp, endsAt, rule, now } = given;
  const loginId = `guest-${newRecoveryCode().replaceAll("-", "").slice(0, 8)}`;
  const key = personSearchKey(name, kana, null);
  await tx.run(insertGuest, [tenantId, guestId, loginId, name, kana, key, affiliation, sponsorId, now]);
  await tx.run(insertAccount, [
    tenantId,
    guestId,
    loginId,
    loginKey(loginId),
    given.passwordHash,
    totp.sealed,
    totp.step,
    endsAt,
    now,
  ]);
  const recoveryCodes = await makeRecoveryCodes(tx, keyring, tenantId, guestId, now);
  const token = newToken(tenantId);
  const deviceSecret = newDeviceSecret();
  const actor: Actor = {
    tenantId,
    personId: guestId,
    kind: "guest",
    accountClass: "guest-other",
    offices: [],
    operatorId: null,
    zone: "internet",
    deviceId: newId(now.getTime()),
    // Guests' devices need no approval (device-rule.ts).
    device: deviceFacts({ approval: "unasked", owned: null }),
    sessionId: newId(now.getTime()),
  };
  const expiresAt = new Date(Math.min(endsAt.getTime(), now.getTime() + sessionDays * 86_400_000));
  await tx.run(insertDevice, [
    tenantId,
    actor.deviceId,
    guestId,
    given.deviceName,
    now,
    hashToken(deviceSecret),
  ]);
  await tx.run(insertSession, [
    tenantId,
    hashToken(token),
    actor.sessionId,
    guestId,
    actor.deviceId,
    now,
    expiresAt,
  ]);
  const done = (action: string, subjectId: string, facts: Record<string, string | boolean>) => ({
    action,
    subjectId,
    rule,
    facts,
  });
  await recordAudit(
    tx,
    actor,
    now,
    done("person.created", guestId, { kind: "guest", sponsor: sponsorId }),
    done("account.created", guestId, { zone: "internet", until: endsAt.toISOString() }),
    done("authenticator.registered", guestId, { atSignIn: true }),
    done("session.started", actor.sessionId, {
      zone: "internet",
      secondFactor: "new-app",
      knownDevice: false,
    }),
  );
  const person: PersonSummary = {
    id: guestId,
    kind: "guest",
    name,
    kana,
    sectionId: null,
    sectionName: null,
    postName: null,
    affiliation,
  };
  const events = [personChanged(tenantId, person, false)];
  return { actor, token, loginId, deviceSecret, expiresAt, recoveryCodes, events };
}
