import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { cutOffLost } from "#core/identity/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { searchKey } from "#shared/text.ts";
import type { EquipmentReport, ImportEquipmentRequest } from "../contract.ts";
import { decideKeepEquipment } from "../policy.ts";
import { type EquipmentIssue, type EquipmentLine, readEquipment } from "../read-equipment.ts";

const shownIssues = 100;

const lockMunicipality = statement<{ id: string }>(
  "equipment.lock-municipality",
  "select id from tenant where id = $1 for no key update",
);
const findHolders = statement<{ number: string; id: string }>(
  "equipment.find-holders",
  "select number, id from person where tenant_id = $1 and number = any($2::text[]) and left_at is null and kind <> 'guest'",
);
const findSections = statement<{ code: string; id: string }>(
  "equipment.find-sections",
  `select distinct on (code) code, id from section
    where tenant_id = $1 and code = any($2::text[]) and (valid_until is null or valid_until > $3::date)
    order by code, valid_from`,
);
type Known = Pick<
  EquipmentLine,
  "number" | "kind" | "owned" | "model" | "serial" | "sim" | "network" | "state" | "due" | "note"
> & { id: string; holder: string | null; section: string | null; device_id: string | null };
const findKnown = statement<Known>(
  "equipment.find-known",
  `select number, id, kind, owned, model, serial, sim_number as sim, network, state, holder_id as holder, section_id as section,
          due_on::text as due, note, device_id
     from equipment where tenant_id = $1 and number = any($2::text[]) for no key update`,
);
const findLent = statement<{ number: string }>(
  "equipment.find-lent",
  `select e.number from media_loan l join equipment e on e.tenant_id = l.tenant_id and e.id = l.equipment_id
    where l.tenant_id = $1 and l.state = 'lent' and e.number = any($2::text[])`,
);
const write = statement<never>(
  "equipment.write-imported",
  `insert into equipment (tenant_id, id, number, kind, owned, model, serial, sim_number, network, state, holder_id, section_id,
                          due_on, note, search_key, changed_at)
   select $1, e.id, e.number, e.kind, e.owned, e.model, e.serial, e.sim, e.network, e.state, e.holder, e.section, e.due,
          e.note, e.search_key, $2
     from unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[],
                 $12::uuid[], $13::uuid[], $14::date[], $15::text[], $16::text[])
          as e (id, number, kind, owned, model, serial, sim, network, state, holder, section, due, note, search_key)
   on conflict (tenant_id, number) do update
      set kind = excluded.kind, owned = excluded.owned, model = excluded.model, serial = excluded.serial,
          sim_number = excluded.sim_number, network = excluded.network, state = excluded.state,
          holder_id = excluded.holder_id, section_id = excluded.section_id, due_on = excluded.due_on, note = excluded.note,
          search_key = excluded.search_key, changed_at = excluded.changed_at,
          device_id = case when equipment.holder_id = excluded.holder_id then equipment.device_id end`,
);
const noteEvents = statement<never>(
  "equipment.note-imported",
  `insert into equipment_event (tenant_id, id, equipment_id, at, what, by_id, holder_id, section_id, note)
   select $1, e.event_id, e.id, $2, 'imported', $3, e.holder, e.section, ''
     from unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[]) as e (event_id, id, holder, section)`,
);

/**
 * Brings a list into the register: a number that is there already is changed, a new one is added, what the list does not
 * name stays. With one error nothing is written. The same list again changes nothing. What a list says is lost is cut off, as by
 * hand; `ended` are the sessions that were.
 */
