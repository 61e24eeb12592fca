import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { withdrawFiles } from "#core/files/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { findTextFault, normaliseText } from "#shared/text.ts";
import { chatEvents, type DeleteMessageRequest, type Message } from "../../contract.ts";
import { decideDelete } from "../message-policy.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { readMessage } from "../queries/list-messages.ts";
import { holdOwnMembership, keepVersion, lockMessage } from "../queries/lock-message.ts";
import { replaceMentions } from "./mentions-of-message.ts";

const writeTombstone = statement<never>(
  "chat.write-tombstone",
  `update message set body = '', mentions = '{}', mention_targets = null, version = $4, edited_at = null, deleted_at = $5, deleted_by = $6,
          delete_reason = $7
    where tenant_id = $1 and room_id = $2 and seq = $3`,
);
const forgetReactions = statement<never>(
  "chat.forget-reactions",
  "delete from message_reaction where tenant_id = $1 and room_id = $2 and seq = $3",
);

const forgetAsked = statement<never>(
  "chat.forget-asked",
  "delete from confirmation_person where tenant_id = $1 and room_id = $2 and seq = $3",
);
const forgetRequest = statement<never>(
  "chat.forget-request",
  "delete from confirmation_request where tenant_id = $1 and room_id = $2 and seq = $3",
);

/**
 * Leaves of a message who wrote it and when, who deleted it and when, and for somebody else's message why. Its number stays, so
 * nothing moves and unread counts stay right. What it said is kept in `message_version`, which no request reads.
 */
export async function deleteMessage(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  messageId: string,
  input: DeleteMessageRequest,
): Promise<Message> {
  if (!isId(roomId)) throw notFound();
  const reason = checkReason(input.reason);
  const now = clock.now();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await holdOwnMembership(tx, actor, roomId);
    const facts = await findRoomFacts(tx, ...key);
    assertAllowed(actor, decideReadRoom(facts));
    const before = await lockMessage(tx, actor, roomId, messageId);
    if (!before) throw notFound();
    const { seq, version, sender_id: senderId } = before;
    const isDeleted = before.deleted_at !== null;
    const rule = assertAllowed(actor, decideDelete(actor, facts, { senderId, isDeleted }));
    if (isDeleted) return (await readMessage(tx, key, seq))!;
    const isOwn = senderId === actor.personId;
    if (!isOwn && reason === null) throw new AppError("invalid-request", { where: "body.reason" });
    await keepVersion(tx, actor, roomId, before);
    const next = version + 1;
    await tx.run(writeTombstone, [actor.tenantId, roomId, seq, next, now, actor.personId, reason]);
    await replaceMentions(tx, actor, roomId, seq, [], []);
    for (const forget of [forgetReactions, forgetAsked, forgetRequest])
      await tx.run(forget, [actor.tenantId, roomId, seq]);
    const withdrawn = await withdrawFiles(tx, actor, now, { roomId, seq });
    await recordAudit(tx, actor, now, {
      action: "message.deleted",
      subjectId: messageId,
      rule,
      facts: { room: roomId, sender: senderId, hasReason: reason !== null, files: withdrawn.length },
    });
    const deletion = { at: now.toISOString(), personId: actor.personId, reason };
    await publish(tx, now, [
      event(
        chatEvents,
        "message.deleted",
        { kind: "withdraw", topicId: roomId },
        { roomId, seq, version: next, deletion },
      ),
      ...withdrawn,
    ]);
    return (await readMessage(tx, key, seq))!;
  });
}

function checkReason(given: string | undefined): string | null {
  const reason = normaliseText(given ?? "").trim();
  const fault = findTextFault(reason);
  if (fault) throw new AppError("invalid-text", { reason: fault.ja, reasonEn: fault.en });
  return reason === "" ? null : reason;
}
