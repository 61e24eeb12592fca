import { statement, type Transaction } from "#core/db/index.ts";
import type { PasswordOwner } from "../password-rules.ts";

type CredentialsRow = {
  login_id: string;
  password_hash: string;
  password_changed_at: Date | null;
  totp_secret: Buffer | null;
  totp_last_step: number;
  totp_pending: Buffer | null;
  totp_registered_at: Date | null;
  zones: string[];
  tenant_name: string;
  slug: string;
  name: string;
  kana: string;
  section_name: string | null;
  recovery_codes: number;
};

const findRow = statement<CredentialsRow>(
  "identity.find-credentials",
  `select a.login_id, a.password_hash, a.password_changed_at, a.totp_secret, a.totp_last_step, a.totp_pending,
          a.totp_registered_at, a.zones, t.name as tenant_name, t.slug, p.name, p.kana, s.name as section_name,
          (select count(*)::int from recovery_code r
            where r.tenant_id = a.tenant_id and r.account_id = a.id and r.used_at is null) as recovery_codes
     from account a
     join tenant t on t.id = a.tenant_id
     join person p on p.tenant_id = a.tenant_id and p.id = a.id
     left join section s on s.tenant_id = p.tenant_id and s.id = p.section_id
    where a.tenant_id = $1 and a.id = $2`,
);

/** What an account proves itself with. Never leaves the server. */
export type Credentials = {
  loginId: string;
  passwordHash: string;
  passwordChangedAt: Date | null;
  totpSecret: Buffer | null;
  totpLastStep: number;
  totpPending: Buffer | null;
  totpRegisteredAt: Date | null;
  zones: readonly string[];
  municipality: string;
  recoveryCodesLeft: number;
  /** For the rules of a new password. */
  owner: PasswordOwner;
};

export async function findCredentials(
  tx: Transaction,
  tenantId: string,
  accountId: string,
): Promise<Credentials | undefined> {
  const row = await tx.first(findRow, [tenantId, accountId]);
  return (
    row && {
      loginId: row.login_id,
      passwordHash: row.password_hash,
      passwordChangedAt: row.password_changed_at,
      totpSecret: row.totp_secret,
      totpLastStep: row.totp_last_step,
      totpPending: row.totp_pending,
      totpRegisteredAt: row.totp_registered_at,
      zones: row.zones,
      municipality: row.tenant_name,
      recoveryCodesLeft: row.recovery_codes,
      owner: {
        loginId: row.login_id,
        names: [row.tenant_name, row.name, row.section_name ?? ""],
        readings: [row.slug, row.kana],
      },
    }
  );
}
