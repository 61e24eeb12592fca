import { type Database, scopeOf, statement, type Transaction } from "#core/db/index.ts";
import type { Actor } from "#core/policy/index.ts";
import type { NotificationChoices, NotificationSettings, PushOutcome } from "../contract.ts";

/** What holds for whoever has chosen nothing: everything reaches them, and a lock screen tells nothing. */
export const defaultChoices: NotificationChoices = {
  direct: true,
  mentions: true,
  confirmations: true,
  reminders: true,
  duties: true,
  shows: "nothing",
};

const findChoices = statement<NotificationChoices>(
  "reach.find-choices",
  "select direct, mentions, confirmations, reminders, duties, shows from notification_setting where tenant_id = $1 and account_id = $2",
);

export async function getChoices(
  tx: Transaction,
  tenantId: string,
  accountId: string,
): Promise<NotificationChoices> {
  return (await tx.first(findChoices, [tenantId, accountId])) ?? defaultChoices;
}

type DeviceRow = {
  id: string;
  session_id: string;
  device_name: string | null;
  created_at: Date;
  due_at: Date | null;
  answer: number | null;
  accepted_at: Date | null;
};

const listDevices = statement<DeviceRow>(
  "reach.list-devices",
  `select s.id, s.session_id, d.name as device_name, s.created_at, s.due_at, s.answer, s.accepted_at
     from push_subscription s join device d on d.tenant_id = s.tenant_id and d.id = s.device_id
    where s.tenant_id = $1 and s.account_id = $2 order by s.created_at desc, s.id`,
);

/** What the page 「通知」 shows. */
export function getNotificationSettings(
  database: Database,
  actor: Actor,
  pushKey: string | null,
): Promise<NotificationSettings> {
  return database.transaction(scopeOf(actor.tenantId), async (tx) => {
    const [choices, rows] = await Promise.all([
      getChoices(tx, actor.tenantId, actor.personId),
      tx.all(listDevices, [actor.tenantId, actor.personId]),
    ]);
    return {
      choices,
      pushKey,
      devices: rows.map((row) => ({
        id: row.id,
        name: row.device_name,
        isThis: row.session_id === actor.sessionId,
        since: row.created_at.toISOString(),
        outcome: outcomeOf(row),
        acceptedAt: row.accepted_at?.toISOString() ?? null,
      })),
    };
  });
}

function outcomeOf(row: Pick<DeviceRow, "due_at" | "answer">): PushOutcome {
  if (row.answer === null) return row.due_at ? "waiting" : "none";
  if (row.answer >= 200 && row.answer < 300) return "accepted";
  return row.answer === 0 ? "unreachable" : "refused";
}
