/** Whoever is reminded of rules that they have not agreed to is told on their devices too, until they have. */
import { statement } from "#core/db/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import type { Reaches } from "#core/reach/index.ts";
import type { RulesEvents } from "./contract.ts";

const listUnagreed = statement<{ id: string }>(
  "rules.list-unagreed-of",
  `select t.id from rule_text t
    where t.tenant_id = $1 and t.id = any($3::uuid[])
      and not exists (select from rule_agreement g where g.tenant_id = $1 and g.text_id = t.id and g.account_id = $2)
      and not exists (select from rule_text n where n.tenant_id = $1 and n.audience = t.audience and n.version > t.version
                         and n.effective_at <= $4)`,
);

export const makeRulesReaches = (clock: Clock): Reaches => ({
  kinds: new Set(["rules"]),
  types: new Set<keyof RulesEvents>(["rules.reminded"]),

  async listReached(_tx, _tenantId, events, subscribed) {
    return events.flatMap(({ personId, position, fields }) => {
      if (personId === null || !subscribed.includes(personId)) return [];
      // The log holds what the action published by the contract.
      const { textId } = fields as RulesEvents["rules.reminded"];
      return [{ personId, kind: "rules" as const, topicId: textId, seq: position }];
    });
  },

  async describe(tx, tenantId, personId, _device, notifications) {
    const asked = notifications.map(({ topicId }) => topicId);
    const rows = await tx.all(listUnagreed, [tenantId, personId, asked, clock.now()]);
    return rows.map(({ id }) => ({
      topicId: id,
      kind: "rules" as const,
      roomName: "",
      senderName: null,
      excerpt: "",
      path: "/rooms",
    }));
  },
});
