import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { MentionTarget, Message, MessagesPage, MessagesQuery } from "../../contract.ts";
import { decideReadRoom, type RoomFacts, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";
import { type FactsOfMessages, readMessageFacts } from "./message-facts.ts";

export type MessageRow = {
  id: string;
  seq: number;
  sender_id: string;
  operator_id: string | null;
  body: string;
  sent_at: Date;
  client_message_id: string;
  reply_to: number | null;
  mentions: string[];
  mention_targets: MentionTarget[] | null;
  thread_seq: number | null;
  version: number | null;
  edited_at: Date | null;
  deleted_at: Date | null;
  deleted_by: string | null;
  delete_reason: string | null;
};

const columns =
  "m.id, m.seq, m.sender_id, m.operator_id, m.body, m.sent_at, m.client_message_id, m.reply_to, m.mentions, " +
  "m.mention_targets, m.thread_seq, m.version, m.edited_at, m.deleted_at, m.deleted_by, m.delete_reason";
const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");
const inRoom = `m.tenant_id = $1 and m.room_id = $2 and ${visible}`;

const messagesBefore = statement<MessageRow>(
  "chat.messages-before",
  `select ${columns} from message m where ${inRoom} and m.seq < $4 order by m.seq desc limit $5`,
);
const messagesAfter = statement<MessageRow>(
  "chat.messages-after",
  `select ${columns} from message m where ${inRoom} and m.seq > $4 order by m.seq limit $5`,
);
// A thread's first message stands in none itself, so it is asked for by its own number.
const inThread = `${inRoom} and (m.thread_seq = $6 or m.seq = $6)`;
const threadBefore = statement<MessageRow>(
  "chat.thread-before",
  `select ${columns} from message m where ${inThread} and m.seq < $4 order by m.seq desc limit $5`,
);
const threadAfter = statement<MessageRow>(
  "chat.thread-after",
  `select ${columns} from message m where ${inThread} and m.seq > $4 order by m.seq limit $5`,
);
const seqAtTime = statement<{ seq: number }>(
  "chat.seq-at-time",
  `select m.seq from message m where ${inRoom} and m.sent_at >= $4 order by m.sent_at, m.seq limit 1`,
);

/**
 * A page of a room, ascending: the newest, or before, after or around a seq, or from a time on. Costs the same anywhere
 * in a room of any length.
 */
export async function listMessages(
  database: Database,
  actor: Actor,
  roomId: string,
  query: MessagesQuery,
): Promise<MessagesPage> {
  if (!isId(roomId)) throw notFound();
  if (query.thread !== undefined) return listThread(database, actor, roomId, query, query.thread);
  const key = [actor.tenantId, roomId, actor.personId] as const;
  const range = rangeOf(query);
  const read = (tx: Transaction) =>
    [
      findRoomFacts(tx, ...key),
      readMessageFacts(tx, key, range.from, range.to, query.limit),
      readRows(tx, key, query),
    ] as const;
  const scope = scopeOf(actor.tenantId);
  // Only a time needs an answer before the next question; everything else is asked in one go.
  const [facts, factsOf, rows] =
    query.at === undefined
      ? await database.pipeline<[RoomFacts & { lastSeq: number }, FactsOfMessages, MessageRow[]]>(scope, read)
      : await database.transaction(scope, async (tx) => {
          const rows = await readRows(tx, key, query);
          const last = rows.at(-1)?.seq ?? 0;
          const factsOf = await readMessageFacts(tx, key, rows[0]?.seq ?? 1, last, query.limit);
          return [await findRoomFacts(tx, ...key), factsOf, rows] as const;
        });
  assertAllowed(actor, decideReadRoom(facts));
  const first = rows[0]?.seq ?? (query.after !== undefined ? query.after + 1 : 1);
  const last = rows.at(-1)?.seq ?? (query.before !== undefined ? query.before - 1 : facts.lastSeq);
  return {
    items: rows.map((row) => factsOf(toMessage(row))),
    hasBefore: first > 1,
    hasAfter: last < facts.lastSeq,
  };
}

/** A page of one thread. Its numbers have gaps, so one message more is read to know whether there are others. */
async function listThread(
  database: Database,
  actor: Actor,
  roomId: string,
  query: MessagesQuery,
  thread: number,
): Promise<MessagesPage> {
  const key = [actor.tenantId, roomId, actor.personId] as const;
  const { limit } = query;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const isAfter = query.after !== undefined;
    const edge = query.after ?? query.before ?? Number.MAX_SAFE_INTEGER;
    const [facts, rows] = await Promise.all([
      findRoomFacts(tx, ...key),
      tx.all(isAfter ? threadAfter : threadBefore, [...key, edge, limit + 1, thread]),
    ]);
    assertAllowed(actor, decideReadRoom(facts));
    const hasMore = rows.length > limit;
    const page = rows.slice(0, limit);
    if (!isAfter) page.reverse();
    const factsOf = await readMessageFacts(tx, key, page[0]?.seq ?? 1, page.at(-1)?.seq ?? 0, limit);
    return {
      items: page.map((row) => factsOf(toMessage(row))),
      hasBefore: isAfter ? page.some((row) => row.seq > thread) : hasMore,
      hasAfter: isAfter ? hasMore : query.before !== undefined,
    };
  });
}

