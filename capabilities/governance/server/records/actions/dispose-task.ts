import { z } from "zod";
import { taskName } from "#core/jobs/index.ts";

/** Asked for with the second person's consent. */
export const disposeOfRecords = taskName("governance.dispose", z.object({ disposalId: z.uuid() }));
