import { statement, type Transaction } from "#core/db/index.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import { factsOf } from "./loans.ts";
import type {
  MediaEvent,
  MediaLoan,
  MediaLoanDetail,
  MediaLoansPage,
  MediaLoansQuery,
} from "./media-contract.ts";
import {
  decideSeeLoan,
  decideStep,
  decideUseMedia,
  isOwnLoan,
  type MediaInCharge,
  mediaInCharge,
  openSteps,
  seenLoans,
} from "./media-policy.ts";
import { listSectionsInCharge } from "./officers.ts";

type Row = PersonSummaryRow & {
  loan_id: string;
  asker_id: string;
  operator_id: string | null;
  operator_name: string | null;
  loan_section_id: string | null;
  loan_section: string | null;
  purpose: string;
  classification: string;
  zone: string;
  system: string;
  from_on: string;
  due_on: string;
  state: string;
  asked_at: Date;
  medium_number: string | null;
  equipment_id: string | null;
  wanted_due_on: string | null;
  lent_by: string | null;
  decided_by: string | null;
};

const columns = `l.id as loan_id, l.asker_id, l.operator_id, o.name as operator_name, l.section_id as loan_section_id,
  x.name as loan_section, l.purpose, l.classification, l.zone, l.system, l.from_on::text as from_on, l.due_on::text as due_on,
  l.state, l.asked_at, e.number as medium_number, l.equipment_id, l.wanted_due_on::text as wanted_due_on, l.lent_by, l.decided_by,
  ${personSummaryColumns}`;
const from = `from media_loan l
  join person p on p.tenant_id = l.tenant_id and p.id = l.asker_id ${personSummaryJoin}
  left join person o on o.tenant_id = l.tenant_id and o.id = l.operator_id
  left join section x on x.tenant_id = l.tenant_id and x.id = l.section_id
  left join equipment e on e.tenant_id = l.tenant_id and e.id = l.equipment_id`;

const listRows = statement<Row>(
  "equipment.list-loans",
  `select ${columns} ${from}
    where l.tenant_id = $1 and ${seenLoans} and (not $4 or l.asker_id = $2 or l.operator_id = $2)
      and ($5 = '' or strpos(l.search_key, $5) > 0 or strpos(p.search_key, $5) > 0
           or strpos(coalesce(x.search_key, ''), $5) > 0 or strpos(coalesce(e.search_key, ''), $5) > 0)
      and ($6::text is null or l.state = $6) and (not $7 or (l.state = 'lent' and l.due_on < $8::date))
      and ($9::uuid is null or l.id < $9)
    order by l.id desc limit $10`,
);
const findRow = statement<Row>(
  "equipment.get-loan",
  `select ${columns} ${from} where l.tenant_id = $1 and l.id = $2`,
);
const listEvents = statement<{
  at: Date;
  what: string;
  by_name: string | null;
  operator_name: string | null;
  is_encrypted: boolean | null;
  is_scanned: boolean | null;
  is_emptied: boolean | null;
  due_on: string | null;
  note: string;
}>(
  "equipment.list-media-events",
  `select v.at, v.what, b.name as by_name, o.name as operator_name, v.is_encrypted, v.is_scanned, v.is_emptied,
          v.due_on::text as due_on, v.note
     from media_event v
     left join person b on b.tenant_id = v.tenant_id and b.id = v.by_id
     left join person o on o.tenant_id = v.tenant_id and o.id = v.operator_id
    where v.tenant_id = $1 and v.loan_id = $2 order by v.at desc, v.id desc limit 200`,
);
const listMedia = statement<{ id: string; number: string; model: string }>(
  "equipment.list-media-in-store",
  `select id, number, model from equipment
    where tenant_id = $1 and kind = 'usb-memory' and owned = 'issued' and state = 'in-store'
      and ($2::uuid[] is null or section_id = any($2)) order by number limit 500`,
);

/** The requests that the actor may see, the newest first; the cursor is the last one's id. */
export async function listMediaLoans(
  tx: Transaction,
  actor: Actor,
  today: string,
  query: MediaLoansQuery,
): Promise<MediaLoansPage> {
  assertAllowed(actor, decideUseMedia(actor));
  const charge = mediaInCharge(actor, await listSectionsInCharge(tx, actor, today));
  const sections = charge.kind === "all" ? null : charge.sectionIds;
  const rows = await tx.all(listRows, [
    actor.tenantId,
    actor.personId,
    sections,
    query.mine === "yes",
    searchKey(query.q ?? ""),
    query.state ?? null,
    query.overdue === "yes",
    today,
    query.cursor ?? null,
    query.limit + 1,
  ]);
  const items = rows.slice(0, query.limit).map((row) => toLoan(row, actor, charge, today));
  return {
    items,
    next: rows.length > query.limit ? items.at(-1)!.id : null,
    isInCharge: sections === null || sections.length > 0,
  };
}

/** One request with its history, the last event first, and the media that may be lent for it. */
export async function getMediaLoan(
  tx: Transaction,
  actor: Actor,
  today: string,
  loanId: string,
): Promise<MediaLoanDetail> {
  assertAllowed(actor, decideUseMedia(actor));
  const row = isId(loanId) ? await tx.first(findRow, [actor.tenantId, loanId]) : undefined;
  if (!row) throw notFound();
  const charge = mediaInCharge(actor, await listSectionsInCharge(tx, actor, today));
  assertAllowed(actor, decideSeeLoan(actor, charge, factsOfRow(row)));
  const loan = toLoan(row, actor, charge, today);
  const events = await tx.all(listEvents, [actor.tenantId, loanId]);
  const sections = charge.kind === "all" ? null : charge.sectionIds;
  const media = loan.steps.includes("lent") ? await tx.all(listMedia, [actor.tenantId, sections]) : [];
  return { ...loan, events: events.map(toEvent), media };
}

function toEvent(event: {
  at: Date;
  what: string;
  by_name: string | null;
  operator_name: string | null;
  is_encrypted: boolean | null;
  is_scanned: boolean | null;
  is_emptied: boolean | null;
  due_on: string | null;
  note: string;
}): MediaEvent {
  return {
    at: event.at.toISOString(),
    what: event.what as MediaEvent["what"],
    byName: event.by_name,
    operatorName: event.operator_name,
    checks:
      event.is_scanned === null
        ? null
        : {
            isEncrypted: event.is_encrypted,
            isScanned: event.is_scanned,
            isEmptied: event.is_emptied === true,
          },
    dueOn: event.due_on,
    note: event.note,
  };
}

const factsOfRow = (row: Row) => factsOf({ ...row, id: row.loan_id, section_id: row.loan_section_id });

function toLoan(row: Row, actor: Actor, charge: MediaInCharge, today: string): MediaLoan {
  const facts = factsOfRow(row);
  return {
    id: row.loan_id,
    asker: toPersonSummary(row),
    operatorName: row.operator_name,
    sectionName: row.loan_section,
    purpose: row.purpose,
    classification: row.classification as MediaLoan["classification"],
    zone: row.zone,
    system: row.system,
    fromOn: row.from_on,
    dueOn: row.due_on,
    state: row.state as MediaLoan["state"],
    askedAt: row.asked_at.toISOString(),
    mediumNumber: row.medium_number,
    wantedDueOn: row.wanted_due_on,
    isOverdue: row.state === "lent" && row.due_on < today,
    isOwn: isOwnLoan(actor, facts),
    steps: openSteps(facts).filter((step) => decideStep(actor, charge, facts, step).kind === "allow"),
  };
}
