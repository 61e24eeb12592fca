import type { CrossingTable } from "#core/crossing/index.ts";
import { statement, type Transaction } from "#core/db/index.ts";
import { listCurrentPeople, listPersonSummaries } from "#core/identity/index.ts";
import type { Actor, Rule, Zone } from "#core/policy/index.ts";
import {
  type CarryOutFacts,
  carryOutRules,
  decideDecideCarryOut,
  decideUseCarryOut,
  decideWithdrawCarryOut,
  findApprovingRule,
  waitingDays,
} from "../carry-out-policy.ts";
import type { CarryOut, CarryOutState, FileClass } from "../contract.ts";
import { askCrossing, classOf, decideGiveBytes, decideSeeFile, type FileFacts } from "../policy.ts";
import type { FileRoom, FileRooms } from "../rooms.ts";
import { type FileRow, factsOf, listFileRows } from "./find-files.ts";

export type CarryOutRow = {
  id: string;
  file_id: string;
  number: number;
  room_id: string;
  requested_by: string;
  zone: Zone;
  reason: string;
  requested_at: Date;
  decided_by: string | null;
  decided_at: Date | null;
  is_approved: boolean | null;
  note: string | null;
  downloads_allowed: number;
  downloads_used: number;
  hours: number;
  expires_at: Date | null;
  classification: FileClass;
  seen_at: Date | null;
  told_at: Date | null;
  withdrawn_by: string | null;
  withdrawn_at: Date | null;
};

const columns = `id, file_id, number, room_id, requested_by, zone, reason, requested_at, decided_by, decided_at, is_approved, note,
  downloads_allowed, downloads_used, hours, expires_at, classification, seen_at, told_at, withdrawn_by, withdrawn_at`;
const lockOne = statement<CarryOutRow>(
  "files.lock-carry-out",
  `select ${columns} from file_carry_out where tenant_id = $1 and id = $2 for no key update`,
);
const listOwn = statement<CarryOutRow>(
  "files.list-own-carry-outs",
  `select ${columns} from file_carry_out where tenant_id = $1 and requested_by = $2 order by requested_at desc, id desc limit 100`,
);
const listWaiting = statement<CarryOutRow>(
  "files.list-waiting-carry-outs",
  `select ${columns} from file_carry_out
    where tenant_id = $1 and decided_at is null and withdrawn_at is null and requested_at > $2 and requested_by <> $3
    order by requested_at limit 500`,
);
const listDecided = statement<CarryOutRow>(
  "files.list-decided-carry-outs",
  `select ${columns} from file_carry_out
    where tenant_id = $1 and decided_by = $2 and decided_at > $3 order by decided_at desc limit 100`,
);
const listAbleApprovers = statement<{ id: string }>(
  "files.list-able-approvers",
  `select p.id from person p join account a on a.tenant_id = p.tenant_id and a.id = p.id
    where p.tenant_id = $1 and p.kind = 'staff' and p.left_at is null and a.disabled_at is null
      and 'lgwan' = any(a.zones) and (p.id = any($2::uuid[]) or $3 and 'rules' = any(a.offices))`,
);
const countNews = statement<{ news: number }>(
  "files.count-carry-out-news",
  `select count(*)::int as news from file_carry_out
    where tenant_id = $1 and requested_by = $2 and told_at is null
      and (decided_at is not null or withdrawn_by <> requested_by)`,
);

