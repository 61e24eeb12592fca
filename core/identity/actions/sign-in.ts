import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Actor, Rule, Zone } from "#core/policy/index.ts";
import type { Side, Zones } from "#core/zones/index.ts";
import { newId } from "#shared/ids.ts";
import { dateInJapan } from "#shared/time.ts";
import { zoneWords } from "#shared/zone-words.ts";
import { confirmAuthenticator, openSecret, proposeAuthenticator } from "../authenticator.ts";
import type {
  PasskeyAssertion,
  PasskeySignInRequest,
  ProviderSignInRequest,
  SignInRequest,
} from "../contract.ts";
import { newDeviceSecret, readDeviceSecret } from "../device-secret.ts";
import { enterDevice } from "../devices/actions/enter-device.ts";
import type { DeviceApproval } from "../devices/device-contract.ts";
import { deviceFacts } from "../devices/device-facts.ts";
import type { Guesses, TakenGuess } from "../guesses.ts";
import { loginKey } from "../login-key.ts";
import { sitsIn } from "../operators.ts";
import { spendChallenge } from "../passkeys/challenges.ts";
import { findPasskey, listPasskeys } from "../passkeys/passkeys-of.ts";
import { relyingPartyOf } from "../passkeys/relying-party.ts";
import {
  askForPasskey,
  type ShownPasskey,
  spendPasskey,
  verifyAssertion,
} from "../passkeys/verify-assertion.ts";
import { checkNewPassword } from "../password-rules.ts";
import { hashPassword, verifyPassword } from "../passwords.ts";
import { listOperators } from "../queries/list-operators.ts";
import {
  countRecoveryCodes,
  isRecoveryCode,
  makeRecoveryCodes,
  spendRecoveryCode,
} from "../recovery-codes.ts";
import type { RefusedSignIn, RefusedSignIns } from "../refused-sign-ins.ts";
import type { SessionInput, SignInCondition } from "../sign-in-condition.ts";
import { keepLink } from "../sso/find-vouched.ts";
import { mayVouchFor, providerRules } from "../sso/provider-policy.ts";
import { findProvider } from "../sso/providers.ts";
import { openTicket, type Vouched, vouchedMinutes } from "../sso/tickets.ts";
import type { Tenant } from "../tenants.ts";
import { hashToken, newToken } from "../tokens.ts";
import { totpStep, totpUrl } from "../totp.ts";

type AccountRow = {
  id: string;
  login_id: string;
  class: string;
  zones: string[];
  offices: string[];
  password_hash: string;
  must_change_password: boolean;
  password_until: Date | null;
  totp_secret: Buffer | null;
  totp_last_step: number;
  totp_pending: Buffer | null;
  totp_open_until: Date | null;
  starts_at: Date | null;
  expires_at: Date | null;
  kind: string;
  section_id: string | null;
  name: string;
  kana: string;
  section_name: string | null;
  device_id: string | null;
};

const accountRow = `select a.id, a.login_id, a.class, a.zones, a.offices, a.password_hash, a.must_change_password, a.password_until, a.totp_secret,
          a.totp_last_step, a.totp_pending, a.totp_open_until, a.starts_at, a.expires_at, p.kind, p.section_id, p.name,
          p.kana, s.name as section_name, d.id as device_id
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
     left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
     left join device d on d.tenant_id = a.tenant_id and d.account_id = a.id and d.secret_hash = $3
    where a.tenant_id = $1 and a.disabled_at is null and p.left_at is null`;
const findAccount = statement<AccountRow>("identity.find-account", `${accountRow} and a.login_key = $2`);
const findAccountById = statement<AccountRow>("identity.find-account-by-id", `${accountRow} and a.id = $2`);

// The condition is what makes a code work once, even for two requests at the same moment.
const useTotpStep = statement<never>(
  "identity.use-totp-step",
  "update account set totp_last_step = $3 where tenant_id = $1 and id = $2 and totp_last_step < $3",
);

