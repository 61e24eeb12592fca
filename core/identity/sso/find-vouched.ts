import { statement, type Transaction } from "#core/db/index.ts";
import { loginKey } from "../login-key.ts";
import type { Claims } from "./claims.ts";
import type { Provider } from "./providers.ts";

type Found = { account_id: string; subject: string | null };

const findLinked = statement<{ account_id: string }>(
  "identity.find-linked-account",
  "select account_id from provider_link where tenant_id = $1 and provider_id = $2 and subject = $3",
);
// Who is gone, or has another subject there already, is not found: the provider has given the name to somebody else.
const findByLoginId = statement<Found>(
  "identity.find-account-to-link-by-login-id",
  `select a.id as account_id, l.subject from account a
     join person p on p.tenant_id = a.tenant_id and p.id = a.id
     left join provider_link l on l.tenant_id = a.tenant_id and l.account_id = a.id and l.provider_id = $2
    where a.tenant_id = $1 and a.login_key = $3 and p.left_at is null`,
);
const findByNumber = statement<Found>(
  "identity.find-account-to-link-by-number",
  `select a.id as account_id, l.subject from person p
     join account a on a.tenant_id = p.tenant_id and a.id = p.id
     left join provider_link l on l.tenant_id = a.tenant_id and l.account_id = a.id and l.provider_id = $2
    where p.tenant_id = $1 and p.number = $3 and p.left_at is null and p.kind = 'staff'`,
);

/** For whom a provider has vouched: whoever is linked to this subject, else whoever has the agreed number or login id and no link yet. */
export async function findVouched(
  tx: Transaction,
  tenantId: string,
  provider: Provider,
  claims: Claims,
): Promise<string | undefined> {
  const linked = await tx.first(findLinked, [tenantId, provider.id, claims.subject]);
  if (linked) return linked.account_id;
  const value = provider.match && claims.values[provider.match.claim];
  if (!provider.match || (typeof value !== "string" && typeof value !== "number")) return undefined;
  const text = String(value).trim();
  if (text === "") return undefined;
  const found =
    provider.match.with === "login-id"
      ? await tx.all(findByLoginId, [tenantId, provider.id, loginKey(text)])
      : await tx.all(findByNumber, [tenantId, provider.id, text.normalize("NFKC")]);
  const [only, ...others] = found;
  return only && others.length === 0 && only.subject === null ? only.account_id : undefined;
}

const noteLink = statement<never>(
  "identity.use-provider-link",
  `update provider_link set last_used_at = $5
    where tenant_id = $1 and provider_id = $2 and subject = $3 and account_id = $4`,
);
const insertLink = statement<never>(
  "identity.insert-provider-link",
  `insert into provider_link (tenant_id, provider_id, subject, account_id, linked_at, last_used_at)
   values ($1, $2, $3, $4, $5, $5) on conflict do nothing`,
);

/** Holds on to the link with which somebody comes in; false when it is somebody else's meanwhile. */
export async function keepLink(
  tx: Transaction,
  tenantId: string,
  link: { providerId: string; subject: string; accountId: string },
  now: Date,
): Promise<"kept" | "made" | undefined> {
  const row = [tenantId, link.providerId, link.subject, link.accountId, now];
  if ((await tx.run(noteLink, row)) === 1) return "kept";
  return (await tx.run(insertLink, row)) === 1 ? "made" : undefined;
}
