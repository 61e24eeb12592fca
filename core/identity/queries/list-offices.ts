import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor, Office } from "#core/policy/index.ts";
import type { OfficesOverview, OfficeWarning } from "../contract.ts";
import { decideConsent, meetingOffices, separateOffices } from "../office-policy.ts";
import { listPersonSummaries } from "./person-summaries.ts";

export type Holder = { id: string; kind: string; offices: Office[]; isActive: boolean };

const isActive = `(a.disabled_at is null and p.left_at is null and (a.starts_at is null or a.starts_at <= $2)
  and (a.expires_at is null or a.expires_at > $2))`;

const listHolders = statement<Holder>(
  "identity.list-office-holders",
  `select a.id, p.kind, a.offices, ${isActive} as "isActive"
     from account a join person p on p.tenant_id = a.tenant_id and p.id = a.id
    where a.tenant_id = $1 and (a.is_administrator or a.id = $3) and p.left_at is null
    order by p.kana, a.id`,
);

/** Everybody who holds an office, and the person `andId` too. */
export function findHolders(
  tx: Transaction,
  tenantId: string,
  now: Date,
  andId: string | null,
): Promise<Holder[]> {
  return tx.all(listHolders, [tenantId, now, andId]);
}

/** How many of them, able to sign in and none of `except`, hold `audit` or `records`. */
export function countKeepers(holders: readonly Holder[], except: readonly string[]): number {
  return holders.filter(
    ({ id, offices, isActive, kind }) =>
      isActive &&
      kind === "staff" &&
      !except.includes(id) &&
      offices.some((office) => separateOffices.includes(office)),
  ).length;
}

export type ProposalRow = {
  id: string;
  personId: string;
  office: Office;
  reason: string;
  proposedBy: string;
  proposedAt: Date;
  expiresAt: Date;
};

const listProposals = statement<ProposalRow>(
  "identity.list-office-proposals",
  `select id, person_id as "personId", office, reason, proposed_by as "proposedBy", proposed_at as "proposedAt",
          expires_at as "expiresAt"
     from office_proposal where tenant_id = $1 and outcome is null and expires_at > $2 order by proposed_at`,
);

/** Proposals that still wait. */
export function findProposals(tx: Transaction, tenantId: string, now: Date): Promise<ProposalRow[]> {
  return tx.all(listProposals, [tenantId, now]);
}

const findSmall = statement<{ because: string | null }>(
  "identity.find-offices-meet",
  "select offices_meet_because as because from tenant where id = $1",
);

export async function findMeetBecause(tx: Transaction, tenantId: string): Promise<string | null> {
  return (await tx.first(findSmall, [tenantId]))?.because ?? null;
}

/** Who holds what, what waits for consent, and what is not as it should be. */
export async function getOffices(tx: Transaction, actor: Actor, now: Date): Promise<OfficesOverview> {
  const { tenantId } = actor;
  const [holders, proposals, because] = await Promise.all([
    findHolders(tx, tenantId, now, null),
    findProposals(tx, tenantId, now),
    findMeetBecause(tx, tenantId),
  ]);
  const people = await listPersonSummaries(tx, tenantId, [
    ...new Set([
      ...holders.map(({ id }) => id),
      ...proposals.flatMap(({ personId, proposedBy }) => [personId, proposedBy]),
    ]),
  ]);
  const personOf = (id: string) => people.get(id)!;
  const meets = holders.flatMap(({ id, offices }): OfficeWarning[] => {
    const meeting = meetingOffices(offices);
    return meeting.length > 0 ? [{ kind: "meets", person: personOf(id), offices: meeting }] : [];
  });
  const vacant = (["accounts", "rules", "audit", "records"] as const)
    .filter((office) => !holders.some((holder) => holder.isActive && holder.offices.includes(office)))
    .map((office): OfficeWarning => ({ kind: "vacant", office }));
  return {
    holders: holders.map(({ id, offices, isActive }) => ({ person: personOf(id), offices, isActive })),
    proposals: proposals.map((proposal) => ({
      id: proposal.id,
      person: personOf(proposal.personId),
      office: proposal.office,
      reason: proposal.reason,
      proposedBy: personOf(proposal.proposedBy),
      proposedAt: proposal.proposedAt.toISOString(),
      expiresAt: proposal.expiresAt.toISOString(),
      mayDecide: decideConsent(actor, consentFacts(holders, proposal)).kind === "allow",
    })),
    warnings: [
      ...meets,
      ...vacant,
      ...(because === null ? [] : [{ kind: "declared-small" as const, because }]),
    ],
    meetBecause: because,
  };
}

/** What `decideConsent` has to know of a proposal. */
export function consentFacts(
  holders: readonly Holder[],
  { personId, proposedBy }: Pick<ProposalRow, "personId" | "proposedBy">,
) {
  const proposer = holders.find(({ id }) => id === proposedBy);
  return {
    personId,
    proposedBy,
    proposerOffices: proposer?.isActive ? proposer.offices : [],
    otherKeepers: countKeepers(holders, [personId, proposedBy]),
  };
}