/** A request, held until the end of the transaction; undefined where there is none. */
export function lockCarryOut(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<CarryOutRow | undefined> {
  return tx.first(lockOne, [tenantId, id]);
}

export function listOwnCarryOuts(tx: Transaction, actor: Actor): Promise<CarryOutRow[]> {
  return tx.all(listOwn, [actor.tenantId, actor.personId]);
}

/** What waits for somebody's decision, the oldest first. */
export async function listCarryOutsToDecide(
  tx: Transaction,
  rooms: FileRooms,
  actor: Actor,
  now: Date,
): Promise<CarryOutRow[]> {
  if (actor.kind !== "staff" || actor.zone !== "lgwan") return [];
  const since = new Date(now.getTime() - waitingDays * 86_400_000);
  const rows = await tx.all(listWaiting, [actor.tenantId, since, actor.personId]);
  const owners = await listOwnersOf(tx, rooms, actor.tenantId, rows);
  return rows.filter((row) => findApprovingRule(actor, carryOutFactsOf(row, owners)));
}

/** What somebody decided in the last 30 days, the newest first. */
export function listDecidedCarryOuts(tx: Transaction, actor: Actor, now: Date): Promise<CarryOutRow[]> {
  if (actor.zone !== "lgwan") return Promise.resolve([]);
  const since = new Date(now.getTime() - 30 * 86_400_000);
  return tx.all(listDecided, [actor.tenantId, actor.personId, since]);
}

export async function countCarryOutNews(tx: Transaction, actor: Actor): Promise<number> {
  return (await tx.first(countNews, [actor.tenantId, actor.personId]))!.news;
}

/** Owners of the rooms of these requests who are on the staff and can decide on the LGWAN side, by room. */
export async function listOwnersOf(
  tx: Transaction,
  rooms: FileRooms,
  tenantId: string,
  rows: readonly Pick<CarryOutRow, "room_id">[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const owners = await rooms.listOwners(tx, tenantId, [...new Set(rows.map((row) => row.room_id))]);
  const able = await tx.all(listAbleApprovers, [tenantId, [...owners.values()].flat(), false]);
  const ids = new Set(able.map((row) => row.id));
  return new Map([...owners].map(([room, people]) => [room, people.filter((id) => ids.has(id))]));
}

/** Everybody who may decide a request: owners of its room, or where there is none the administrators of the rules. */
export async function listApprovers(
  tx: Transaction,
  tenantId: string,
  request: CarryOutFacts,
): Promise<readonly string[]> {
  if (request.owners.length > 0) return request.owners;
  const able = await tx.all(listAbleApprovers, [tenantId, [], true]);
  return able.map((row) => row.id).filter((id) => id !== request.requestedBy);
}

export function carryOutFactsOf(
  row: CarryOutRow,
  owners: ReadonlyMap<string, readonly string[]>,
): CarryOutFacts {
  return {
    requestedBy: row.requested_by,
    requestedAt: row.requested_at,
    decidedAt: row.decided_at,
    isApproved: row.is_approved,
    withdrawnAt: row.withdrawn_at,
    expiresAt: row.expires_at,
    classification: row.classification,
    owners: (owners.get(row.room_id) ?? []).filter((id) => id !== row.requested_by),
  };
}

/** What ended a request from outside: its file, or its requester, is other than when it was asked for. */
export function findEnd(
  row: CarryOutRow,
  { file, room, isMember }: { file: FileRow | undefined; room: FileRoom | undefined; isMember: boolean },
): Rule | undefined {
  if (!file || file.deleted_at !== null) return carryOutRules.fileGone;
  if (!isMember) return carryOutRules.requesterLeft;
  // As if it were approved and had all its time: what is left to ask is the class.
  const use = decideUseCarryOut(
    { ...row, decidedAt: null, isApproved: true, withdrawnAt: null, expiresAt: new Date(8.64e15) },
    { classification: classOf(factsOf(file, room)) },
    new Date(0),
  );
  return use.kind === "deny" ? use.because : undefined;
}

function stateOf(row: CarryOutRow, end: Rule | undefined, now: Date): CarryOutState {
  if (row.withdrawn_at !== null) return "withdrawn";
  if (row.is_approved === false) return "refused";
  if (row.is_approved === null) {
    if (row.requested_at.getTime() + waitingDays * 86_400_000 <= now.getTime()) return "over";
    return end ? "ended" : "waiting";
  }
  if (row.downloads_used >= row.downloads_allowed) return "used-up";
  if (row.expires_at! <= now) return "over";
  return end ? "ended" : "open";
}

/** Requests as their requester, or who may decide them, may know them where they sit. */
export async function describeCarryOuts(
  tx: Transaction,
  services: { rooms: FileRooms; table: CrossingTable },
  actor: Actor,
  rows: readonly CarryOutRow[],
  now: Date,
): Promise<CarryOut[]> {
  const { tenantId, personId } = actor;
  const roomIds = [...new Set(rows.map((row) => row.room_id))];
  const pairs = rows.map((row) => ({ roomId: row.room_id, personId: row.requested_by }));
  const concerned = rows.flatMap((row) => [row.requested_by, ...(row.decided_by ? [row.decided_by] : [])]);
  const [files, rooms, owners, members, people, current] = await Promise.all([
    listFileRows(tx, tenantId, [...new Set(rows.map((row) => row.file_id))]),
    services.rooms.list(tx, tenantId, personId, roomIds),
    listOwnersOf(tx, services.rooms, tenantId, rows),
    services.rooms.listMemberships(tx, tenantId, pairs),
    listPersonSummaries(tx, tenantId, [...new Set(concerned)]),
    listCurrentPeople(tx, tenantId, [...new Set(rows.map((row) => row.requested_by))]),
  ]);
  const byId = new Map(files.map((file) => [file.id, file]));
  return rows.map((row): CarryOut => {
    const file = byId.get(row.file_id);
    const room = rooms.get(row.room_id);
    const request = carryOutFactsOf(row, owners);
    const isMember = members.has(`${row.room_id} ${row.requested_by}`) && current.has(row.requested_by);
    const end = findEnd(row, { file, room, isMember });
    const state = stateOf(row, end, now);
    const facts = file && factsOf(file, room);
    const isKnown = facts !== undefined && mayKnow(services.table, actor, facts, request);
    const isOwn = row.requested_by === personId;
    return {
      id: row.id,
      fileId: row.file_id,
      fileName: isKnown ? file!.name : null,
      // Who decides without being in the room is told of the file, and not of the room.
      roomName: isKnown && room?.role ? room.name || null : null,
      version: row.number,
      classification: row.classification,
      zone: row.zone,
      reason: isKnown ? row.reason : null,
      hours: row.hours,
      downloads: { allowed: row.downloads_allowed, used: row.downloads_used },
      requestedBy: people.get(row.requested_by)!,
      requestedAt: row.requested_at.toISOString(),
      state,
      because: state === "ended" ? end! : null,
      seenAt: row.seen_at?.toISOString() ?? null,
      decidedBy: row.decided_by === null ? null : (people.get(row.decided_by) ?? null),
      decidedAt: row.decided_at?.toISOString() ?? null,
      note: isKnown ? row.note : null,
      expiresAt: row.expires_at?.toISOString() ?? null,
      isNews: isOwn && isNews(row),
      may: {
        open: facts !== undefined && decideGiveBytes(services.table, actor, facts, "pages").kind === "allow",
        decide: state === "waiting" && decideDecideCarryOut(actor, request, now).kind === "allow",
        withdraw:
          (state === "waiting" || state === "open") &&
          decideWithdrawCarryOut(actor, request, now).kind === "allow",
        download:
          state === "open" &&
          isOwn &&
          actor.zone === row.zone &&
          isKnown &&
          mayCarry(services.table, actor, facts),
      },
    };
  });
}

/** Decided, or taken back by somebody else, and not looked at by its requester yet. */
export function isNews(row: CarryOutRow): boolean {
  if (row.told_at !== null) return false;
  return row.decided_at !== null || (row.withdrawn_by !== null && row.withdrawn_by !== row.requested_by);
}

/** The name of the file, and the words that were written about it: in the room, or because one has to decide. */
function mayKnow(table: CrossingTable, actor: Actor, facts: FileFacts, request: CarryOutFacts): boolean {
  if (decideSeeFile(table, actor, facts).kind === "allow") return true;
  if (facts.room?.role || findApprovingRule(actor, request) !== carryOutRules.rulesOfficeDecides)
    return false;
  return askCrossing(table, actor, "read", { ...facts, classification: classOf(facts) }).kind === "allow";
}

function mayCarry(table: CrossingTable, actor: Actor, facts: FileFacts): boolean {
  return (
    askCrossing(table, actor, "carry-out", { ...facts, classification: classOf(facts) }).kind === "allow"
  );
}
