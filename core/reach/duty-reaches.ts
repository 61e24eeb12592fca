/** What a module gives so that what waits outside the rooms wakes devices (`duty.called` of core/identity). */

import type { z } from "zod";
import { statement, type Transaction } from "#core/db/index.ts";
import type { DutyKind, identityEvents } from "#core/identity/contract.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Reaches } from "./reached.ts";

/**
 * @param duty the kind of calls that are the module's
 * @param findOpen which of these still wait for somebody, or were decided for them not long ago; and where they are looked after
 */
export function makeDutyReaches(
  duty: DutyKind,
  findOpen: (
    tx: Transaction,
    of: { tenantId: string; personId: string; ids: readonly string[] },
  ) => Promise<readonly { id: string; path: string }[]>,
): Reaches {
  return {
    kinds: new Set([duty]),
    types: new Set<keyof typeof identityEvents>(["duty.called"]),

    async listReached(_tx, _tenantId, events, subscribed) {
      return events.flatMap(({ personId, position, fields }) => {
        // The log holds what the action published by the contract.
        const called = fields as z.infer<(typeof identityEvents)["duty.called"]>;
        if (called.duty !== duty || personId === null || !subscribed.includes(personId)) return [];
        return [{ personId, kind: duty, topicId: called.subjectId, seq: position }];
      });
    },

    async describe(tx, tenantId, personId, _device, notifications) {
      const ids = notifications.map(({ topicId }) => topicId);
      const open = await findOpen(tx, { tenantId, personId, ids });
      return open.map(({ id, path }) => ({
        topicId: id,
        kind: duty,
        roomName: "",
        senderName: null,
        excerpt: "",
        path,
      }));
    },
  };
}

/** So long a decision is told. */
const tellsDays = 3;

const listDevices = statement<{ id: string; is_own: boolean; is_accounts: boolean }>(
  "reach.list-devices-that-wait",
  `select d.id, d.account_id = $2 as is_own, 'accounts' = any(a.offices) as is_accounts
     from device d
     join person p on p.tenant_id = d.tenant_id and p.id = d.account_id
     join account a on a.tenant_id = d.tenant_id and a.id = $2
    where d.tenant_id = $1 and d.id = any($3::uuid[])
      and case when d.account_id = $2 then d.approval in ('approved', 'refused') and d.decided_at > $4::timestamptz - make_interval(days => ${tellsDays})
               else d.approval = 'waiting' and ('accounts' = any(a.offices) or exists (
                 select from section_role r
                  where r.tenant_id = $1 and r.person_id = $2 and r.section_id = p.section_id and r.role = 'systems-officer'
                    and r.valid_from <= ($4::timestamptz at time zone 'Asia/Tokyo')::date
                    and (r.valid_until is null or r.valid_until > ($4::timestamptz at time zone 'Asia/Tokyo')::date))) end`,
);

/** Devices: whoever decides is told that one waits, its holder how it was decided. They are identity's, which stands below. */
export const makeDeviceReaches = (clock: Clock): Reaches =>
  makeDutyReaches("devices", async (tx, { tenantId, personId, ids }) => {
    const rows = await tx.all(listDevices, [tenantId, personId, ids, clock.now()]);
    return rows.map((row) => ({
      id: row.id,
      path: row.is_own
        ? "/settings/devices"
        : row.is_accounts
          ? "/administration/devices"
          : "/settings/device-approval",
    }));
  });
