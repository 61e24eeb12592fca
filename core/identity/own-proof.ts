import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { Zones } from "#core/zones/index.ts";
import { openSecret } from "./authenticator.ts";
import type { OwnProof } from "./contract.ts";
import type { Guesses } from "./guesses.ts";
import { verifyPassword } from "./passwords.ts";
import { type Credentials, findCredentials } from "./queries/find-credentials.ts";
import { isRecoveryCode, spendRecoveryCode } from "./recovery-codes.ts";
import { totpStep } from "./totp.ts";

export type ProofServices = {
  database: Database;
  clock: Clock;
  keyring: Keyring;
  guesses: Guesses;
  zones: Zones;
};

// The condition is what makes a code work once.
const useTotpStep = statement<never>(
  "identity.use-totp-step-again",
  "update account set totp_last_step = $3 where tenant_id = $1 and id = $2 and totp_last_step < $3",
);

/** The second factor that was shown; to be used up in the transaction that relies on it. */
export type ShownFactor =
  | { kind: "app"; step: number }
  | { kind: "recovery-code"; code: string }
  | { kind: "none" };

/**
 * Asks for the present password of the one at the keyboard: a session alone, on a terminal that somebody left, changes no
 * credentials. Wrong ones count as wrong sign-ins of this device.
 */
export async function provePassword(
  services: ProofServices,
  actor: Actor,
  password: string,
): Promise<Credentials> {
  const { database, guesses } = services;
  const { tenantId, personId } = actor;
  const credentials = await database.transaction(scopeOf(tenantId), (tx) =>
    findCredentials(tx, tenantId, personId),
  );
  if (!credentials) throw new AppError("unauthenticated");
  const taken = await guesses.takePassword(tenantId, personId, {
    zone: actor.zone,
    address: "",
    isSharedAddress: true,
    deviceId: actor.deviceId,
  });
  if (!(await verifyPassword(credentials.passwordHash, password))) throw new AppError("password-wrong");
  await guesses.forgetNow(taken);
  return credentials;
}

/**
 * The same with the second factor, for what changes the second factor. Where signing in asks for none, an account
 * without one needs none: terminal and network stand for it, as when signing in.
 */
export async function proveBoth(
  services: ProofServices,
  actor: Actor,
  proof: OwnProof,
): Promise<{ credentials: Credentials; factor: ShownFactor }> {
  const { clock, guesses, keyring } = services;
  const { tenantId, personId } = actor;
  const credentials = await provePassword(services, actor, proof.password);
  if (!credentials.totpSecret) {
    if (services.zones.needsSecondFactor(actor.zone)) throw new AppError("totp-not-set-up");
    return { credentials, factor: { kind: "none" } };
  }
  const { totp, recoveryCode } = proof;
  if (totp === undefined && recoveryCode === undefined) throw new AppError("second-factor-required");
  const taken = await guesses.takeSecondFactor(tenantId, personId, actor.deviceId);
  const factor = totp !== undefined ? await readCode(credentials.totpSecret, totp) : await readRecoveryCode();
  if (!factor) throw new AppError("second-factor-wrong");
  await guesses.forgetNow(taken);
  return { credentials, factor };

  async function readCode(sealed: Buffer, code: string): Promise<ShownFactor | undefined> {
    const secret = openSecret(keyring, tenantId, personId, sealed);
    const step = await totpStep(secret, code, clock.now(), credentials.totpLastStep);
    return step === undefined ? undefined : { kind: "app", step };
  }
  async function readRecoveryCode(): Promise<ShownFactor | undefined> {
    const isLeft = await services.database.transaction(scopeOf(tenantId), (tx) =>
      isRecoveryCode(tx, keyring, tenantId, personId, recoveryCode!),
    );
    return isLeft ? { kind: "recovery-code", code: recoveryCode! } : undefined;
  }
}

/** Uses the shown factor up; `second-factor-wrong` when another request was faster. */
export async function spendFactor(
  tx: Transaction,
  services: ProofServices,
  actor: Actor,
  factor: ShownFactor,
): Promise<void> {
  const { tenantId, personId } = actor;
  const isSpent =
    factor.kind === "none" ||
    (factor.kind === "app"
      ? (await tx.run(useTotpStep, [tenantId, personId, factor.step])) === 1
      : await spendRecoveryCode(tx, services.keyring, tenantId, personId, factor.code, services.clock.now()));
  if (!isSpent) throw new AppError("second-factor-wrong");
}
