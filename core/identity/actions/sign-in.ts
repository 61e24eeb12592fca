import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Actor, Rule, Zone } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import type { SignInRequest } from "../contract.ts";
import { dayInJapan } from "../import/read-date.ts";
import { loginKey } from "../login-key.ts";
import { checkNewPassword } from "../password-rules.ts";
import { hashPassword, verifyPassword } from "../passwords.ts";
import type { Tenant } from "../tenants.ts";
import { hashToken, newToken } from "../tokens.ts";
import { totpStep } from "../totp.ts";

type AccountRow = {
  id: string;
  class: string;
  zones: string[];
  is_administrator: boolean;
  password_hash: string;
  must_change_password: boolean;
  totp_secret: Buffer | null;
  totp_last_step: number;
  starts_at: Date | null;
  expires_at: Date | null;
  kind: string;
  section_id: string | null;
};

const findAccount = statement<AccountRow>(
  "identity.find-account",
  `select a.id, a.class, a.zones, a.is_administrator, a.password_hash, a.must_change_password, a.totp_secret,
          a.totp_last_step, a.starts_at, a.expires_at, p.kind, p.section_id
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.login_key = $2 and a.disabled_at is null and p.left_at is null`,
);

// The condition is what makes a code work once, even for two requests at the same moment.
const useTotpStep = statement<never>(
  "identity.use-totp-step",
  "update account set totp_last_step = $3 where tenant_id = $1 and id = $2 and totp_last_step < $3",
);

const changePassword = statement<never>(
  "identity.change-password",
  "update account set password_hash = $3, must_change_password = false where tenant_id = $1 and id = $2",
);

const insertDevice = statement<never>(
  "identity.insert-device",
  "insert into device (tenant_id, id, account_id, zone, name, created_at) values ($1, $2, $3, $4, $5, $6)",
);

