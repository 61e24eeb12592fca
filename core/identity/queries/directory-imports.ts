import { statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { isId } from "#shared/ids.ts";
import type { ImportProgress } from "../actions/import-people.ts";
import type { DirectoryImport, DirectoryImportItem, ImportState } from "../contract.ts";
import type { ImportReport } from "../import/report.ts";

/** First passwords are kept this long for whoever imports on a Friday evening; after the first download for a moment. */
const passwordDays = 7;
const passwordMinutesAfterFirst = 15;

export type ImportRow = {
  id: string;
  state: ImportState;
  created_at: Date;
  created_by: string;
  sections_name: string | null;
  people_name: string | null;
  end_missing: boolean;
  effective_on: string | null;
  report: ImportReport;
  has_passwords: boolean;
  passwords_taken_at: Date | null;
  finished_at: Date | null;
  stopped_at: Date | null;
};

const columns = `i.id, i.state, i.created_at, p.name as created_by, i.sections_name, i.people_name, i.end_missing, i.effective_on,
          i.report, i.passwords is not null as has_passwords, i.passwords_taken_at, i.finished_at, i.stopped_at`;

const listStatement = statement<ImportRow>(
  "identity.list-imports",
  `select ${columns} from directory_import i join person p on p.tenant_id = i.tenant_id and p.id = i.created_by
    where i.tenant_id = $1 order by i.created_at desc limit 50`,
);
const findStatement = statement<ImportRow>(
  "identity.find-import",
  `select ${columns} from directory_import i join person p on p.tenant_id = i.tenant_id and p.id = i.created_by
    where i.tenant_id = $1 and i.id = $2`,
);

/** The newest fifty imports, with what they did in numbers. */
export async function listImports(tx: Transaction, tenantId: string): Promise<DirectoryImportItem[]> {
  return (await tx.all(listStatement, [tenantId])).map(toItem);
}

export async function getImport(tx: Transaction, tenantId: string, id: string): Promise<ImportRow> {
  const row = isId(id) ? await tx.first(findStatement, [tenantId, id]) : undefined;
  if (!row) throw notFound();
  return row;
}

export function toDirectoryImport(
  row: ImportRow,
  progress: ImportProgress | undefined,
  now: Date,
): DirectoryImport {
  const until = passwordsUntil(row);
  return {
    ...toItem(row),
    endMissing: row.end_missing,
    report: row.report,
    progress: progress ?? null,
    passwords:
      until && until > now ? { count: row.report.accounts.created.length, until: until.toISOString() } : null,
  };
}

/** Until when the first passwords can be fetched; undefined when there are none (any more). */
export function passwordsUntil(
  row: Pick<ImportRow, "has_passwords" | "passwords_taken_at" | "finished_at">,
): Date | undefined {
  if (!row.has_passwords || !row.finished_at) return undefined;
  return row.passwords_taken_at
    ? new Date(row.passwords_taken_at.getTime() + passwordMinutesAfterFirst * 60_000)
    : new Date(row.finished_at.getTime() + passwordDays * 86_400_000);
}

function toItem(row: ImportRow): DirectoryImportItem {
  const { issues, sections, people, accounts } = row.report;
  const count = (severity: "error" | "warning") =>
    issues.filter((found) => found.severity === severity).length;
  return {
    id: row.id,
    state: row.state,
    createdAt: row.created_at.toISOString(),
    createdBy: row.created_by,
    on: row.effective_on,
    files: [row.sections_name, row.people_name].filter((name) => name !== null),
    finishedAt: row.finished_at?.toISOString() ?? null,
    stoppedAt: row.state === "checked" ? (row.stopped_at?.toISOString() ?? null) : null,
    counts: {
      errors: count("error"),
      warnings: count("warning"),
      created: people.created.length,
      changed: people.changed.length,
      ended: people.ended.length,
      returned: people.returned.length,
      sections:
        new Set([...sections.created, ...sections.changed].map(({ code, name }) => `${code} ${name}`)).size +
        sections.ended.length,
      accounts: accounts.created.length,
    },
  };
}
