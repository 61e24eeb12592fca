import { generateRegistrationOptions, verifyRegistrationResponse } from "@simplewebauthn/server";
import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import { AppError, notFound } from "#core/kernel/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import { accountRules } from "../../account-policy.ts";
import type { OwnProof } from "../../contract.ts";
import { type ProofServices, proveBoth, provePassword, spendFactor } from "../../own-proof.ts";
import { type ChallengePurpose, isChallenge, newChallenge, spendChallenge } from "../challenges.ts";
import type { PasskeyCreation, RegisterPasskeyRequest } from "../passkey-contract.ts";
import { listPasskeys } from "../passkeys-of.ts";
import type { RelyingParty } from "../relying-party.ts";

/** More than anybody's devices; fewer than would make the list of them a burden. */
const passkeyLimit = 20;

/** Ed25519, ES256, RS256: what authenticators have; newer ones stand in Node as experiments only. */
const algorithms = [-8, -7, -257];

const insert = statement<never>(
  "identity.insert-passkey",
  `insert into passkey (tenant_id, id, account_id, credential_id, public_key, counter, transports, domain, name, is_backed_up,
                        created_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict do nothing`,
);
const remove = statement<{ id: string }>(
  "identity.remove-passkey",
  "delete from passkey where tenant_id = $1 and account_id = $2 and id = $3 returning id",
);

const purposeOf = (actor: Actor): ChallengePurpose => ({
  kind: "register",
  accountId: actor.personId,
  sessionId: actor.sessionId,
});

/** Begins to register a passkey for one's own account, with the password and the present second factor. */
export async function proposePasskey(
  services: ProofServices,
  actor: Actor,
  party: RelyingParty,
  proof: OwnProof,
): Promise<PasskeyCreation> {
  noteDecision(actor, accountRules.own);
  const { tenantId, personId } = actor;
  const { credentials, factor } = await proveBoth(services, actor, proof);
  const now = services.clock.now();
  const passkeys = await services.database.transaction(scopeOf(tenantId), async (tx) => {
    await spendFactor(tx, services, actor, factor);
    await recordAudit(tx, actor, now, {
      action: "passkey.proposed",
      subjectId: personId,
      rule: accountRules.own,
      facts: { shownBy: factor.kind, domain: party.domain },
    });
    return listPasskeys(tx, tenantId, personId);
  });
  if (passkeys.length >= passkeyLimit)
    throw new AppError("conflict", {
      reason: `パスキーは ${passkeyLimit}個 まで登録できます。使っていないものを外してください`,
      reasonEn: `an account has at most ${passkeyLimit} passkeys; remove one that is not used`,
    });
  const options = await generateRegistrationOptions({
    rpName: credentials.municipality,
    rpID: party.domain,
    userID: Uint8Array.from(Buffer.from(personId.replaceAll("-", ""), "hex")),
    userName: credentials.loginId,
    userDisplayName: credentials.owner.names?.[1] ?? credentials.loginId,
    challenge: newChallenge(services.keyring, tenantId, purposeOf(actor), now),
    attestationType: "none",
    supportedAlgorithmIDs: algorithms,
    excludeCredentials: passkeys
      .filter((passkey) => passkey.domain === party.domain)
      .map((passkey) => ({ id: passkey.credential_id.toString("base64url") })),
    authenticatorSelection: { residentKey: "preferred", userVerification: "preferred" },
  });
  return { ...options };
}

/** Registers the passkey that the browser has made. Returns its id. */
export async function registerPasskey(
  { database, clock, keyring }: ProofServices,
  actor: Actor,
  party: RelyingParty,
  input: RegisterPasskeyRequest,
): Promise<string> {
  noteDecision(actor, accountRules.own);
  const { tenantId, personId } = actor;
  const now = clock.now();
  let challenge: string | undefined;
  const { credential, credentialBackedUp } = await verifyRegistrationResponse({
    // Checked by the schema; the library's type names transports and extensions one by one.
    response: input.credential as unknown as Parameters<typeof verifyRegistrationResponse>[0]["response"],
    expectedChallenge: (shown) => {
      challenge = shown;
      return isChallenge(keyring, tenantId, purposeOf(actor), shown, now);
    },
    expectedOrigin: party.origins,
    expectedRPID: party.domain,
    requireUserVerification: false,
    supportedAlgorithmIDs: algorithms,
  }).then(
    (result) => {
      if (!result.verified) throw new AppError("passkey-refused");
      return result.registrationInfo;
    },
    (cause) => {
      throw new AppError("passkey-refused", {}, { cause });
    },
  );
  const id = newId(now.getTime());
  await database.transaction(scopeOf(tenantId), async (tx) => {
    if (challenge === undefined || !(await spendChallenge(tx, tenantId, challenge, now)))
      throw new AppError("passkey-refused");
    const added = await tx.run(insert, [
      tenantId,
      id,
      personId,
      Buffer.from(credential.id, "base64url"),
      Buffer.from(credential.publicKey),
      credential.counter,
      credential.transports ?? [],
      party.domain,
      input.name.trim(),
      credentialBackedUp,
      now,
    ]);
    if (added === 0) throw new AppError("passkey-refused");
    await recordAudit(tx, actor, now, {
      action: "passkey.registered",
      subjectId: personId,
      rule: accountRules.own,
      facts: { passkey: id, domain: party.domain, backedUp: credentialBackedUp },
    });
  });
  return id;
}

/** Removes one of one's own passkeys, with the present password. */
export async function removePasskey(
  services: ProofServices,
  actor: Actor,
  passkeyId: string,
  password: string,
): Promise<void> {
  noteDecision(actor, accountRules.own);
  await provePassword(services, actor, password);
  if (!isId(passkeyId)) throw notFound();
  const { tenantId, personId } = actor;
  const now = services.clock.now();
  await services.database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await tx.first(remove, [tenantId, personId, passkeyId]))) throw notFound();
    await recordAudit(tx, actor, now, {
      action: "passkey.removed",
      subjectId: personId,
      rule: accountRules.own,
      facts: { passkey: passkeyId },
    });
  });
}
