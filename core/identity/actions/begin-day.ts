import { recordAudit } from "#core/audit/index.ts";
import { scopeOf } from "#core/db/index.ts";
import type { Rule } from "#core/policy/index.ts";
import { publish } from "#core/realtime/publish.ts";
import { todayInJapan } from "../today.ts";
import { lockDirectory } from "./import-people.ts";
import { type ImportServices, runDueImports } from "./run-import.ts";
import { settlePeople } from "./settle-people.ts";
import { forgetOldImports } from "./take-first-passwords.ts";

const byDate: Rule = {
  id: "directory.day-has-come",
  ja: "前もって登録した日になったため",
  en: "the day that was entered beforehand has come",
};

/**
 * What a new day brings to a municipality, at 0:00 in Japan: imports that were booked for it, posts that begin or end,
 * people whose last day is over. May run twice, late, or on two nodes at once: each change happens once.
 */
export async function beginDay(services: ImportServices, tenantId: string): Promise<void> {
  const { database, clock, organisationListeners } = services;
  await runDueImports(services, tenantId);
  const now = clock.now();
  await database.transaction(scopeOf(tenantId), async (tx) => {
    await tx.run(lockDirectory, [tenantId]);
    const { moved, left, events } = await settlePeople(tx, {
      tenantId,
      now,
      today: todayInJapan(clock),
      personIds: null,
      listeners: organisationListeners,
    });
    const system = { tenantId, system: "calendar" };
    await recordAudit(
      tx,
      system,
      now,
      ...moved.map((id) => ({
        action: "person.changed",
        subjectId: id,
        rule: byDate,
        facts: { fields: "所属・役職" },
      })),
      ...left.map((id) => ({ action: "person.left", subjectId: id, rule: byDate, facts: {} })),
    );
    await publish(tx, now, events);
  });
  await forgetOldImports(services, tenantId);
}
