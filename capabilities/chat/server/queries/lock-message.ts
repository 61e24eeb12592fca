import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";

export type LockedMessage = { seq: number; sender_id: string };

// FOR KEY SHARE: nobody is removed from the room while their own change is being made; sends and readings go on.
const holdMembership = statement<{ person_id: string }>(
  "chat.hold-membership",
  `select person_id from room_member where tenant_id = $1 and room_id = $2 and person_id = $3 for key share`,
);

// FOR NO KEY UPDATE: changes of one message, and their events, come one after the other.
const lockById = statement<LockedMessage>(
  "chat.lock-message",
  "select seq, sender_id from message where tenant_id = $1 and room_id = $2 and id = $3 for no key update",
);

/** Keeps the actor in the room until the commit. For somebody outside it locks nothing. */
export async function holdOwnMembership(tx: Transaction, actor: Actor, roomId: string): Promise<void> {
  await tx.first(holdMembership, [actor.tenantId, roomId, actor.personId]);
}

/**
 * Locks a message of a room until the commit; undefined when there is none. Comes behind the decision, so that a
 * stranger cannot hold it, and behind `room_counter` and `room_member` in the order of locks.
 */
export async function lockMessage(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<LockedMessage | undefined> {
  if (!isId(messageId)) return undefined;
  return tx.first(lockById, [actor.tenantId, roomId, messageId]);
}