// NO KEY UPDATE: a reset, a stop, a changed password or an office given at this moment either is seen here, or waits and then
// finds the new session among those that it ends.
const holdCredentials = statement<{ id: string }>(
  "identity.hold-credentials",
  `select id from account
    where tenant_id = $1 and id = $2 and password_hash = $3 and totp_secret is not distinct from $4 and disabled_at is null
      and offices = $5::text[]
      for no key update`,
);

const changePassword = statement<never>(
  "identity.change-first-password",
  `update account set password_hash = $3, must_change_password = false, password_changed_at = $4, password_until = null
    where tenant_id = $1 and id = $2 and password_hash = $5`,
);

// Who signs in again on the same browser has the same device.
const keepDevice = statement<{ id: string; approval: string; owned: string | null }>(
  "identity.keep-device",
  `insert into device (tenant_id, id, account_id, zone, name, created_at, secret_hash, last_used_at)
   values ($1, $2, $3, $4, $5, $6, $7, $6)
   on conflict (tenant_id, account_id, secret_hash) do update
      set name = coalesce(excluded.name, device.name), last_used_at = excluded.last_used_at
   returning id, approval, owned`,
);

const insertSession = statement<never>(
  "identity.insert-session",
  `insert into session (tenant_id, token_hash, id, account_id, device_id, zone, operator_id, created_at, expires_at,
                        last_used_at, provider_id, side, provider_session)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8, $10, $11, $12)`,
);

const findOperator = statement<{ id: string }>(
  "identity.find-operator",
  `select o.id from person o where o.tenant_id = $1 and o.id = $2 and ${sitsIn("$3::uuid", "$4::date")}`,
);

const signInRule: Rule = {
  id: "session.own-credentials",
  ja: "本人の認証情報によるログイン",
  en: "signed in with the account's own credentials",
};

/** A terminal in the hall ends its session with the working day; a phone at night must not ask for a code first. */
const sessionHours: Record<Side, number> = { lgwan: 16, internet: 14 * 24 };

export type SignedIn = {
  token: string;
  actor: Actor;
  expiresAt: Date;
  /** By which this device is recognised when it signs in again. */
  deviceSecret: string;
  /** When the authenticator app was registered by this sign-in: to be shown once. */
  recoveryCodes: string[] | null;
};

export type SignInServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  guesses: Guesses;
  refusedSignIns: RefusedSignIns;
  /** Asked in their order, behind the credentials. */
  signInConditions: readonly SignInCondition[];
  zones: Zones;
};

/** From where: the zone is that of the listener, the secret that of the device's cookie. */
export type SignInOrigin = {
  zone: Zone;
  address: string;
  isSharedAddress: boolean;
  deviceSecret: string | undefined;
  /** The Host header, which names the page's address. */
  host: string;
};

/**
 * Signs in: password, then what the zone asks for. Until the password is right the answer is the same for everything
 * that may be wrong, and every try is counted. Leaves a device, a session and an audit entry; where the device stands in
 * the way, the device and its request for approval (`DeviceRefused`).
 */
export async function signIn(
  services: SignInServices,
  tenant: Tenant,
  origin: SignInOrigin,
  input: SignInRequest,
): Promise<SignedIn> {
  const { database, clock, guesses } = services;
  const { zone } = origin;
  const scope = scopeOf(tenant.id);
  const now = clock.now();
  const deviceSecret = readDeviceSecret(origin.deviceSecret);
  const key = loginKey(input.loginId);
  const account = await database.transaction(scope, (tx) =>
    tx.first(findAccount, [tenant.id, key, deviceSecret && hashToken(deviceSecret)]),
  );
  const deviceId = account?.device_id ?? undefined;
  const refuse = (why: RefusedSignIn["why"]) =>
    services.refusedSignIns.note(tenant.id, {
      accountId: account?.id ?? null,
      zone,
      address: origin.address,
      why,
    });
  const taken = await guesses.takePassword(tenant.id, key, { ...origin, deviceId }).catch(async (error) => {
    if (error instanceof AppError && error.code === "rate-limited") await refuse("waiting");
    throw error;
  });
  const isRight = await verifyPassword(account?.password_hash, input.password);
  if (!account || !isRight || isOutsideItsTime(account, now)) {
    await refuse("password");
    throw new AppError("sign-in-failed");
  }
  await guesses.giveBack(taken);
  if (account.password_until && now >= account.password_until) {
    await refuse("one-time-password-over");
    throw new AppError("one-time-password-over");
  }
  if (!services.zones.admits(zone, account)) throw new AppError("zone-not-allowed", zoneNames(zone));
  const mayRegister = !account.totp_secret && account.totp_open_until && now < account.totp_open_until;
  // Before an app is registered: choosing a password takes longer than its code is good for.
  const needsFactor = services.zones.needsSecondFactor(zone);
  if (needsFactor && mayRegister && account.must_change_password && input.newPassword === undefined)
    throw new AppError("password-change-required");
  const factor = needsFactor
    ? await checkSecondFactor(services, tenant, origin, account, input, now, refuse)
    : undefined;
  const newHash = account.must_change_password ? await hashNewPassword(tenant, account, input) : undefined;
  return openSession(services, tenant, origin, account, { input, factor, newHash, taken });
}

