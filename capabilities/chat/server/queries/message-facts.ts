import { statement, type Transaction } from "#core/db/index.ts";
import { type Message, type MessageReaction, Reaction, reactionNamesShown } from "../../contract.ts";
import { readRoomPredicate } from "../policy.ts";

type ReactionRow = { seq: number; reaction: string; count: number; person_ids: string[]; mine: boolean };

/** Adds to a message what its own row does not hold. */
export type FactsOfMessages = (message: Message) => Message;

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");
// Without a beginning, the newest: read before the messages themselves, so that none of them is left out.
const inRange = (alias: string) =>
  `${alias}.tenant_id = $1 and ${alias}.room_id = $2 and ${alias}.seq <= $5
     and ${alias}.seq >= coalesce($4::bigint, (select c.last_seq from room_counter c
                                         where c.tenant_id = $1 and c.room_id = $2) - $6::bigint + 1)
     and ${visible}`;

const reactionsInRange = statement<ReactionRow>(
  "chat.reactions-in-range",
  `select r.seq, r.reaction, count(*)::int as count, bool_or(r.person_id = $3) as mine,
          (array_agg(r.person_id order by r.reacted_at, r.person_id))[1:${reactionNamesShown}] as person_ids
     from message_reaction r where ${inRange("r")}
    group by r.seq, r.reaction`,
);

type Key = readonly [tenantId: string, roomId: string, personId: string];

/**
 * What few messages have: reactions. Asked for by the numbers that a page can hold (`from` null: the newest `limit`), in
 * the same round trip as the page, so that pages on which nothing of it stands cost one look into an index.
 */
export async function readMessageFacts(
  tx: Transaction,
  key: Key,
  from: number | null,
  to: number,
  limit: number,
): Promise<FactsOfMessages> {
  const reactions = await readReactions(tx, key, from, to, limit);
  return (message) => {
    const here = reactions.get(message.seq);
    return here ? { ...message, reactions: here } : message;
  };
}

/** Reactions by the seq of their message. */
export async function readReactions(
  tx: Transaction,
  key: Key,
  from: number | null,
  to: number,
  limit: number,
): Promise<ReadonlyMap<number, MessageReaction[]>> {
  const rows = await tx.all(reactionsInRange, [...key, from, to, limit]);
  if (rows.length === 0) return new Map();
  return new Map([...Map.groupBy(rows, (row) => row.seq)].map(([seq, here]) => [seq, toReactions(here)]));
}

/** Reactions in the order of the contract, whatever the order of the rows. */
function toReactions(rows: readonly ReactionRow[]): MessageReaction[] {
  return Reaction.options.flatMap((reaction) => {
    const row = rows.find((each) => each.reaction === reaction);
    return row ? [{ reaction, count: row.count, personIds: row.person_ids, mine: row.mine }] : [];
  });
}
