import { auditColumns } from "#core/audit/index.ts";
import { type Database, scopeOf, statement } from "#core/db/index.ts";
import { claimFiles } from "#core/files/index.ts";
import { AppError, batchByKey, type Clock, notFound, Semaphore } from "#core/kernel/index.ts";
import { type Actor, assertAllowed } from "#core/policy/index.ts";
import { isId, newId } from "#shared/ids.ts";
import type { Message, RoomPosting, SendMessageRequest } from "../../contract.ts";
import { checkMentions, checkText } from "../message-text.ts";
import { decidePost, roomRules } from "../policy.ts";
import { attachFiles } from "./attach-files.ts";
import { resolveMentionTargets } from "./resolve-mention-targets.ts";
import { checkThread, extrasOf, insertExtras, readSent } from "./send-extras.ts";

/** A message and whether this request made it, or one before it with the same clientMessageId did. */
export type Sent = { message: Message; isNew: boolean };
export type SendMessage = (actor: Actor, roomId: string, input: SendMessageRequest) => Promise<Sent>;

type Draft = {
  actor: Actor;
  roomId: string;
  input: SendMessageRequest;
  message: Omit<Message, "seq">;
  /** For whom it counts as a mention, by name, section or post; "everybody" is found under the lock. */
  notified: readonly string[] | "everybody";
};

/*
 * Rooms whose counter somebody else holds are left out, so that one long transaction in one room (five thousand people
 * are being added) does not hold up the others' rooms; their messages wait alone. The names of the locked rooms go to
 * the next statement by a setting of the transaction, which saves a round trip. FOR NO KEY UPDATE: the counter changes,
 * its key does not.
 */
const lockRooms = (name: string, wait: "skip locked" | "") =>
  statement<never>(
    name,
    `select set_config('chonai.locked_rooms', coalesce(string_agg(l.room_id::text, ','), ''), true)
       from (select room_id from room_counter where tenant_id = $1 and room_id = any($2::uuid[])
              order by room_id for no key update ${wait}) l`,
  );
const lockFreeRooms = lockRooms("chat.lock-free-rooms", "skip locked");
const lockRoomsPatiently = lockRooms("chat.lock-rooms-patiently", "");

type OutcomeRow = {
  place: number;
  is_locked: boolean;
  /** seq of the message that was made now; null when none was. */
  seq: number | null;
  known_id: string | null;
  known_seq: number | null;
  known_sent_at: Date | null;
  known_body: string | null;
  known_reply_to: number | null;
  known_mentions: string[] | null;
  known_operator_id: string | null;
  /** Above 1 when it was edited or deleted since. */
  known_version: number | null;
  is_member: boolean;
  is_owner: boolean;
  is_archived: boolean;
  posting: RoomPosting | null;
  last_seq: number | null;
};

/*
 * One statement for a batch: each message has its own decision (decidePost),
 * its own audit entry and event. It runs after the locks, so it sees every earlier send and removal of its rooms. Ids of
 * the outbox are drawn in the order of the places, so the stream never contradicts seq. LIMIT 1 makes each look-up one
 * by its key, whatever the planner's statistics say: a join could read all messages of the municipality for one send.
 */