/** The numbers that a page can hold: a room's have no gaps. Without a beginning it is the newest page. */
function rangeOf({ before, after, around, limit }: MessagesQuery): { from: number | null; to: number } {
  if (around !== undefined) return { from: around - limit, to: around + limit };
  if (after !== undefined) return { from: after + 1, to: after + limit };
  if (before !== undefined) return { from: before - limit, to: before - 1 };
  return { from: null, to: Number.MAX_SAFE_INTEGER };
}

async function readRows(
  tx: Transaction,
  key: readonly [tenantId: string, roomId: string, personId: string],
  query: MessagesQuery,
): Promise<MessageRow[]> {
  const before = (seq: number, limit: number) => tx.all(messagesBefore, [...key, seq, limit]);
  const after = (seq: number, limit: number) => tx.all(messagesAfter, [...key, seq, limit]);
  if (query.around !== undefined) {
    // The message itself is on the newer side, so a page of one holds it.
    const half = Math.floor(query.limit / 2);
    const [older, newer] = await Promise.all([
      before(query.around, half),
      after(query.around - 1, query.limit - half),
    ]);
    return [...older.reverse(), ...newer];
  }
  if (query.at !== undefined) {
    const first = await tx.first(seqAtTime, [...key, new Date(query.at)]);
    if (first) return after(first.seq - 1, query.limit);
  } else if (query.after !== undefined) return after(query.after, query.limit);
  const newest = await before(query.before ?? Number.MAX_SAFE_INTEGER, query.limit);
  return newest.reverse();
}

/** One message with everything about it, for an answer; undefined for somebody who may not read it. */
export async function readMessage(
  tx: Transaction,
  key: readonly [tenantId: string, roomId: string, personId: string],
  seq: number,
): Promise<Message | undefined> {
  const [factsOf, row] = await Promise.all([
    readMessageFacts(tx, key, seq, seq, 1),
    tx.first(messagesAfter, [...key, seq - 1, 1]),
  ]);
  return row && factsOf(toMessage(row));
}

/** What few messages have is added only to those: a page of fifty is made in a blink, thousands of times a minute. */
export function toMessage(row: MessageRow): Message {
  const message: Message = {
    id: row.id,
    seq: row.seq,
    senderId: row.sender_id,
    operatorId: row.operator_id,
    body: row.body,
    sentAt: row.sent_at.toISOString(),
    clientMessageId: row.client_message_id,
    replyTo: row.reply_to,
    mentions: row.mentions,
  };
  if (row.mention_targets !== null) message.mentionTargets = row.mention_targets;
  if (row.thread_seq !== null) message.threadSeq = row.thread_seq;
  if (row.version !== null) message.version = row.version;
  if (row.edited_at !== null) message.editedAt = row.edited_at.toISOString();
  if (row.deleted_at !== null)
    message.deletion = {
      at: row.deleted_at.toISOString(),
      personId: row.deleted_by!,
      reason: row.delete_reason,
    };
  return message;
}