/**
 * Signs in on the word of an identity provider (`proof`), which stands for the password and, where it has asked for one itself, for
 * the second factor. Everything else is as for a password.
 */
export async function signInByProvider(
  services: SignInServices,
  tenant: Tenant,
  origin: SignInOrigin,
  input: ProviderSignInRequest,
): Promise<SignedIn> {
  const { database, clock, keyring } = services;
  const { zone } = origin;
  const now = clock.now();
  const scope = scopeOf(tenant.id);
  const opened = openTicket(keyring, "vouched", input.proof, now);
  if (!opened || opened.tenantId !== tenant.id || opened.contents.zone !== zone)
    throw new AppError("provider-sign-in-over");
  const vouched = opened.contents;
  const deviceSecret = readDeviceSecret(origin.deviceSecret);
  const { provider, account } = await database.transaction(scope, async (tx) => ({
    provider: await findProvider(tx, tenant.id, vouched.providerId),
    account: await tx.first(findAccountById, [
      tenant.id,
      vouched.accountId,
      deviceSecret && hashToken(deviceSecret),
    ]),
  }));
  const refuse = (why: RefusedSignIn["why"]) =>
    services.refusedSignIns.note(tenant.id, {
      accountId: vouched.accountId,
      zone,
      address: origin.address,
      why,
    });
  if (!provider || provider.revision !== vouched.revision || !provider.isEnabled)
    throw new AppError("provider-sign-in-over");
  if (!account || isOutsideItsTime(account, now) || !mayVouchFor(provider, account)) {
    await refuse("provider");
    throw new AppError("provider-not-for-account");
  }
  if (!services.zones.admits(zone, account) || !provider.zones.some((each) => each === zone))
    throw new AppError("zone-not-allowed", zoneNames(zone));
  const factor: SecondFactor | undefined =
    services.zones.needsSecondFactor(zone) && !provider.isSecondFactor
      ? await checkSecondFactor(services, tenant, origin, account, input, now, refuse)
      : undefined;
  return openSession(services, tenant, origin, account, {
    input,
    factor,
    newHash: undefined,
    taken: undefined,
    vouched: { ...vouched, proof: input.proof, isSecondFactor: provider.isSecondFactor },
  });
}

/**
 * Signs in by a passkey alone: a device that the person has, and that has checked who holds it, stands for password and
 * second factor. Refused is whatever is not right with one answer, and each challenge is answered once.
 */