const insertMessages = statement<OutcomeRow>(
  "chat.insert-messages",
  `with input as (
     select * from unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::uuid[], $8::bigint[],
                          $9::text[], $10::text[], $11::text[], $12::bytea[], $13::bytea[],
                          $15::text[], $16::jsonb[])
       with ordinality as i (room_id, sender_id, id, client_message_id, body, operator_id, reply_to, mentions,
                             event_tail, payload, salt, digest, notified, mention_targets, place)
   ), stated as materialized (
     select i.*, c.last_seq, r.archived_at is not null as is_archived, r.posting,
            rm.person_id is not null as is_member, coalesce(rm.role = 'owner', false) as is_owner,
            i.room_id = any(string_to_array(current_setting('chonai.locked_rooms'), ',')::uuid[]) as is_locked,
            k.id as known_id, k.seq as known_seq, k.sent_at as known_sent_at, k.body as known_body,
            k.reply_to as known_reply_to, k.mentions as known_mentions, k.operator_id as known_operator_id,
            k.version as known_version
       from input i
       left join lateral (select * from room_counter c
                           where c.tenant_id = $1 and c.room_id = i.room_id limit 1) c on true
       left join lateral (select * from room r where r.tenant_id = $1 and r.id = i.room_id limit 1) r on true
       left join lateral (select * from room_member rm
                           where rm.tenant_id = $1 and rm.room_id = i.room_id and rm.person_id = i.sender_id
                           limit 1) rm on true
       left join lateral (select * from message k
                           where k.tenant_id = $1 and k.room_id = i.room_id and k.sender_id = i.sender_id
                             and k.client_message_id = i.client_message_id limit 1) k on true
   ), numbered as materialized (
     select s.*, s.last_seq + row_number() over (partition by s.room_id order by s.place) as seq
       from stated s
      where s.is_locked and s.is_member and not s.is_archived and (s.posting = 'everybody' or s.is_owner)
        and s.known_id is null
        and (s.reply_to is null or s.reply_to <= s.last_seq)
   ), counted as (
     update room_counter c set last_seq = n.last_seq
       from (select room_id, max(seq) as last_seq from numbered group by room_id) n
      where c.tenant_id = $1 and c.room_id = n.room_id
   ), written as (
     insert into message (tenant_id, room_id, seq, id, sender_id, operator_id, body, sent_at, client_message_id,
                          reply_to, mentions, mention_targets)
     select $1, room_id, seq, id, sender_id, operator_id, body, $14, client_message_id, reply_to, mentions::uuid[],
            mention_targets
       from numbered order by place
   ), mentioned as (
     insert into message_mention (tenant_id, person_id, room_id, seq)
     select distinct $1::uuid, p.person_id, n.room_id, n.seq
       from numbered n
      cross join lateral (
        select u.person_id from unnest(nullif(n.notified, '*')::uuid[]) as u (person_id)
         union all
        select e.person_id from room_member e
         where n.notified = '*' and e.tenant_id = $1 and e.room_id = n.room_id and e.person_id <> n.sender_id) p
       join room_member m on m.tenant_id = $1 and m.room_id = n.room_id and m.person_id = p.person_id
      where n.notified <> '{}'
   ), readers as materialized (
     select m.room_id, m.person_id, n.seq
       from room_member m
       join (select room_id, sender_id, max(seq) as seq from numbered group by room_id, sender_id) n
         on m.tenant_id = $1 and m.room_id = n.room_id and m.person_id = n.sender_id
      order by m.room_id, m.person_id for no key update of m
   ), read as (
     update room_member m set read_seq = x.seq from readers x
      where m.tenant_id = $1 and m.room_id = x.room_id and m.person_id = x.person_id and m.read_seq < x.seq
   ), recorded as (
     insert into audit_entry (tenant_id, at, action, actor_id, subject_id, payload, salt, digest)
     select $1, $14, 'message.sent', sender_id, id, payload, salt, digest from numbered order by place
   ), published as (
     insert into outbox (tenant_id, type, topic_id, fields, published_at)
     select $1, 'message.sent', room_id,
            '"roomId":"' || room_id || '","message":{"seq":' || seq || ',' || event_tail, $14
       from numbered order by place
   )
   select s.place, s.is_locked, n.seq, s.known_id, s.known_seq, s.known_sent_at, s.known_body, s.known_reply_to,
          s.known_mentions, s.known_operator_id, s.known_version, s.is_member, s.is_owner, s.posting,
          coalesce(s.is_archived, false) as is_archived, s.last_seq
     from stated s left join numbered n on n.place = s.place
    order by s.place`,
);

/** Answers a batch at its places; undefined where the room was locked by somebody else. */
type Outcome = Sent | AppError | undefined;

const batchLimit = 200;
const waitingLimit = 20_000;
/** Rooms that may be waited for at once, each with a connection of the pool, and how many messages of one may wait. */
const patientRooms = 2;
const patientLimit = 500;

/**
 * Makes the action that sends. Messages of one municipality that arrive while others are being committed are committed
 * together, which shares a round trip and a write to disk; every one is on disk before it is acknowledged.
 */
