import type { Database } from "#core/db/index.ts";
import { defineTask, type Task } from "#core/jobs/index.ts";
import type { Clock } from "#core/kernel/index.ts";
import { endUnagreed } from "./actions/end-unagreed.ts";
import { askAtItsMoment, endGrace, takeEffect } from "./actions/publish-rules.ts";

/** What happens to the rules by the clock: a version takes effect, and the days in which it could be put off are over. */
export function rulesTasks(
  database: Database,
  clock: Clock,
  onSessionEnded: (sessionId: string) => void,
): Task[] {
  return [
    defineTask(takeEffect, ({ textId }, { tenantId }) => askAtItsMoment(database, clock, tenantId, textId)),
    defineTask(endGrace, async ({ textId }, { tenantId }) => {
      const ended = await endUnagreed(database, tenantId, textId, clock.now());
      ended.forEach(onSessionEnded);
    }),
  ];
}
