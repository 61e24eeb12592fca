import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import type { ChangePersonRequest } from "../contract.ts";
import { personSearchKey } from "../import/search-keys.ts";
import type { OrganisationListener } from "../organisation-listeners.ts";
import { decideEditDirectory } from "../policy.ts";
import { todayInJapan } from "../today.ts";
import { lockDirectory } from "./import-people.ts";
import { settlePeople } from "./settle-people.ts";

export type EditServices = {
  database: Database;
  clock: Clock;
  organisationListeners: readonly OrganisationListener[];
};

type PersonRow = {
  name: string;
  kana: string;
  former_name: string | null;
  workplace: string | null;
  extension: string | null;
  phone: string | null;
  leaves_on: string | null;
  is_administrator: boolean;
};

const findPerson = statement<PersonRow>(
  "identity.find-person-to-change",
  `select p.name, p.kana, p.former_name, p.workplace, p.extension, p.phone, p.leaves_on,
          coalesce(a.is_administrator, false) as is_administrator
     from person p left join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.id = $2 and p.left_at is null`,
);
const updatePerson = statement<never>(
  "identity.change-person",
  `update person set name = $3, kana = $4, former_name = $5, search_key = $6, workplace = $7, extension = $8, phone = $9,
          leaves_on = $10 where tenant_id = $1 and id = $2`,
);

/**
 * Changes a person's entry by hand: name, how to reach them, their last day. What is not in the request stays. Somebody
 * whose last day is over leaves at once.
 */
export async function changePerson(
  { database, clock, organisationListeners }: EditServices,
  actor: Actor,
  personId: string,
  request: ChangePersonRequest,
): Promise<void> {
  const rule = assertAllowed(actor, decideEditDirectory(actor));
  if (!isId(personId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  const today = todayInJapan(clock);
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    const old = await tx.first(findPerson, [tenantId, personId]);
    if (!old) throw notFound();
    if (request.leavesOn != null && personId === actor.personId)
      throw new AppError("conflict", {
        reason: "ご自分の退職日は、ほかの管理者が登録してください",
        reasonEn: "another administrator has to enter your own last day",
      });
    const keep = <T>(value: T | undefined, known: T): T => (value === undefined ? known : value);
    const name = keep(request.name, old.name);
    const kana = keep(request.kana, old.kana);
    const formerName = keep(request.formerName, old.former_name);
    await tx.run(updatePerson, [
      tenantId,
      personId,
      name,
      kana,
      formerName,
      personSearchKey(name, kana, formerName),
      keep(request.workplace, old.workplace),
      keep(request.extension, old.extension),
      keep(request.phone, old.phone),
      keep(request.leavesOn, old.leaves_on),
    ]);
    const { left, events } = await settlePeople(tx, {
      tenantId,
      now,
      today,
      personIds: [personId],
      listeners: organisationListeners,
    });
    await recordAudit(tx, actor, now, {
      action: left.length > 0 ? "person.left" : "person.changed",
      subjectId: personId,
      rule,
      facts: { fields: Object.keys(request).join(",") },
    });
    await publish(tx, now, events);
  });
}
