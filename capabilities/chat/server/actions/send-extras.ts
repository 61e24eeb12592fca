import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import type { ConfirmationFacts, Message, SendMessageRequest } from "../../contract.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { readMessage } from "../queries/list-messages.ts";

/** What few messages have when they are sent. */
export type SendExtras = Pick<Message, "threadSeq" | "files"> & { confirmation?: ConfirmationFacts };

const rfc3339 = (moment: string) => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
// The outbox keeps the fields of an event without their braces.
const fields = (json: string) => `substr((${json})::text, 2, length((${json})::text) - 2)`;

/**
 * Behind the send's own statement, in its transaction and under its lock, and only when a message of the batch has
 * something of it: an ordinary send pays nothing. A message that was not made, by whatever decision, is not found here. What is
 * known only now (how many were asked, how many replies) goes out as an event behind `message.sent`.
 */
export const insertExtras = statement<never>(
  "chat.insert-extras",
  `with made as materialized (
     select i.*, m.seq, m.sender_id
       from unnest($2::uuid[], $3::uuid[], $4::boolean[], $5::timestamptz[], $6::bigint[])
            as i (room_id, id, asks, deadline, thread_seq)
      cross join lateral (select * from message m
                           where m.tenant_id = $1 and m.room_id = i.room_id and m.id = i.id limit 1) m
   ), awaited as materialized (
     select n.room_id, n.seq, rm.person_id
       from made n join room_member rm on rm.tenant_id = $1 and rm.room_id = n.room_id
      where n.asks and rm.person_id <> n.sender_id
   ), named as (
     insert into confirmation_person (tenant_id, room_id, seq, person_id)
     select $1, room_id, seq, person_id from awaited
   ), asked as (
     insert into confirmation_request (tenant_id, room_id, seq, asked_by, asked_at, deadline, asked_count)
     select $1, n.room_id, n.seq, n.sender_id, $7, n.deadline,
            (select count(*) from awaited a where a.room_id = n.room_id and a.seq = n.seq)
       from made n where n.asks
     returning room_id, seq, deadline, asked_count
   ), threaded as (
     update message m set thread_seq = n.thread_seq from made n
      where m.tenant_id = $1 and m.room_id = n.room_id and m.seq = n.seq and n.thread_seq is not null
   ), counted as (
     insert into thread as t (tenant_id, room_id, seq, reply_count, last_reply_seq, last_reply_at)
     select $1, room_id, thread_seq, count(*), max(seq), $7::timestamptz
       from made where thread_seq is not null group by room_id, thread_seq
     on conflict (tenant_id, room_id, seq) do update
       set reply_count = t.reply_count + excluded.reply_count, last_reply_seq = excluded.last_reply_seq,
           last_reply_at = excluded.last_reply_at
     returning room_id, seq, title, reply_count, last_reply_seq, last_reply_at
   )
   insert into outbox (tenant_id, type, topic_id, fields, published_at)
   select $1, 'confirmation.changed', a.room_id,
          ${fields(`json_build_object('roomId', a.room_id, 'seq', a.seq, 'personId', null, 'confirmation',
            json_build_object('deadline', ${rfc3339("a.deadline")}, 'askedCount', a.asked_count, 'confirmedCount', 0,
              'remindedAt', null))`)}, $7
     from asked a
    union all
   select $1, 'thread.changed', c.room_id,
          ${fields(`json_build_object('roomId', c.room_id, 'seq', c.seq, 'thread',
            json_build_object('title', c.title, 'replyCount', c.reply_count, 'lastReplySeq', c.last_reply_seq,
              'lastReplyAt', ${rfc3339("c.last_reply_at")}))`)}, $7
     from counted c`,
);

/** What a request asks for beyond an ordinary message; undefined for nearly all. */
export function extrasOf(input: SendMessageRequest): SendExtras | undefined {
  if (!input.confirmation && input.threadSeq === undefined && !input.fileIds) return undefined;
  return {
    ...(input.fileIds && { files: [...new Set(input.fileIds)].sort().map((id) => ({ id })) }),
    ...(input.threadSeq !== undefined && { threadSeq: input.threadSeq }),
    ...(input.confirmation && {
      confirmation: {
        deadline: input.confirmation.deadline ? new Date(input.confirmation.deadline).toISOString() : null,
        askedCount: 0,
        confirmedCount: 0,
        remindedAt: null,
      },
    }),
  };
}

const findThreadOf = statement<{ thread_seq: number | null }>(
  "chat.find-thread-of",
  "select thread_seq from message where tenant_id = $1 and room_id = $2 and seq = $3",
);

/**
 * Refuses a thread that is none: its first message must be there and stand in no thread itself. Neither ever changes, so it is
 * looked up before the send's transaction.
 */
export async function checkThread(
  database: Database,
  actor: Actor,
  roomId: string,
  threadSeq: number | undefined,
): Promise<void> {
  if (threadSeq === undefined) return;
  await database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
    assertAllowed(actor, decideReadRoom(facts));
    const root = await tx.first(findThreadOf, [actor.tenantId, roomId, threadSeq]);
    if (root?.thread_seq !== null) throw new AppError("invalid-request", { where: "body.threadSeq" });
  });
}

/** A message as it is read, for the answer to a send with extras or one that was repeated. */
export async function readSent(
  database: Database,
  actor: Actor,
  roomId: string,
  seq: number,
): Promise<Message | undefined> {
  return database.transaction(scopeOf(actor.tenantId), (tx) =>
    readMessage(tx, [actor.tenantId, roomId, actor.personId], seq),
  );
}
