import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { ThreadsPage, ThreadsQuery } from "../../contract.ts";
import { decideReadRoom, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";

type ThreadRow = {
  seq: number;
  sender_id: string;
  excerpt: string;
  sent_at: Date;
  title: string | null;
  reply_count: number;
  last_reply_seq: number | null;
  last_reply_at: Date | null;
  newest_seq: number;
  unread: number;
};

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");

const threadsByNewest = statement<ThreadRow>(
  "chat.threads-by-newest",
  `select t.*, m.sender_id, left(m.body, 120) as excerpt, m.sent_at,
          (select count(*) from message r
             join room_member me on me.tenant_id = $1 and me.room_id = $2 and me.person_id = $3
            where r.tenant_id = $1 and r.room_id = $2 and r.thread_seq = t.seq and r.seq > me.read_seq)::int as unread
     from (select t.seq, t.title, t.reply_count, t.last_reply_seq, t.last_reply_at,
                  coalesce(t.last_reply_seq, t.seq) as newest_seq
             from thread t
            where t.tenant_id = $1 and t.room_id = $2 and (t.title is not null or t.reply_count > 0) and ${visible}) t
    cross join lateral (select * from message m
                         where m.tenant_id = $1 and m.room_id = $2 and m.seq = t.seq limit 1) m
    where t.newest_seq < $4
    order by t.newest_seq desc limit $5`,
);

/** The threads of a room, that with the newest message first, each with how much of it the actor has not read. */
export async function listThreads(
  database: Database,
  actor: Actor,
  roomId: string,
  query: ThreadsQuery,
): Promise<ThreadsPage> {
  if (!isId(roomId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [facts, rows] = await Promise.all([
      findRoomFacts(tx, ...key),
      tx.all(threadsByNewest, [...key, query.before ?? Number.MAX_SAFE_INTEGER, query.limit + 1]),
    ]);
    assertAllowed(actor, decideReadRoom(facts));
    return {
      items: rows.slice(0, query.limit).map((row) => ({
        seq: row.seq,
        senderId: row.sender_id,
        excerpt: row.excerpt,
        sentAt: row.sent_at.toISOString(),
        thread: {
          title: row.title,
          replyCount: row.reply_count,
          lastReplySeq: row.last_reply_seq,
          lastReplyAt: row.last_reply_at?.toISOString() ?? null,
        },
        unread: row.unread,
        newestSeq: row.newest_seq,
      })),
      hasMore: rows.length > query.limit,
    };
  });
}
