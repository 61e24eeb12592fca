import { type AuditFact, recordAudit } from "#core/audit/index.ts";
import { type Database, scopeOf } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { newId } from "#shared/ids.ts";
import { normaliseText } from "#shared/text.ts";
import type { MentionTarget, Reaction, RoomNotify, RoomPosting, RoomVisibility } from "../../contract.ts";
import { roomSearchKey } from "../room-search-key.ts";
import { ImportRows } from "./import-rows.ts";
import { recountMembers } from "./memberships.ts";
import { noteChanges } from "./note-changes.ts";

export type ImportedMessage = {
  senderId: string;
  /** Who sat at the section account that sent it. */
  operatorId?: string;
  body: string;
  sentAt: Date;
  /** Number in the room, from 1, of an earlier message that this one answers. */
  replyTo?: number;
  mentions?: readonly string[];
  /** Sections, posts and everybody, with the people who were meant. */
  mentionTargets?: readonly MentionTarget[];
  /** Number of the first message of its thread. */
  threadSeq?: number;
  /** Of the thread that this message begins. */
  title?: string;
  reactions?: readonly { personId: string; reaction: Reaction; at: Date }[];
  /** 要確認: every member but the sender is asked. */
  confirmation?: {
    deadline?: Date;
    remindedAt?: Date;
    confirmed: readonly { personId: string; at: Date }[];
  };
  /** What it said before `body`, the first text first. */
  earlier?: readonly string[];
  editedAt?: Date;
  /** Then `body` is what it said until then; nobody reads it any more. */
  deletion?: { at: Date; personId: string; reason: string | null };
};

/** A conversation from another system, or of the demo: people by id, messages in order. */
export type ImportedRoom = {
  kind: "group" | "direct" | "municipality";
  name: string | null;
  kana?: string;
  /** A section's room that is there already and in which nobody has written: the talk goes into it. */
  into?: string;
  /** Who made it. */
  creatorId: string;
  visibility?: RoomVisibility;
  posting?: RoomPosting;
  description?: string;
  members: readonly {
    personId: string;
    isOwner: boolean;
    readSeq: number;
    notify?: RoomNotify;
  }[];
  createdAt: Date;
  /** Put away, by whom. */
  archived?: { at: Date; personId: string };
  messages: readonly ImportedMessage[];
};

const byImport: Rule = { id: "room.imported", ja: "管理者による移行", en: "imported by the administrator" };

/** How many rooms come in with one transaction. */
const roomsAtOnce = 100;

/**
 * Brings rooms with their history in, whole rooms in each transaction, with an audit entry for each and without events:
 * clients see them with their next snapshot. For moving in before work begins, and for demos; never into rooms that are in
 * use. A room that contradicts itself (somebody reacts who is no member) is a fault of the caller and nothing is written.
 *
 * @returns the rooms' ids in the order given
 */
export async function importConversations(
  database: Database,
  clock: Clock,
  tenantId: string,
  rooms: readonly ImportedRoom[],
): Promise<string[]> {
  for (const room of rooms) checkRoom(room);
  const ids = rooms.map((room) => room.into ?? newId(room.createdAt.getTime()));
  for (let first = 0; first < rooms.length; first += roomsAtOnce)
    await importRooms(
      database,
      clock.now(),
      tenantId,
      rooms.slice(first, first + roomsAtOnce),
      ids.slice(first, first + roomsAtOnce),
    );
  return ids;
}

async function importRooms(
  database: Database,
  now: Date,
  tenantId: string,
  rooms: readonly ImportedRoom[],
  ids: readonly string[],
): Promise<void> {
  const rows = new ImportRows();
  const facts: AuditFact[] = [];
  for (const [index, room] of rooms.entries()) {
    addRoom(rows, ids[index]!, room);
    for (const place of room.messages.keys()) addMessage(rows, ids[index]!, room, place + 1);
    addThreads(rows, ids[index]!, room);
    facts.push({
      action: "room.imported",
      subjectId: ids[index]!,
      rule: byImport,
      facts: { messages: room.messages.length, members: room.members.length },
    });
  }
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await rows.write(tx, tenantId);
    await recountMembers(tx, tenantId, ids);
    for (const [index, { archived, messages }] of rooms.entries())
      if (archived)
        await noteChanges(tx, tenantId, archived.at, [
          { roomId: ids[index]!, afterSeq: messages.length, kind: "archived", actorId: archived.personId },
        ]);
    await recordAudit(tx, { tenantId, system: "import" }, now, ...facts);
  });
}

