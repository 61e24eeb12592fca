import type { SignInCondition } from "#core/identity/index.ts";
import { AppError, type Keyring } from "#core/kernel/index.ts";
import { makeAgreementToken } from "../agreement-token.ts";
import { getOwnRules } from "../queries/current-rules.ts";
import { agreedByOf, recordAgreement } from "./agree.ts";

/**
 * Nobody is let in who has not agreed to the rules in effect. The refusal comes after password and second factor and carries
 * the text; the same request with its id agrees and signs in, and the token agrees alone, for those who read longer than a
 * code lives.
 */
export function expectAgreement(keyring: Keyring): SignInCondition {
  return async (tx, { actor, input, now }) => {
    const { tenantId, personId: accountId, kind: audience, zone } = actor;
    const agreedBy = agreedByOf(actor);
    const own = await getOwnRules(tx, { tenantId, accountId, agreedBy, audience }, now);
    if (!own.text || own.isAgreed) return;
    if (input.agreedRules === own.text.id) return recordAgreement(tx, actor, own.text.id, now);
    const { id: textId, title, version, body } = own.text;
    const agreementToken = makeAgreementToken(keyring, tenantId, { textId, accountId, agreedBy, zone }, now);
    throw new AppError("rules-not-agreed", { textId, title, version, body, agreementToken });
  };
}
