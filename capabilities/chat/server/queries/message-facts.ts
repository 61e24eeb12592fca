import { statement, type Transaction } from "#core/db/index.ts";
import {
  type ConfirmationFacts,
  type Message,
  type MessageReaction,
  Reaction,
  reactionNamesShown,
  type ThreadFacts,
} from "../../contract.ts";
import { readRoomPredicate } from "../policy.ts";

type Key = readonly [tenantId: string, roomId: string, personId: string];

type ReactionFact = { reaction: string; count: number; personIds: string[]; mine: boolean };
type ConfirmationFact = ConfirmationFacts & { mine: "waiting" | "confirmed" | null };
type FactRow = { seq: number } & (
  | { kind: "reaction"; fact: ReactionFact }
  | { kind: "confirmation"; fact: ConfirmationFact }
  | { kind: "thread"; fact: ThreadFacts }
  | { kind: "files"; fact: { id: string }[] }
);

/** Adds to a message what its own row does not hold. */
export type FactsOfMessages = (message: Message) => Message;

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");
// Who may not read has no page. Without a beginning it is the newest one, read before the messages themselves, so that
// none of them is left out.
const page = `page as materialized (
  select coalesce($4::bigint, c.last_seq - $6::bigint + 1) as first from room_counter c
   where c.tenant_id = $1 and c.room_id = $2 and ${visible}
)`;
const inPage = (alias: string) =>
  `${alias}.tenant_id = $1 and ${alias}.room_id = $2 and ${alias}.seq <= $5 and ${alias}.seq >= (select first from page)`;
const rfc3339 = (moment: string) => `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How a message that asks to be confirmed stands, as a row `q` of `confirmation_request`. */
export const confirmationJson = `'deadline', ${rfc3339("q.deadline")}, 'askedCount', q.asked_count,
  'confirmedCount', (select count(*) from confirmation_person p where p.tenant_id = q.tenant_id
                        and p.room_id = q.room_id and p.seq = q.seq and p.confirmed_at is not null),
  'remindedAt', ${rfc3339("q.reminded_at")}`;

const factsInRange = statement<FactRow>(
  "chat.message-facts",
  `with ${page}
   select 'reaction' as kind, r.seq,
          json_build_object('reaction', r.reaction, 'count', count(*), 'mine', bool_or(r.person_id = $3), 'personIds',
            (array_agg(r.person_id order by r.reacted_at, r.person_id))[1:${reactionNamesShown}]) as fact
     from message_reaction r where ${inPage("r")}
    group by r.seq, r.reaction
    union all
   select 'confirmation', q.seq,
          json_build_object(${confirmationJson}, 'mine',
            (select case when p.confirmed_at is null then 'waiting' else 'confirmed' end from confirmation_person p
              where p.tenant_id = $1 and p.room_id = $2 and p.seq = q.seq and p.person_id = $3))
     from confirmation_request q where ${inPage("q")}
    union all
   select 'thread', t.seq,
          json_build_object('title', t.title, 'replyCount', t.reply_count, 'lastReplySeq', t.last_reply_seq,
            'lastReplyAt', ${rfc3339("t.last_reply_at")})
     from thread t where ${inPage("t")}
    union all
   select 'files', f.message_seq, json_agg(json_build_object('id', f.id) order by f.id)
     from file f
    where f.tenant_id = $1 and f.room_id = $2 and f.message_seq <= $5 and f.message_seq >= (select first from page)
      and not f.is_withdrawn
    group by f.message_seq`,
);

/**
 * What few messages have: reactions, a question to confirm, a thread. Asked for by the numbers that a page can hold (`from`
 * null: the newest `limit`), in the same round trip as the page, so that pages on which nothing of it stands cost three
 * looks into indexes.
 */
export async function readMessageFacts(
  tx: Transaction,
  key: Key,
  from: number | null,
  to: number,
  limit: number,
): Promise<FactsOfMessages> {
  const rows = await tx.all(factsInRange, [...key, from, to, limit]);
  if (rows.length === 0) return (message) => message;
  const bySeq = Map.groupBy(rows, (row) => row.seq);
  return (message) => {
    const here = bySeq.get(message.seq);
    return here ? { ...message, ...toFacts(here) } : message;
  };
}

/** The reactions of one message. */
export async function readReactions(tx: Transaction, key: Key, seq: number): Promise<MessageReaction[]> {
  const rows = await tx.all(factsInRange, [...key, seq, seq, 1]);
  return toFacts(rows).reactions ?? [];
}

function toFacts(rows: readonly FactRow[]): Pick<Message, "reactions" | "confirmation" | "thread" | "files"> {
  const facts: Pick<Message, "reactions" | "confirmation" | "thread" | "files"> = {};
  const reactions: ReactionFact[] = [];
  for (const { kind, fact } of rows) {
    if (kind === "reaction") reactions.push(fact);
    else if (kind === "thread") facts.thread = fact;
    else if (kind === "files") facts.files = fact;
    else {
      const { mine, ...rest } = fact;
      facts.confirmation = { ...rest, ...(mine && { mine }) };
    }
  }
  // In the order of the contract, whatever the order of the rows.
  const ordered = Reaction.options.flatMap((reaction) => {
    const found = reactions.find((each) => each.reaction === reaction);
    return found ? [{ ...found, reaction }] : [];
  });
  return ordered.length > 0 ? { ...facts, reactions: ordered } : facts;
}
