/** A request as it stands: held for a change, its facts for the policy, its history. */
import type { Classification, CrossingTables } from "#core/crossing/index.ts";
import { decideCrossing } from "#core/crossing/index.ts";
import { type Database, statement, type Transaction } from "#core/db/index.ts";
import { type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { MediaEvent, MediaLoanState } from "./media-contract.ts";
import type { MediaFacts } from "./media-policy.ts";

export type MediaServices = { database: Database; clock: Clock; crossing: CrossingTables };

export type LoanRow = {
  id: string;
  asker_id: string;
  operator_id: string | null;
  section_id: string | null;
  classification: string;
  zone: string;
  state: string;
  due_on: string;
  wanted_due_on: string | null;
  equipment_id: string | null;
  lent_by: string | null;
  decided_by: string | null;
};

const columns = `id, asker_id, operator_id, section_id, classification, zone, state, due_on::text as due_on,
          wanted_due_on::text as wanted_due_on, equipment_id, lent_by, decided_by`;
const hold = statement<LoanRow>(
  "equipment.hold-loan",
  `select ${columns} from media_loan where tenant_id = $1 and id = $2 for no key update`,
);
const holdOfThing = statement<LoanRow>(
  "equipment.hold-loan-of-thing",
  `select ${columns} from media_loan where tenant_id = $1 and equipment_id = $2 and state = 'lent' for no key update`,
);
const note = statement<never>(
  "equipment.note-media-event",
  `insert into media_event (tenant_id, id, loan_id, at, what, by_id, operator_id, is_encrypted, is_scanned, is_emptied, due_on, note)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
);
const end = statement<never>(
  "equipment.end-loan",
  "update media_loan set state = $3, ended_at = $4, wanted_due_on = null where tenant_id = $1 and id = $2",
);

/** Locks a request; an id that is none of the municipality's is not found. */
export async function holdLoan(tx: Transaction, tenantId: string, id: string): Promise<LoanRow> {
  const row = isId(id) ? await tx.first(hold, [tenantId, id]) : undefined;
  if (!row) throw notFound();
  return row;
}

/** The open loan of a thing, locked, where there is one. */
export function findLoanOfThing(
  tx: Transaction,
  tenantId: string,
  equipmentId: string,
): Promise<LoanRow | undefined> {
  return tx.first(holdOfThing, [tenantId, equipmentId]);
}

export function factsOf(row: Omit<LoanRow, "classification" | "zone">): MediaFacts {
  return {
    askerId: row.asker_id,
    operatorId: row.operator_id,
    sectionId: row.section_id,
    // The table checks its values.
    state: row.state as MediaLoanState,
    asksExtension: row.wanted_due_on !== null,
  };
}

/** Writes a line of a request's history. */
export async function noteMediaEvent(
  tx: Transaction,
  by: Actor | null,
  at: { tenantId: string; loanId: string; now: Date },
  what: MediaEvent["what"],
  said: { checks?: MediaEvent["checks"]; dueOn?: string | null; note?: string } = {},
): Promise<void> {
  const { checks } = said;
  await tx.run(note, [
    at.tenantId,
    newId(at.now.getTime()),
    at.loanId,
    at.now,
    what,
    by?.personId ?? null,
    by?.operatorId ?? null,
    checks?.isEncrypted ?? null,
    checks?.isScanned ?? null,
    checks?.isEmptied ?? null,
    said.dueOn ?? null,
    said.note ?? "",
  ]);
}

/** A loan is over, returned or lost. */
export async function endLoan(
  tx: Transaction,
  tenantId: string,
  loanId: string,
  state: "returned" | "lost",
  now: Date,
): Promise<void> {
  await tx.run(end, [tenantId, loanId, state, now]);
}

/** Nobody is lent a medium for longer at once; a longer need is an extension. */
export const longestDays = 92;

/** How many days lie between two of the form YYYY-MM-DD. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(to) - Date.parse(from)) / 86_400_000;
}

/**
 * Asks the table of what may cross: taken onto a medium is a download on the LGWAN side, and used elsewhere a carrying out
 * to there. Refused with the table's own rule and whom to ask.
 */
export async function askCrossing(
  tx: Transaction,
  { crossing }: Pick<MediaServices, "crossing">,
  actor: Actor,
  loan: { classification: string; zone: string },
  kind: Actor["kind"] = actor.kind,
): Promise<void> {
  const table = await crossing.tableOf(actor.tenantId, tx);
  const decision = decideCrossing(table, {
    deed: loan.zone === "lgwan" ? "download" : "carry-out",
    zone: loan.zone,
    kind,
    offices: [],
    // The table checks its values.
    classification: loan.classification as Classification,
    origin: "lgwan",
  });
  if (decision.kind !== "allow") assertAllowed(actor, decision);
}
