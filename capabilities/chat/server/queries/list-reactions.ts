import { type Database, scopeOf, statement } from "#core/db/index.ts";
import {
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import { Reaction, type ReactionsResponse } from "../../contract.ts";
import { decideReadRoom, readRoomPredicate } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");

const findMessage = statement<{ seq: number }>(
  "chat.find-seq",
  "select m.seq from message m where m.tenant_id = $1 and m.room_id = $2 and m.id = $3",
);

const reactionsByPerson = statement<PersonSummaryRow & { reaction: string }>(
  "chat.reactions-by-person",
  `select ${personSummaryColumns}, r.reaction
     from message_reaction r
     join person p on p.tenant_id = $1 and p.id = r.person_id ${personSummaryJoin}
    where r.tenant_id = $1 and r.room_id = $2 and r.seq = $4 and ${visible}
      and ($5 or exists (select from room_member o where o.tenant_id = $1 and o.room_id = $2 and o.person_id = p.id))
    order by r.reacted_at, r.person_id`,
);

/** Who has reacted to a message, by name; those who have left the room since only for the staff. */
export async function listReactions(
  database: Database,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<ReactionsResponse> {
  if (!isId(roomId) || !isId(messageId)) throw notFound();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [facts, message] = await Promise.all([
      findRoomFacts(tx, actor.tenantId, roomId, actor.personId),
      tx.first(findMessage, [actor.tenantId, roomId, messageId]),
    ]);
    assertAllowed(actor, decideReadRoom(facts));
    if (!message) throw notFound();
    const rows = await tx.all(reactionsByPerson, [
      actor.tenantId,
      roomId,
      actor.personId,
      message.seq,
      actor.kind !== "guest",
    ]);
    return {
      items: Reaction.options.flatMap((reaction) => {
        const people = rows.filter((row) => row.reaction === reaction).map(toPersonSummary);
        return people.length > 0 ? [{ reaction, people }] : [];
      }),
    };
  });
}