export async function signInByPasskey(
  services: SignInServices,
  tenant: Tenant,
  origin: SignInOrigin,
  input: PasskeySignInRequest,
): Promise<SignedIn> {
  const { database, clock, keyring } = services;
  const now = clock.now();
  const scope = scopeOf(tenant.id);
  const party = relyingPartyOf(origin.host, tenant.hostNames);
  if (!party) throw new AppError("passkey-not-here");
  const deviceSecret = readDeviceSecret(origin.deviceSecret);
  const passkey = await database.transaction(scope, (tx) => findPasskey(tx, tenant.id, input.passkey.id));
  const shown =
    passkey &&
    (await verifyAssertion(keyring, tenant.id, { kind: "sign-in" }, party, passkey, input.passkey, now));
  const account =
    passkey &&
    (await database.transaction(scope, (tx) =>
      tx.first(findAccountById, [tenant.id, passkey.account_id, deviceSecret && hashToken(deviceSecret)]),
    ));
  const isOver = account && isOutsideItsTime(account, now);
  if (!shown || !account || isOver) {
    await services.refusedSignIns.note(tenant.id, {
      accountId: account?.id ?? null,
      zone: origin.zone,
      address: origin.address,
      why: "passkey",
    });
    throw new AppError("passkey-refused");
  }
  if (!services.zones.admits(origin.zone, account))
    throw new AppError("zone-not-allowed", zoneNames(origin.zone));
  return openSession(services, tenant, origin, account, {
    input,
    factor: { kind: "passkey", shown },
    newHash: undefined,
    taken: undefined,
  });
}

function isOutsideItsTime(account: AccountRow, now: Date): boolean {
  const { starts_at, expires_at } = account;
  return (starts_at !== null && now < starts_at) || (expires_at !== null && now >= expires_at);
}

/** What was shown, to be used up where the session begins. */
type Shown = {
  input: SessionInput;
  factor: SecondFactor | undefined;
  newHash: string | undefined;
  taken: TakenGuess | undefined;
  vouched?: Vouched & { proof: string; isSecondFactor: boolean };
};

/** The one transaction behind every way of signing in: credentials as they were shown, operator, device, conditions, session. */
async function openSession(
  services: SignInServices,
  tenant: Tenant,
  origin: SignInOrigin,
  account: AccountRow,
  { input, factor, newHash, taken, vouched }: Shown,
): Promise<SignedIn> {
  const { database, clock, keyring, guesses } = services;
  const { zone } = origin;
  const side = services.zones.sideOf(zone);
  if (!side) throw new AppError("zone-not-allowed", zoneNames(zone));
  const now = clock.now();
  const deviceSecret = readDeviceSecret(origin.deviceSecret);
  const refuse = (why: RefusedSignIn["why"]) =>
    services.refusedSignIns.note(tenant.id, { accountId: account.id, zone, address: origin.address, why });
  const token = newToken(tenant.id);
  const secret = deviceSecret ?? newDeviceSecret();
  const operatorId = account.kind === "section" ? (input.operatorId ?? null) : null;
  const sessionId = newId(now.getTime());
  const signedIn = await database.transaction(scopeOf(tenant.id), async (tx) => {
    const shown = [tenant.id, account.id, account.password_hash, account.totp_secret, account.offices];
    if (!(await tx.first(holdCredentials, shown))) throw new AppError("sign-in-failed");
    if (factor?.kind === "app" && (await tx.run(useTotpStep, [tenant.id, account.id, factor.step])) === 0)
      throw new AppError("totp-failed");
    if (factor?.kind === "passkey" && !(await spendPasskey(tx, tenant.id, factor.shown, now)))
      throw new AppError("passkey-refused");
    if (vouched) await spendProof(tx, tenant.id, vouched, now);
    if (account.kind === "section") await checkOperator(tx, tenant, account, operatorId, dateInJapan(now));
    const device = await tx.first(keepDevice, [
      tenant.id,
      newId(now.getTime()),
      account.id,
      zone,
      input.deviceName ?? null,
      now,
      hashToken(secret),
    ]);
    const actor: Actor = {
      tenantId: tenant.id,
      personId: account.id,
      kind: account.kind as Actor["kind"],
      accountClass: account.class as Actor["accountClass"],
      offices: account.offices as Actor["offices"][number][],
      operatorId,
      zone,
      deviceId: device!.id,
      device: deviceFacts(device!),
      sessionId,
    };
    const approval = device!.approval as DeviceApproval;
    const entry = await enterDevice(tx, keyring, actor, { approval, secret }, now, services.zones);
    if ("refused" in entry) return entry;
    for (const expect of services.signInConditions) await expect(tx, { actor, input, now });
    if (
      factor?.kind === "recovery-code" &&
      !(await spendRecoveryCode(tx, keyring, tenant.id, account.id, factor.code, now))
    )
      throw new AppError("totp-failed");
    const link = vouched && (await keepLink(tx, tenant.id, vouched, now));
    if (vouched && !link) throw new AppError("provider-knows-nobody");
    const rule = vouched ? providerRules.vouches : signInRule;
    const longest = new Date(now.getTime() + sessionHours[side] * 3_600_000);
    const expiresAt = entry.until && entry.until < longest ? entry.until : longest;
    const done = (action: string, facts: Readonly<Record<string, string | number | boolean>>) =>
      recordAudit(tx, actor, now, { action, subjectId: account.id, rule, facts });
    if (newHash !== undefined) {
      const changed = [tenant.id, account.id, newHash, now, account.password_hash];
      if ((await tx.run(changePassword, changed)) === 0) throw new AppError("sign-in-failed");
      await done("password.changed", { first: true });
    }
    let recoveryCodes: string[] | null = null;
    if (factor?.kind === "new-app") {
      if (!(await confirmAuthenticator(tx, tenant.id, account.id, factor.sealed, factor.step, now)))
        throw new AppError("totp-failed");
      recoveryCodes = await makeRecoveryCodes(tx, keyring, tenant.id, account.id, now);
      await done("authenticator.registered", { atSignIn: true });
    }
    if (factor?.kind === "recovery-code")
      await done("recovery-code.used", { left: await countRecoveryCodes(tx, tenant.id, account.id) });
    const session = [tenant.id, hashToken(token), sessionId, account.id, actor.deviceId, zone, operatorId];
    if (vouched && link === "made")
      await done("provider-link.made", { provider: vouched.providerId, atSignIn: true });
    const kept = [vouched?.providerId ?? null, side === zone ? null : side, vouched?.session ?? null];
    await tx.run(insertSession, [...session, now, expiresAt, ...kept]);
    if (taken) await guesses.forget(tx, taken);
    await recordAudit(tx, actor, now, {
      action: "session.started",
      subjectId: sessionId,
      rule,
      facts: {
        zone,
        secondFactor: factor?.kind ?? (vouched?.isSecondFactor ? "provider" : "none"),
        knownDevice: account.device_id !== null,
        ...(vouched && { provider: vouched.providerId }),
      },
    });
    return { token, actor, expiresAt, deviceSecret: secret, recoveryCodes };
  });
  if (!("refused" in signedIn)) return signedIn;
  await refuse("device");
  throw signedIn.refused;
}

