import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { accountRules } from "../account-policy.ts";
import { confirmAuthenticator, openSecret, proposeAuthenticator } from "../authenticator.ts";
import type { OwnProof, ProposedAuthenticator } from "../contract.ts";
import { type ProofServices, proveBoth, spendFactor } from "../own-proof.ts";
import { findCredentials } from "../queries/find-credentials.ts";
import { makeRecoveryCodes } from "../recovery-codes.ts";
import { totpStep, totpUrl } from "../totp.ts";
import { endSessionsOf } from "./end-sessions.ts";

/** Shows a new secret for one's own authenticator app. The app before it works until the new one's first code. */
export async function proposeOwnAuthenticator(
  services: ProofServices,
  actor: Actor,
  proof: OwnProof,
): Promise<ProposedAuthenticator> {
  noteDecision(actor, accountRules.own);
  const { tenantId, personId } = actor;
  const { credentials, factor } = await proveBoth(services, actor, proof);
  const now = services.clock.now();
  const sealed = await services.database.transaction(scopeOf(tenantId), async (tx) => {
    await spendFactor(tx, services, actor, factor);
    const proposed = await proposeAuthenticator(tx, services.keyring, tenantId, personId);
    await recordAudit(tx, actor, now, {
      action: "authenticator.proposed",
      subjectId: personId,
      rule: accountRules.own,
      facts: { shownBy: factor.kind },
    });
    return proposed;
  });
  const secret = openSecret(services.keyring, tenantId, personId, sealed);
  return { totpSecret: secret, totpUrl: totpUrl(secret, credentials.municipality, credentials.loginId) };
}

/**
 * Puts the proposed app in force with its first code, makes new recovery codes and ends the sessions that others of the
 * Internet side may hold with the app before.
 */
export async function confirmOwnAuthenticator(
  services: ProofServices,
  actor: Actor,
  code: string,
): Promise<{ recoveryCodes: string[]; ended: string[] }> {
  noteDecision(actor, accountRules.own);
  const { tenantId, personId, sessionId } = actor;
  const { database, keyring, clock, guesses } = services;
  const now = clock.now();
  const credentials = await database.transaction(scopeOf(tenantId), (tx) =>
    findCredentials(tx, tenantId, personId),
  );
  const sealed = credentials?.totpPending;
  if (!sealed)
    throw new AppError("conflict", {
      reason: "登録の手順が途中で終わっています",
      reasonEn: "the registration was not begun",
    });
  const taken = await guesses.takeSecondFactor(tenantId, personId, actor.deviceId);
  const step = await totpStep(openSecret(keyring, tenantId, personId, sealed), code, now, 0);
  if (step === undefined) throw new AppError("second-factor-wrong");
  await guesses.forgetNow(taken);
  return database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await confirmAuthenticator(tx, tenantId, personId, sealed, step, now)))
      throw new AppError("second-factor-wrong");
    const recoveryCodes = await makeRecoveryCodes(tx, keyring, tenantId, personId, now);
    const { ids, events } = await endSessionsOf(tx, tenantId, personId, now, { except: sessionId });
    await recordAudit(tx, actor, now, {
      action: "authenticator.registered",
      subjectId: personId,
      rule: accountRules.own,
      facts: { atSignIn: false, sessionsEnded: ids.length },
    });
    await publish(tx, now, events);
    return { recoveryCodes, ended: ids };
  });
}