const insertSession = statement<never>(
  "identity.insert-session",
  `insert into session (tenant_id, token_hash, id, account_id, device_id, zone, operator_id, created_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);

const findOperator = statement<{ id: string }>(
  "identity.find-operator",
  `select p.id from person p
    where p.tenant_id = $1 and p.id = $2 and p.kind = 'staff' and p.left_at is null
      and (p.section_id = $3 or exists (
            select from post_assignment x where x.tenant_id = p.tenant_id and x.person_id = p.id and x.section_id = $3
               and x.valid_from <= $4 and (x.valid_until is null or x.valid_until > $4)))`,
);

const operatorsBySection = statement<{ id: string; name: string }>(
  "identity.list-operators",
  `select p.id, p.name from person p
    where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null
      and (p.section_id = $2 or exists (
            select from post_assignment x where x.tenant_id = p.tenant_id and x.person_id = p.id and x.section_id = $2
               and x.valid_from <= $3 and (x.valid_until is null or x.valid_until > $3)))
    order by p.kana, p.id`,
);

const signInRule: Rule = {
  id: "session.own-credentials",
  ja: "本人の認証情報によるログイン",
  en: "signed in with the account's own credentials",
};

/** A terminal in the hall ends its session with the working day; a phone at night must not ask for a code first. */
const sessionHours: Record<Zone, number> = { lgwan: 16, internet: 14 * 24, public: 1 };

/** Staff who may sit at the section account of a section. */
function listOperators(tx: Transaction, tenantId: string, sectionId: string, today: string) {
  return tx.all(operatorsBySection, [tenantId, sectionId, today]);
}

export type SignedIn = { token: string; actor: Actor; expiresAt: Date };

/**
 * Signs in: password, then what the zone asks for. Until the password is right the answer is the same for everything
 * that may be wrong. Leaves a device, a session and an audit entry.
 */
export async function signIn(
  services: { database: Database; clock: Clock; keyring: Keyring },
  tenant: Tenant,
  zone: Zone,
  input: SignInRequest,
): Promise<SignedIn> {
  const { database, clock } = services;
  const scope = scopeOf(tenant.id);
  const account = await database.transaction(scope, (tx) =>
    tx.first(findAccount, [tenant.id, loginKey(input.loginId)]),
  );
  const now = clock.now();
  const isRight = await verifyPassword(account?.password_hash, input.password);
  if (
    !account ||
    !isRight ||
    (account.starts_at && now < account.starts_at) ||
    (account.expires_at && now >= account.expires_at)
  )
    throw new AppError("sign-in-failed");
  if (!account.zones.includes(zone)) throw new AppError("zone-not-allowed", zoneNames(zone));
  const step =
    zone === "internet" ? await checkTotp(services.keyring, tenant.id, account, input.totp, now) : undefined;
  const newHash = account.must_change_password ? await hashNewPassword(input) : undefined;

  const token = newToken(tenant.id);
  const expiresAt = new Date(now.getTime() + sessionHours[zone] * 3_600_000);
  const operatorId = account.kind === "section" ? (input.operatorId ?? null) : null;
  const actor: Actor = {
    tenantId: tenant.id,
    personId: account.id,
    kind: account.kind as Actor["kind"],
    accountClass: account.class as Actor["accountClass"],
    isAdministrator: account.is_administrator,
    operatorId,
    zone,
    deviceId: newId(now.getTime()),
    sessionId: newId(now.getTime()),
  };
  await database.transaction(scope, async (tx) => {
    if (step !== undefined && (await tx.run(useTotpStep, [tenant.id, account.id, step])) === 0)
      throw new AppError("totp-failed");
    if (newHash !== undefined) {
      await tx.run(changePassword, [tenant.id, account.id, newHash]);
      await recordAudit(tx, actor, now, {
        action: "password.changed",
        subjectId: account.id,
        rule: signInRule,
        facts: { first: true },
      });
    }
    if (account.kind === "section")
      await checkOperator(tx, tenant, account.section_id, operatorId, dayInJapan(now));
    await tx.run(insertDevice, [tenant.id, actor.deviceId, account.id, zone, input.deviceName ?? null, now]);
    await tx.run(insertSession, [
      tenant.id,
      hashToken(token),
      actor.sessionId,
      account.id,
      actor.deviceId,
      zone,
      operatorId,
      now,
      expiresAt,
    ]);
    await recordAudit(tx, actor, now, {
      action: "session.started",
      subjectId: actor.sessionId,
      rule: signInRule,
      facts: { zone, secondFactor: step !== undefined },
    });
  });
  return { token, actor, expiresAt };
}

/** The first sign-in with a password that somebody else has seen chooses one's own, in the same step. */
async function hashNewPassword(input: SignInRequest): Promise<string> {
  if (input.newPassword === undefined) throw new AppError("password-change-required");
  checkNewPassword(input.newPassword, input.loginId, input.password);
  return hashPassword(input.newPassword);
}

async function checkTotp(
  keyring: Keyring,
  tenantId: string,
  account: AccountRow,
  code: string | undefined,
  now: Date,
): Promise<number> {
  if (!account.totp_secret) throw new AppError("totp-not-set-up");
  if (!code) throw new AppError("totp-required");
  const secret = keyring.open("totp", `${tenantId} ${account.id}`, account.totp_secret).toString("utf8");
  const step = await totpStep(secret, code, now, account.totp_last_step);
  if (step === undefined) throw new AppError("totp-failed");
  return step;
}

async function checkOperator(
  tx: Transaction,
  tenant: Tenant,
  sectionId: string | null,
  operatorId: string | null,
  today: string,
): Promise<void> {
  if (operatorId !== null) {
    const operator = sectionId && (await tx.first(findOperator, [tenant.id, operatorId, sectionId, today]));
    if (operator) return;
  } else if (!tenant.operatorRequired) return;
  const operators = sectionId ? await listOperators(tx, tenant.id, sectionId, today) : [];
  throw new AppError("operator-required", { operators });
}

function zoneNames(zone: Zone): { zone: string; zoneEn: string } {
  return zone === "lgwan"
    ? { zone: "LGWAN 側", zoneEn: "LGWAN" }
    : { zone: "インターネット側", zoneEn: "the Internet" };
}
