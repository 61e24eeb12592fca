/** Whoever answers for guests is told on their devices when a term ends soon, a guest is handed over or a review is open. */
import { statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Reaches } from "#core/reach/index.ts";
import type { GuestEvents } from "../contract.ts";
import { codeOf } from "./queries/stays.ts";

/** A guest waits for the sponsor from the first warning on and while a review is open; without one, for the section that answers. */
const findWaiting = statement<{ found: boolean }>(
  "guests.find-waiting-for-sponsor",
  `select exists (
     select from guest_stay g join person p on p.tenant_id = g.tenant_id and p.id = g.guest_id
      where g.tenant_id = $1 and p.left_at is null and g.ended_at is null
        and least(g.until, g.handover_by, g.renew_by) > $3
        and case when g.handover_by is not null then g.section_code = ${codeOf("$2")}
                 else p.sponsor_id = $2 and (g.renew_by is not null or g.until <= $3 + interval '14 days') end) as found`,
);

export const makeGuestReaches = (clock: Clock): Reaches => ({
  kinds: new Set(["guests"]),
  types: new Set<keyof GuestEvents>(["guests.changed"]),

  async listReached(_tx, _tenantId, events, subscribed) {
    return events.flatMap(({ personId, position, fields }) => {
      // The log holds what the action published by the contract.
      const { isCall } = fields as GuestEvents["guests.changed"];
      if (!isCall || personId === null || !subscribed.includes(personId)) return [];
      return [{ personId, kind: "guests" as const, topicId: personId, seq: position }];
    });
  },

  async describe(tx, tenantId, personId, _device, notifications) {
    const row = await tx.first(findWaiting, [tenantId, personId, clock.now()]);
    if (!row?.found) return [];
    return notifications.map(({ topicId }) => ({
      topicId,
      kind: "guests" as const,
      roomName: "",
      senderName: null,
      excerpt: "",
      path: "/waiting",
    }));
  },
});
