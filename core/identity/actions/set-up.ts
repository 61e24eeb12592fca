import { build, type Database, scopeOf } from "#core/db/index.ts";
import { AppError, type Clock, type Keyring } from "#core/kernel/index.ts";
import { offices } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { findTextFault, normaliseText, searchKey } from "#shared/text.ts";
import type { SetUpRequest, SetUpResponse } from "../contract.ts";
import { useSetUpCode } from "../installation.ts";
import { loginKey } from "../login-key.ts";
import { checkNewPassword } from "../password-rules.ts";
import { hashPassword } from "../passwords.ts";
import { newTotpSecret, totpUrl } from "../totp.ts";
import { insertMunicipality } from "./create-municipality.ts";

/**
 * Makes the first municipality and its administrator, who has shown by the console's one-time code to be at the
 * machine. All or nothing: when anything is refused the code still works.
 */
export async function setUp(
  services: { database: Database; clock: Clock; keyring: Keyring },
  input: SetUpRequest,
): Promise<SetUpResponse> {
  const { administrator } = input;
  for (const text of [input.municipalityName, ...Object.values(administrator)]) {
    const fault = findTextFault(text);
    if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  }
  checkNewPassword(administrator.password, {
    loginId: administrator.loginId,
    names: [input.municipalityName, administrator.familyName, administrator.givenName],
    readings: [input.slug, administrator.familyKana, administrator.givenKana],
  });
  const now = services.clock.now();
  const tenantId = newId(now.getTime());
  const personId = newId(now.getTime());
  const secret = newTotpSecret();
  const passwordHash = await hashPassword(administrator.password);
  const name = normaliseText(`${administrator.familyName} ${administrator.givenName}`.trim());
  const kana = normaliseText(`${administrator.familyKana} ${administrator.givenKana}`.trim());
  await services.database.transaction(scopeOf(tenantId), async (tx) => {
    if (!(await useSetUpCode(tx, input.code))) throw new AppError("set-up-code-wrong");
    await insertMunicipality(tx, tenantId, now, {
      slug: input.slug,
      name: normaliseText(input.municipalityName),
      isDemo: false,
      operatorRequired: true,
    });
    await tx.run(
      build.insertInto("person").values({
        tenant_id: tenantId,
        id: personId,
        kind: "staff",
        number: "administrator",
        name,
        kana,
        search_key: searchKey(`${name}${kana}`),
        created_at: now,
      }),
    );
    await tx.run(
      build.insertInto("account").values({
        tenant_id: tenantId,
        id: personId,
        login_id: administrator.loginId,
        login_key: loginKey(administrator.loginId),
        class: "telework",
        zones: ["lgwan", "internet"],
        offices: [...offices],
        password_hash: passwordHash,
        password_changed_at: now,
        totp_registered_at: now,
        totp_secret: services.keyring.seal("totp", `${tenantId} ${personId}`, Buffer.from(secret)),
        created_at: now,
      }),
    );
  });
  return {
    loginId: administrator.loginId,
    totpSecret: secret,
    totpUrl: totpUrl(secret, input.municipalityName, administrator.loginId),
  };
}
