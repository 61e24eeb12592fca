import { recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import { AppError, type Clock, notFound, Semaphore } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { event, publish } from "#core/realtime/publish.ts";
import { isId } from "#shared/ids.ts";
import { type ConfirmationFacts, chatEvents } from "../../contract.ts";
import { decideConfirm, decideRemind } from "../message-policy.ts";
import { decideReadRoom } from "../policy.ts";
import { findRoomFacts } from "../queries/find-room-facts.ts";
import { holdOwnMembership, type LockedMessage, lockMessage } from "../queries/lock-message.ts";
import { confirmationJson } from "../queries/message-facts.ts";

const findAsked = statement<{ confirmed_at: Date | null }>(
  "chat.find-asked",
  `select confirmed_at from confirmation_person
    where tenant_id = $1 and room_id = $2 and seq = $3 and person_id = $4`,
);
const writeConfirmation = statement<never>(
  "chat.write-confirmation",
  `update confirmation_person set confirmed_at = $5, operator_id = $6
    where tenant_id = $1 and room_id = $2 and seq = $3 and person_id = $4`,
);
const readFacts = statement<{ facts: ConfirmationFacts }>(
  "chat.confirmation-facts",
  `select json_build_object(${confirmationJson}) as facts
     from confirmation_request q where q.tenant_id = $1 and q.room_id = $2 and q.seq = $3`,
);
const noteReminder = statement<never>(
  "chat.note-reminder",
  "update confirmation_request set reminded_at = $4 where tenant_id = $1 and room_id = $2 and seq = $3",
);
const waitingMembers = statement<{ person_id: string }>(
  "chat.waiting-members",
  `select a.person_id from confirmation_person a
     join room_member rm on rm.tenant_id = $1 and rm.room_id = $2 and rm.person_id = a.person_id
     join confirmation_request q on q.tenant_id = $1 and q.room_id = $2 and q.seq = $3 and rm.joined_at <= q.asked_at
    where a.tenant_id = $1 and a.room_id = $2 and a.seq = $3 and a.confirmed_at is null
    order by a.person_id`,
);
const mentionWaiting = statement<never>(
  "chat.mention-waiting",
  `insert into message_mention (tenant_id, person_id, room_id, seq)
   select $1, p.person_id, $2, $3 from unnest($4::uuid[]) as p (person_id) on conflict do nothing`,
);

/** A whole city hall confirms at once: they wait here, not on connections that sends need. */
const atOnce = 2;

export type ConfirmMessage = (actor: Actor, roomId: string, messageId: string) => Promise<void>;

/** Makes the action that confirms (確認しました). It cannot be taken back; again it changes nothing. */
export function makeConfirmMessage(database: Database, clock: Clock): ConfirmMessage {
  const turns = new Semaphore(atOnce);
  return (actor, roomId, messageId) =>
    turns.hold(() =>
      database.transaction(scopeOf(actor.tenantId), async (tx) => {
        const now = clock.now();
        const { facts, message } = await openMessage(tx, actor, roomId, messageId);
        const key = [actor.tenantId, roomId, message.seq];
        const asked = await tx.first(findAsked, [...key, actor.personId]);
        const rule = assertAllowed(actor, decideConfirm(facts, asked !== undefined));
        if (message.deleted_at !== null) throw new AppError("message-deleted");
        if (asked!.confirmed_at !== null) return;
        await tx.run(writeConfirmation, [...key, actor.personId, now, actor.operatorId]);
        await recordAudit(tx, actor, now, {
          action: "message.confirmed",
          subjectId: messageId,
          rule,
          facts: { room: roomId },
        });
        const confirmation = (await tx.first(readFacts, key))!.facts;
        await publish(tx, now, [
          event(
            chatEvents,
            "confirmation.changed",
            { kind: "topic", topicId: roomId },
            { roomId, seq: message.seq, personId: actor.personId, confirmation },
          ),
        ]);
      }),
    );
}

/**
 * Asks those once more who have not confirmed and are still members: an event to each of them alone, and for whom it is unread a
 * mention. Gives their number.
 */
export async function remindOfConfirmation(
  database: Database,
  clock: Clock,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<number> {
  const now = clock.now();
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const { facts, message } = await openMessage(tx, actor, roomId, messageId);
    const { seq, sender_id: senderId } = message;
    const rule = assertAllowed(actor, decideRemind(actor, facts, { senderId }));
    if (message.deleted_at !== null) throw new AppError("message-deleted");
    const key = [actor.tenantId, roomId, seq];
    if ((await tx.run(noteReminder, [...key, now])) === 0) throw notFound();
    const waiting = (await tx.all(waitingMembers, key)).map((row) => row.person_id);
    await tx.run(mentionWaiting, [...key, waiting]);
    await recordAudit(tx, actor, now, {
      action: "confirmation.reminded",
      subjectId: messageId,
      rule,
      facts: { room: roomId, people: waiting.length },
    });
    const confirmation = (await tx.first(readFacts, key))!.facts;
    const remindedAt = now.toISOString();
    await publish(tx, now, [
      event(
        chatEvents,
        "confirmation.changed",
        { kind: "topic", topicId: roomId },
        { roomId, seq, personId: null, confirmation },
      ),
      ...waiting.map((personId) =>
        event(
          chatEvents,
          "confirmation.reminded",
          { kind: "person", personId },
          { roomId, seq, byId: actor.personId, remindedAt },
        ),
      ),
    ]);
    return waiting.length;
  });
}

/** The message, locked, for somebody who may read it. */
async function openMessage(
  tx: Transaction,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<{ facts: Awaited<ReturnType<typeof findRoomFacts>>; message: LockedMessage }> {
  if (!isId(roomId)) throw notFound();
  await holdOwnMembership(tx, actor, roomId);
  const facts = await findRoomFacts(tx, actor.tenantId, roomId, actor.personId);
  assertAllowed(actor, decideReadRoom(facts));
  const message = await lockMessage(tx, actor, roomId, messageId);
  if (!message) throw notFound();
  return { facts, message };
}