export function makeSendMessage(database: Database, clock: Clock): SendMessage {
  const insertInFreeRooms = batchByKey<Draft, Outcome>({
    maxBatch: batchLimit,
    maxWaiting: waitingLimit,
    run: (tenantId, drafts) => insertBatch(database, tenantId, clock.now(), drafts, lockFreeRooms),
  });
  const patience = new Semaphore(patientRooms);
  const insertPatiently = batchByKey<Draft, Outcome>({
    maxBatch: batchLimit,
    maxWaiting: patientLimit,
    run: (key, drafts) =>
      patience.hold(() =>
        insertBatch(database, key.split(" ", 1)[0]!, clock.now(), drafts, lockRoomsPatiently),
      ),
  });
  return async (actor, roomId, input) => {
    if (!isId(roomId)) throw notFound();
    await checkThread(database, actor, roomId, input.threadSeq);
    const draft = prepare(actor, roomId, input, clock.now());
    if (input.mentionTargets?.length) {
      const { targets, personIds } = await resolveMentionTargets(
        database,
        clock,
        actor,
        roomId,
        input.mentionTargets,
      );
      draft.message.mentionTargets = targets;
      draft.notified = targets.some((target) => target.kind === "everybody")
        ? "everybody"
        : [...new Set([...draft.message.mentions, ...personIds])];
    }
    const fileIds = draft.message.files?.map((file) => file.id);
    if (fileIds) await claimFiles(database, clock, actor, { roomId, fileIds, claim: input.clientMessageId });
    let outcome = await insertInFreeRooms(actor.tenantId, draft);
    // Somebody holds this room for longer: its messages wait together, apart from all others.
    if (outcome === undefined) outcome = await insertPatiently(`${actor.tenantId} ${roomId}`, draft);
    if (outcome === undefined) throw new AppError("service-unavailable");
    if (outcome instanceof AppError) throw outcome;
    if (!hasExtras(draft)) return outcome;
    const message = await readSent(database, actor, roomId, outcome.message.seq);
    if (message && !message.deletion && idsOf(message) !== idsOf(draft.message))
      throw new AppError("message-id-reused");
    return { message: message ?? outcome.message, isNew: outcome.isNew };
  };
}

function idsOf({ files }: Pick<Message, "files">): string {
  return files?.map((file) => file.id).join() ?? "";
}

/** Checks what the message itself can get wrong, before anything is locked. */
function prepare(actor: Actor, roomId: string, input: SendMessageRequest, now: Date): Draft {
  const body = checkText(input.body);
  const mentions = checkMentions(input.mentions);
  return {
    actor,
    roomId,
    input,
    message: {
      id: newId(now.getTime()),
      senderId: actor.personId,
      operatorId: actor.operatorId,
      body,
      sentAt: "",
      clientMessageId: input.clientMessageId,
      // Who knows nothing of threads sees an answer to the thread's first message.
      replyTo: input.replyTo ?? input.threadSeq ?? null,
      mentions,
      ...extrasOf(input),
    },
    notified: mentions,
  };
}

async function insertBatch(
  database: Database,
  tenantId: string,
  now: Date,
  drafts: readonly Draft[],
  lock: typeof lockFreeRooms,
): Promise<Outcome[]> {
  const sentAt = now.toISOString();
  for (const draft of drafts) draft.message.sentAt = sentAt;
  // The same message twice in one batch: the second one gets the first one's answer.
  const firstOf = new Map<string, number>();
  const originals: Draft[] = [];
  const places = drafts.map((draft) => {
    const key = `${draft.roomId} ${draft.actor.personId} ${draft.input.clientMessageId}`;
    const known = firstOf.get(key);
    if (known !== undefined) return known;
    firstOf.set(key, originals.length);
    return originals.push(draft) - 1;
  });
  const rows = await writeBatch(database, tenantId, now, originals, lock);
  return drafts.map((draft, index) => {
    const place = places[index]!;
    const original = originals[place]!;
    return outcomeOf(draft, rows[place]!, original === draft ? undefined : original);
  });
}

