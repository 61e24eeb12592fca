/**
 * Work that happens later: tasks asked for inside a transaction, at a moment or at once, and schedules by the clock.
 * graphile-worker on the same database keeps and runs them, at least once (docs/architecture/jobs.md).
 */
export { JobRunner } from "./runner.ts";
export { cancel, defineTask, enqueue, type Schedule, type Task, type TaskName, taskName } from "./task.ts";
