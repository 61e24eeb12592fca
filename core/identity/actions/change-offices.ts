import { recordAudit, type SystemActor } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, type Office, type Rule } from "#core/policy/index.ts";
import { event, type OutgoingEvent, publish } from "#core/realtime/publish.ts";
import { isId, newId } from "#shared/ids.ts";
import type { DecideProposalRequest, GivenOffice, GiveOfficeRequest } from "../contract.ts";
import { identityEvents } from "../contract.ts";
import { loginKey } from "../login-key.ts";
import {
  decideConsent,
  decideDeclareSmall,
  decideGiveOffice,
  decideTakeOffice,
  meetingOffices,
  officeRules,
  separateOffices,
} from "../office-policy.ts";
import {
  consentFacts,
  countKeepers,
  findHolders,
  findMeetBecause,
  type ProposalRow,
} from "../queries/list-offices.ts";
import { endSessionsOf, sessionEnded } from "./end-sessions.ts";

/** How long a proposal waits for its second person. */
const proposalDays = 14;

/** All changes of offices in a municipality come one after the other: each counts who else holds what. */
const lockOffices = statement<never>(
  "identity.lock-offices",
  "select pg_advisory_xact_lock(hashtextextended('identity.offices ' || $1, 0))",
);
const setOffices = statement<{ offices: Office[] }>(
  "identity.set-offices",
  `update account set offices = case when $4 then array_append(array_remove(offices, $3), $3) else array_remove(offices, $3) end
    where tenant_id = $1 and id = $2 returning offices`,
);
// Nobody stays in on the word of a provider that may not vouch for holders of this office (`mayVouchFor`).
const endVouched = statement<{ id: string }>(
  "identity.end-sessions-vouched-for-before",
  `update session s set ended_at = $3 from identity_provider v, account a
    where s.tenant_id = $1 and s.account_id = $2 and s.ended_at is null and s.expires_at > $3
      and v.tenant_id = $1 and v.id = s.provider_id and a.tenant_id = $1 and a.id = $2
      and (not v.allows_administrators or a.offices && '{audit,records}')
   returning s.id`,
);
const insertProposal = statement<{ id: string }>(
  "identity.insert-office-proposal",
  `insert into office_proposal (tenant_id, id, person_id, office, reason, proposed_by, proposed_at, expires_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8)
   on conflict (tenant_id, person_id, office) where outcome is null
      do update set id = excluded.id, reason = excluded.reason, proposed_by = excluded.proposed_by,
                    proposed_at = excluded.proposed_at, expires_at = excluded.expires_at
      where office_proposal.expires_at <= excluded.proposed_at
   returning id`,
);
const findProposal = statement<ProposalRow>(
  "identity.find-office-proposal",
  `select id, person_id as "personId", office, reason, proposed_by as "proposedBy", proposed_at as "proposedAt",
          expires_at as "expiresAt"
     from office_proposal where tenant_id = $1 and id = $2 and outcome is null and expires_at > $3`,
);
const decideRow = statement<never>(
  "identity.decide-office-proposal",
  "update office_proposal set outcome = $3, decided_at = $4, decided_by = $5 where tenant_id = $1 and id = $2",
);
const setSmall = statement<never>(
  "identity.set-offices-meet",
  "update tenant set offices_meet_because = $2 where id = $1",
);
const findByLogin = statement<{ id: string; kind: string }>(
  "identity.find-account-for-office",
  `select a.id, p.kind from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and a.login_key = $2 and p.left_at is null`,
);

/** What the person's own pages are told: what the account is entrusted with from now on. */
function officesChanged(personId: string, offices: readonly Office[]): OutgoingEvent {
  return event(
    identityEvents,
    "offices.changed",
    { kind: "person", personId },
    { personId, offices: [...offices] },
  );
}

/** Gives somebody an office, or proposes it where a second person must consent. */
export async function giveOffice(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  { office, reason }: GiveOfficeRequest,
): Promise<GivenOffice> {
  if (!isId(accountId)) throw notFound();
  const { tenantId, personId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockOffices, [tenantId]);
    const holders = await findHolders(tx, tenantId, now, accountId);
    const target = holders.find(({ id }) => id === accountId);
    const rule = assertAllowed(
      actor,
      decideGiveOffice(actor, {
        office,
        target: target ?? { id: accountId, kind: "staff", offices: [], isActive: true },
        maybeMeet: (await findMeetBecause(tx, tenantId)) !== null,
        otherKeepers: countKeepers(holders, [personId, accountId]),
      }),
    );
    if (!target) throw notFound();
    if (target.offices.includes(office)) throw alreadyThere();
    if (!separateOffices.includes(office)) {
      const { sessionsEnded, events } = await giveNow(tx, tenantId, accountId, office, now);
      await recordAudit(tx, actor, now, {
        action: "office.given",
        subjectId: accountId,
        rule,
        facts: { office, reason, sessionsEnded },
      });
      await publish(tx, now, events);
      return { state: "given" };
    }
    const expiresAt = new Date(now.getTime() + proposalDays * 86_400_000);
    const values = [tenantId, newId(now.getTime()), accountId, office, reason, personId, now, expiresAt];
    const made = await tx.first(insertProposal, values);
    if (!made) throw alreadyThere();
    await recordAudit(tx, actor, now, {
      action: "office.proposed",
      subjectId: accountId,
      rule,
      facts: { office, reason, proposal: made.id },
    });
    await publish(tx, now, [officesChanged(accountId, target.offices)]);
    return { state: "proposed" };
  });
}

