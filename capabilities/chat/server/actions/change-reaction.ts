import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, notFound, Semaphore } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { chatEvents, type Reaction } from "../../contract.ts";
import { decideReact } from "../message-policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { holdOwnMembership, lockMessage } from "../queries/lock-message.ts";
import { readReactions } from "../queries/message-facts.ts";

const insertReaction = statement<never>(
  "chat.insert-reaction",
  `insert into message_reaction (tenant_id, room_id, seq, person_id, reaction, reacted_at)
   values ($1, $2, $3, $4, $5, $6) on conflict do nothing`,
);
const deleteReaction = statement<never>(
  "chat.delete-reaction",
  `delete from message_reaction
    where tenant_id = $1 and room_id = $2 and seq = $3 and person_id = $4 and reaction = $5`,
);

/** Five hundred people react to one message at once: they wait here, not on connections that sends need. */
const atOnce = 2;

export type ChangeReaction = (
  actor: Actor,
  roomId: string,
  messageId: string,
  reaction: Reaction,
  isOn: boolean,
) => Promise<void>;

/** Makes the action that adds one's reaction to a message or takes it back. What is so already stays so, silently. */
export function makeChangeReaction(database: Database, clock: Clock): ChangeReaction {
  const turns = new Semaphore(atOnce);
  return async (actor, roomId, messageId, reaction, isOn) => {
    if (!isId(roomId)) throw notFound();
    await turns.hold(() =>
      database.transaction(scopeOf(actor.tenantId), (tx) =>
        change(tx, clock.now(), actor, roomId, messageId, reaction, isOn),
      ),
    );
  };
}

async function change(
  tx: Transaction,
  now: Date,
  actor: Actor,
  roomId: string,
  messageId: string,
  reaction: Reaction,
  isOn: boolean,
): Promise<void> {
  await holdOwnMembership(tx, actor, roomId);
  const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
  const rule = assertAllowed(actor, decideReact(facts));
  const message = await lockMessage(tx, actor, roomId, messageId);
  if (!message) throw notFound();
  if (message.deleted_at !== null) throw new AppError("message-deleted");
  const { seq } = message;
  const key = [actor.tenantId, roomId, seq, actor.personId, reaction];
  const changed = isOn ? await tx.run(insertReaction, [...key, now]) : await tx.run(deleteReaction, key);
  if (changed === 0) return;
  await recordAudit(tx, actor, now, {
    action: isOn ? "reaction.added" : "reaction.removed",
    subjectId: messageId,
    rule,
    facts: { room: roomId, reaction },
  });
  const reactions = await readReactions(tx, [actor.tenantId, roomId, actor.personId], seq);
  await publish(tx, now, [
    event(
      chatEvents,
      "reactions.changed",
      { kind: "topic", topicId: roomId },
      {
        roomId,
        seq,
        reactions: reactions.map(({ mine: _, ...count }) => count),
        by: { personId: actor.personId, reaction, isOn },
      },
    ),
  ]);
}