/** Uses a provider's word up; it is worth nothing when the provider was changed, switched off or removed since. */
async function spendProof(
  tx: Transaction,
  tenantId: string,
  { providerId, revision, proof }: { providerId: string; revision: number; proof: string },
  now: Date,
): Promise<void> {
  const provider = await findProvider(tx, tenantId, providerId, "hold");
  const isGood = provider?.isEnabled === true && provider.revision === revision;
  if (!isGood || !(await spendChallenge(tx, tenantId, proof, now, vouchedMinutes * 60_000)))
    throw new AppError("provider-sign-in-over");
}

/** The first sign-in with a password that somebody else has seen chooses one's own, in the same step. */
async function hashNewPassword(tenant: Tenant, account: AccountRow, input: SignInRequest): Promise<string> {
  if (input.newPassword === undefined) throw new AppError("password-change-required");
  checkNewPassword(
    input.newPassword,
    {
      loginId: input.loginId,
      names: [tenant.name, account.name, account.section_name ?? ""],
      readings: [tenant.slug, account.kana],
    },
    input.password,
  );
  return hashPassword(input.newPassword);
}

/** How the second factor was shown: by the registered app, by a recovery code, or by the app that this registers. */
type SecondFactor =
  | { kind: "app"; step: number }
  | { kind: "recovery-code"; code: string }
  | { kind: "passkey"; shown: ShownPasskey }
  | { kind: "new-app"; step: number; sealed: Buffer };

