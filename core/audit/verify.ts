import { build, type Database, scopeOf, type Transaction } from "#core/db/index.ts";
import { type AuditKey, firstLink, linkOf } from "./chain.ts";
import { digestOf } from "./entry.ts";

/** A place of the chain that somebody wrote down outside: printed, or kept elsewhere. */
export type AuditAnchor = { tenantId: string; number: number; link: string };

export type AuditFault = { number: number | null; entryId: number | null; ja: string; en: string };

export type AuditReport = {
  entries: number;
  links: number;
  disposed: number;
  /** Entries that no link holds yet, and the age of the oldest in seconds: a rising age is an alarm. */
  unsealed: number;
  oldestUnsealedSeconds: number;
  anchor: AuditAnchor;
  faults: AuditFault[];
};

type LinkRow = {
  first_number: number;
  last_number: number;
  entry_ids: number[];
  previous: Buffer;
  link: Buffer;
};
type EntryRow = {
  id: number;
  payload: string | null;
  salt: Buffer | null;
  digest: Buffer;
  at: Date;
  action: string;
  actor_id: string | null;
  subject_id: string | null;
};

/**
 * Recomputes a municipality's whole chain. Finds a changed entry or link, a deleted one, and, against anchors from
 * outside, a cut tail and a chain that was rewritten by somebody who had the key.
 */
export async function verifyAudit(
  database: Database,
  tenantId: string,
  keys: readonly AuditKey[],
  anchors: readonly AuditAnchor[],
  now: Date,
): Promise<AuditReport> {
  return database.transaction(
    scopeOf(tenantId),
    async (tx) => {
      const faults: AuditFault[] = [];
      let previous = firstLink;
      let number = 0;
      let links = 0;
      const disposed = new Set<number>();
      const permitted = new Set<number>();
      const chained = new Set<number>();
      // An anchor of the empty chain says nothing: every chain begins there.
      const anchored = new Map(
        anchors.filter((a) => a.tenantId === tenantId && a.number > 0).map((a) => [a.number, a.link]),
      );
      for await (const link of readLinks(tx, tenantId)) {
        links++;
        if (link.first_number !== number + 1)
          faults.push(
            fault(number + 1, null, "連番が途切れています", "the numbers have a gap: links were deleted"),
          );
        const entries = await readEntries(tx, tenantId, link.entry_ids);
        const found = new Map(entries.map((entry) => [entry.id, entry]));
        for (const id of link.entry_ids) {
          if (chained.has(id))
            faults.push(fault(link.first_number, id, "記録が二重です", "entry is chained twice"));
          chained.add(id);
          const entry = found.get(id);
          if (!entry) {
            faults.push(fault(link.first_number, id, "記録が削除されています", "entry was deleted"));
            continue;
          }
          if (entry.payload === null || entry.salt === null) {
            disposed.add(id);
            continue;
          }
          for (const covered of disposalsOf(entry)) permitted.add(covered);
          if (!isIntact(entry))
            faults.push(fault(link.first_number, id, "記録が書き換えられています", "entry was changed"));
        }
        const digests = link.entry_ids.flatMap((id) => {
          const entry = found.get(id);
          return entry ? [{ id, digest: entry.digest }] : [];
        });
        const holds = keys.some((key) => linkOf(key, previous, link.first_number, digests).equals(link.link));
        if (!holds || !link.previous.equals(previous))
          faults.push(fault(link.first_number, null, "連鎖が一致しません", "the chain does not hold here"));
        previous = link.link;
        number = link.last_number;
        const expected = anchored.get(number);
        if (expected !== undefined) {
          anchored.delete(number);
          if (expected !== link.link.toString("hex"))
            faults.push(
              fault(
                number,
                null,
                "控えと一致しません（作り直された疑い）",
                "differs from the anchor: rewritten",
              ),
            );
        }
      }
      for (const [missing] of anchored)
        faults.push(
          fault(
            missing,
            null,
            "控えにある記録がありません（末尾の切り落とし）",
            "the anchored end is missing: tail cut",
          ),
        );
      for (const id of disposed)
        if (!permitted.has(id))
          faults.push(
            fault(null, id, "廃棄の記録がないまま消されています", "erased without a recorded disposal"),
          );
      const unsealed = await readUnsealed(tx, tenantId, chained);
      return {
        entries: chained.size,
        links,
        disposed: disposed.size,
        unsealed: unsealed.count,
        oldestUnsealedSeconds: unsealed.oldest
          ? Math.max(0, (now.getTime() - unsealed.oldest.getTime()) / 1000)
          : 0,
        anchor: { tenantId, number, link: previous.toString("hex") },
        faults,
      };
    },
    { mode: "snapshot" },
  );
}

const fault = (number: number | null, entryId: number | null, ja: string, en: string): AuditFault => ({
  number,
  entryId,
  ja,
  en,
});

/** The payload has its digest, and the columns that searches use say what the payload says. */
function isIntact(entry: EntryRow): boolean {
  if (!digestOf(entry.salt!, entry.payload!).equals(entry.digest)) return false;
  const payload = JSON.parse(entry.payload!) as {
    at: string;
    action: string;
    actor?: string;
    subject: string | null;
  };
  return (
    payload.at === entry.at.toISOString() &&
    payload.action === entry.action &&
    (payload.actor ?? null) === entry.actor_id &&
    payload.subject === entry.subject_id
  );
}

/** The action of an entry that records a lawful disposal; its fact `entries` names the ids, separated by spaces. */
export const disposalAction = "audit.disposed";

function disposalsOf(entry: EntryRow): number[] {
  if (entry.action !== disposalAction) return [];
  const { facts } = JSON.parse(entry.payload!) as { facts: { entries?: string } };
  return (facts.entries ?? "").split(" ").filter(Boolean).map(Number);
}

async function* readLinks(tx: Transaction, tenantId: string): AsyncGenerator<LinkRow> {
  let after = 0;
  for (;;) {
    const page: LinkRow[] = await tx.all(
      build
        .selectFrom("audit_link")
        .select(["first_number", "last_number", "entry_ids", "previous", "link"])
        .where("tenant_id", "=", tenantId)
        .where("last_number", ">", after)
        .orderBy("last_number")
        .limit(200),
    );
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.last_number;
  }
}

async function readEntries(tx: Transaction, tenantId: string, ids: readonly number[]): Promise<EntryRow[]> {
  return tx.all(
    build
      .selectFrom("audit_entry")
      .select(["id", "at", "payload", "salt", "digest", "action", "actor_id", "subject_id"])
      .where("tenant_id", "=", tenantId)
      .where("id", "=", (eb) => eb.fn.any(eb.val([...ids]))),
  );
}

async function readUnsealed(
  tx: Transaction,
  tenantId: string,
  chained: ReadonlySet<number>,
): Promise<{ count: number; oldest: Date | undefined }> {
  let count = 0;
  let oldest: Date | undefined;
  let after = 0;
  for (;;) {
    const page = await tx.all<{ id: number; at: Date }>(
      build
        .selectFrom("audit_entry")
        .select(["id", "at"])
        .where("tenant_id", "=", tenantId)
        .where("id", ">", after)
        .orderBy("id")
        .limit(5000),
    );
    for (const row of page) {
      if (chained.has(row.id)) continue;
      count++;
      if (!oldest || row.at < oldest) oldest = row.at;
    }
    const last = page.at(-1);
    if (!last) return { count, oldest };
    after = last.id;
  }
}