async function writeBatch(
  database: Database,
  tenantId: string,
  now: Date,
  drafts: readonly Draft[],
  lock: typeof lockFreeRooms,
): Promise<OutcomeRow[]> {
  const audits = drafts.map((draft) =>
    auditColumns(draft.actor, now, {
      action: "message.sent",
      subjectId: draft.message.id,
      rule: roomRules.memberPosts,
      facts: { room: draft.roomId },
    }),
  );
  const values = [
    tenantId,
    drafts.map((draft) => draft.roomId),
    drafts.map((draft) => draft.actor.personId),
    drafts.map((draft) => draft.message.id),
    drafts.map((draft) => draft.message.clientMessageId),
    drafts.map((draft) => draft.message.body),
    drafts.map((draft) => draft.message.operatorId),
    drafts.map((draft) => draft.message.replyTo),
    drafts.map((draft) => `{${draft.message.mentions.join(",")}}`),
    // The event's JSON behind the seq, which only the statement knows.
    drafts.map((draft) => JSON.stringify(draft.message).slice(1)),
    audits.map((audit) => audit.payload),
    audits.map((audit) => audit.salt),
    audits.map((audit) => audit.digest),
    now,
    drafts.map((draft) => (draft.notified === "everybody" ? "*" : `{${draft.notified.join(",")}}`)),
    drafts.map((draft) =>
      draft.message.mentionTargets ? JSON.stringify(draft.message.mentionTargets) : null,
    ),
  ];
  const special = drafts.filter(hasExtras);
  const withFiles = special.filter((draft) => draft.message.files);
  const [, rows] = await database.pipeline<[unknown, OutcomeRow[], ...unknown[]]>(scopeOf(tenantId), (tx) => {
    tx.announce(lock === lockFreeRooms ? "alone" : undefined);
    return [
      tx.run(lock, [tenantId, [...new Set(drafts.map((draft) => draft.roomId))]]),
      tx.all(insertMessages, values),
      ...(special.length > 0 ? [tx.run(insertExtras, extrasValues(tenantId, now, special))] : []),
      ...(withFiles.length > 0 ? [tx.run(attachFiles, fileValues(tenantId, now, withFiles))] : []),
    ];
  });
  return rows;
}

function hasExtras({ message }: Draft): boolean {
  return message.confirmation !== undefined || message.threadSeq !== undefined || message.files !== undefined;
}

function fileValues(tenantId: string, now: Date, drafts: readonly Draft[]): unknown[] {
  const each = drafts.flatMap((draft) => draft.message.files!.map((file) => ({ draft, file })));
  return [
    tenantId,
    each.map(({ draft }) => draft.roomId),
    each.map(({ draft }) => draft.message.id),
    each.map(({ file }) => file.id),
    each.map(({ draft }) => draft.message.clientMessageId),
    now,
  ];
}

function extrasValues(tenantId: string, now: Date, drafts: readonly Draft[]): unknown[] {
  return [
    tenantId,
    drafts.map((draft) => draft.roomId),
    drafts.map((draft) => draft.message.id),
    drafts.map((draft) => draft.message.confirmation !== undefined),
    drafts.map((draft) => draft.message.confirmation?.deadline ?? null),
    drafts.map((draft) => draft.message.threadSeq ?? null),
    now,
  ];
}

function outcomeOf(draft: Draft, row: OutcomeRow, original: Draft | undefined): Outcome {
  try {
    assertAllowed(
      draft.actor,
      decidePost({
        membership: row.is_member ? { role: row.is_owner ? "owner" : "member" } : null,
        isArchived: row.is_archived,
        posting: row.posting ?? "everybody",
      }),
    );
    if (row.known_id !== null) {
      const known = knownMessage(draft, row);
      // What it said then cannot be compared any more: sent again after an edit, it is the message as it is now.
      return row.known_version === null ? sameAsBefore(draft, known) : { message: known, isNew: false };
    }
    if (!row.is_locked) return undefined;
    if (row.seq === null) throw new AppError("invalid-request", { where: "body.replyTo" });
    if (original) return sameAsBefore(draft, { ...original.message, seq: row.seq });
    return { message: { ...draft.message, seq: row.seq }, isNew: true };
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

function knownMessage(draft: Draft, row: OutcomeRow): Message {
  return {
    ...draft.message,
    id: row.known_id!,
    seq: row.known_seq!,
    body: row.known_body!,
    sentAt: row.known_sent_at!.toISOString(),
    operatorId: row.known_operator_id,
    replyTo: row.known_reply_to,
    mentions: row.known_mentions!,
  };
}

/** The same clientMessageId again is the same message; with another text it is a mistake of the client. */
function sameAsBefore(draft: Draft, before: Message): Sent {
  const { body, replyTo, mentions } = draft.message;
  if (before.body !== body || before.replyTo !== replyTo || before.mentions.join() !== mentions.join())
    throw new AppError("message-id-reused");
  return { message: before, isNew: false };
}