async function checkSecondFactor(
  { database, keyring, guesses }: SignInServices,
  tenant: Tenant,
  origin: SignInOrigin,
  account: AccountRow,
  input: Pick<SignInRequest, "totp" | "recoveryCode" | "passkey">,
  now: Date,
  refuse: (why: RefusedSignIn["why"]) => Promise<void>,
): Promise<SecondFactor> {
  const { id } = account;
  const deviceId = account.device_id ?? undefined;
  const isOpen = account.totp_open_until !== null && now < account.totp_open_until;
  const party = relyingPartyOf(origin.host, tenant.hostNames);
  const passkeys = party
    ? (await database.transaction(scopeOf(tenant.id), (tx) => listPasskeys(tx, tenant.id, id))).filter(
        ({ domain }) => domain === party.domain,
      )
    : [];
  const purpose = { kind: "second-factor", accountId: id } as const;
  const mayShowPasskey = party !== undefined && passkeys.length > 0;
  if (input.passkey) return readPasskey(input.passkey);
  const mustShow = () =>
    new AppError("totp-required", {
      passkey: mayShowPasskey ? askForPasskey(keyring, tenant.id, purpose, party, passkeys, now) : null,
      hasApp: account.totp_secret !== null,
    });
  if (!account.totp_secret && !isOpen) throw mayShowPasskey ? mustShow() : new AppError("totp-not-set-up");
  const sealed =
    account.totp_secret ??
    account.totp_pending ??
    (await database.transaction(scopeOf(tenant.id), (tx) =>
      proposeAuthenticator(tx, keyring, tenant.id, id),
    ));
  if (input.totp === undefined && (input.recoveryCode === undefined || !account.totp_secret)) {
    if (account.totp_secret) throw mustShow();
    const secret = openSecret(keyring, tenant.id, id, sealed);
    throw new AppError("totp-registration-required", {
      totpSecret: secret,
      totpUrl: totpUrl(secret, tenant.name, account.login_id),
    });
  }
  const taken = await guesses.takeSecondFactor(tenant.id, id, deviceId);
  const factor = await readSecondFactor();
  if (factor === undefined) {
    await refuse("second-factor");
    throw new AppError("totp-failed");
  }
  await guesses.forgetNow(taken);
  return factor;

  async function readPasskey(assertion: PasskeyAssertion): Promise<SecondFactor> {
    const tried = await guesses.takeSecondFactor(tenant.id, id, deviceId);
    const passkey = passkeys.find((each) => each.credential_id.toString("base64url") === assertion.id);
    const shown =
      party &&
      passkey &&
      (await verifyAssertion(keyring, tenant.id, purpose, party, passkey, assertion, now));
    if (!shown) {
      await refuse("passkey");
      throw new AppError("passkey-refused");
    }
    await guesses.forgetNow(tried);
    return { kind: "passkey", shown };
  }

  async function readSecondFactor(): Promise<SecondFactor | undefined> {
    if (input.totp === undefined) {
      const code = input.recoveryCode!;
      const isLeft = await database.transaction(scopeOf(tenant.id), (tx) =>
        isRecoveryCode(tx, keyring, tenant.id, id, code),
      );
      return isLeft ? { kind: "recovery-code", code } : undefined;
    }
    const secret = openSecret(keyring, tenant.id, id, sealed);
    const step = await totpStep(secret, input.totp, now, account.totp_secret ? account.totp_last_step : 0);
    if (step === undefined) return undefined;
    return account.totp_secret ? { kind: "app", step } : { kind: "new-app", step, sealed };
  }
}

async function checkOperator(
  tx: Transaction,
  tenant: Tenant,
  { id, section_id: sectionId }: Pick<AccountRow, "id" | "section_id">,
  operatorId: string | null,
  today: string,
): Promise<void> {
  if (operatorId !== null) {
    const operator = sectionId && (await tx.first(findOperator, [tenant.id, operatorId, sectionId, today]));
    if (operator) return;
  } else if (!tenant.operatorRequired) return;
  const operators = sectionId ? await listOperators(tx, tenant.id, id, sectionId, today) : [];
  throw new AppError("operator-required", { operators });
}

function zoneNames(zone: Zone): { zone: string; zoneEn: string } {
  const { ja, en } = zoneWords(zone);
  return { zone: ja, zoneEn: en };
}