/** The second person consents to a proposal, or refuses it. Returns the id of whom it is about. */
export async function decideProposal(
  database: Database,
  clock: Clock,
  actor: Actor,
  proposalId: string,
  { consents, reason }: DecideProposalRequest,
): Promise<string> {
  if (!isId(proposalId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockOffices, [tenantId]);
    const proposal = await tx.first(findProposal, [tenantId, proposalId, now]);
    const holders = await findHolders(tx, tenantId, now, proposal?.personId ?? null);
    // Of a proposal that is not there, nobody learns more than that they may not decide it.
    const rule = assertAllowed(
      actor,
      decideConsent(
        actor,
        consentFacts(holders, proposal ?? { personId: actor.tenantId, proposedBy: actor.tenantId }),
      ),
    );
    if (!proposal) throw notFound();
    const { personId, office, proposedBy } = proposal;
    const target = holders.find(({ id }) => id === personId);
    const isMeeting = meetingOffices([...(target?.offices ?? []), office]).includes(office);
    // What was proposed may have become wrong meanwhile.
    if (consents && (!target?.isActive || (isMeeting && (await findMeetBecause(tx, tenantId)) === null)))
      throw new AppError("conflict", {
        reason: officeRules.watchesOther.ja,
        reasonEn: officeRules.watchesOther.en,
      });
    await tx.run(decideRow, [tenantId, proposalId, consents ? "given" : "refused", now, actor.personId]);
    const { sessionsEnded, events } = consents
      ? await giveNow(tx, tenantId, personId, office, now)
      : { sessionsEnded: 0, events: [officesChanged(personId, target?.offices ?? [])] };
    await recordAudit(tx, actor, now, {
      action: consents ? "office.given" : "office.refused",
      subjectId: personId,
      rule,
      facts: { office, reason, proposal: proposalId, proposedBy, sessionsEnded },
    });
    await publish(tx, now, events);
    return personId;
  });
}

/** Takes an office away; the person's other sessions end at once. Returns the ids of those that were ended. */
export async function takeOffice(
  database: Database,
  clock: Clock,
  actor: Actor,
  accountId: string,
  office: Office,
  reason: string,
): Promise<string[]> {
  if (!isId(accountId)) throw notFound();
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockOffices, [tenantId]);
    const holders = await findHolders(tx, tenantId, now, accountId);
    const others = holders.filter(
      (holder) => holder.id !== accountId && holder.isActive && holder.offices.includes(office),
    );
    const rule = assertAllowed(actor, decideTakeOffice(actor, { otherHolders: others.length }));
    const target = holders.find(({ id }) => id === accountId);
    if (!target?.offices.includes(office)) throw notFound();
    const offices = await setOffice(tx, tenantId, accountId, office, false);
    const except = accountId === actor.personId ? { except: actor.sessionId } : {};
    const { ids, events } = await endSessionsOf(tx, tenantId, accountId, now, except);
    await recordAudit(tx, actor, now, {
      action: "office.taken",
      subjectId: accountId,
      rule,
      facts: { office, reason, sessionsEnded: ids.length },
    });
    await publish(tx, now, [officesChanged(accountId, offices), ...events]);
    return ids;
  });
}

/** Says openly that offices which watch each other are in one hand here, and why; null takes it back. */
export async function declareSmall(
  database: Database,
  clock: Clock,
  actor: Actor,
  because: string | null,
): Promise<void> {
  const { tenantId } = actor;
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockOffices, [tenantId]);
    const holders = await findHolders(tx, tenantId, now, null);
    const otherKeepers = countKeepers(holders, [actor.personId]);
    const rule = assertAllowed(actor, decideDeclareSmall(actor, { otherKeepers }));
    await tx.run(setSmall, [tenantId, because]);
    await recordAudit(tx, actor, now, {
      action: because === null ? "offices.kept-apart" : "offices.declared-small",
      subjectId: tenantId,
      rule,
      facts: { because },
    });
  });
}

const atTheConsole: Rule = {
  id: "office.operator-at-the-console",
  ja: "サーバーの管理者が担当を渡しました",
  en: "given by the operator at the console",
};

/** The same for the operator at the server, when nobody is left who could. Not found: `not-found`. */
export async function giveOfficeAtConsole(
  database: Database,
  clock: Clock,
  tenantId: string,
  loginId: string,
  office: Office,
): Promise<void> {
  const console: SystemActor = { tenantId, system: "console" };
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockOffices, [tenantId]);
    const account = await tx.first(findByLogin, [tenantId, loginKey(loginId)]);
    if (account?.kind !== "staff") throw notFound();
    const { sessionsEnded, events } = await giveNow(tx, tenantId, account.id, office, now);
    await recordAudit(tx, console, now, {
      action: "office.given",
      subjectId: account.id,
      rule: atTheConsole,
      facts: { office, reason: "console", sessionsEnded },
    });
    await publish(tx, now, events);
  });
}

/** Gives the office, and ends what a provider has vouched for that may not vouch for its holders. */
async function giveNow(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  office: Office,
  now: Date,
): Promise<{ sessionsEnded: number; events: OutgoingEvent[] }> {
  const offices = await setOffice(tx, tenantId, accountId, office, true);
  const ended = await tx.all(endVouched, [tenantId, accountId, now]);
  return {
    sessionsEnded: ended.length,
    events: [officesChanged(accountId, offices), ...ended.map(({ id }) => sessionEnded(accountId, id))],
  };
}

async function setOffice(
  tx: Transaction,
  tenantId: string,
  accountId: string,
  office: Office,
  isGiven: boolean,
): Promise<Office[]> {
  const row = await tx.first(setOffices, [tenantId, accountId, office, isGiven]);
  if (!row) throw notFound();
  return row.offices;
}

function alreadyThere(): AppError {
  return new AppError("conflict", {
    reason: "その担当は、すでに渡されているか、同意を待っています",
    reasonEn: "this office is held already, or waits for consent",
  });
}