function addRoom(rows: ImportRows, id: string, room: ImportedRoom): void {
  const { kind, createdAt, description = "", kana = "", members, messages } = room;
  const name = kind === "direct" ? null : (room.name ?? "");
  const pair = members.map((member) => member.personId).sort();
  if (room.into !== undefined) rows.add("age", id, createdAt);
  else
    rows.add(
      "rooms",
      id,
      kind,
      name,
      kana,
      description,
      room.visibility ?? "closed",
      room.posting ?? "everybody",
      name === null ? "" : roomSearchKey(name, kana, description),
      kind === "direct" ? pair.join(" ") : null,
      room.creatorId,
      createdAt,
      room.archived?.at ?? null,
    );
  for (const { personId, isOwner, readSeq, notify } of members)
    rows.add(
      "members",
      id,
      personId,
      isOwner && kind !== "direct" && room.into === undefined ? "owner" : "member",
      Math.min(readSeq, messages.length),
      createdAt,
      kind === "municipality",
      notify ?? "all",
    );
  rows.add("lastSeqs", id, messages.length);
}

function addMessage(rows: ImportRows, roomId: string, room: ImportedRoom, seq: number): void {
  const message = room.messages[seq - 1]!;
  const { senderId, sentAt, editedAt, deletion, threadSeq } = message;
  const earlier = (message.earlier ?? []).map(normaliseText);
  const body = normaliseText(message.body);
  const mentions = message.mentions ?? [];
  const targets = message.mentionTargets ?? [];
  const version = 1 + earlier.length + (deletion ? 1 : 0);
  const listOf = (ids: readonly string[]) => `{${ids.join(",")}}`;
  rows.add(
    "messages",
    roomId,
    seq,
    newId(sentAt.getTime()),
    senderId,
    message.operatorId ?? null,
    deletion ? "" : body,
    sentAt,
    message.replyTo ?? threadSeq ?? null,
    listOf(deletion ? [] : mentions),
    deletion || targets.length === 0 ? null : JSON.stringify(targets),
    threadSeq ?? null,
    version > 1 ? version : null,
    deletion ? null : (editedAt ?? null),
    deletion?.at ?? null,
    deletion?.personId ?? null,
    deletion?.reason ?? null,
  );
  for (const [index, text] of [...earlier, ...(deletion ? [body] : [])].entries())
    rows.add(
      "versions",
      roomId,
      seq,
      index + 1,
      text,
      listOf(mentions),
      index > 0 && editedAt ? editedAt : sentAt,
    );
  if (deletion) return;
  const others = room.members.map(({ personId }) => personId).filter((id) => id !== senderId);
  const reached = targets.some(({ kind }) => kind === "everybody")
    ? others
    : new Set([...mentions, ...targets.flatMap(({ personIds }) => personIds)]);
  for (const personId of reached) rows.add("mentions", roomId, seq, personId);
  for (const { personId, reaction, at } of message.reactions ?? [])
    rows.add("reactions", roomId, seq, personId, reaction, at);
  const { confirmation } = message;
  if (!confirmation) return;
  const { deadline = null, remindedAt = null, confirmed } = confirmation;
  rows.add("requests", roomId, seq, senderId, sentAt, deadline, others.length, remindedAt);
  const confirmedAt = new Map(confirmed.map(({ personId, at }) => [personId, at]));
  for (const personId of others) rows.add("asked", roomId, seq, personId, confirmedAt.get(personId) ?? null);
}

function addThreads(rows: ImportRows, roomId: string, { messages }: ImportedRoom): void {
  const replies = new Map<number, number[]>();
  for (const [index, { threadSeq, title }] of messages.entries()) {
    if (title !== undefined && !replies.has(index + 1)) replies.set(index + 1, []);
    if (threadSeq !== undefined) replies.set(threadSeq, [...(replies.get(threadSeq) ?? []), index + 1]);
  }
  for (const [seq, found] of replies) {
    const last = found.at(-1) ?? null;
    rows.add(
      "threads",
      roomId,
      seq,
      messages[seq - 1]!.title ?? null,
      found.length,
      last,
      last === null ? null : messages[last - 1]!.sentAt,
    );
  }
}

function checkRoom({ name, members, messages, creatorId, archived }: ImportedRoom): void {
  const isMember = new Set(members.map(({ personId }) => personId));
  const fail = (seq: number, what: string) => {
    throw new Error(`the imported room ${name ?? "of two"} contradicts itself at message ${seq}: ${what}`);
  };
  if (!isMember.has(creatorId) || (archived && !isMember.has(archived.personId))) fail(0, "who made it");
  for (const [index, message] of messages.entries()) {
    const seq = index + 1;
    const people = [
      message.senderId,
      ...(message.mentions ?? []),
      ...(message.mentionTargets ?? []).flatMap(({ personIds }) => personIds),
      ...(message.reactions ?? []).map(({ personId }) => personId),
      ...(message.confirmation?.confirmed ?? []).map(({ personId }) => personId),
      ...(message.deletion ? [message.deletion.personId] : []),
    ];
    if (!people.every((id) => isMember.has(id))) fail(seq, "somebody is no member");
    for (const earlier of [message.replyTo, message.threadSeq])
      if (earlier !== undefined && !(earlier >= 1 && earlier < seq)) fail(seq, "it answers a later one");
    if (message.threadSeq !== undefined && messages[message.threadSeq - 1]!.threadSeq !== undefined)
      fail(seq, "a thread within a thread");
    if (message.earlier?.length && !message.editedAt) fail(seq, "edited, but not when");
  }
}
