import { listRoomNames } from "#capabilities/chat/index.ts";
import type { Transaction } from "#core/db/index.ts";
import { statement } from "#core/db/index.ts";
import { listPersonSummaries } from "#core/identity/index.ts";
import { isId } from "#shared/ids.ts";
import type { AuditItem } from "../contract.ts";
import { auditWords } from "./audit-words.ts";
import type { EntryRow } from "./queries/find-entries.ts";

type Payload = {
  system?: string;
  operator?: string | null;
  zone?: AuditItem["zone"];
  device?: string;
  rule: string;
  facts: AuditItem["facts"];
};

const listSectionNames = statement<{ id: string; name: string }>(
  "governance.list-section-names",
  "select id, name from section where tenant_id = $1 and id = any($2::uuid[])",
);

const officeWords: Readonly<Record<string, { ja: string; en: string }>> = {
  accounts: { ja: "アカウント", en: "Accounts" },
  rules: { ja: "ルール", en: "Rules" },
  audit: { ja: "監査", en: "Audit" },
  records: { ja: "記録", en: "Records" },
};
const system = { ja: "（システム）", en: "(the system)" };
const atTheConsole = { ja: "（サーバーの管理者）", en: "(the operator)" };

/** Entries as people read them: a sentence in which ids are names. What no longer has a name stays an id. */
export async function describeEntries(
  tx: Transaction,
  tenantId: string,
  rows: readonly EntryRow[],
): Promise<AuditItem[]> {
  const payloads = rows.map((row) =>
    row.payload === null ? undefined : (JSON.parse(row.payload) as Payload),
  );
  const ids = new Set<string>();
  for (const [i, row] of rows.entries())
    for (const value of [
      row.actor_id,
      row.subject_id,
      payloads[i]?.operator,
      ...Object.values(payloads[i]?.facts ?? {}),
    ])
      if (typeof value === "string" && isId(value)) ids.add(value);
  const wanted = [...ids];
  const [people, rooms, sections] = await Promise.all([
    listPersonSummaries(tx, tenantId, wanted),
    listRoomNames(tx, tenantId, wanted),
    tx.all(listSectionNames, [tenantId, wanted]),
  ]);
  const names = new Map<string, string>([
    ...sections.map(({ id, name }) => [id, name] as const),
    ...rooms,
    ...[...people].map(([id, { name }]) => [id, name] as const),
  ]);
  return rows.map((row, i) => {
    const payload = payloads[i];
    const actor = row.actor_id === null ? null : (people.get(row.actor_id) ?? null);
    const who = actor?.name ?? (payload?.system === "console" ? atTheConsole : system);
    const say = (language: "ja" | "en") =>
      (auditWords[row.action]?.[language] ?? row.action).replace(/\{(\w+)\}/g, (_whole, hole: string) => {
        if (hole === "actor") return typeof who === "string" ? who : who[language];
        const value = hole === "subject" ? row.subject_id : payload?.facts[hole];
        if (value === null || value === undefined) return language === "ja" ? "（なし）" : "(none)";
        if (hole === "office") return officeWords[String(value)]?.[language] ?? String(value);
        return names.get(String(value)) ?? (isId(String(value)) ? String(value).slice(0, 8) : String(value));
      });
    return {
      id: row.id,
      at: row.at.toISOString(),
      action: row.action,
      ja: say("ja"),
      en: say("en"),
      actor,
      operator: payload?.operator ? (people.get(payload.operator) ?? null) : null,
      zone: payload?.zone ?? null,
      deviceId: payload?.device ?? null,
      rule: payload?.rule ?? null,
      subjectId: row.subject_id,
      facts: payload?.facts ?? {},
      isDisposed: payload === undefined,
    };
  });
}
