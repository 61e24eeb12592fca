import { statement, type Transaction } from "#core/db/index.ts";
import { event, type OutgoingEvent } from "#core/realtime/publish.ts";
import { chatEvents } from "../../contract.ts";

/** What stands on the place of a message whose time is over. */
const reason = "保存期間が満了したため、定めに従って廃棄しました";

/** Messages of a room that were written, and last edited, before a moment; none of people under hold. */
export type DueInRoom = { roomId: string; before: Date; heldPeople: readonly string[] };

// What went leaves an empty row without earlier texts, which is never due again.
const isDue = `m.tenant_id = $1 and m.room_id = $2 and m.seq > $5 and m.sent_at < $3
      and coalesce(m.edited_at, m.sent_at) < $3
      and not (m.sender_id = any($4::uuid[])) and not (coalesce(m.operator_id, m.sender_id) = any($4::uuid[]))
      and (m.body <> '' or exists (select from message_version v
            where v.tenant_id = m.tenant_id and v.room_id = m.room_id and v.seq = m.seq))`;

const countDue = statement<{ messages: number; oldest: Date | null; newest: Date | null }>(
  "chat.count-due-messages",
  `select count(*)::int as messages, min(m.sent_at) as oldest, max(m.sent_at) as newest from message m where ${isDue}`,
);
// FOR NO KEY UPDATE: an edit or a deletion of the same message comes before or after.
const lockDue = statement<{ seq: number; id: string; sent_at: Date; is_deleted: boolean }>(
  "chat.lock-due-messages",
  `select m.seq, m.id, m.sent_at, m.deleted_at is not null as is_deleted from message m where ${isDue}
    order by m.seq limit $6 for no key update of m`,
);
const empty = statement<{ seq: number; version: number }>(
  "chat.empty-due-messages",
  `update message set body = '', mentions = '{}', mention_targets = null, version = coalesce(version, 1) + 1,
          edited_at = null, deleted_at = $4, deleted_by = $5, delete_reason = $6
    where tenant_id = $1 and room_id = $2 and seq = any($3::bigint[]) and deleted_at is null
   returning seq, version`,
);
const deleteVersions = statement<{ seq: number }>(
  "chat.delete-due-versions",
  "delete from message_version where tenant_id = $1 and room_id = $2 and seq = any($3::bigint[]) returning seq",
);
const ofMessages = "tenant_id = $1 and room_id = $2 and seq = any($3::bigint[])";
const forgetting = [
  statement<never>("chat.forget-due-reactions", `delete from message_reaction where ${ofMessages}`),
  statement<never>("chat.forget-due-asked", `delete from confirmation_person where ${ofMessages}`),
  statement<never>("chat.forget-due-requests", `delete from confirmation_request where ${ofMessages}`),
  statement<never>(
    "chat.forget-due-titles",
    `update thread set title = null where ${ofMessages} and title is not null`,
  ),
  // Found through the members: the key of a mention begins with its person.
  statement<never>(
    "chat.forget-due-mentions",
    `delete from message_mention mm using room_member m
      where m.tenant_id = $1 and m.room_id = $2 and mm.tenant_id = $1 and mm.room_id = $2
        and mm.seq = any($3::bigint[]) and mm.person_id = m.person_id`,
  ),
];
const findLast = statement<{ last_seq: number }>(
  "chat.find-last-of-due-room",
  "select last_seq from room_counter where tenant_id = $1 and room_id = $2",
);
const forgetDrafts = statement<never>(
  "chat.forget-due-drafts",
  "delete from draft where tenant_id = $1 and room_id = $2 and written_at < $3 and not (account_id = any($4::uuid[])) and not (author_id = any($4::uuid[]))",
);

export async function countDueMessages(tx: Transaction, tenantId: string, due: DueInRoom) {
  return (await tx.first(countDue, [tenantId, due.roomId, due.before, due.heldPeople, 0]))!;
}

export type DisposedMessages = {
  messages: readonly { seq: number; id: string; sentAt: Date }[];
  /** Earlier texts that went with them. */
  versions: number;
  events: OutgoingEvent[];
};

/**
 * Takes what messages said, with their earlier texts, reactions and mentions: at most `limit`, those behind `afterSeq`
 * first. Their numbers stay, so nothing moves. Locks these messages alone, so that sending goes on; the caller publishes
 * what this returns.
 *
 * @param batch.byId who is named on the empty places
 */
export async function disposeMessages(
  tx: Transaction,
  tenantId: string,
  now: Date,
  batch: DueInRoom & { afterSeq: number; limit: number; byId: string },
): Promise<DisposedMessages> {
  const { roomId, before, heldPeople, afterSeq, limit, byId } = batch;
  const due = await tx.all(lockDue, [tenantId, roomId, before, heldPeople, afterSeq, limit]);
  if (due.length === 0) return { messages: [], versions: 0, events: [] };
  const seqs = due.map(({ seq }) => seq);
  const emptied = await tx.all(empty, [tenantId, roomId, seqs, now, byId, reason]);
  const versions = await tx.all(deleteVersions, [tenantId, roomId, seqs]);
  for (const forget of forgetting) await tx.run(forget, [tenantId, roomId, seqs]);
  const last = await tx.first(findLast, [tenantId, roomId]);
  const deletion = { at: now.toISOString(), personId: byId, reason };
  // The newest message stands in what was told to those who joined lately: those words are taken back from the log.
  const newest = emptied.find(({ seq }) => seq === last?.last_seq);
  const messages = emptied.filter((each) => each !== newest).sort((a, b) => a.seq - b.seq);
  const topic = { kind: "topic", topicId: roomId } as const;
  const taken = { kind: "withdraw", topicId: roomId } as const;
  return {
    messages: due.map(({ seq, id, sent_at }) => ({ seq, id, sentAt: sent_at })),
    versions: versions.length,
    events: [
      ...(messages.length > 0
        ? [event(chatEvents, "messages.disposed", topic, { roomId, messages, deletion })]
        : []),
      ...(newest ? [event(chatEvents, "message.deleted", taken, { roomId, ...newest, deletion })] : []),
    ],
  };
}

/** What was begun and never sent before the moment, by people who are not under hold. */
export async function disposeDrafts(tx: Transaction, tenantId: string, due: DueInRoom): Promise<void> {
  await tx.run(forgetDrafts, [tenantId, due.roomId, due.before, due.heldPeople]);
}

// In the order of room and person, as everybody who moves positions.
const evenOut = statement<{ person_id: string }>(
  "chat.even-out-read-positions",
  `with held as materialized (
     select person_id from room_member where tenant_id = $1 and room_id = $2 and read_seq < $3
      order by person_id for no key update
   )
   update room_member m set read_seq = $3 from held h
    where m.tenant_id = $1 and m.room_id = $2 and m.person_id = h.person_id returning m.person_id`,
);

/** Moves whoever had read less up to the last message that went: who had read what of it is not kept either. */
export async function disposeReadPositions(
  tx: Transaction,
  tenantId: string,
  { roomId, upTo }: { roomId: string; upTo: number },
): Promise<OutgoingEvent[]> {
  const moved = await tx.all(evenOut, [tenantId, roomId, upTo]);
  if (moved.length === 0) return [];
  const positions = moved.map(({ person_id }) => ({ personId: person_id, seq: upTo }));
  return [
    event(chatEvents, "read-positions.moved", { kind: "topic", topicId: roomId }, { roomId, positions }),
  ];
}
