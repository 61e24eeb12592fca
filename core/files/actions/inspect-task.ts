import { z } from "zod";
import { taskName } from "#core/jobs/index.ts";

/** Looks into a version of a file, and makes harmless what comes from elsewhere. */
export const inspectFile = taskName("files.inspect", z.object({ fileId: z.uuid(), version: z.int() }));
