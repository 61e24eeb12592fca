import { statement, type Transaction } from "#core/db/index.ts";
import type { DisposalState, RetentionRule } from "../../contract.ts";

export type DisposalRow = {
  id: string;
  state: DisposalState;
  made_at: Date;
  setting: { id: string; source: string };
  approved_by: string | null;
  approved_at: Date | null;
  approved_because: string | null;
  decided_by: string | null;
  decided_at: Date | null;
  decided_because: string | null;
  finished_at: Date | null;
  certificate: string | null;
  digest: Buffer | null;
};
const columns = `d.id, d.state, d.made_at, d.setting, d.approved_by, d.approved_at, d.approved_because, d.decided_by, d.decided_at,
          d.decided_because, d.finished_at, d.certificate, d.digest`;

export type DisposalSums = { rooms: number; messages: number; files: number; gone_messages: number };
export const listDisposals = statement<DisposalRow & DisposalSums>(
  "governance.list-disposals",
  `select ${columns}, n.* from disposal d, lateral (
            select count(*)::int as rooms, coalesce(sum(i.messages), 0)::int as messages,
                   coalesce(sum(i.files), 0)::int as files, coalesce(sum(i.gone_messages), 0)::int as gone_messages
              from disposal_item i where i.tenant_id = d.tenant_id and i.disposal_id = d.id
               and not i.is_held and i.excluded_by is null) n
    where d.tenant_id = $1 and ($2::uuid is null or d.id = $2) order by d.made_at desc, d.id desc limit 100`,
);
const lockOne = statement<DisposalRow>(
  "governance.lock-disposal",
  `select ${columns} from disposal d where d.tenant_id = $1 and d.id = $2 for no key update`,
);

export type ItemRow = {
  room_id: string;
  room_name: string | null;
  rule: RetentionRule;
  before: Date;
  messages: number;
  files: number;
  oldest: Date | null;
  newest: Date | null;
  is_held: boolean;
  excluded_by: string | null;
  excluded_because: string | null;
  after_seq: number;
  gone_messages: number;
  gone_versions: number;
  gone_files: number;
  gone_bytes: number;
  digest: Buffer | null;
  done_at: Date | null;
};
const itemColumns = `room_id, room_name, rule, before, messages, files, oldest, newest, is_held, excluded_by, excluded_because,
          after_seq, gone_messages, gone_versions, gone_files, gone_bytes, digest, done_at`;
const listAllItems = statement<ItemRow>(
  "governance.list-disposal-items",
  `select ${itemColumns} from disposal_item where tenant_id = $1 and disposal_id = $2
    order by room_name nulls last, room_id`,
);
const findItem = statement<ItemRow>(
  "governance.find-disposal-item",
  `select ${itemColumns} from disposal_item where tenant_id = $1 and disposal_id = $2 and room_id = $3`,
);

export function lockDisposal(
  tx: Transaction,
  tenantId: string,
  id: string,
): Promise<DisposalRow | undefined> {
  return tx.first(lockOne, [tenantId, id]);
}

export function listDisposalItems(tx: Transaction, tenantId: string, id: string): Promise<ItemRow[]> {
  return tx.all(listAllItems, [tenantId, id]);
}

export async function getDisposalItem(
  tx: Transaction,
  tenantId: string,
  id: string,
  roomId: string,
): Promise<ItemRow> {
  return (await tx.first(findItem, [tenantId, id, roomId]))!;
}

/** Direct rooms have no name. */
export const nameOfRoom = (item: ItemRow): string => item.room_name ?? "個人のルーム";
