import { statement, type Transaction } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { Me } from "../contract.ts";
import { listOfficerSections } from "../devices/officer-sections.ts";
import { listPersonSummaries } from "./person-summaries.ts";

type MeRow = {
  login_id: string;
  class: string;
  zones: string[];
  offices: string[];
  is_asked: boolean;
  tenant_slug: string;
  tenant_name: string;
  is_demo: boolean;
  device_name: string | null;
  expires_at: Date;
  idle_minutes: number | null;
};

const findMe = statement<MeRow>(
  "identity.find-me",
  `select a.login_id, a.class, a.zones, a.offices, t.slug as tenant_slug, t.name as tenant_name, t.is_demo,
          coalesce(d.label, d.name) as device_name, s.expires_at,
          case coalesce(s.side, s.zone) when 'lgwan' then r.idle_minutes_lgwan else r.idle_minutes_internet end as idle_minutes,
          exists (select from office_proposal o where o.tenant_id = $1 and o.person_id = a.id and o.outcome is null) as is_asked
     from session s
     join account a on a.tenant_id = s.tenant_id and a.id = s.account_id
     join device d on d.tenant_id = s.tenant_id and d.id = s.device_id
     join tenant t on t.id = s.tenant_id
     left join device_rule r on r.tenant_id = s.tenant_id
    where s.tenant_id = $1 and s.id = $2`,
);

/**
 * The account of a session as it sees itself. `limits` are those of the capabilities that the client needs to know,
 * `furtherZones` those of the installation that this account may know of.
 */
export async function getMe(
  tx: Transaction,
  actor: Actor,
  limits: Me["limits"],
  today: string,
  furtherZones: Me["furtherZones"] = [],
): Promise<Me> {
  const [row, officerOf, people] = await Promise.all([
    tx.first(findMe, [actor.tenantId, actor.sessionId]),
    listOfficerSections(tx, actor, today),
    listPersonSummaries(
      tx,
      actor.tenantId,
      actor.operatorId ? [actor.personId, actor.operatorId] : [actor.personId],
    ),
  ]);
  const person = people.get(actor.personId);
  if (!row || !person) throw new AppError("unauthenticated");
  return {
    account: {
      id: actor.personId,
      loginId: row.login_id,
      class: row.class as Me["account"]["class"],
      zones: row.zones as Me["account"]["zones"],
      isAdministrator: row.offices.length > 0,
      offices: row.offices as Me["account"]["offices"],
      isAskedForOffice: row.is_asked,
      isSystemsOfficer: officerOf.length > 0,
    },
    person,
    operator: actor.operatorId ? (people.get(actor.operatorId) ?? null) : null,
    tenant: { id: actor.tenantId, slug: row.tenant_slug, name: row.tenant_name, isDemo: row.is_demo },
    zone: actor.zone,
    furtherZones,
    session: { id: actor.sessionId, deviceName: row.device_name, expiresAt: row.expires_at.toISOString() },
    limits,
    idleMinutes: row.idle_minutes,
  };
}
