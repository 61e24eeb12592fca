import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import {
  listPersonSummaries,
  type PersonSummaryRow,
  personSummaryColumns,
  personSummaryJoin,
  toPersonSummary,
} from "#core/identity/index.ts";
import { notFound } from "#core/kernel/index.ts";
import { type Actor, assertAllowed, noteDecision } from "#core/policy/index.ts";
import { isId } from "#shared/ids.ts";
import type {
  ConfirmationFacts,
  ConfirmationItem,
  ConfirmationsResponse,
  MyConfirmations,
} from "../../contract.ts";
import { askedShown } from "../../defaults/contract.ts";
import { decideReadRoom, readRoomPredicate, roomRules } from "../policy.ts";
import { findRoomFacts } from "./find-room-facts.ts";
import { confirmationJson } from "./message-facts.ts";

const visible = readRoomPredicate("$3", "rm.tenant_id = $1 and rm.room_id = $2");

const findRequest = statement<{ seq: number }>(
  "chat.find-confirmation-request",
  `select q.seq from message m
     join confirmation_request q on q.tenant_id = $1 and q.room_id = $2 and q.seq = m.seq
    where m.tenant_id = $1 and m.room_id = $2 and m.id = $4 and ${visible}`,
);

type AskedRow = PersonSummaryRow & {
  confirmed_at: Date | null;
  operator_id: string | null;
  is_member: boolean;
  operator_is_member: boolean;
};
const askedPeople = statement<AskedRow>(
  "chat.asked-people",
  `select ${personSummaryColumns}, a.confirmed_at, a.operator_id, o.person_id is not null as is_member,
          w.person_id is not null as operator_is_member
     from confirmation_person a
     join person p on p.tenant_id = $1 and p.id = a.person_id ${personSummaryJoin}
     left join room_member o on o.tenant_id = $1 and o.room_id = $2 and o.person_id = a.person_id
     left join room_member w on w.tenant_id = $1 and w.room_id = $2 and w.person_id = a.operator_id
    where a.tenant_id = $1 and a.room_id = $2 and a.seq = $4 and ${visible}
    order by a.confirmed_at, p.kana, p.id`,
);

/**
 * Who has confirmed and who has not. Who left the room without confirming is asked no longer; to guests, nobody is
 * shown who is not in the room now, nor who sat at a section's account.
 */
export async function listConfirmations(
  database: Database,
  actor: Actor,
  roomId: string,
  messageId: string,
): Promise<ConfirmationsResponse> {
  if (!isId(roomId) || !isId(messageId)) throw notFound();
  const key = [actor.tenantId, roomId, actor.personId] as const;
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    assertAllowed(actor, decideReadRoom(await findRoomFacts(tx, ...key)));
    const request = await tx.first(findRequest, [...key, messageId]);
    if (!request) throw notFound();
    const rows = await tx.all(askedPeople, [...key, request.seq]);
    const shown = rows.filter((row) => row.is_member || (row.confirmed_at && actor.kind !== "guest"));
    const operators = await listPersonSummaries(
      tx,
      actor.tenantId,
      shown.flatMap((row) =>
        row.operator_id && (row.operator_is_member || actor.kind !== "guest") ? [row.operator_id] : [],
      ),
    );
    return {
      confirmed: shown
        .filter((row) => row.confirmed_at)
        .map((row) => ({
          person: toPersonSummary(row),
          confirmedAt: row.confirmed_at!.toISOString(),
          operator: operators.get(row.operator_id ?? "") ?? null,
        })),
      waiting: shown.filter((row) => !row.confirmed_at).map(toPersonSummary),
    };
  });
}

type ItemRow = {
  room_id: string;
  seq: number;
  id: string;
  sender_id: string;
  excerpt: string;
  sent_at: Date;
  confirmation: ConfirmationFacts;
};
const itemColumns = `q.room_id, q.seq, m.id, m.sender_id, left(m.body, 120) as excerpt, m.sent_at,
          json_build_object(${confirmationJson}) as confirmation`;
// Who was removed and came back was not asked anew: such a membership is younger than the question.
const inOwnRoom = `join room_member rm on rm.tenant_id = $1 and rm.room_id = q.room_id and rm.person_id = $2
      and rm.joined_at <= q.asked_at
    cross join lateral (select * from message m
                         where m.tenant_id = $1 and m.room_id = q.room_id and m.seq = q.seq limit 1) m`;

const waitingForMe = statement<ItemRow>(
  "chat.confirmations-waiting",
  `select ${itemColumns}
     from confirmation_person a
     join confirmation_request q on q.tenant_id = $1 and q.room_id = a.room_id and q.seq = a.seq
     ${inOwnRoom}
    where a.tenant_id = $1 and a.person_id = $2 and a.confirmed_at is null`,
);
const askedByMe = statement<ItemRow>(
  "chat.confirmations-asked",
  `select ${itemColumns}
     from confirmation_request q ${inOwnRoom}
    where q.tenant_id = $1 and q.asked_by = $2
    order by q.asked_at desc, q.seq desc limit ${askedShown}`,
);

/** 自分への対応待ち: what the actor has not confirmed in the rooms of now, and what the actor asked there. */
export async function getMyConfirmations(database: Database, actor: Actor): Promise<MyConfirmations> {
  const key = [actor.tenantId, actor.personId];
  const [waiting, asked] = await database.pipeline<[ItemRow[], ItemRow[]]>(
    scopeOf(actor.tenantId),
    (tx: Transaction) => [tx.all(waitingForMe, key), tx.all(askedByMe, key)],
  );
  noteDecision(actor, roomRules.memberReads);
  return { waiting: toItems(waiting), asked: toItems(asked) };
}

function toItems(rows: readonly ItemRow[]): ConfirmationItem[] {
  return rows
    .map((row) => ({
      roomId: row.room_id,
      seq: row.seq,
      messageId: row.id,
      senderId: row.sender_id,
      excerpt: row.excerpt,
      sentAt: row.sent_at.toISOString(),
      confirmation: row.confirmation,
    }))
    .sort((a, b) => (a.messageId < b.messageId ? -1 : 1));
}
