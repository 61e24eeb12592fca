import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { AppError, type Clock, notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { chatEvents, type EditMessageRequest, type MentionTarget, type Message } from "../../contract.ts";
import { decideEdit } from "../message-policy.ts";
import { checkMentions, checkText } from "../message-text.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { readMessage } from "../queries/list-messages.ts";
import { holdOwnMembership, keepVersion, lockMessage } from "../queries/lock-message.ts";
import { replaceMentions } from "./mentions-of-message.ts";
import { resolveMentionTargets } from "./resolve-mention-targets.ts";

const writeEdit = statement<never>(
  "chat.write-edit",
  `update message set body = $4, mentions = $5, mention_targets = $6, version = $7, edited_at = $8
    where tenant_id = $1 and room_id = $2 and seq = $3`,
);
/**
 * Changes what one's message says. `version` is the one that was read: when somebody (another device, the colleague at
 * the same section account) was faster, nothing is changed and the answer names the newer one. The same text changes nothing. Sections, posts and "everybody"
 * are mentioned anew by the same right as at sending.
 */
export async function editMessage(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  messageId: string,
  input: EditMessageRequest,
): Promise<Message> {
  if (!isId(roomId)) throw notFound();
  const body = checkText(input.body);
  const mentions = checkMentions(input.mentions);
  const now = clock.now();
  const requested = input.mentionTargets ?? [];
  // By the rights and members of this moment, as at sending; what the text does not name reaches nobody.
  const resolved =
    requested.length > 0 ? await resolveMentionTargets(database, clock, actor, roomId, requested) : undefined;
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    await holdOwnMembership(tx, actor, roomId);
    const facts = await findRoomFacts(tx, ...key);
    assertAllowed(actor, decideReadRoom(facts));
    const before = await lockMessage(tx, actor, roomId, messageId);
    if (!before) throw notFound();
    const { seq, version } = before;
    const isDeleted = before.deleted_at !== null;
    const rule = assertAllowed(actor, decideEdit(actor, facts, { senderId: before.sender_id, isDeleted }));
    if (isDeleted) throw new AppError("message-deleted");
    // Sections and posts that the text does not name any more are not mentioned any more.
    const isNamed = (target: MentionTarget) => body.includes(`@${target.name}`);
    const kept = (before.mention_targets ?? []).filter(isNamed);
    const isKept = (target: MentionTarget) =>
      kept.some(({ kind, name }) => kind === target.kind && name === target.name);
    const added = (resolved?.targets ?? []).filter((target) => isNamed(target) && !isKept(target));
    const isSame = before.body === body && before.mentions.join() === mentions.join() && added.length === 0;
    if (isSame) return (await readMessage(tx, key, seq))!;
    if (version !== input.version) throw new AppError("message-changed", { version });
    const next = version + 1;
    await keepVersion(tx, actor, roomId, before);
    const targets = [...kept, ...added];
    const written = targets.length > 0 ? JSON.stringify(targets) : null;
    await tx.run(writeEdit, [actor.tenantId, roomId, seq, body, mentions, written, next, now]);
    const everybody = added.some(({ kind }) => kind === "everybody") ? (resolved?.personIds ?? []) : [];
    await replaceMentions(tx, actor, roomId, seq, [...mentions, ...everybody], targets);
    await recordAudit(tx, actor, now, {
      action: "message.edited",
      subjectId: messageId,
      rule,
      facts: { room: roomId, version: next },
    });
    await publish(tx, now, [
      event(
        chatEvents,
        "message.edited",
        { kind: "topic", topicId: roomId },
        {
          roomId,
          seq,
          senderId: before.sender_id,
          body,
          mentions,
          ...(targets.length > 0 && { mentionTargets: targets }),
          version: next,
          editedAt: now.toISOString(),
        },
      ),
    ]);
    return (await readMessage(tx, key, seq))!;
  });
}
