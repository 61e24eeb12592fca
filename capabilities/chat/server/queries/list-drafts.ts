import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { type Actor, noteDecision } from "#core/policy/index.ts";
import type { DraftContent, DraftsPage, SavedDraft } from "../../contract.ts";
import { roomRules } from "../policy.ts";

export type DraftRow = {
  room_id: string;
  version: number;
  content: DraftContent;
  others: DraftContent[];
  written_at: Date;
};

/** Whose draft it is: the account, who sits at it, and the zone. A draft is read in the zone where it was written alone. */
export const draftOwner = (actor: Actor) =>
  [actor.tenantId, actor.personId, actor.operatorId ?? actor.personId, actor.zone] as const;

const draftsOf = statement<DraftRow>(
  "chat.drafts-of",
  `select d.room_id, d.version, d.content, d.others, d.written_at
     from draft d
     join room_member rm on rm.tenant_id = $1 and rm.room_id = d.room_id and rm.person_id = $2
    where d.tenant_id = $1 and d.account_id = $2 and d.author_id = $3 and d.zone = $4
    order by d.room_id`,
);

/** Everything that the caller is writing, in rooms of which they are members. */
export async function listDrafts(database: Database, actor: Actor): Promise<DraftsPage> {
  noteDecision(actor, roomRules.memberReads);
  const rows = await database.transaction(scopeOf(actor.tenantId), (tx) =>
    tx.all(draftsOf, [...draftOwner(actor)]),
  );
  return { items: rows.map(toSavedDraft) };
}

export function toSavedDraft(row: DraftRow): SavedDraft {
  return {
    roomId: row.room_id,
    version: row.version,
    content: row.content,
    others: row.others,
    writtenAt: row.written_at.toISOString(),
  };
}
