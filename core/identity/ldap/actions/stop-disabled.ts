import { recordAudit } from "#core/audit/index.ts";
import { scopeOf, statement } from "#core/db/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { sessionEnded } from "../../actions/directory-events.ts";
import { endSessionsOf } from "../../import/write-people.ts";
import type { LdapResult } from "../ldap-contract.ts";
import type { LdapServices } from "../ldap-services.ts";
import { listSources, noteLdapRead, type Source } from "../sources.ts";
import { tryReading } from "./read-source.ts";

const ldapRule: Rule = {
  id: "directory.ldap-disabled",
  ja: "庁内の名簿（LDAP）で無効にされたアカウントの停止",
  en: "the account is disabled in the hall's directory (LDAP)",
};

const countStaff = statement<{ count: number }>(
  "identity.count-staff-for-ldap",
  `select count(*)::int as count from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null and a.disabled_at is null`,
);
const listToStop = statement<{ id: string }>(
  "identity.list-accounts-to-stop-by-ldap",
  `select a.id from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and p.number = any($2::text[]) and p.kind = 'staff' and p.left_at is null and a.disabled_at is null
      and not 'accounts' = any(a.offices) for no key update of a`,
);
const stopThem = statement<never>(
  "identity.stop-by-ldap",
  `update account set disabled_at = $3, stopped_by_administrator = true where tenant_id = $1 and id = any($2::uuid[])`,
);

/** At once a directory stops at most a tenth of the staff, and twenty in a small hall. */
const brake = { share: 0.1, least: 20 };

/**
 * Stops here whoever is disabled in a directory, with their sessions and streams. Who administers accounts is stopped by another
 * administrator. Too many at once are a mistake over there: then nobody is stopped, and the page says so.
 */
export async function stopDisabled(services: LdapServices, tenantId: string): Promise<void> {
  const { database } = services;
  const sources = await database.transaction(scopeOf(tenantId), (tx) => listSources(tx, tenantId));
  for (const source of sources.filter(({ isEnabled }) => isEnabled)) await stopOf(services, tenantId, source);
}

async function stopOf(services: LdapServices, tenantId: string, source: Source): Promise<void> {
  const { database, clock, onSessionEnded } = services;
  const read = await tryReading(services, tenantId, source);
  const now = clock.now();
  const disabled = "people" in read ? read.people.filter((person) => person.isDisabled) : [];
  const ended = await database.transaction(scopeOf(tenantId), async (tx) => {
    const note = (result: LdapResult) => noteLdapRead(tx, tenantId, source.id, now, result);
    if (!("people" in read)) return void (await note(read.result));
    const staff = (await tx.first(countStaff, [tenantId]))?.count ?? 0;
    const ids = (await tx.all(listToStop, [tenantId, disabled.map(({ number }) => number)])).map(
      ({ id }) => id,
    );
    if (ids.length > Math.max(brake.least, Math.floor(staff * brake.share)))
      return void (await note("too-many-stops"));
    await note(read.people.length > 0 ? "done" : "nothing-found");
    if (ids.length === 0) return undefined;
    await tx.run(stopThem, [tenantId, ids, now]);
    const sessions = await endSessionsOf(tx, tenantId, now, ids);
    const facts = { source: source.id, name: source.name };
    await recordAudit(
      tx,
      { tenantId, system: "ldap" },
      now,
      ...ids.map((id) => ({ action: "account.stopped-by-ldap", subjectId: id, rule: ldapRule, facts })),
      ...sessions.map((session) => ({
        action: "session.ended",
        subjectId: session.id,
        rule: ldapRule,
        facts: { account: session.accountId },
      })),
    );
    await publish(tx, now, sessions.map(sessionEnded));
    return sessions;
  });
  for (const { id } of ended ?? []) onSessionEnded(id);
}
