import { statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type { MentionTarget } from "../../contract.ts";

export type LockedMessage = {
  seq: number;
  sender_id: string;
  /** 1 for a message that was never edited. */
  version: number;
  body: string;
  mentions: string[];
  mention_targets: MentionTarget[] | null;
  /** When this version was written. */
  written_at: Date;
  deleted_at: Date | null;
};

// FOR KEY SHARE: nobody is removed from the room while their own change is being made; sends and readings go on.
const holdMembership = statement<{ person_id: string }>(
  "chat.hold-membership",
  `select person_id from room_member where tenant_id = $1 and room_id = $2 and person_id = $3 for key share`,
);

// FOR NO KEY UPDATE: changes of one message, and their events, come one after the other.
const lockById = statement<LockedMessage>(
  "chat.lock-message",
  `select seq, sender_id, coalesce(version, 1) as version, body, mentions, mention_targets,
          coalesce(edited_at, sent_at) as written_at,
          deleted_at
     from message where tenant_id = $1 and room_id = $2 and id = $3 for no key update`,
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

const insertVersion = statement<never>(
  "chat.insert-version",
  `insert into message_version (tenant_id, room_id, seq, version, body, mentions, written_at)
   values ($1, $2, $3, $4, $5, $6, $7)`,
);

/** Keeps what a locked message says, before it is changed. */
export async function keepVersion(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  { seq, version, body, mentions, written_at }: LockedMessage,
): Promise<void> {
  await tx.run(insertVersion, [actor.tenantId, roomId, seq, version, body, mentions, written_at]);
}
