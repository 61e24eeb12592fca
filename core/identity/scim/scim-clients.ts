import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import type { RequestFacts } from "#core/http/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import { decideSetProviders } from "../sso/provider-policy.ts";
import { hashToken, newToken, readToken } from "../tokens.ts";
import type { AddedScimClient, AddScimClientRequest, ScimAccountClass, ScimClient } from "./scim-contract.ts";

type ClientRow = {
  id: string;
  name: string;
  zone: string;
  account_class: string;
  created_at: Date;
  expires_at: Date;
  last_used_at: Date | null;
};

const columns = "id, name, zone, account_class, created_at, expires_at, last_used_at";
const listRows = statement<ClientRow>(
  "identity.list-scim-clients",
  `select ${columns} from scim_client where tenant_id = $1 and revoked_at is null order by name, id`,
);
const findByToken = statement<ClientRow>(
  "identity.find-scim-client",
  `select ${columns} from scim_client where tenant_id = $1 and token_hash = $2 and revoked_at is null and expires_at > $3`,
);
// To the hour, as for sessions.
const noteUse = statement<never>(
  "identity.note-scim-use",
  `update scim_client set last_used_at = $3
    where tenant_id = $1 and id = $2 and (last_used_at is null or last_used_at < $3::timestamptz - interval '1 hour')`,
);
const insertClient = statement<never>(
  "identity.insert-scim-client",
  `insert into scim_client (tenant_id, id, name, zone, account_class, token_hash, created_at, created_by, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
);
const revoke = statement<{ name: string }>(
  "identity.revoke-scim-client",
  `update scim_client set revoked_at = $3 where tenant_id = $1 and id = $2 and revoked_at is null returning name`,
);

/** The program that asks, as its token says. */
export type AskingClient = { tenantId: string; id: string; name: string; accountClass: ScimAccountClass };

/**
 * Whose token a request carries. Unknown, revoked, over and of the other side are one answer, and a session's token is none: a program
 * is nobody who could be signed in.
 */
export async function authenticateClient(
  database: Database,
  clock: Clock,
  isTenant: (tenantId: string) => Promise<boolean>,
  facts: RequestFacts,
): Promise<AskingClient> {
  const [, token] = /^Bearer ([\w-]{64})$/.exec(facts.header("authorization") ?? "") ?? [];
  const parts = token === undefined ? undefined : readToken(token);
  if (!parts || !(await isTenant(parts.tenantId))) throw new AppError("unauthenticated");
  const { tenantId, hash } = parts;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    const row = await tx.first(findByToken, [tenantId, hash, now]);
    if (!row || row.zone !== facts.zone) throw new AppError("unauthenticated");
    await tx.run(noteUse, [tenantId, row.id, now]);
    // Only the choices of the contract are ever written.
    return { tenantId, id: row.id, name: row.name, accountClass: row.account_class as ScimAccountClass };
  });
}

export async function listScimClients(database: Database, actor: Actor): Promise<ScimClient[]> {
  assertAllowed(actor, decideSetProviders(actor));
  const rows = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.all(listRows, [actor.tenantId]),
  );
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    zone: row.zone as ScimClient["zone"],
    accountClass: row.account_class as ScimAccountClass,
    createdAt: row.created_at.toISOString(),
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    expiresAt: row.expires_at.toISOString(),
  }));
}

/** Lets another directory's program in; its token is in the answer alone. */
export async function addScimClient(
  database: Database,
  clock: Clock,
  actor: Actor,
  input: AddScimClientRequest,
): Promise<AddedScimClient> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  const { tenantId } = actor;
  const now = clock.now();
  const id = newId(now.getTime());
  const token = newToken(tenantId);
  const expiresAt = new Date(now.getTime() + input.days * 86_400_000);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const row = [tenantId, id, input.name.trim(), input.zone, input.accountClass, hashToken(token)];
    await tx.run(insertClient, [...row, now, actor.personId, expiresAt]);
    await recordAudit(tx, actor, now, {
      action: "scim-client.added",
      subjectId: id,
      rule,
      facts: {
        name: input.name.trim(),
        zone: input.zone,
        accountClass: input.accountClass,
        until: expiresAt.toISOString(),
        reason: input.reason.trim(),
      },
    });
  });
  return { id, token, expiresAt: expiresAt.toISOString() };
}

/** Its token works no longer from the next request on; what it did stays. */
export async function revokeScimClient(
  database: Database,
  clock: Clock,
  actor: Actor,
  id: string,
  reason: string,
): Promise<void> {
  const rule = assertAllowed(actor, decideSetProviders(actor));
  if (!isId(id)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    const revoked = await tx.first(revoke, [tenantId, id, now]);
    if (!revoked) throw notFound();
    await recordAudit(tx, actor, now, {
      action: "scim-client.revoked",
      subjectId: id,
      rule,
      facts: { name: revoked.name, reason: reason.trim() },
    });
  });
}