export async function importEquipment(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
  input: ImportEquipmentRequest,
  today: string,
): Promise<{ report: EquipmentReport; ended: string[] }> {
  const rule = assertAllowed(actor, decideKeepEquipment(actor));
  const { lines, issues } = readEquipment(Buffer.from(input.file, "base64"));
  const { tenantId } = actor;
  const now = clock.now();
  return database.transaction(scopeOf(tenantId), async (tx) => {
    // One import at a time: of two the second is compared with what the first has left.
    await tx.first(lockMunicipality, [tenantId]);
    const holders = new Map(
      (await tx.all(findHolders, [tenantId, wordsOf(lines, "holder")])).map((row) => [row.number, row.id]),
    );
    const sections = new Map(
      (await tx.all(findSections, [tenantId, wordsOf(lines, "section"), today])).map((row) => [
        row.code,
        row.id,
      ]),
    );
    issues.push(...findStrangers(lines, holders, sections));
    const known = new Map(
      (await tx.all(findKnown, [tenantId, lines.map((line) => line.number)])).map((row) => [row.number, row]),
    );
    const lent = new Set(
      (await tx.all(findLent, [tenantId, lines.map((line) => line.number)])).map((row) => row.number),
    );
    const rows = lines.map((line) => toRow(line, known.get(line.number), holders, sections, now));
    issues.push(...findMovedLoans(lines, rows, known, lent));
    const written = rows.filter((row) => row.isNew || row.isChanged);
    const isImported = !input.isDryRun && issues.length === 0;
    if (isImported && written.length > 0) {
      const column = <T>(pick: (row: (typeof written)[number]) => T) => written.map(pick);
      await tx.run(write, [
        tenantId,
        now,
        column((row) => row.id),
        column((row) => row.number),
        column((row) => row.kind),
        column((row) => row.owned),
        column((row) => row.model),
        column((row) => row.serial),
        column((row) => row.sim),
        column((row) => row.network),
        column((row) => row.state),
        column((row) => row.holder),
        column((row) => row.section),
        column((row) => row.due),
        column((row) => row.note),
        column(({ number, model, serial, sim }) => searchKey([number, model, serial, sim].join(" "))),
      ]);
      await tx.run(noteEvents, [
        tenantId,
        now,
        actor.personId,
        column(() => newId(now.getTime())),
        column((row) => row.id),
        column((row) => row.holder),
        column((row) => row.section),
      ]);
    }
    const added = rows.filter((row) => row.isNew).length;
    const changed = rows.filter((row) => row.isChanged).length;
    if (isImported)
      await recordAudit(tx, actor, now, {
        action: "equipment.imported",
        subjectId: null,
        rule,
        facts: { rows: lines.length, added, changed },
      });
    const ended: string[] = [];
    if (isImported)
      for (const { lostDevice } of written)
        if (lostDevice) ended.push(...(await cutOffLost(tx, actor, lostDevice, rule, now)));
    const report = {
      rows: lines.length,
      added,
      changed,
      unchanged: rows.length - added - changed,
      isImported,
      issues: issues.slice(0, shownIssues),
      issueCount: issues.length,
    };
    return { report, ended };
  });
}

type Row = Omit<Known, "device_id"> & { isNew: boolean; isChanged: boolean; lostDevice: string | null };

/** A line as it is to stand in the register; where the list has no column, what stands there stays. */
function toRow(
  line: EquipmentLine,
  before: Known | undefined,
  holders: ReadonlyMap<string, string>,
  sections: ReadonlyMap<string, string>,
  now: Date,
): Row {
  const { number, kind, owned, model, serial, sim, network, state, due, note, absent } = line;
  const listed = {
    ...{ number, kind, owned, model, serial, sim, network, state, due, note },
    holder: holders.get(line.holder) ?? null,
    section: sections.get(line.section) ?? null,
  };
  const kept = Object.fromEntries(
    before ? Object.entries(before).filter(([key]) => absent.has(key) && key in listed) : [],
  ) as Partial<typeof listed>;
  const after = { ...listed, ...kept };
  // Without a column for the state, a holder says that the thing is out, and nobody that it is not.
  if (
    before &&
    absent.has("state") &&
    !absent.has("holder") &&
    ["in-store", "handed-out"].includes(before.state)
  )
    after.state = after.holder ? "handed-out" : "in-store";
  if (after.state === "in-store" || after.state === "retired") after.holder = null;
  const keys = Object.keys(after) as (keyof typeof after)[];
  const isLost = after.state === "lost" && before !== undefined && before.state !== "lost";
  return {
    ...after,
    id: before?.id ?? newId(now.getTime()),
    isNew: !before,
    isChanged: before !== undefined && keys.some((key) => before[key] !== after[key]),
    lostDevice: isLost ? before.device_id : null,
  };
}

/** What is lent by the log of removable media is moved there, not by a list. */
function findMovedLoans(
  lines: readonly EquipmentLine[],
  rows: readonly Row[],
  known: ReadonlyMap<string, Known>,
  lent: ReadonlySet<string>,
): EquipmentIssue[] {
  return rows.flatMap((row, i) => {
    const before = known.get(row.number);
    const isMoved =
      before && (before.state !== row.state || before.holder !== row.holder || before.due !== row.due);
    if (!isMoved || !lent.has(row.number)) return [];
    return {
      row: lines[i]!.row,
      column: "状態",
      ja: "可搬媒体の利用簿で貸し出し中です。使う人・状態・返却予定日は利用簿で変更してください。",
      en: "It is lent by the log of removable media: change holder, state and day of return there.",
    };
  });
}

const wordsOf = (lines: readonly EquipmentLine[], key: "holder" | "section") => [
  ...new Set(lines.map((line) => line[key]).filter((word) => word !== "")),
];

function findStrangers(
  lines: readonly EquipmentLine[],
  holders: ReadonlyMap<string, string>,
  sections: ReadonlyMap<string, string>,
): EquipmentIssue[] {
  return lines.flatMap(({ row, holder, section }) => [
    ...(holder !== "" && !holders.has(holder)
      ? [
          {
            row,
            column: "職員番号",
            ja: `職員番号「${holder}」の人は名簿にいません。番号を確かめてください。`,
            en: `Nobody in the directory has the number ${holder}.`,
          },
        ]
      : []),
    ...(section !== "" && !sections.has(section)
      ? [
          {
            row,
            column: "所属コード",
            ja: `組織コード「${section}」の所属はありません。コードを確かめてください。`,
            en: `There is no section with the code ${section}.`,
          },
        ]
      : []),
  ]);
}
