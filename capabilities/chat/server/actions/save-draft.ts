import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { findTextFault } from "#shared/text.ts";
import {
  chatEvents,
  type DraftContent,
  otherDraftLimit,
  type SaveDraftRequest,
  type SavedDraft,
} from "../../contract.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { type DraftRow, draftOwner, toSavedDraft } from "../queries/list-drafts.ts";

// FOR UPDATE: two devices that save at the same moment do so one after the other, and the second sees the first.
const lockDraft = statement<DraftRow>(
  "chat.lock-draft",
  `select room_id, version, content, others, written_at from draft
    where tenant_id = $1 and account_id = $2 and author_id = $3 and zone = $4 and room_id = $5 for update`,
);

const putDraft = statement<DraftRow>(
  "chat.put-draft",
  `insert into draft (tenant_id, account_id, author_id, zone, room_id, version, content, others, written_at)
   values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
   on conflict (tenant_id, account_id, author_id, zone, room_id) do update
      set version = greatest(draft.version + 1, excluded.version), content = excluded.content,
          others = excluded.others, written_at = excluded.written_at
   returning room_id, version, content, others, written_at`,
);

const dropDraft = statement<{ room_id: string }>(
  "chat.drop-draft",
  `delete from draft
    where tenant_id = $1 and account_id = $2 and author_id = $3 and zone = $4 and room_id = $5 and version <= $6
   returning room_id`,
);

/**
 * Keeps what somebody is writing. What comes last stays; when it did not rest on what was there, that text is kept beside
 * it and offered: nothing that was typed is lost. No audit entry: a draft says nothing to anybody yet.
 */
export async function saveDraft(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  input: SaveDraftRequest,
): Promise<SavedDraft> {
  if (!isId(roomId)) throw notFound();
  const { basedOn, others, ...content } = input;
  for (const { body } of [content, ...(others ?? [])]) {
    const fault = findTextFault(body);
    if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  }
  const now = clock.now();
  const owner = draftOwner(actor);
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    assertAllowed(actor, decideReadRoom(await findRoomFacts(tx, actor.tenantId, roomId, actor.personId)));
    const known = await tx.first(lockDraft, [...owner, roomId]);
    const isNewer = known !== undefined && known.version !== basedOn;
    const kept = isNewer
      ? withOthers(content, [known.content, ...known.others])
      : (others ?? known?.others ?? []);
    const saved = (await tx.first(putDraft, [
      ...owner,
      roomId,
      Math.max(known?.version ?? 0, basedOn) + 1,
      JSON.stringify(content),
      JSON.stringify(kept),
      now,
    ]))!;
    await publish(tx, now, [changed(actor, roomId, saved.version)]);
    return toSavedDraft(saved);
  });
}

/** The message was sent, or its text was taken out. What another device has written since stays. */
export async function deleteDraft(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  version: number,
): Promise<void> {
  if (!isId(roomId)) throw notFound();
  const now = clock.now();
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    assertAllowed(actor, decideReadRoom(await findRoomFacts(tx, actor.tenantId, roomId, actor.personId)));
    if (await tx.first(dropDraft, [...draftOwner(actor), roomId, version]))
      await publish(tx, now, [changed(actor, roomId, null)]);
  });
}

/** Only texts that say something, and none that the new one already holds. */
function withOthers(content: DraftContent, others: readonly DraftContent[]): DraftContent[] {
  const kept: DraftContent[] = [];
  for (const other of others) {
    const body = other.body.trim();
    if (body === "" || content.body.includes(body) || kept.some((each) => each.body.includes(body))) continue;
    kept.push(other);
  }
  return kept.slice(0, otherDraftLimit);
}

function changed(actor: Actor, roomId: string, version: number | null) {
  return event(
    chatEvents,
    "draft.changed",
    { kind: "person", personId: actor.personId },
    { roomId, zone: actor.zone, authorId: actor.operatorId ?? actor.personId, version },
  );
}
