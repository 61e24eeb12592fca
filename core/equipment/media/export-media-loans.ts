import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { todayInJapan } from "#core/identity/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { classWords, zoneWords } from "#shared/crossing-words.ts";
import { formatMoment } from "#shared/time.ts";
import type { MediaLoanExport, MediaLoanState } from "./media-contract.ts";
import { decideUseMedia, mediaInCharge, seenLoans } from "./media-policy.ts";
import { listSectionsInCharge } from "./officers.ts";

type Row = {
  asked_at: Date;
  section_name: string | null;
  asker_name: string;
  operator_name: string | null;
  purpose: string;
  classification: string;
  zone: string;
  system: string;
  from_on: string;
  due_on: string;
  state: MediaLoanState;
  decided_by_name: string | null;
  number: string | null;
  lent_at: Date | null;
  lent_by_name: string | null;
  is_encrypted: boolean | null;
  ended_at: Date | null;
  checked_by_name: string | null;
};

const listAll = statement<Row>(
  "equipment.list-loans-for-export",
  `select l.asked_at, x.name as section_name, p.name as asker_name, o.name as operator_name, l.purpose, l.classification, l.zone,
          l.system, l.from_on::text as from_on, l.due_on::text as due_on, l.state, d.name as decided_by_name, e.number, l.lent_at,
          k.name as lent_by_name, out.is_encrypted, l.ended_at, c.name as checked_by_name
     from media_loan l
     join person p on p.tenant_id = l.tenant_id and p.id = l.asker_id
     left join person o on o.tenant_id = l.tenant_id and o.id = l.operator_id
     left join section x on x.tenant_id = l.tenant_id and x.id = l.section_id
     left join equipment e on e.tenant_id = l.tenant_id and e.id = l.equipment_id
     left join person d on d.tenant_id = l.tenant_id and d.id = l.decided_by
     left join person k on k.tenant_id = l.tenant_id and k.id = l.lent_by
     left join media_event out on out.tenant_id = l.tenant_id and out.loan_id = l.id and out.what = 'lent'
     left join media_event back on back.tenant_id = l.tenant_id and back.loan_id = l.id and back.what = 'returned'
     left join person c on c.tenant_id = l.tenant_id and c.id = back.by_id
    where l.tenant_id = $1 and ${seenLoans} order by l.id`,
);

const headings = [
  ...[
    "申請日時",
    "所属",
    "申請者",
    "操作者",
    "目的",
    "情報の区分",
    "使う側",
    "システム・端末",
    "利用開始日",
    "返却予定日",
  ],
  ...[
    "状態",
    "承認・不承認",
    "媒体の番号",
    "貸出日時",
    "貸し出した人",
    "暗号化",
    "返却・紛失の日時",
    "消去とウイルス検査を確かめた人",
  ],
];
const states: Record<MediaLoanState, string> = {
  waiting: "承認待ち",
  approved: "承認済み",
  refused: "不承認",
  withdrawn: "取り下げ",
  lent: "貸出中",
  returned: "返却済み",
  lost: "紛失",
};

/** The log as far as the actor may see it, as a table. */
export async function exportMediaLoans(
  { database, clock }: { database: Database; clock: Clock },
  actor: Actor,
): Promise<MediaLoanExport> {
  const rule = assertAllowed(actor, decideUseMedia(actor));
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const charge = mediaInCharge(actor, await listSectionsInCharge(tx, actor, todayInJapan(clock)));
    const sections = charge.kind === "all" ? null : charge.sectionIds;
    const rows = await tx.all(listAll, [actor.tenantId, actor.personId, sections]);
    await recordAudit(tx, actor, clock.now(), {
      action: "media.exported",
      subjectId: null,
      rule,
      facts: { rows: rows.length },
    });
    return { rows: [headings, ...rows.map(toCells)] };
  });
}

function toCells(row: Row): string[] {
  const moment = (at: Date | null) => (at ? formatMoment(at) : "");
  return [
    moment(row.asked_at),
    row.section_name ?? "",
    row.asker_name,
    row.operator_name ?? "",
    row.purpose,
    classWords(row.classification as Parameters<typeof classWords>[0]).ja,
    zoneWords(row.zone).ja,
    row.system,
    row.from_on,
    row.due_on,
    states[row.state],
    row.decided_by_name ?? "",
    row.number ?? "",
    moment(row.lent_at),
    row.lent_by_name ?? "",
    row.is_encrypted === null ? "" : row.is_encrypted ? "あり" : "なし",
    moment(row.ended_at),
    row.checked_by_name ?? "",
  ];
}
