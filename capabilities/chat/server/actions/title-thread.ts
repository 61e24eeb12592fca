import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { findTextFault, normaliseText } from "#shared/text.ts";
import { chatEvents, type ThreadFacts } from "../../contract.ts";
import { decideTitleThread } from "../message-policy.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { holdOwnMembership } from "../queries/lock-message.ts";

// FOR NO KEY UPDATE: replies count under the room's counter, so the counter is locked first and the title second.
const lockCounter = statement<never>(
  "chat.lock-counter-for-title",
  "select from room_counter where tenant_id = $1 and room_id = $2 for no key update",
);
const findRoot = statement<{ sender_id: string; thread_seq: number | null; is_deleted: boolean }>(
  "chat.find-thread-root",
  `select sender_id, thread_seq, deleted_at is not null as is_deleted from message
    where tenant_id = $1 and room_id = $2 and seq = $3`,
);
type ThreadRow = {
  title: string | null;
  reply_count: number;
  last_reply_seq: number | null;
  last_reply_at: Date | null;
};
const writeTitle = statement<ThreadRow>(
  "chat.write-title",
  `insert into thread as t (tenant_id, room_id, seq, title) values ($1, $2, $3, $4)
   on conflict (tenant_id, room_id, seq) do update set title = excluded.title
   returning title, reply_count, last_reply_seq, last_reply_at`,
);

/** Gives a thread a title (話題), another one, or none. A message without replies becomes a thread by it. */
export async function titleThread(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  seq: number,
  given: string | null,
): Promise<ThreadFacts> {
  if (!isId(roomId)) throw notFound();
  const title = given === null ? null : normaliseText(given).trim();
  const fault = title && findTextFault(title);
  if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const before = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideReadRoom(before));
    await tx.run(lockCounter, [actor.tenantId, roomId]);
    await holdOwnMembership(tx, actor, roomId);
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideReadRoom(facts));
    const root = await tx.first(findRoot, [actor.tenantId, roomId, seq]);
    if (!root) throw notFound();
    const rule = assertAllowed(actor, decideTitleThread(actor, facts, { senderId: root.sender_id }));
    if (root.thread_seq !== null) throw new AppError("invalid-request", { where: "seq" });
    const row = (await tx.first(writeTitle, [actor.tenantId, roomId, seq, title]))!;
    const thread: ThreadFacts = {
      title: row.title,
      replyCount: row.reply_count,
      lastReplySeq: row.last_reply_seq,
      lastReplyAt: row.last_reply_at?.toISOString() ?? null,
    };
    await recordAudit(tx, actor, now, {
      action: "thread.titled",
      subjectId: roomId,
      rule,
      facts: { seq, hasTitle: title !== null },
    });
    await publish(tx, now, [
      event(chatEvents, "thread.changed", { kind: "topic", topicId: roomId }, { roomId, seq, thread }),
    ]);
    return thread;
  });
}
